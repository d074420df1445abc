// Steps to be ordered move up and down; the places that the form sends follow. Without this, a list of places beside each step.

for (const list of document.querySelectorAll("[data-order]")) {
  const words = JSON.parse(list.closest("form").dataset.words);
  const steps = [...list.querySelectorAll("[data-step]")];
  const placeOf = (step) => Number(step.querySelector("select").value) || steps.length + steps.indexOf(step);
  for (const step of steps) {
    const select = step.querySelector("select");
    select.hidden = true;
    step.querySelector("label").hidden = true;
    const place = document.createElement("span");
    place.className = "step-place";
    step.prepend(place);
    const moves = document.createElement("div");
    moves.className = "step-moves";
    moves.append(button("up", "↑", -1, step), button("down", "↓", 1, step));
    step.append(moves);
  }
  list.append(...steps.sort((one, other) => placeOf(one) - placeOf(other)));
  renumber();

  function button(word, sign, by, step) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button-quiet";
    made.textContent = sign;
    made.setAttribute("aria-label", `${words[word]}: ${step.querySelector(".step-text").textContent.trim()}`);
    made.addEventListener("click", () => {
      const other = by < 0 ? step.previousElementSibling : step.nextElementSibling;
      if (!other) return;
      if (by < 0) other.before(step);
      else other.after(step);
      renumber();
      made.focus();
    });
    return made;
  }

  function renumber() {
    [...list.children].forEach((step, index) => {
      step.querySelector("select").value = String(index + 1);
      step.querySelector(".step-place").textContent = String(index + 1);
    });
  }
}
