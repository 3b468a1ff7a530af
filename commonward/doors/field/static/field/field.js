// The field's screens. Everything is drawn from the phone's own store; the network only fills it.
import * as store from "./store.js";
import * as out from "./outbox.js";
import * as danger from "./danger.js";
import { choice, fill, form, make, place, tick, words } from "./forms.js";
import { drawQuestions, unanswered } from "./questions.js";
import { drawRounds } from "./rounds.js";
import { drawInspection, drawInspections } from "./inspections.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
const T = facts.texts;
const screen = document.getElementById("place");
const state = document.getElementById("state");
const told = document.getElementById("told");
const tabs = document.getElementById("tabs");
const CALLS = ["110", "119", "120"];
danger.begin(facts, document.getElementById("call"));
const numbers = new Intl.NumberFormat(facts.language);
const times = new Intl.DateTimeFormat(facts.language, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: facts.zone });
let today = null;
let here = null;
let trouble = "";
let helped = null; // what the centre answered to a call for help

// A phone's clock may be wrong: what is late is told by the centre's.
const now = () => Date.now() + (today?.skew || 0);
const say = (text) => { told.replaceChildren(text ? make("p", { class: "notice" }, text) : ""); };

function metres(task) {
  if (!here || task.lat === null) return null;
  const rad = Math.PI / 180;
  const x = (task.lon - here.lon) * rad * Math.cos(((task.lat + here.lat) / 2) * rad);
  return Math.hypot(x, (task.lat - here.lat) * rad) * 6_371_000;
}

function far(task) {
  const m = metres(task);
  if (m === null) return "";
  return m < 1000 ? fill(T.metres, { count: numbers.format(Math.round(m / 10) * 10) }) : fill(T.kilometres, { count: numbers.format(Math.round(m / 100) / 10) });
}

function light(task) {
  if (!task.due) return null;
  const late = Date.parse(task.due) < now();
  const warned = task.warn && Date.parse(task.warn) < now();
  const at = times.format(new Date(task.due));
  return make("span", { class: `state ${late ? "state-late" : warned ? "state-soon" : "state-open"}` },
    make("span", { "aria-hidden": "true" }, late ? "▲ " : warned ? "◆ " : "● "), fill(late ? T.late : T.due, { at }));
}

// A task that waits in the outbox is done for its worker.
async function open() {
  const waiting = new Set((await store.outbox()).filter((i) => i.state === "waits" && i.kind === "step" && i.verb !== "note").map((i) => i.number));
  const tasks = (today?.tasks || []).filter((task) => !waiting.has(task.number));
  if (here) tasks.sort((a, b) => (metres(a) ?? Infinity) - (metres(b) ?? Infinity));
  return tasks;
}

// Whom to call at once; a voice is quicker than any form.
const callNow = () => make("span", { class: "field-row" }, ...CALLS.map((number) =>
  make("a", { class: "btn btn-outline-danger btn-big", href: `tel:${number}` }, number)));
const toHelp = () => (today?.help?.length ? make("p", {}, make("a", { class: "btn btn-danger btn-big field-wide", href: "#help" }, T.help)) : null);

const inspecting = () => ({ T, far, near, say, account: today?.account, most: facts.most_photos,
  day: (on) => new Intl.DateTimeFormat(facts.language, { month: "numeric", day: "numeric", timeZone: "UTC" }).format(new Date(`${on}T00:00:00Z`)) });

