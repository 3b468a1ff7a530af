// Whom to call when what is written tells of danger: said by the phone itself, with or without
// network, and once more where the centre reads more in it.
import { reader } from "../look/danger.js";
import { make } from "./forms.js";

let T;
let read;
let place;
const said = new Map(); // what this phone said of a thing in the outbox, by its key

export function begin(facts, element) {
  T = facts.texts;
  try {
    read = reader(facts.danger);
  } catch {
    read = () => []; // an old browser that cannot read the patterns: the centre's answer says it
  }
  place = element;
}

function card(numbers, ...more) {
  return make("div", { class: "emergency emergency-now emergency-typed" },
    make("p", { class: "emergency-text" }, T.call_now),
    make("p", { class: "emergency-calls" }, ...numbers.map((number) =>
      make("a", { class: "emergency-call", href: `tel:${number}` }, T[`call_${number}`]))),
    ...more);
}

// Reads along under a field while somebody writes.
export function beneath() {
  const element = make("div", { role: "alert" });
  let shown = "";
  const look = (text) => {
    const numbers = read(text);
    if (shown === numbers.join()) return;
    shown = numbers.join();
    element.replaceChildren(...(numbers.length ? [card(numbers)] : []));
  };
  return { element, look };
}

// Stands above every screen until somebody puts it away.
function show(numbers) {
  const close = make("button", { type: "button", class: "btn btn-outline-light btn-big", onclick: () => place.replaceChildren() }, T.close);
  place.replaceChildren(card(numbers, make("p", { class: "emergency-calls" }, close)));
}

export function kept(key, text) {
  const numbers = read(text || "");
  said.set(key, numbers);
  if (numbers.length) show(numbers);
}

export function answered({ key, numbers }) {
  const before = said.get(key) || [];
  said.delete(key);
  // What was said and put away is not said again.
  if (numbers.some((number) => !before.includes(number))) show([...new Set([...before, ...numbers])].sort());
}
