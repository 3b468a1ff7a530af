// Sends what waits, one after the other, each under its own key: however often it is sent, it
// happens once. What the centre refuses stays here with its reason until somebody decides.
import * as store from "./store.js";

let facts;
let csrf = "";
let account;
let running = null;
let tell = () => {};
const PAUSE = 30_000;
const LONGEST_WAIT = 60_000;

export function begin(given, changed) {
  facts = given;
  tell = changed;
  window.addEventListener("online", () => send());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  setInterval(() => send(), PAUSE);
}

export const signedIn = () => account;

// Asks for the day's work. Gives it, or the reason why not: "offline", "sign_in", "forbidden".
export async function fetchWork() {
  let answer;
  try {
    answer = await fetch(facts.work, { redirect: "manual", headers: { Accept: "application/json" } });
  } catch { return "offline"; }
  if (answer.type === "opaqueredirect") return "sign_in";
  if (answer.status === 403) return "forbidden";
  if (!answer.ok) return "offline";
  const found = await answer.json();
  csrf = found.csrf;
  account = found.account;
  await store.sweep(account);
  await store.keepWork(found);
  return found;
}

export async function add(item) {
  // A key is made once, with the thing itself: a second sending is known by it.
  const skew = (await store.work())?.skew || 0;
  const done_at = new Date(Date.now() + skew).toISOString();
  const made = { ...item, key: crypto.randomUUID(), made: Date.now(), done_at, state: "waits" };
  await store.keepItem(made);
  tell("added");
  send();
  return made;
}

// One run at a time, over all tabs of this phone.
export function send() {
  running ||= locked(run).finally(() => { running = null; });
  return running;
}

async function locked(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request("commonward-field-outbox", { ifAvailable: true }, (lock) => (lock ? work() : null));
}

async function run() {
  // A call for help goes first, whatever waited longer.
  const waiting = (await store.outbox()).filter((item) => item.state === "waits")
    .sort((a, b) => (b.kind === "help") - (a.kind === "help"));
  if (!waiting.length) return;
  if (!csrf || account === undefined) {
    const found = await fetchWork();
    if (typeof found === "string") { tell(found); return; }
  }
  let sent = 0;
  for (const item of waiting) {
    if (item.account !== account) continue;
    tell("sending");
    const state = await sendOne(item);
    if (state === "done") sent += 1;
    else if (state !== "refused") { tell(state); return; }
  }
  if (sent) {
    const found = await fetchWork();
    tell(typeof found === "string" ? found : "sent");
  } else tell("idle");
}

async function sendOne(item, again = false) {
  const { photos = [], state, made, title, words, ...rest } = item;
  const body = new FormData();
  body.set("item", JSON.stringify({ ...rest, ...(item.form || {}), form: undefined }));
  photos.forEach((photo, n) => body.append("photos", photo, `${n}.jpg`));
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LONGEST_WAIT);
  let answer;
  let said;
  try {
    answer = await fetch(facts.send, {
      method: "POST", body, redirect: "manual", signal: stop.signal,
      headers: { "X-CSRFToken": csrf, Accept: "application/json" },
    });
    if (answer.type === "opaqueredirect") return "sign_in";
    const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    said = json ? await answer.json() : null;
  } catch { return "offline"; } finally { clearTimeout(timer); }
  if (answer.ok && said?.done) {
    await store.dropItem(item.key);
    if (item.kind === "help") tell("helped", { number: said.number, say: said.say });
    if (said.call?.length) tell("call", { key: item.key, numbers: said.call });
    return "done";
  }
  if (!said && answer.status === 403 && !again) {
    // The form's protection was renewed by a new sign-in: fetch it and try once more.
    const found = await fetchWork();
    return typeof found === "string" ? found : sendOne(item, true);
  }
  if (!said || answer.status >= 500 || answer.status === 429) return "trouble";
  await store.keepItem({ ...item, state: "refused", code: said.code, words: said.words });
  return "refused";
}