const screens = {
  async tasks() {
    const tasks = await open();
    return [
      make("h1", {}, T.tasks),
      toHelp(),
      make("p", { class: "field-row" },
        make("button", { class: "btn btn-outline-primary", onclick: near }, T.near),
        make("button", { class: "btn btn-outline-primary", onclick: () => refresh() }, T.refresh)),
      today ? make("p", { class: "quiet" }, fill(T.as_of, { at: times.format(new Date(today.at)) })) : null,
      tasks.length ? make("ul", { class: "field-list" }, ...tasks.map((task) => make("li", {},
        make("a", { class: "field-card", href: `#task/${encodeURIComponent(task.number)}` },
          make("strong", {}, `${task.title} · ${task.category}`),
          make("span", {}, task.words),
          make("span", { class: "quiet" }, [task.address || task.area, far(task)].filter(Boolean).join(" · ")),
          make("span", {}, task.urgent ? make("strong", { class: "field-urgent" }, `${T.urgent} `) : null, light(task)))))) :
        make("p", { class: "quiet" }, T.no_tasks),
    ];
  },
  async task(number) {
    const task = (today?.tasks || []).find((one) => one.number === number);
    if (!task) { location.hash = "#tasks"; return []; }
    return [
      make("p", {}, make("a", { href: "#tasks" }, `← ${T.back}`)),
      make("h1", {}, task.category),
      make("p", {}, make("strong", {}, task.title), " ", light(task)),
      make("p", {}, task.words),
      make("p", { class: "quiet" }, [task.address || task.area, far(task)].filter(Boolean).join(" · ")),
      make("p", { class: "quiet number" }, task.number),
      ...photosOf(task),
      make("div", { class: "field-verbs" }, ...task.verbs.map((verb) =>
        make("a", { class: "btn btn-big btn-outline-primary field-wide", href: `#step/${encodeURIComponent(number)}/${verb.name}` }, verb.title))),
    ];
  },
  async step(number, name) {
    const task = (today?.tasks || []).find((one) => one.number === number);
    const verb = task?.verbs.find((one) => one.name === name);
    if (!verb) { location.hash = "#tasks"; return []; }
    const needed = verb.needs.filter((need) => T[need]);
    return [
      make("p", {}, make("a", { href: `#task/${encodeURIComponent(number)}` }, `← ${T.back}`)),
      make("h1", {}, verb.title),
      make("p", { class: "quiet" }, `${task.category} · ${task.address || task.area}`),
      form({
        name: `step-${number}-${name}`, texts: T, most: facts.most_photos, photos: true, button: T.keep,
        fields: [...needed.map((need) => words(need, T[need], need === "words" ? { beneath: danger.beneath() } : {})), ...(name === "locate" ? [place()] : [])],
        submit: async ({ photos, about, ...given }) => {
          const item = await out.add({ kind: "step", account: today.account, number, verb: name, stage: task.stage, photos, form: given,
            title: fill(T.step_item, { number, verb: verb.title }) });
          danger.kept(item.key, given.words);
          say(T.kept);
          location.hash = "#tasks";
        },
      }),
    ];
  },
  async find() {
    const categories = today?.categories || [];
    const holder = make("div");
    const result = words("result", T.result);
    let asked = [];
    let shared;
    const made = form({
      name: "find", texts: T, most: facts.most_photos, photos: true, button: T.file_it,
      fields: [
        words("words", T.words, { problem: T.need_words, beneath: danger.beneath() }),
        choice("category", T.category, categories, T.need_category, (code, content) => {
          asked = categories.find((one) => one.code === code)?.questions || [];
          drawQuestions(holder, asked, content, () => store.keepDraft("find", { ...content }), facts.language);
        }),
        ({ content }) => {
          shared = content;
          return { element: holder, wrong: () => { const at = unanswered(holder, asked, content); return at ? { text: T.need_field, at } : null; } };
        },
        place(),
        tick("fixed", T.fixed, (on) => { made?.querySelector("[data-fixed]")?.toggleAttribute("hidden", !on); }),
        (tools) => {
          const part = result(tools);
          const box = make("div", { "data-fixed": "" }, part.element);
          return { element: box, show: (kept) => { part.show(kept); box.toggleAttribute("hidden", !kept.fixed); }, wrong: () => (shared.fixed ? part.wrong() : null) };
        },
      ],
      submit: async ({ photos, about, ...given }) => {
        const category = categories.find((one) => one.code === given.category);
        if (!given.fixed) delete given.result;
        const item = await out.add({ kind: "find", account: today.account, photos, form: given, title: fill(T.find_item, { category: category.name }) });
        danger.kept(item.key, given.words);
        say(T.kept);
        location.hash = "#tasks";
      },
    });
    const note = make("p", { class: "quiet", role: "status" });
    made.ready.then((kept) => { if (kept) note.textContent = T.draft; });
    return [make("h1", {}, T.find), toHelp(), note, made];
  },
  async help() {
    const kinds = (today?.help || []).map((one) => ({ ...one, group: "" }));
    return [
      make("h1", {}, T.help),
      make("div", { class: "notice" }, make("p", {}, T.help_call_first), callNow()),
      make("p", { class: "field-urgent", role: "status", hidden: navigator.onLine, "data-cut": "" }, make("strong", {}, T.help_offline)),
      form({
        name: "help", texts: T, most: 0, photos: false, button: T.help_send,
        fields: [
          choice("category", T.help_kind, kinds, T.need_category),
          place(),
          words("words", T.help_words, { required: false }),
          words("callback", T.help_callback, { required: false }),
        ],
        submit: async ({ photos, about, category, ...given }) => {
          const kind = kinds.find((one) => one.code === category);
          await out.add({ kind: "help", account: today.account, form: { ...given, card: category }, title: fill(T.help_item, { kind: kind.name }) });
          say(T.help_waits);
          location.hash = "#outbox";
        },
      }),
    ];
  },
  rounds: () => drawRounds({ T, numbers, far, near, draw, account: today?.account, gpx: facts.gpx }, today?.rounds || []),
  inspections: () => drawInspections(inspecting(), today?.inspections || []),
  async inspection(id) {
    const visit = (today?.inspections || []).find((one) => one.id === Number(id));
    if (!visit) { location.hash = "#inspections"; return []; }
    return drawInspection(inspecting(), visit);
  },
  async outbox() {
    const items = await store.outbox();
    return [
      make("h1", {}, T.outbox),
      items.some((item) => item.state === "waits") ? make("p", {}, make("button", { class: "btn btn-primary btn-big", onclick: () => out.send() }, T.try_now)) : null,
      items.length ? make("ul", { class: "field-list" }, ...items.map(itemCard)) : make("p", { class: "quiet" }, T.nothing_waits),
      make("p", {}, make("button", { class: "btn btn-outline-danger btn-big", onclick: signOut }, T.sign_out)),
    ];
  },
};

