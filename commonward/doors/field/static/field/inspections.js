// Visits of places: the list, and a checklist that is filled in with or without network.
import * as store from "./store.js";
import * as out from "./outbox.js";
import { fill, make, shrink } from "./forms.js";

const REASONS = ["closed", "blocked", "unsafe", "not_found", "refused", "gone"];
const name = (visit) => `inspection-${visit.id}`;

// What waits in the outbox is done for its worker.
async function open(visits) {
  const waiting = new Set((await store.outbox()).filter((item) => item.kind === "inspection" && item.state === "waits").map((item) => item.visit));
  return visits.filter((visit) => !waiting.has(visit.id));
}

function isFault(item, value) {
  if (value === undefined || value === "" || value === "na") return false;
  if (item.answer !== "number") return value !== item.good;
  const number = Number(value);
  return (item.least !== null && number < item.least) || (item.most !== null && number > item.most);
}

export async function drawInspections(tools, visits) {
  const { T, day, far } = tools;
  const left = await open(visits);
  return [
    make("h1", {}, T.inspections),
    left.length ? make("p", { class: "field-row" }, make("button", { class: "btn btn-outline-primary", onclick: tools.near }, T.how_far)) : null,
    left.length ? make("ul", { class: "field-list" }, ...left.map((visit) => make("li", {},
      make("a", { class: "field-card", href: `#inspection/${visit.id}` },
        make("strong", {}, visit.place),
        make("span", {}, `${visit.title} · ${T[`inspection_${visit.kind}`]}`),
        make("span", { class: "quiet" }, [visit.address, far(visit)].filter(Boolean).join(" · ")),
        make("span", { class: `state ${visit.late ? "state-late" : "state-open"}` }, make("span", { "aria-hidden": "true" }, visit.late ? "▲ " : "● "), fill(T.inspection_on, { at: day(visit.on) })))))) :
      make("p", { class: "quiet" }, T.no_inspections),
  ];
}

function choices(item, content, changed, T) {
  const given = [["yes", T.answer_yes], ["no", T.answer_no], ...(item.always ? [] : [["na", T.answer_na]])];
  return make("div", { class: "field-answers" }, ...given.map(([value, label]) => {
    const id = `answer-${item.code}-${value}`;
    const box = make("input", { type: "radio", id, name: `answer-${item.code}`, value, class: "btn-check", checked: content.answers[item.code] === value,
      onchange: () => { content.answers[item.code] = value; changed(); } });
    return make("span", {}, box, make("label", { for: id, class: "btn btn-outline-primary btn-big" }, label));
  }));
}

function numberField(item, content, changed, T) {
  const id = `answer-${item.code}`;
  const bounds = [item.least === null ? "" : fill(T.bounds_least, item), item.most === null ? "" : fill(T.bounds_most, item)].filter(Boolean).join(T.comma);
  const field = make("input", { type: "number", step: "any", inputmode: "decimal", id, oninput: () => {
    if (field.value === "") delete content.answers[item.code]; else content.answers[item.code] = Number(field.value);
    none.checked = false;
    changed();
  } });
  const kept = content.answers[item.code];
  if (kept !== undefined && kept !== "na") field.value = kept;
  const none = make("input", { type: "checkbox", id: `${id}-na`, checked: kept === "na", onchange: () => {
    field.value = "";
    if (none.checked) content.answers[item.code] = "na"; else delete content.answers[item.code];
    changed();
  } });
  return make("div", {}, make("p", { class: "field" }, make("label", { for: id }, `${item.unit} (${bounds})`), field),
    item.always ? null : make("p", { class: "field field-tick" }, none, make("label", { for: `${id}-na` }, T.answer_na)));
}

function photosOf(item, content, keep, tools) {
  const { T } = tools;
  const shown = make("ul", { class: "field-photos" });
  const draw = () => shown.replaceChildren(...content.photos.filter((one) => one.item === item.code).map((one, n) => {
    const address = URL.createObjectURL(one.photo);
    return make("li", {}, make("img", { src: address, alt: `${T.item_photo} ${n + 1}`, onload: () => URL.revokeObjectURL(address) }),
      make("button", { type: "button", class: "link-button", onclick: () => { content.photos.splice(content.photos.indexOf(one), 1); draw(); keep(); } }, fill(T.remove_photo, { count: n + 1 })));
  }));
  const id = `photo-${item.code}`;
  const picker = make("input", { type: "file", id, accept: "image/jpeg,image/png,image/webp", capture: "environment", class: "field-picker", onchange: async () => {
    for (const file of picker.files) if (content.photos.length < tools.most) content.photos.push({ item: item.code, photo: await shrink(file) });
    picker.value = "";
    draw();
    keep();
  } });
  draw();
  return make("div", { class: "field" }, make("label", { for: id }, T.item_photo), picker, shown);
}

