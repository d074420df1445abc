// The finding under the pointer or the focus stands out, among the marks and in the list; one that was led to stays marked.
// Without script the numbers tie them.

for (const chart of document.querySelectorAll("[data-body-chart]")) {
  const of = (element) => element?.closest("[data-finding]")?.dataset.finding;
  const focused = () => of(chart.contains(document.activeElement) ? document.activeElement : null);

  const show = (number) => {
    const shown = number ?? of(chart.querySelector(":target"));
    chart.toggleAttribute("data-picked", number !== undefined);
    for (const one of chart.querySelectorAll("[data-finding]")) one.classList.toggle("finding-on", one.dataset.finding === shown);
  };

  chart.addEventListener("pointerover", (event) => show(of(event.target) ?? focused()));
  chart.addEventListener("pointerleave", () => show(focused()));
  chart.addEventListener("focusin", (event) => show(of(event.target)));
  chart.addEventListener("focusout", () => show());
  addEventListener("hashchange", () => show(focused()));
  show();
}
