// Keys for a card: a number answers with that choice, typing or an arrow begins on the spine. A tap on a choice answers.
// It works without.

const drill = document.querySelector("form[data-drill]");
const spine = document.querySelector("form.drill [data-spine]");
const choices = [...document.querySelectorAll('.drill-choices input, .question-choice input[name="option"]')];

// Only a tap or a click: arrows within the group choose as well, and go on choosing.
drill?.addEventListener("click", (event) => {
  if (event.detail > 0 && event.target.matches('input[type="radio"]')) drill.requestSubmit();
});

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("a, button, input:not([type='radio']), select, textarea, summary")) return;
  const choice = choices[Number(event.key) - 1];
  if (choice) {
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    drill?.requestSubmit();
  } else if (spine && !spine.contains(event.target) && /^([ctls]|Arrow(Up|Down))$/i.test(event.key)) {
    event.preventDefault();
    (spine.querySelector("input:checked") ?? spine.querySelector("input")).focus();
    spine.dispatchEvent(new KeyboardEvent("keydown", { key: event.key }));
  }
});