function question(item, content, keep, tools) {
  const { T } = tools;
  const fault = make("p", { class: "field-urgent", role: "status" });
  const photos = make("div");
  const look = () => {
    const wrong = isFault(item, content.answers[item.code]);
    fault.textContent = wrong ? T.answer_fault : "";
    const wanted = wrong || (item.answer === "photo" && content.answers[item.code] !== "na");
    if (wanted && !photos.firstChild) photos.append(photosOf(item, content, keep, tools));
    if (!wanted) photos.replaceChildren();
  };
  const changed = () => { look(); keep(); };
  look();
  return make("fieldset", { class: "field field-item", "data-item": item.code, tabindex: "-1" },
    make("legend", {}, item.text), make("p", { class: "quiet" }, item.source),
    item.answer === "number" ? numberField(item, content, changed, T) : choices(item, content, changed, T), fault, photos);
}

function firstWrong(visit, content, T) {
  for (const item of visit.items) {
    const value = content.answers[item.code];
    if (value === undefined) return { item, text: T.need_answer };
    if (item.answer === "photo" && value !== "na" && !content.photos.some((one) => one.item === item.code)) return { item, text: T.need_photo };
  }
  return null;
}

async function leave(visit, tools, sent) {
  await out.add({ kind: "inspection", account: tools.account, visit: visit.id, title: fill(tools.T.inspection_item, { name: visit.place }), ...sent });
  await store.dropDraft(name(visit));
  tools.say(tools.T.kept);
  location.hash = "#inspections";
}

export async function drawInspection(tools, visit) {
  const { T } = tools;
  const content = { answers: {}, photos: [], note: "", ...((await store.draft(name(visit))) || {}) };
  const keep = () => store.keepDraft(name(visit), { ...content }).catch(() => {});
  const problem = make("p", { class: "field-wrong", role: "alert" });
  const note = make("textarea", { id: "inspection-note", rows: 2, maxlength: 1000, oninput: () => { content.note = note.value; keep(); } });
  note.value = content.note;
  const form = make("form", { class: "field-form", novalidate: true },
    ...visit.items.map((item) => question(item, content, keep, tools)),
    make("p", { class: "field" }, make("label", { for: "inspection-note" }, T.inspection_note), note),
    problem,
    make("button", { class: "btn btn-primary btn-big field-wide" }, T.inspection_done));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = firstWrong(visit, content, T);
    problem.textContent = wrong ? `${wrong.item.text} ${wrong.text}` : "";
    if (wrong) { form.querySelector(`[data-item="${CSS.escape(wrong.item.code)}"]`).focus(); return; }
    const faulty = visit.items.filter((item) => isFault(item, content.answers[item.code]) || item.answer === "photo").map((item) => item.code);
    const photos = content.photos.filter((one) => faulty.includes(one.item));
    const press = form.querySelector("button.field-wide");
    press.disabled = true;
    try {
      await leave(visit, tools, { photos: photos.map((one) => one.photo), form: { answers: content.answers, note: content.note, shows: photos.map((one) => one.item) } });
    } catch (error) {
      press.disabled = false;
      problem.textContent = error?.name === "QuotaExceededError" ? T.too_full : String(error?.message || error);
    }
  });
  return [
    make("p", {}, make("a", { href: "#inspections" }, `← ${T.back}`)),
    make("h1", {}, visit.place),
    make("p", {}, make("strong", {}, T[`inspection_${visit.kind}`]), ` · ${visit.title} · ${visit.campaign}`),
    make("p", { class: "quiet" }, [visit.address, tools.far(visit)].filter(Boolean).join(" · ")),
    form,
    make("details", { class: "field-why" },
      make("summary", { class: "btn btn-outline-primary btn-big field-wide" }, T.inspection_not),
      make("div", { class: "field-row" }, ...REASONS.map((why) =>
        make("button", { type: "button", class: "btn btn-outline-primary btn-big", onclick: () => leave(visit, tools, { form: { why } }) }, T[`not_${why}`])))),
  ];
}
