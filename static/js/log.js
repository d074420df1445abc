// The treatment log on a phone: muscles by tap, and entries that a lost line does not lose. What was sent and not
// acknowledged stays in this browser under its nonce and its person, and is sent again by itself; the server takes the
// same entry any number of times. Without this module the same form posts and is redirected.

const KEPT = "segmental-log";
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 60000;
const SUGGESTED = 10;

const form = document.querySelector("form[data-log]");
const words = JSON.parse(form.dataset.words);
const state = form.querySelector("[data-state]");
const section = document.querySelector("[data-kept]");
let token = form.elements.csrf_token?.value ?? "";
let pause = FIRST_PAUSE_MS;
let timer = 0;
let sending = false;

// --- whose phone, and what it keeps ---

// The cookie goes away at sign-out, so that the copy of the form without a line knows that nobody is signed in.
function who() {
  if (form.dataset.who) return form.dataset.who;
  return document.cookie.match(/(?:^|; )segmental-log=([\w-]{22})/)?.[1] ?? "";
}

function all() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function store(entries) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(entries));
    return true;
  } catch {
    return false; // private windows, or no room
  }
}

function keep(nonce, entry) {
  const entries = all();
  if (entry) entries[nonce] = entry;
  else delete entries[nonce];
  return store(entries);
}

const mine = () => Object.entries(all()).filter(([, entry]) => entry.who === who());

function newNonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// --- sending ---

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  addTyped();
  mark({});
  if (!who()) return say(words.nobody);
  const nonce = form.elements.nonce.value;
  const fields = [...new FormData(form)].filter(([name, value]) => !["csrf_token", "nonce"].includes(name) && value);
  const entry = { who: who(), fields, at: Date.now() };
  const safe = keep(nonce, entry);
  clearTimeout(timer);
  pause = FIRST_PAUSE_MS;
  const reply = await deliver(nonce, entry);
  if (reply === "lost" && !safe) return say(words.noRoom); // the form keeps what was typed
  if (reply === "lost") {
    say(words.waiting);
    again();
  } else if (reply.errors) {
    keep(nonce, null); // it stands in the form still
    return mark(reply.errors);
  } else if (reply.location) return location.assign(reply.location);
  else if (reply.done) say(words.logged);
  begin();
  show();
});

// "lost", { done, location }, { errors } or { stop }.
async function deliver(nonce, entry) {
  try {
    let reply = await post(nonce, entry);
    if ([400, 401].includes(reply.status) && (await renew(entry.who))) reply = await post(nonce, entry);
    const { status, body } = reply;
    if (status === 200) {
      keep(nonce, null);
      return { done: true, location: body.location };
    }
    if (status >= 500 || status === 429 || status === 401 || status === 400) {
      return status === 401 || status === 400 ? stop(entry.who) : "lost";
    }
    const errors = Object.keys(body.errors ?? {}).length ? body.errors : { form: body.error ?? words.somethingElse };
    keep(nonce, { ...entry, errors });
    return { errors };
  } catch {
    return "lost";
  }
}

async function post(nonce, { fields }) {
  if (!token && !(await renew(who()))) return { status: 401, body: {} };
  const body = new URLSearchParams([...fields, ["nonce", nonce], ["csrf_token", token]]);
  const reply = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" } });
  const isJson = reply.headers.get("Content-Type")?.startsWith("application/json");
  if (reply.ok && !isJson) throw new Error("a page where a reply was expected: some portal stands between");
  return { status: reply.status, body: isJson ? await reply.json() : {} };
}

// The page may be older than the session: a fresh form has the token, if the same person is signed in. Throws when the
// line is lost.
async function renew(person) {
  const reply = await fetch(form.getAttribute("action"), { headers: { Accept: "text/html" } });
  if (reply.status >= 500) throw new Error(String(reply.status));
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("form[data-log]");
  if (!fresh || fresh.dataset.who !== person) return false;
  token = fresh.elements.csrf_token.value;
  return true;
}

function stop() {
  const link = document.createElement("a");
  link.href = form.dataset.signIn;
  link.textContent = words.signIn;
  state.replaceChildren(link);
  return { stop: true };
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(sendKept, pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
}

async function sendKept() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  try {
    for (const [nonce, entry] of mine().filter(([, one]) => !one.errors)) {
      const reply = await deliver(nonce, entry);
      if (reply === "lost") return again();
      if (reply.stop) return;
      say(reply.done ? words.logged : "");
    }
  } finally {
    sending = false;
    show();
  }
}

// --- what is said ---

function say(text) {
  state.textContent = text;
}

function mark(errors) {
  say("");
  for (const place of form.querySelectorAll("[data-error]")) {
    place.textContent = errors[place.dataset.error] ?? "";
    place.hidden = !place.textContent;
  }
  const first = form.querySelector("[data-error]:not([hidden])");
  first?.scrollIntoView({ block: "center" });
  first?.closest("fieldset, .field")?.querySelector("input:not([type=hidden]), select")?.focus({ preventScroll: true });
}

function show() {
  const entries = mine();
  section.hidden = !entries.length;
  section.querySelector("[data-kept-title]").textContent = words.kept.replace("{n}", entries.length);
  section.querySelector("[data-kept-rows]").replaceChildren(...entries.map(([nonce, entry]) => row(nonce, entry)));
  const waiting = entries.some(([, entry]) => !entry.errors);
  const back = form.dataset.who ? [] : [link(form.getAttribute("action"), words.openLog)];
  section.querySelector("[data-kept-actions]").replaceChildren(...(waiting ? [button(words.sendNow, sendKept)] : []), ...back);
}

