// The keys of practice, cases, quizzes and review; a page lists its own under [data-keys], which "?" shows. Nothing is
// taken while somebody types, nor with Ctrl, Alt or Meta. It works without.

const typing = "input:not([type='radio']):not([type='checkbox']), select, textarea, [contenteditable]";
const acting = "a, button, summary, input[type='checkbox']";
const form = document.querySelector("form[data-answer]");
const spine = form?.querySelector("[data-spine]");
const options = [...document.querySelectorAll('form[data-answer] [name="option"], form[data-answer] [name="options"]')];
const sides = [...(form?.querySelectorAll('[name="side"]') ?? [])];
const shown = (element) => element && element.offsetParent !== null;

function choose(number) {
  const list = options.length ? options : sides;
  const input = list[number - 1];
  if (!input) return false;
  input.checked = input.type === "radio" || !input.checked;
  input.focus();
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (form.matches("[data-drill]")) form.requestSubmit();
  return true;
}

// An answer that waits is sent; else the page's own way on is taken.
function onward() {
  if (form) {
    form.requestSubmit();
    return true;
  }
  return press("[data-next]");
}

function press(selector) {
  const found = [...document.querySelectorAll(selector)].find(shown);
  found?.click();
  return Boolean(found);
}

function walk(key) {
  if (!spine || /^[er]$/i.test(key)) return false;
  (spine.querySelector("input:checked") ?? spine.querySelector('.spine-row input') ?? spine.querySelector("input")).focus();
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  return true;
}

function note() {
  const details = document.querySelector("[data-note]");
  if (!details) return false;
  details.open = true;
  details.querySelector("textarea").focus();
  return true;
}

let dialog = null;

function list() {
  const own = document.querySelector("[data-keys]");
  if (!own) return false;
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.className = "keys-dialog";
    dialog.setAttribute("aria-labelledby", "keys-title");
    const title = document.createElement("h2");
    title.id = "keys-title";
    title.textContent = own.querySelector("summary").textContent;
    const close = document.createElement("button");
    close.textContent = own.dataset.close;
    close.addEventListener("click", () => dialog.close());
    dialog.append(title, own.querySelector("dl").cloneNode(true), close);
    document.body.append(dialog);
  }
  dialog.showModal();
  return true;
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat || dialog?.open) return;
  const { key, target } = event;
  if (!(target instanceof Element) || target.closest(typing)) return;
  let done = false;
  if (key === "?") done = list();
  else if (key === "Enter") done = !target.closest(acting) && onward();
  else if (key === "f") done = press("[data-flag] button");
  else if (key === "n") done = note();
  else if (key === "e") done = press("[data-again]");
  else if (/^[1-9]$/.test(key)) done = !spine?.contains(target) && choose(Number(key));
  else if (/^([ctls]|Arrow(Up|Down))$/i.test(key)) done = !target.closest(`input, ${acting}`) && walk(key);
  if (done) event.preventDefault();
});
