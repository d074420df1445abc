// An exam under way: the clock, and answers that are not lost. Each answer is saved by itself as it is given; what was not
// acknowledged stays in this browser with its nonce and is sent again. Without this module the same forms post.

const KEPT = "segmental-exam";
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20000;
const HERE_MS = 60000;
const SETTLED_MS = 600; // "c7" is typed letter by letter, and C1 on the way to it is no answer
const FIVE_MINUTES = 300;

const bar = document.querySelector("[data-exam]");
const words = JSON.parse(bar.dataset.words);
const clock = bar.querySelector("[data-clock]");
const saved = bar.querySelector("[data-saved]");
const warning = document.querySelector("[data-warning]");
const form = document.querySelector("form[data-exam-answer]");
const state = form?.querySelector("[data-state]");

// --- the clock: the server's figure, counted down by a clock that cannot be set

let left = Number(bar.dataset.left);
let readAt = performance.now();
let warned = false;
let ending = false;

function resync(seconds) {
  left = seconds;
  readAt = performance.now();
  tick();
}

function tick() {
  const now = Math.max(0, Math.floor(left - (performance.now() - readAt) / 1000));
  const short = now < FIVE_MINUTES;
  const text = short ? words.last.replace("{clock}", `${Math.floor(now / 60)}:${String(now % 60).padStart(2, "0")}`) : words.left.replace("{minutes}", Math.floor(now / 60));
  if (clock.textContent !== text) clock.textContent = text;
  clock.classList.toggle("exam-clock-short", short);
  if (short && now > 0 && !warned) {
    warned = true;
    warning.textContent = words.five;
    warning.hidden = false;
  }
  if (now === 0 && !ending) end();
}

async function end() {
  ending = true;
  warning.textContent = words.over;
  warning.hidden = false;
  await here();
}

async function here() {
  try {
    const { status, body } = await post(bar.dataset.here, []);
    if (status !== 200) return;
    if (body.over) return location.assign(body.result);
    ending = false;
    resync(body.left);
  } catch {
    ending = false; // the line is away; the next second or minute asks again
  }
}

setInterval(tick, 1000);
setInterval(here, HERE_MS);
document.addEventListener("visibilitychange", () => !document.hidden && here());
addEventListener("online", here);
here();

async function post(action, fields) {
  const reply = await fetch(action, {
    method: "POST",
    body: new URLSearchParams([...fields, ["csrf_token", bar.dataset.token]]),
    headers: { Accept: "application/json" },
  });
  const isJson = reply.headers.get("Content-Type")?.startsWith("application/json");
  if (reply.ok && !isJson) throw new Error("a page where a reply was expected: some portal stands between");
  return { status: reply.status, body: isJson ? await reply.json() : {} };
}

// --- answers: for each question what was sent and not acknowledged, and what is to follow it

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function keep(key, entry) {
  const all = kept();
  if (entry?.sent) all[key] = entry;
  else delete all[key];
  try {
    localStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    // private windows: the answer is only as safe as this page
  }
}

function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").slice(0, 22);
}

class Sender {
  constructor(key, entry, own) {
    Object.assign(this, { key, own, pause: FIRST_PAUSE_MS, busy: false, go: null, ...entry });
    addEventListener("online", () => this.send());
  }

  give(fields) {
    if (this.sent && same(this.sent, fields) && !this.next) return;
    if (this.sent) this.next = fields;
    else this.sent = [...fields, ["nonce", nonce()], ["based_on", String(this.basedOn)]];
    this.store();
    this.send();
  }

  store() {
    keep(this.key, { action: this.action, who: this.who, number: this.number, sent: this.sent, next: this.next, basedOn: this.basedOn });
  }

  async send() {
    if (this.busy || !this.sent) return;
    this.busy = true;
    clearTimeout(this.timer);
    this.say("saving", words.saving);
    let reply;
    try {
      reply = await post(this.action, this.sent);
    } catch {
      reply = { status: 0, body: {} };
    }
    this.busy = false;
    const { status, body } = reply;
    if (status === 0 || status === 429 || status >= 500) return this.again();
    if (status === 401) return this.stop("signIn", bar.dataset.signIn);
    if (status === 400) return this.stop("reload", location.href);
    this.pause = FIRST_PAUSE_MS;
    if (status === 200) return this.acknowledged(body);
    if (status === 409 && body.state === "stale") return this.own && this.showBoth(); // else it waits for its own page
    this.sent = null;
    if (status === 422 && this.next) return this.follow();
    this.store();
    if (body.state === "over") return location.assign(`${body.result}?late=yes`);
    this.say("bad", `${words.unsaved} ${Object.values(body.errors ?? {})[0] ?? body.message ?? body.error ?? status}`);
    if (status === 422 && this.go && this.own) mark(body.errors ?? {});
    this.go = null;
  }

  acknowledged(body) {
    this.basedOn = body.save;
    this.sent = null;
    resync(body.left);
    saved.textContent = body.words;
    if (this.next) return this.follow();
    this.store();
    this.say("saved", body.words);
    answered(this.number);
    if (this.own) mark({});
    if (this.go) location.assign(body.location);
  }

