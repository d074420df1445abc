// A note saves itself while it is written, and the flag is set without leaving the page. Without this module both forms
// post and the page comes back.

const PAUSE_MS = 1200;

async function send(form, fields) {
  const reply = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams([...new FormData(form), ...fields]),
    headers: { Accept: "application/json" },
    keepalive: true,
  });
  if (!reply.ok || !reply.headers.get("Content-Type")?.startsWith("application/json")) throw new Error(String(reply.status));
}

const note = document.querySelector("[data-note] form");
if (note) {
  const area = note.querySelector("textarea");
  const state = note.querySelector("[data-state]");
  let timer = 0;
  let kept = area.value;

  const save = async () => {
    clearTimeout(timer);
    const words = area.value;
    if (words === kept) return;
    state.textContent = note.dataset.saving;
    try {
      await send(note, []);
      kept = words;
      state.textContent = note.dataset.saved;
    } catch {
      state.textContent = note.dataset.lost;
    }
  };

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  area.addEventListener("blur", save);
  addEventListener("pagehide", save);
  note.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
}

const flag = document.querySelector("form[data-flag]");
flag?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = flag.querySelector("button");
  const on = button.value === "1";
  try {
    await send(flag, [["flagged", button.value]]);
    button.value = on ? "" : "1";
    button.setAttribute("aria-pressed", String(on));
    flag.querySelector("[data-said]").textContent = on ? flag.dataset.on : flag.dataset.off;
  } catch {
    flag.querySelector("[data-said]").textContent = flag.dataset.lost;
  }
});