function photosOf(task) {
  if (!task.photos.length) return [];
  if (!navigator.onLine) return [make("p", { class: "quiet" }, T.photos_online)];
  return [make("h2", {}, T.photos_before), make("ul", { class: "field-photos" }, ...task.photos.map((name, n) =>
    make("li", {}, make("img", { src: `${facts.photos}${name}`, loading: "lazy", alt: `${T.photos_before} ${n + 1}` }))))];
}

function itemCard(item) {
  const refused = item.state === "refused";
  const isStep = item.kind === "step" && item.verb !== "note";
  return make("li", { class: "field-card" },
    make("strong", {}, item.title),
    item.photos?.length ? make("span", { class: "quiet" }, fill(T.photo_count, { count: item.photos.length })) : null,
    make("span", { class: `state ${refused ? "state-late" : "state-open"}` }, make("span", { "aria-hidden": "true" }, refused ? "▲ " : "● "), refused ? T.refused : T.waits),
    refused ? make("p", {}, item.words) : null,
    item.kind === "help" ? make("strong", { class: "field-urgent" }, T.help_unsent) : null,
    item.kind === "help" ? callNow() : null,
    refused ? make("span", { class: "field-row" },
      isStep ? make("button", { class: "btn btn-primary btn-big", onclick: () => asNote(item) }, T.send_as_note) : null,
      item.kind === "find" ? make("button", { class: "btn btn-primary btn-big", onclick: () => putRight(item) }, T.edit) : null,
      twice(T.throw_away, T.throw_away_sure, async () => { await store.dropItem(item.key); draw(); })) : null);
}

// What cannot be taken back asks to be pressed twice.
function twice(text, sure, done) {
  const button = make("button", { class: "btn btn-outline-danger btn-big", onclick: () => {
    if (button.dataset.sure) { done(); return; }
    button.dataset.sure = "1";
    button.textContent = sure;
  } }, text);
  return button;
}

async function asNote(item) {
  const said = Object.values(item.form || {}).filter((one) => typeof one === "string" && one).join("\n");
  await store.dropItem(item.key);
  await out.add({ kind: "step", account: item.account, number: item.number, verb: "note", stage: item.stage, photos: item.photos,
    form: { words: said || item.title }, title: item.title });
  draw();
}

