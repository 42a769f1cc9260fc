// A draft that saves itself and survives a lost connection: without this script its buttons do all of it.
"use strict";

const form = document.querySelector("form[data-draft]");
const name = `brouillon-${form?.dataset.draft}`;
const SILENT = new Set(["csrfmiddlewaretoken", "acte", "version"]);
const PAUSE = 1500; // milliseconds after the last letter
const AGAIN = 15000; // before what did not leave is tried again
const FINAL = new Set([403, 404, 409]); // refusals that trying again would not change
let waiting;
let sending = null;
let isStopped = form?.hasAttribute("data-stale");

const piece = (suffix) => form.querySelector(`[data-draft-${suffix}]`);
const say = (text) => (piece("status").textContent = text);

function typed() {
  const given = [...new FormData(form)].filter(([field]) => !SILENT.has(field));
  return JSON.stringify(given);
}

function keep() {
  try {
    const version = form.elements.version.value;
    localStorage.setItem(name, JSON.stringify({ version, typed: typed(), at: Date.now() }));
  } catch {
    // Private windows keep nothing: the portal still does.
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function forget() {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

// Why the portal did not take the draft, and what to do: by the status of its answer, else as it says.
function refusal(answer, said) {
  const words = piece("status").dataset;
  if (answer.redirected) return words.signedOut;
  if (answer.status >= 500) return words.on500;
  return words[`on${answer.status}`] ?? said.detail ?? words.refused;
}

async function send() {
  clearTimeout(waiting);
  if (isStopped || sending) return;
  const before = typed();
  const body = new FormData(form);
  body.set("acte", "brouillon");
  sending = fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" } });
  try {
    const answer = await sending;
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    if (answer.ok && !answer.redirected && !isJson) throw new Error("not ours");
    const said = isJson && !answer.redirected ? await answer.json() : {};
    if (said.saved) {
      form.elements.version.value = said.version;
      say(said.saved);
      if (typed() === before) forget();
      else keep();
    } else {
      keep();
      isStopped = FINAL.has(answer.status);
      say(refusal(answer, said));
      const isForNow = answer.redirected || answer.status === 429 || answer.status >= 500;
      if (isForNow) return (waiting = setTimeout(send, AGAIN));
    }
  } catch {
    say(piece("status").dataset.offline);
    waiting = setTimeout(send, AGAIN);
  } finally {
    sending = null;
  }
  if (!isStopped && typed() !== before) waiting = setTimeout(send, PAUSE);
}

function fill(draft) {
  for (const [field, value] of JSON.parse(draft.typed)) {
    const input = form.elements[field];
    if (input) input.value = value;
  }
  form.elements.version.value = draft.version;
}

function offer() {
  const draft = kept();
  if (!draft || draft.typed === typed()) return forget();
  piece("when").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  piece("kept").hidden = false;
  piece("take").addEventListener("click", () => {
    fill(draft);
    piece("kept").hidden = true;
    say(piece("status").dataset.taken);
    form.elements.done.focus();
  });
  piece("drop").addEventListener("click", () => {
    forget();
    piece("kept").hidden = true;
    form.elements.done.focus();
  });
}

if (form) {
  offer();
  form.addEventListener("input", () => {
    keep();
    clearTimeout(waiting);
    waiting = setTimeout(send, PAUSE);
  });
  addEventListener("online", () => {
    if (kept() && piece("kept").hidden) send();
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(waiting);
    if (!sending) return;
    event.preventDefault(); // what is on its way arrives first: one does not overtake oneself
    await sending.catch(() => {});
    setTimeout(() => form.requestSubmit(event.submitter), 50);
  });
}
