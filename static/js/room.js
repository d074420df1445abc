// Examining without leaving the place: the answer's parts replace the page's, and what was found is read aloud. The live
// column stays as it was left. Without this module the same forms post and the page comes back.

const REMEMBERED = "[data-remember]";

function remember(details) {
  const key = details.dataset.remember;
  try {
    if (localStorage.getItem(key) === "open") details.open = true;
    details.addEventListener("toggle", () => localStorage.setItem(key, details.open ? "open" : "closed"));
  } catch {
    // private windows: it is closed on the next page
  }
}

function replaceParts(page) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!fresh) continue;
    for (const details of part.querySelectorAll(REMEMBERED)) {
      const same = fresh.querySelector(REMEMBERED);
      if (same) same.open = details.open;
    }
    if (part.dataset.live === "list") {
      replaceAround(part, fresh);
    } else {
      part.replaceChildren(...fresh.childNodes);
    }
    for (const details of part.querySelectorAll(REMEMBERED)) remember(details);
  }
}

// The place that speaks stays in the page, else a screen reader hears nothing of what changes in it.
function replaceAround(part, fresh) {
  const speaks = part.querySelector("[data-newest]");
  const news = fresh.querySelector("[data-newest]");
  speaks.replaceChildren(...news.childNodes);
  for (const child of [...part.children]) if (child !== speaks) child.remove();
  let before = true;
  for (const child of [...fresh.children]) {
    if (child === news) before = false;
    else if (before) speaks.before(child);
    else part.append(child);
  }
}

let busy = false;

async function examine(form, button) {
  if (busy) return;
  busy = true;
  button.setAttribute("aria-busy", "true");
  const value = button.value;
  const body = new URLSearchParams([...new FormData(form), ["choice", value]]);
  try {
    const reply = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (!page.querySelector("[data-newest]")) return location.reload(); // answered, or signed out: it says so
    replaceParts(page);
    const notice = page.querySelector(".notice[role=alert]");
    if (notice) document.querySelector("[data-newest]").replaceChildren(notice);
    document.querySelector(`[data-done="${CSS.escape(value)}"]`)?.focus({ preventScroll: true });
  } catch {
    const speaks = document.querySelector("[data-newest]");
    speaks.textContent = speaks.dataset.lost; // the line is away; the same tap again does no harm
    button.removeAttribute("aria-busy");
  } finally {
    busy = false;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-examine]");
  if (!form || !event.submitter?.value) return;
  event.preventDefault();
  examine(form, event.submitter);
});

for (const details of document.querySelectorAll(REMEMBERED)) remember(details);