  follow() {
    const fields = this.next;
    this.next = null;
    this.give(fields);
  }

  again() {
    this.say("waiting", words.waiting);
    this.timer = setTimeout(() => this.send(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  // The server's own page shows what stands beside what was sent.
  showBoth() {
    for (const [name, value] of this.sent) {
      const field = form.querySelector(`input[type="hidden"][name="${name}"]`);
      if (field) field.value = value;
    }
    keep(this.key, null);
    HTMLFormElement.prototype.submit.call(form);
  }

  stop(word, address) {
    this.say("bad", words[word]);
    const link = document.createElement("a");
    link.href = address;
    link.textContent = words[`${word}Link`];
    if (this.own) state.append(" ", link);
  }

  say(look, text) {
    if (!this.own) return;
    state.className = `answer-state answer-state-${look}`;
    state.textContent = text;
  }
}

const plain = (fields) => JSON.stringify(fields.filter(([name]) => !["csrf_token", "nonce", "based_on", "go"].includes(name)));
const same = (one, other) => plain(one) === plain(other);

function mark(errors) {
  for (const place of form.querySelectorAll("[data-error]")) {
    place.textContent = errors[place.dataset.error] ?? "";
    place.hidden = !place.textContent;
  }
  form.querySelector("[data-error]:not([hidden])")?.closest("fieldset")?.querySelector("input, select")?.focus();
}

function answered(number) {
  document.querySelector(`[data-place="${number}"]`)?.classList.add("exam-place-answered");
}

function fill(fields) {
  for (const field of form.querySelectorAll("input[type=radio], input[type=checkbox]")) field.checked = false;
  for (const [name, value] of fields) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else if (field.type !== "hidden") field.value = value;
    }
  }
}

let mine = null;
if (form) {
  const number = form.elements.question.value;
  const action = form.getAttribute("action");
  const key = `${bar.dataset.who} ${action} ${number}`;
  const entry = kept()[key];
  const basedOn = Number(form.elements.based_on.value);
  mine = new Sender(key, { action, who: bar.dataset.who, number, sent: null, next: null, basedOn, ...entry }, true);
  if (entry) {
    fill(entry.next ?? entry.sent);
    form.dispatchEvent(new Event("change"));
    mine.send();
  }
  const fieldsOf = () => [...new FormData(form)].filter(([name]) => !["csrf_token", "nonce", "based_on"].includes(name));
  let last = plain(fieldsOf());
  let settling = null;
  const save = (go) => {
    clearTimeout(settling);
    settling = null;
    const fields = fieldsOf();
    if (go) fields.push(["go", go]);
    last = plain(fields);
    mine.give(fields);
  };
  const settle = () => {
    clearTimeout(settling);
    settling = setTimeout(() => plain(fieldsOf()) !== last && save(), SETTLED_MS);
  };
  form.addEventListener("change", settle);
  form.addEventListener("click", (event) => event.target.closest(".step-moves") && settle());
  addEventListener("pagehide", () => settling && plain(fieldsOf()) !== last && save());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    mine.go = event.submitter?.value === "stay" ? null : "next";
    if (mine.sent && mine.go) {
      mine.next = [...fieldsOf(), ["go", "next"]];
      return mine.send();
    }
    save(mine.go);
  });
}

// What other pages of this exam could not send, of this person and nobody else.
for (const [key, entry] of Object.entries(kept())) {
  if (key !== mine?.key && entry.who === bar.dataset.who) new Sender(key, entry, false).send();
}

// --- flags and keys

document.querySelector("form[data-flag]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const flagging = event.target;
  const wanted = flagging.elements.flagged.value;
  try {
    const { status, body } = await post(flagging.getAttribute("action"), [["question", flagging.elements.question.value], ["flagged", wanted]]);
    if (status !== 200) throw new Error(String(status));
    flagging.elements.flagged.value = body.flagged ? "no" : "yes";
    flagging.querySelector("button").setAttribute("aria-pressed", String(body.flagged));
    document.querySelector(`[data-place="${flagging.elements.question.value}"]`)?.classList.toggle("exam-place-flagged", body.flagged);
  } catch {
    HTMLFormElement.prototype.submit.call(flagging);
  }
});

addEventListener("keydown", (event) => {
  if (!form || event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.closest("a, button, input:not([type='radio'], [type='checkbox']), select, textarea, summary");
  if (typing) return;
  const option = form.querySelectorAll('input[name="option"], input[name="options"]')[Number(event.key) - 1];
  if (option) {
    event.preventDefault();
    option.checked = option.type === "radio" || !option.checked;
    option.focus();
    option.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit();
  } else if (!event.target.closest("input") && event.key === "ArrowLeft") {
    document.querySelector("[data-previous]")?.click();
  } else if (!event.target.closest("input") && event.key === "ArrowRight") {
    document.querySelector("[data-next]")?.click();
  }
});