async function putRight(item) {
  await store.keepDraft("find", { ...item.form, photos: item.photos || [] });
  await store.dropItem(item.key);
  location.hash = "#find";
}

async function signOut(event) {
  const button = event.currentTarget;
  const waiting = (await store.outbox()).length;
  if (waiting && !button.dataset.sure) {
    button.dataset.sure = "1";
    button.textContent = fill(T.sign_out_unsent, { count: waiting });
    return;
  }
  await store.wipe();
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.unregister();
  if (!navigator.onLine) { location.reload(); return; }
  const found = await fetch(facts.work, { redirect: "manual" }).catch(() => null);
  if (found?.ok) {
    const { csrf } = await found.json();
    await fetch(facts.sign_out, { method: "POST", redirect: "manual", headers: { "X-CSRFToken": csrf } }).catch(() => null);
  }
  location.href = facts.sign_in;
}

function near() {
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => { here = { lat: coords.latitude, lon: coords.longitude }; draw(); },
    () => say(T.place_not_found), { maximumAge: 60_000, timeout: 20_000 });
}

async function drawState() {
  const items = await store.outbox();
  const waiting = items.filter((item) => item.state === "waits").length;
  const refused = items.length - waiting;
  const network = trouble === "trouble" ? T.server_trouble : navigator.onLine && trouble !== "offline" ? T.online : T.offline;
  state.className = `field-state ${waiting || refused ? "field-state-waits" : ""}`;
  state.replaceChildren(
    make("span", {}, make("span", { "aria-hidden": "true" }, navigator.onLine && !trouble ? "● " : "○ "), network), " · ",
    make("a", { href: "#outbox" }, waiting || refused ? fill(T.unsent, { count: waiting + refused }) : T.all_sent));
  if (trouble === "sign_in") told.replaceChildren(make("p", { class: "notice" }, T.sign_in_again, " ", make("a", { href: facts.sign_in }, T.sign_in)));
  if (trouble === "forbidden") say(T.not_yours);
  const cut = screen.querySelector("[data-cut]");
  if (cut) cut.hidden = navigator.onLine && trouble !== "offline";
  const help = items.some((item) => item.kind === "help");
  if (help) state.append(make("strong", { class: "field-help" }, T.help_unsent));
}

let drawn = 0;
async function draw() {
  const turn = ++drawn;
  const [name, ...rest] = (location.hash.slice(1) || "tasks").split("/").map(decodeURIComponent);
  const parts = await (screens[name] || screens.tasks)(...rest);
  if (turn !== drawn) return;
  screen.replaceChildren(...parts.filter(Boolean));
  const visits = today?.inspections?.length || name.startsWith("inspection");
  tabs.replaceChildren(...["tasks", "find", "rounds", ...(visits ? ["inspections"] : []), "outbox"].map((one) =>
    make("a", { href: `#${one}`, "aria-current": one === name || (one === "tasks" && ["task", "step"].includes(name)) || (one === "inspections" && name === "inspection") ? "page" : null }, T[one])));
  await drawState();
}

async function refresh() {
  const found = await out.fetchWork();
  trouble = typeof found === "string" ? found : "";
  if (!trouble) today = await store.work();
  await draw();
  out.send();
}

out.begin(facts, async (what, answer) => {
  if (what === "helped") { helped = answer; return; }
  if (what === "call") { danger.answered(answer); return; }
  trouble = ["offline", "sign_in", "forbidden", "trouble"].includes(what) ? what : "";
  if (what === "sent" || helped) {
    today = await store.work();
    say(helped ? fill(T.help_sent, helped) : T.sent);
    helped = null;
  }
  // A form that is being filled in is not drawn anew under the thumb.
  if (screen.querySelector("form")) await drawState(); else await draw();
});
window.addEventListener("hashchange", () => { draw().then(() => document.getElementById("main").focus()); });
for (const event of ["online", "offline"]) window.addEventListener(event, () => { trouble = ""; drawState(); });

if (await store.sweep()) say(T.expired);
today = (await store.work()) || null;
navigator.serviceWorker?.register(facts.worker, { scope: new URL(facts.worker, location.href).pathname.replace(/[^/]*$/, "") });
navigator.storage?.persist?.();
await draw();
await refresh();
