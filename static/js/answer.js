// Sends the answers of `form[data-answer]` and does not lose them: what was sent and not acknowledged stays in this
// browser, with its nonce, and is sent again by itself. The server takes the same answer any number of times.
// Without this module the same form posts and is redirected.

const KEPT = "segmental-answers";
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const forms = [...document.querySelectorAll("form[data-answer]")];

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function keep(key, entry) {
  const all = kept();
  if (entry) all[key] = entry;
  else delete all[key];
  try {
    localStorage.setItem(KEPT, JSON.stringify(all));
  } catch {
    // private windows: the answer is only as safe as this page
  }
}

const keyOf = (form) => `${form.dataset.who} ${form.getAttribute("action")} ${form.elements.question.value}`;

class Sender {
  constructor(form) {
    this.form = form;
    this.words = JSON.parse(form.dataset.words);
    this.state = form.querySelector("[data-state]");
    this.button = form.querySelector("[type=submit]");
    this.pause = FIRST_PAUSE_MS;
    this.sending = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.sending) return;
      const fields = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
      keep(keyOf(form), { action: form.getAttribute("action"), who: form.dataset.who, fields });
      this.send(fields);
    });
    addEventListener("online", () => this.sendNow?.());
    const earlier = kept()[keyOf(form)];
    if (earlier) {
      fill(form, earlier.fields);
      this.send(earlier.fields);
    }
  }

  async send(fields) {
    this.lock(true);
    this.mark({});
    this.say("saving");
    let reply;
    try {
      reply = await post(this.form.getAttribute("action"), fields, this.form.elements.csrf_token.value);
    } catch {
      return this.again(fields);
    }
    const { status } = reply;
    if (status >= 500 || status === 429) return this.again(fields);
    if (status === 401) return this.stop("signIn", this.form.dataset.signIn);
    if (status === 400) return this.stop("reload", location.href);
    keep(keyOf(this.form), null);
    if (status === 200) {
      this.say("saved");
      return go(reply.body.location);
    }
    if (status === 422) return this.complain(reply.body.errors ?? { form: reply.body.error });
    return this.stop("", reply.body.location, reply.body.message ?? reply.body.error ?? String(status));
  }

  again(fields) {
    this.say("waiting");
    const timer = setTimeout(() => this.sendNow?.(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
    this.sendNow = () => {
      clearTimeout(timer);
      this.sendNow = null;
      this.send(fields);
    };
  }

  // What only the person can mend: a link takes them there, and the answer is kept where it may still be sent.
  stop(word, address, message) {
    this.say(word || "bad", message ?? this.words[word]);
    if (!address) return this.lock(false);
    const link = document.createElement("a");
    link.href = address;
    link.textContent = this.words[word ? `${word}Link` : "show"];
    if (word === "reload" || address.split("#")[0] === location.pathname + location.search) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        go(address);
      });
    }
    this.state.append(" ", link);
  }

  complain(errors) {
    this.lock(false);
    this.say("");
    this.mark(errors);
    const first = this.form.querySelector("[data-error]:not([hidden])");
    const field = first?.closest("fieldset")?.querySelector("input, select");
    first?.scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
  }

  mark(errors) {
    for (const place of this.form.querySelectorAll("[data-error]")) {
      place.textContent = errors[place.dataset.error] ?? "";
      place.hidden = !place.textContent;
      const typed = place.closest("fieldset")?.querySelector('input[type="text"]');
      if (typed && place.hidden) typed.removeAttribute("aria-invalid");
      else typed?.setAttribute("aria-invalid", "true");
    }
  }

  lock(on) {
    this.sending = on;
    this.button.disabled = on;
  }

  say(word, message) {
    this.state.className = `answer-state${word ? ` answer-state-${word}` : ""}`;
    this.state.textContent = message ?? this.words[word] ?? "";
  }
}

async function post(action, fields, token) {
  const body = new URLSearchParams([...fields, ["csrf_token", token]]);
  const reply = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
  const isJson = reply.headers.get("Content-Type")?.startsWith("application/json");
  if (reply.ok && !isJson) throw new Error("a page where a reply was expected: some portal stands between");
  return { status: reply.status, body: isJson ? await reply.json() : {} };
}

function fill(form, fields) {
  for (const [name, value] of fields) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else field.value = value;
    }
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function go(address) {
  const target = new URL(address, location.href);
  const here = target.pathname === location.pathname && target.search === location.search;
  if (here) {
    history.replaceState(null, "", target);
    location.reload();
  } else {
    location.assign(target);
  }
}

// Answers kept from another page, of this person and nobody else; the token of any form here will do.
async function sendOthers() {
  const token = document.querySelector('input[name="csrf_token"]')?.value;
  const here = new Set(forms.map(keyOf));
  const who = forms[0]?.dataset.who ?? document.querySelector("[data-who]")?.dataset.who;
  for (const [key, entry] of Object.entries(kept())) {
    if (!token || entry.who !== who || here.has(key)) continue;
    try {
      const { status } = await post(entry.action, entry.fields, token);
      if (status < 500 && ![400, 401, 429].includes(status)) keep(key, null);
    } catch {
      return; // the line is away; the next page tries again
    }
  }
}

for (const form of forms) new Sender(form);
sendOthers();
