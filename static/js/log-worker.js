// Stands before /log alone, and only where the line is lost: then it shows the form that log.js kept, which holds nobody's
// name, and the files that form needs. It keeps nothing itself.

const KEPT = "segmental-log";
const SHELL = "/log/offline";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === "/log") event.respondWith(orKept(request, SHELL));
  else if (pathname.startsWith("/static/")) event.respondWith(orKept(request, request.url));
});

async function orKept(request, name) {
  try {
    return await fetch(request);
  } catch (lost) {
    const kept = await (await caches.open(KEPT)).match(name, { ignoreVary: true }); // it was fetched without a cookie
    if (kept) return kept;
    throw lost;
  }
}
