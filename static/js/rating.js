// The slider says the same as the number field beside it. Without script it stays hidden, and the field does it all.
for (const form of document.querySelectorAll("form[data-rating]")) {
  const field = form.elements.share;
  const slider = form.querySelector("[data-slider]");
  slider.hidden = false;
  slider.classList.toggle("untouched", field.value === "");
  slider.addEventListener("input", () => {
    field.value = slider.value;
    slider.classList.remove("untouched");
  });
  field.addEventListener("input", () => {
    if (field.value !== "") slider.value = field.value;
    slider.classList.toggle("untouched", field.value === "");
  });
}
