// A tap on a choice of a drill answers. The keys are those of js/keys.js. It works without.

const drill = document.querySelector("form[data-drill]");

// Only a tap or a click: arrows within the group choose as well, and go on choosing.
drill?.addEventListener("click", (event) => {
  if (event.detail > 0 && event.target.matches('input[type="radio"]')) drill.requestSubmit();
});
