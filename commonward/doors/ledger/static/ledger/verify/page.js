// The page that checks receipts. Everything is computed here; nothing that is entered leaves it.

import { hex, inflated, unpacked } from "./bytes.js";
import { by } from "./digests.js";
import { MOST, checkForm, checkHistory, checkReceipt, checkpointIn, keysIn } from "./receipts.js";
import { Refuted } from "./refuted.js";

const words = JSON.parse(document.getElementById("words").textContent);
const at = (name) => document.querySelector(`[data-part="${name}"]`);
const language = () => (document.documentElement.lang.toLowerCase().startsWith("zh") ? "zh-hans" : "en");

/** What was found last, so that it can be told again in another language. */
let told = null;

function say(name, given = {}) {
  const text = words[language()][name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, one) => String(given[one] ?? ""));
}

function element(tag, text = "", kind = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function moment(milliseconds) {
  const date = new Date(Number(milliseconds));
  if (Number.isNaN(date.getTime())) return String(milliseconds);
  const shown = new Intl.DateTimeFormat(language() === "en" ? "en-GB" : "zh-CN", {
    dateStyle: "long",
    timeStyle: "medium",
  });
  return `${shown.format(date)} (${date.toISOString().replace("T", " ").replace("Z", " UTC")})`;
}

function facts(rows) {
  const list = element("dl", "", "facts");
  for (const [name, value] of rows) {
    const row = element("div");
    row.append(element("dt", name));
    row.append(value instanceof Node ? value : element("dd", value));
    list.append(row);
  }
  return list;
}

function code(text) {
  const made = element("dd");
  made.append(element("code", text));
  return made;
}

const FACTS = ["verb", "case", "from", "to", "at", "written", "role", "team"];
const MOMENTS = ["at", "written"];

function plain(value) {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(plain).join("\n");
  if (value instanceof Map) {
    const called = (name) => words[language()][`name.${name}`] ?? name;
    return [...value].map(([name, one]) => say("pair", { name: called(name), value: plain(one) })).join("\n");
  }
  return String(value);
}

function factValue(name, value) {
  const text = plain(value);
  if (MOMENTS.includes(name) && !Number.isNaN(Date.parse(text))) return moment(Date.parse(text));
  const [kind] = name === "from" ? ["to"] : [name];
  return words[language()][`${kind}.${text}`] ?? text;
}

/** What the entry says, in the order in which a person asks; then what it opens. */
function factRows(given, opened, written) {
  const told = (name) => given.has(name) && given.get(name) !== "";
  // The moment of the entry is that of the writing, and stands above already.
  const again = (name) => name === "written" && Date.parse(given.get(name)) === Number(written);
  const names = FACTS.filter((name) => told(name) && !again(name));
  const others = [...given.keys()].filter((name) => ![...FACTS, "parts", "form", "event"].includes(name));
  const rows = [...names, ...others].map((name) => [
    words[language()][`fact.${name}`] ?? name,
    factValue(name, given.get(name)),
  ]);
  for (const [name, value] of opened) {
    const text = words[language()][`${name}.${value}`] ?? plain(value);
    rows.push([words[language()][`part.${name}`] ?? name, element("dd", text, "quoted")]);
  }
  return rows;
}

function sealedRow(one) {
  const parts = one.facts?.get("parts");
  if (!(parts instanceof Map)) return [];
  const names = [...parts.keys()].filter((name) => !one.opened.has(name));
  const said = names.map((name) => words[language()][`part.${name}`] ?? name);
  return said.length ? [[say("sealed_parts"), said.join(language() === "en" ? ", " : "、")]] : [];
}

function verdict(good, title, text) {
  const box = element("div", "", good ? "notice notice-good" : "notice notice-wrong");
  box.dataset.verdict = good ? "holds" : "fails";
  box.append(element("h2", title, "notice-title"), element("p", text));
  return box;
}

function why(refuted) {
  return say(`refuted.${refuted.code}`, refuted.given);
}

function entryCard(one, place) {
  const card = element("section", "", "card-like");
  card.dataset.entry = one.refuted ? one.refuted.code : "holds";
  const head = element("h3", say(one.refuted ? "entry_fails" : "entry_holds", { place }));
  card.append(head);
  if (one.refuted) card.append(element("p", why(one.refuted), "state state-late"));
  if (one.entered && !one.refuted) card.append(element("p", say("entered")));
  const rows = [];
  if (one.moment !== null) rows.push([say("when"), moment(one.moment)]);
  if (one.facts) rows.push(...factRows(one.facts, one.opened, one.moment));
  card.append(facts(rows));
  const more = element("details", "", "others");
  more.append(element("summary", say("details")));
  const inner = [
    ...["event", "form"].filter((name) => one.facts?.has(name)).map((name) => [say(name), code(plain(one.facts.get(name)))]),
    ...sealedRow(one),
  ];
  if (one.index !== null) inner.push([say("leaf_index"), code(String(one.index))]);
  if (one.leaf) inner.push([say("leaf_hash"), code(hex(one.leaf))]);
  if (inner.length) {
    more.append(facts(inner));
    card.append(more);
  }
  return card;
}

function checkpointCard(checkpoint) {
  const card = element("section", "", "card-like");
  card.append(element("h3", say("sealed_by")));
  const rows = [
    [say("log"), code(checkpoint.origin)],
    [say("size"), String(checkpoint.size)],
    [say("root"), code(hex(checkpoint.root))],
  ];
  for (const one of checkpoint.signers) {
    const seen = one.witness ? say("witnessed", { when: moment(one.moment * 1000n) }) : say("signed");
    rows.push([one.name, seen]);
  }
  card.append(facts(rows), element("p", say(`by.${by.signatures}`), "quiet"));
  return card;
}

function shown() {
  const out = at("result");
  out.replaceChildren();
  if (told === null) return;
  if (told.refuted) {
    out.append(verdict(false, say("fails"), why(told.refuted)));
    return;
  }
  const { checkpoint, entries, holds } = told.found;
  const bad = entries.filter((one) => one.refuted).length;
  const given = { count: entries.length, bad, size: checkpoint.size };
  out.append(verdict(holds, say(holds ? "holds" : "fails"), say(holds ? "holds_text" : "fails_some", given)));
  entries.forEach((one, place) => out.append(entryCard(one, place + 1)));
  out.append(checkpointCard(checkpoint));
}

function historyShown() {
  const out = at("history-result");
  out.replaceChildren();
  if (told?.history === undefined) return;
  const { refuted, before, later } = told.history;
  if (refuted) out.append(verdict(false, say("history_fails"), why(refuted)));
  else out.append(verdict(true, say("history_holds"), say("history_text", { before, later })));
}

/** Runs a check; what does not hold is a result, and anything else is a fault of this page. */
async function attempt(check) {
  try {
    return await check();
  } catch (fault) {
    if (!(fault instanceof Refuted)) throw fault;
    return { refuted: fault };
  }
}

const trusted = () => keysIn(at("keys").value);
const origin = () => at("origin").value.trim();

async function check() {
  const text = at("receipt").value;
  told = text.trim()
    ? await attempt(async () => {
        checkForm(text);
        return { found: await checkReceipt(text, await trusted(), origin()) };
      })
    : { refuted: new Refuted("nothing") };
  shown();
  historyShown();
  offerHistory();
  at("result").focus();
}

/** The address at which the log proves that it continues what the receipt was sealed with. */
function offerHistory() {
  const link = at("history-link");
  const checkpoint = told?.found?.checkpoint;
  link.hidden = checkpoint === undefined;
  if (checkpoint) link.href = `${link.dataset.site}${checkpoint.size}/`;
}

async function checkLater() {
  const kept = at("older").value.trim() ? at("older").value : at("receipt").value;
  const history = await attempt(async () => {
    if (!kept.trim() || !at("proof").value.trim()) throw new Refuted("nothing_to_compare");
    const keys = await trusted();
    const before = await checkpointIn(kept, keys, origin());
    const later = await checkHistory(before, at("proof").value, keys);
    return { before: before.size, later: later.size };
  });
  told = { ...(told ?? { refuted: new Refuted("nothing") }), history };
  historyShown();
  at("history-result").focus();
}

async function fromFile(input, target) {
  const [file] = input.files;
  if (!file) return;
  if (file.size > 4 * MOST) told = { refuted: new Refuted("long") };
  else target.value = await file.text();
  if (file.size > 4 * MOST) shown();
  else if (target === at("receipt")) await check();
}

/** A receipt in the address behind #: it was sent to nobody, and does not stay in the history. */
async function fromAddress() {
  const given = /^#r=(.+)$/.exec(location.hash);
  if (!given) return;
  try {
    history.replaceState(null, "", location.pathname + location.search);
  } catch {
    // A file opened from a disk may not be allowed to; then the address stays.
  }
  const bytes = unpacked(decodeURIComponent(given[1]));
  const text = bytes === null ? null : await inflated(bytes, MOST);
  if (text === null) {
    told = { refuted: new Refuted("address") };
    shown();
    return;
  }
  at("receipt").value = text;
  await check();
}

function speak(code) {
  document.documentElement.lang = code === "en" ? "en" : "zh-Hans";
  for (const one of document.querySelectorAll("[data-text]")) one.textContent = say(one.dataset.text);
  for (const one of document.querySelectorAll("[data-language]")) {
    one.setAttribute("aria-pressed", String(one.dataset.language === language()));
  }
  document.title = say("title");
  shown();
  historyShown();
}

for (const one of document.querySelectorAll("[data-language]")) {
  one.addEventListener("click", () => speak(one.dataset.language));
}
at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
at("history").addEventListener("submit", (event) => {
  event.preventDefault();
  checkLater();
});
at("file").addEventListener("change", (event) => fromFile(event.target, at("receipt")));
at("proof-file").addEventListener("change", (event) => fromFile(event.target, at("proof")));
window.addEventListener("hashchange", fromAddress);
if (document.body.dataset.alone !== undefined) {
  speak(navigator.language.startsWith("zh") ? "zh-hans" : "en");
}
at("form").hidden = false;
at("history").hidden = false;
fromAddress();
