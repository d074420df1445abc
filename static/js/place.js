// Keep which heading of the lesson is in view, so that Continue lands there on any device.
const article = document.querySelector("[data-place]");
const QUIET_MS = 1500;

if (article) {
  // The text's own headings; that of the sources is none to go back to.
  const headings = [...article.querySelectorAll('[id^="sec-"]')];
  let kept = null;
  let timer = 0;

  const inView = () => {
    const line = window.innerHeight * 0.35;
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top <= line);
    return passed.length ? passed[passed.length - 1].id : "";
  };

  const keep = () => {
    clearTimeout(timer);
    const heading = inView();
    if (heading === kept) return;
    kept = heading;
    const body = new URLSearchParams({ csrf_token: article.dataset.token, heading });
    fetch(article.dataset.place, { method: "POST", body, keepalive: true, credentials: "same-origin" }).catch(() => {
      kept = null; // the line is away; the next heading tries again
    });
  };

  // A page that has just opened may still be on its way to its anchor; whoever leaves it at once keeps the place they had.
  let settled = false;
  const leave = () => { if (settled) keep(); };

  addEventListener("scroll", () => { clearTimeout(timer); timer = setTimeout(keep, QUIET_MS); }, { passive: true });
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  setTimeout(() => { settled = true; }, QUIET_MS);
  timer = setTimeout(keep, QUIET_MS);
}