function row(nonce, entry) {
  const line = document.createElement("li");
  const of = (name) => entry.fields.filter(([key]) => key === name).map(([, value]) => value).join(", ");
  const what = document.createElement("p");
  what.textContent = `${of("treated_on")} · ${of("segment")} · ${of("muscle")}`;
  line.append(what);
  if (!entry.errors) return line;
  const why = document.createElement("p");
  why.className = "error";
  why.textContent = `${words.refused}: ${Object.values(entry.errors).join(" ")}`;
  const mend = button(words.mend, () => {
    fill(entry.fields);
    keep(nonce, null);
    mark(entry.errors);
    show();
  });
  const discard = button(words.discard, () => {
    if (!confirm(words.sure)) return;
    keep(nonce, null);
    show();
  });
  discard.classList.add("button-danger");
  const actions = document.createElement("p");
  actions.className = "actions";
  actions.append(mend, discard);
  line.append(why, actions);
  return line;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button-quiet";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function link(address, text) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text;
  return made;
}

// --- the form ---

const DEFAULTS = new Set(["treated_on", "region", "supervision"]);

// The next entry: what seldom changes stays, what was found is asked afresh.
function begin() {
  form.elements.nonce.value = newNonce();
  for (const field of form.querySelectorAll("input, select")) {
    if (DEFAULTS.has(field.name) || field.type === "hidden") continue;
    if (field.name === "range_change") field.checked = field.value === "not-measured";
    else if (field.type === "radio" || field.type === "checkbox") field.checked = false;
    else if (field.name) field.value = "";
  }
  chosen.clear();
  drawMuscles();
}

function fill(fields) {
  begin();
  for (const [name, value] of fields) {
    if (name === "muscle") chosen.add(value);
    else {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
        else field.value = value;
      }
    }
  }
  drawMuscles();
}

const muscles = form.querySelector("[data-muscles]");
const known = [...muscles.querySelectorAll("option")].map((one) => ({ name: one.value, of: (one.dataset.s ?? "").split(" ") }));
const names = new Set(known.map((one) => one.name));
const typed = muscles.querySelectorAll("input[name=muscle]");
const chosen = new Set([...typed].map((one) => one.value.trim()).filter(Boolean));

function addTyped() {
  const text = typed[0].value.trim();
  if (text) chosen.add(text);
  typed[0].value = "";
  drawMuscles();
}

function drawMuscles() {
  const segments = [...form.querySelectorAll("[name=segment]:checked")].map((one) => one.value);
  const fit = known.filter((one) => !chosen.has(one.name) && one.of.some((segment) => segments.includes(segment)));
  draw("[data-chosen]", [...chosen].map((name) => tap(name, () => chosen.delete(name), true)));
  draw("[data-suggested]", fit.slice(0, SUGGESTED).map((one) => tap(one.name, () => chosen.add(one.name))));
}

function draw(place, buttons) {
  const box = muscles.querySelector(place);
  const focused = [...box.children].indexOf(document.activeElement);
  box.replaceChildren(...buttons);
  box.hidden = !buttons.length;
  if (focused >= 0) (box.children[Math.min(focused, box.children.length - 1)] ?? typed[0]).focus();
}

function tap(name, act, isChosen = false) {
  const made = button(isChosen ? `${name} ×` : `+ ${name}`, () => {
    act();
    drawMuscles();
  });
  if (isChosen) {
    made.dataset.chosenMuscle = "";
    made.setAttribute("aria-label", words.remove.replace("{m}", name));
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "muscle";
    field.value = name;
    made.append(field);
  }
  return made;
}

typed[0].name = "";
typed[0].value = "";
for (const other of [...typed].slice(1)) other.remove();
typed[0].addEventListener("input", () => names.has(typed[0].value) && addTyped());
typed[0].addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // Enter adds a muscle, and must not log what is half filled in
  addTyped();
});
typed[0].addEventListener("change", addTyped);
form.addEventListener("change", (event) => {
  if (event.target.name === "region") {
    for (const one of form.querySelectorAll("[name=segment]:checked")) one.checked = false;
  }
  if (["region", "segment"].includes(event.target.name)) drawMuscles();
});

// A copy of the form may be days old. The day is that of the school, whatever zone the phone is in: the log asks for it.
const today = new Intl.DateTimeFormat("sv-SE", { timeZone: form.dataset.zone }).format(new Date()); // as in 2026-11-25
const day = form.elements.treated_on;
if (!form.dataset.who && day.max < today) {
  day.max = today;
  day.value = today;
}
if (!form.dataset.who) form.elements.nonce.value = newNonce();

// --- the copy for when there is no line, which log-worker.js shows ---

async function keepForm() {
  if (!("serviceWorker" in navigator) || !("caches" in self)) return;
  await navigator.serviceWorker.register(form.dataset.worker, { scope: "/log" });
  const cache = await caches.open(KEPT);
  const page = await fetch(form.dataset.shell, { credentials: "omit" });
  if (!page.ok || page.redirected) return;
  const made = new DOMParser().parseFromString(await page.clone().text(), "text/html");
  const files = [...made.querySelectorAll("link[href], script[src], img[src]")]
    .map((one) => one.getAttribute("href") ?? one.getAttribute("src"))
    .filter((address) => address.startsWith("/static/"));
  await cache.addAll(new Set(files)); // the mark stands in the head twice, and a cache takes nothing twice at once
  await cache.put(form.dataset.shell, page);
  const wanted = new Set([form.dataset.shell, ...files].map((one) => new URL(one, location.href).href));
  for (const old of await cache.keys()) if (!wanted.has(old.url)) await cache.delete(old);
}

addEventListener("online", sendKept);
drawMuscles();
show();
if (mine().length) sendKept();
if (form.dataset.who) keepForm().catch(() => undefined); // without it the form only needs a line
