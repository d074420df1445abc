// The spine answers to typing ("c6", "t 12", "r" for refer) and says in words what is chosen. It works without.

const PAUSE_MS = 1200;

for (const spine of document.querySelectorAll("[data-spine]")) {
  const form = spine.closest("form");
  const choice = form.querySelector("[data-choice]");
  let typed = "";
  let last = 0;

  spine.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^[a-z0-9]$/i.test(event.key)) return;
    typed = event.timeStamp - last > PAUSE_MS || /[a-z]/i.test(event.key) ? event.key : typed + event.key;
    last = event.timeStamp;
    const wanted = typed.toUpperCase() === "R" ? "refer" : typed.length > 1 ? typed.toUpperCase() : `${typed.toUpperCase()}1`;
    const radio = spine.querySelector(`input[value="${CSS.escape(wanted)}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  });

  const tell = () => {
    const segment = form.querySelector('input[name="segment"]:checked');
    const side = form.querySelector('input[name="side"]:checked');
    const words = [];
    if (segment) words.push(segment.dataset.word ?? segment.closest(".spine-refer")?.textContent.trim() ?? segment.value);
    if (side && segment?.value !== "refer") words.push(side.parentElement.textContent.trim().toLowerCase());
    choice.textContent = words.join(" · ") || choice.dataset.nothing;
    choice.classList.toggle("spine-choice-none", !words.length);
  };
  form.addEventListener("change", tell);
  tell();
}
