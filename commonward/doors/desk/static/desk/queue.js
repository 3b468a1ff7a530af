// The list by keyboard, the panes beside it, and what changes while it is looked at.
import { typing } from "./desk.js";

const panes = document.querySelector("[data-queue]");
const news = document.querySelector("[data-news]");
const rows = () => [...document.querySelectorAll("tr[data-row]")];
const current = () => document.querySelector("tr[aria-current]");
const PREVIEW_FROM = 768;
const BESIDE_FROM = 1280;
const STAYS_FOR = 150;

let looking;
let pause;

const load = async (pane, address) => {
  let text = null;
  try {
    const answer = await fetch(address, { signal: looking.signal });
    const part = answer.headers.get("content-type")?.startsWith("text/html");
    if (answer.ok) text = part ? await answer.text() : "";
  } catch (fault) {
    if (fault.name === "AbortError") return;
  }
  pane.innerHTML = text ?? "";
  if (text === null) {
    const failed = document.createElement("p");
    failed.className = "quiet";
    failed.textContent = panes.dataset.failed;
    pane.append(failed);
  }
  pane.scrollTop = 0;
  pane.dispatchEvent(new CustomEvent("commonward:loaded", { bubbles: true }));
};

// The map is large: it is fetched once, and only where there is room for it.
const place = (row) => {
  const slot = panes.querySelector("[data-map-slot]");
  if (!slot.hasChildNodes()) {
    slot.append(panes.querySelector("[data-map-when-wide]").content.cloneNode(true));
    slot.addEventListener("map:case", ({ detail }) => {
      const there = panes.querySelector(`tr[data-row="${CSS.escape(detail)}"]`);
      there?.scrollIntoView({ block: "nearest" });
      choose(there);
    });
  }
  const map = slot.querySelector("[data-map]");
  map.dataset.show = row?.dataset.point ?? "";
  map.dispatchEvent(new CustomEvent("map:show"));
};

const look = (row) => {
  clearTimeout(pause);
  looking?.abort();
  if (innerWidth >= BESIDE_FROM) place(row);
  if (innerWidth < PREVIEW_FROM) return;
  // Whoever runs through the list opens no file on the way: each look is noted.
  pause = setTimeout(() => {
    looking = new AbortController();
    load(panes.querySelector("[data-pane=preview]"), row.dataset.preview);
    if (innerWidth >= BESIDE_FROM) {
      load(panes.querySelector("[data-pane=beside]"), row.dataset.beside);
    }
  }, STAYS_FOR);
};

const choose = (row) => {
  if (!row || row === current()) return;
  current()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  look(row);
};

const step = (by) => {
  const all = rows();
  const at = all.indexOf(current());
  const to = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
  to?.querySelector(".row-open").focus();
  to?.scrollIntoView({ block: "nearest" });
};

const count = () => {
  const told = document.querySelector("[data-selected]");
  const selected = document.querySelectorAll(".cell-select input:checked").length;
  if (told) told.textContent = selected ? `${selected} ${told.dataset.text}` : "";
};

const send = (verb) => {
  const form = document.getElementById("selected");
  const row = current();
  if (!form) return;
  if (!form.querySelector(".cell-select input:checked")) {
    if (!row) return;
    row.querySelector(".cell-select input").checked = true;
    count();
  }
  if (verb) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "verb";
    field.value = verb;
    form.append(field);
  }
  form.requestSubmit();
};

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => {
    const tick = current()?.querySelector(".cell-select input");
    if (tick) {
      tick.checked = !tick.checked;
      count();
    }
  },
  a: () => send("to_a_team"),
  b: () => send(""),
  n: () => document.querySelector("a[rel=next]")?.click(),
  p: () => {
    const preview = panes.querySelector("[data-pane=preview]");
    if (preview.contains(document.activeElement)) current()?.querySelector(".row-open").focus();
    else if (preview.offsetParent) preview.focus();
  },
};

if (panes) {
  panes.dataset.ready = "";
  document.addEventListener("keydown", (event) => {
    const does = KEYS[event.key];
    if (!does || typing(event)) return;
    event.preventDefault();
    does();
  });
  panes.addEventListener("focusin", (event) => choose(event.target.closest("tr[data-row]")));
  panes.addEventListener("change", count);
  count();
  if (innerWidth >= BESIDE_FROM) place(null);
}

// What others do: a line that is shown is shown as it is now, anything else is told.
const tell = () => {
  if (!news) return;
  news.querySelector("span").textContent = news.dataset.one;
  news.hidden = false;
};

document.addEventListener("commonward:refresh", tell);
document.addEventListener("commonward:event", async ({ detail }) => {
  const row = panes?.querySelector(`tr[data-row="${CSS.escape(detail.case)}"]`);
  if (!row) return tell();
  const tick = row.querySelector(".cell-select input");
  if (Number(tick.value.split(":")[1]) >= detail.version) return;
  const answer = await fetch(panes.dataset.rowAt.replace("NUMBER", detail.case)).catch(tell);
  if (!answer?.ok) return;
  const body = document.createElement("tbody");
  body.innerHTML = await answer.text();
  const fresh = body.querySelector("tr");
  const had = { focus: row.contains(document.activeElement), current: row === current() };
  fresh.querySelector(".cell-select input").checked = tick.checked;
  row.replaceWith(fresh);
  if (had.current) {
    fresh.setAttribute("aria-current", "true");
    look(fresh);
  }
  if (had.focus) fresh.querySelector(".row-open").focus();
});
