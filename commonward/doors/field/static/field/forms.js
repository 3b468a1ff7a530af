// Small makers of page parts, and the fields that a step or a find is filled in with.
import * as store from "./store.js";

const LONGEST_SIDE = 1600;
const QUALITY = 0.8;

export function fill(text, places = {}) {
  return text.replace(/\{(\w+)\}/g, (all, name) => places[name] ?? all);
}

// make("p", {class: "quiet"}, "text", child …); a value of `on…` listens.
export function make(name, given = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...inside.filter((one) => one !== null && one !== undefined));
  return made;
}

// Makes a picture small on the phone: less to keep, less to send, no place or name in it.
export async function shrink(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return small || file;
  } catch { return file; }
}

// A form whose content is kept as a draft at every change. `fields` make themselves from `content`.
export function form({ name, fields, texts, most, photos, submit, button }) {
  const content = { photos: [] };
  const made = make("form", { class: "field-form", novalidate: true });
  const keep = () => store.keepDraft(name, { ...content }).catch(() => {});
  const parts = fields.map((field) => field({ content, keep, texts }));
  const shown = make("ul", { class: "field-photos" });
  const problem = make("p", { class: "field-wrong", role: "alert" });
  const drawPhotos = () => {
    shown.replaceChildren(...content.photos.map((photo, n) => {
      const address = URL.createObjectURL(photo);
      return make("li", {},
        make("img", { src: address, alt: fill(texts.remove_photo, { count: n + 1 }).replace(/^\S+ /, ""), onload: () => URL.revokeObjectURL(address) }),
        make("button", { type: "button", class: "link-button", onclick: () => { content.photos.splice(n, 1); drawPhotos(); keep(); } }, fill(texts.remove_photo, { count: n + 1 })));
    }));
  };
  const picker = make("input", { type: "file", id: `${name}-photos`, accept: "image/jpeg,image/png,image/webp", capture: "environment", multiple: true, class: "field-picker",
    onchange: async () => {
      for (const file of picker.files) {
        if (content.photos.length >= most) { problem.textContent = fill(texts.most_photos, { count: most }); break; }
        content.photos.push(await shrink(file));
      }
      picker.value = "";
      drawPhotos();
      keep();
    } });
  const draw = () => {
    made.replaceChildren(
      problem,
      ...parts.map((part) => part.element),
      ...(photos ? [make("div", { class: "field" }, make("label", { for: `${name}-photos` }, texts.take_photo), picker, shown)] : []),
      make("button", { class: "btn btn-primary btn-big field-wide" }, button));
    drawPhotos();
  };
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = parts.map((part) => part.wrong?.()).find(Boolean);
    problem.textContent = wrong ? wrong.text : "";
    if (wrong) { wrong.at?.focus(); return; }
    const press = made.querySelector("button.field-wide");
    press.disabled = true;
    try {
      await submit({ ...content });
      await store.dropDraft(name);
    } catch (error) {
      press.disabled = false;
      problem.textContent = error?.name === "QuotaExceededError" ? texts.too_full : String(error?.message || error);
    }
  });
  made.ready = store.draft(name).then((kept) => {
    if (kept) Object.assign(content, kept);
    parts.forEach((part) => part.show?.(content));
    draw();
    return Boolean(kept);
  });
  draw();
  return made;
}

// `beneath` is {element, look}: a part that reads along, under the field.
export const words = (key, label, { required = true, problem, beneath } = {}) => ({ content, keep, texts }) => {
  const id = `field-${key}`;
  const area = make("textarea", { id, rows: 3, maxlength: 4000, oninput: () => { content[key] = area.value; beneath?.look(area.value); keep(); } });
  const field = make("p", { class: "field" }, make("label", { for: id }, label), area);
  return {
    element: beneath ? make("div", {}, field, beneath.element) : field,
    show: (kept) => { area.value = kept[key] || ""; beneath?.look(area.value); },
    wrong: () => (required && !(content[key] || "").trim() ? { text: problem || `${label} ${texts.need_field}`, at: area } : null),
  };
};

export const choice = (key, label, options, problem, changed = () => {}) => ({ content, keep, texts }) => {
  const id = `field-${key}`;
  const select = make("select", { id, onchange: () => { content[key] = select.value; changed(select.value, content); keep(); } },
    make("option", { value: "" }, texts.choose));
  const groups = new Map();
  for (const option of options) {
    if (!groups.has(option.group)) groups.set(option.group, option.group ? make("optgroup", { label: option.group }) : select);
    groups.get(option.group).append(make("option", { value: option.code }, option.name));
  }
  for (const [group, element] of groups) if (group) select.append(element);
  return {
    element: make("p", { class: "field" }, make("label", { for: id }, label), select),
    show: (kept) => { select.value = kept[key] || ""; changed(select.value, content); },
    wrong: () => (content[key] ? null : { text: problem, at: select }),
  };
};

export const tick = (key, label, changed = () => {}) => ({ content, keep }) => {
  const id = `field-${key}`;
  const box = make("input", { type: "checkbox", id, onchange: () => { content[key] = box.checked; changed(box.checked); keep(); } });
  return {
    element: make("p", { class: "field field-tick" }, box, make("label", { for: id }, label)),
    show: (kept) => { box.checked = Boolean(kept[key]); changed(box.checked); },
  };
};

export const place = () => ({ content, keep, texts }) => {
  const told = make("span", { class: "quiet", role: "status" });
  const address = make("input", { type: "text", id: "field-address", maxlength: 200, oninput: () => { content.address = address.value; keep(); } });
  const here = make("button", { type: "button", class: "btn btn-outline-primary btn-big", onclick: () => {
    here.disabled = true;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      here.disabled = false;
      Object.assign(content, { lat: coords.latitude, lon: coords.longitude, about: Math.round(coords.accuracy) });
      told.textContent = fill(texts.place_found, { count: content.about });
      keep();
    }, () => { here.disabled = false; told.textContent = texts.place_not_found; address.focus(); },
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 });
  } }, texts.here);
  return {
    element: make("div", { class: "field" }, make("p", {}, make("strong", {}, texts.place)), here, told,
      make("label", { for: "field-address" }, texts.address), address),
    show: (kept) => {
      address.value = kept.address || "";
      if (kept.lat !== undefined) told.textContent = fill(texts.place_found, { count: kept.about ?? "?" });
    },
    wrong: () => (content.lat !== undefined || (content.address || "").trim() ? null : { text: texts.need_place, at: here }),
  };
};
