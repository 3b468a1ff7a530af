// Moving blocks between grids on the map: what a move would do is computed here at once, and
// checked again by the server when the moves are saved. Without this file the form does it.

const sheet = document.querySelector("[data-grids]");
const form = sheet.querySelector("form.grid-move");
const map = sheet.querySelector("svg.grid-map");
const say = (name, values = {}) =>
  sheet.dataset[`say${name}`].replace(/\{(\w+)\}/g, (_, key) => values[key]);
const told = sheet.querySelector("[data-told]");
const choices = sheet.querySelector("[data-choices]");

const blocks = new Map();
for (const path of map.querySelectorAll("[data-block]")) {
  const { block, grid, load, name, x, y } = path.dataset;
  blocks.set(Number(block), {
    path, name, grid: Number(grid), saved: Number(grid), load: Number(load), x: Number(x), y: Number(y), beside: [],
  });
}
const edges = [...map.querySelectorAll("[data-edges] path")].map((path) => {
  const { a, b, length, hard } = path.dataset;
  const edge = { path, a: Number(a), b: Number(b), length: Number(length), hard: hard === "yes" };
  blocks.get(edge.a).beside.push([edge.b, edge]);
  blocks.get(edge.b).beside.push([edge.a, edge]);
  return edge;
});
const grids = new Map();
for (const item of sheet.querySelectorAll("[data-labels] li")) {
  grids.set(Number(item.dataset.grid), { label: item.textContent, hue: item.dataset.hue, load: 0, blocks: 0 });
}
for (const { grid, load } of blocks.values()) {
  grids.get(grid).load += load;
  grids.get(grid).blocks += 1;
}
const numbers = new Map([...map.querySelectorAll("[data-of]")].map((text) => [Number(text.dataset.of), text]));
const rows = new Map([...sheet.querySelectorAll("[data-grid-rows] tr[data-grid]")].map((row) => [Number(row.dataset.grid), row]));
const mean = Number(sheet.dataset.mean);
const ownMean = Number(sheet.dataset.ownMean);
const tolerance = Number(sheet.dataset.tolerance) * (1 + 1e-9);
const fine = (digits) => new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const one = fine(1);
const two = fine(2);
const metres = sheet.querySelector("[data-cut]");
let cut = Number(metres.dataset.metres) * 1000;

let chosen = null;
const made = []; // [block, from, to], not saved yet
const again = [];

const open = (edge) => !edge.hard;

// Whether the grid of a block stays in one piece, and is not empty, without it.
const holds = (number) => {
  const { grid, beside } = blocks.get(number);
  if (grids.get(grid).blocks === 1) return "Empty";
  const starts = beside.filter(([other, edge]) => open(edge) && blocks.get(other).grid === grid).map(([other]) => other);
  const seen = new Set([number, starts[0]]);
  const queue = [starts[0]];
  for (const here of queue) {
    for (const [other, edge] of blocks.get(here).beside) {
      if (open(edge) && blocks.get(other).grid === grid && !seen.has(other)) {
        seen.add(other);
        queue.push(other);
      }
    }
  }
  return starts.every((other) => seen.has(other)) ? "" : "Cut";
};

const touches = (number, grid) =>
  blocks.get(number).beside.some(([other, edge]) => open(edge) && blocks.get(other).grid === grid);

// Why a block cannot go to a grid, in words; "" when it can.
const refused = (number, grid) => {
  const { name, grid: own } = blocks.get(number);
  const values = { block: name, own: grids.get(own).label, grid: grids.get(grid).label };
  if (own === grid) return say("Same", values);
  if (!touches(number, grid)) return say("Far", values);
  const why = holds(number);
  return why ? say(why, values) : "";
};

const place = (number, grid) => {
  const block = blocks.get(number);
  for (const [other, edge] of block.beside) {
    const there = blocks.get(other).grid;
    cut += edge.length * ((there !== grid) - (there !== block.grid));
  }
  for (const [which, sign] of [[block.grid, -1], [grid, 1]]) {
    grids.get(which).load += sign * block.load;
    grids.get(which).blocks += sign;
  }
  block.path.classList.replace(`hue-${grids.get(block.grid).hue}`, `hue-${grids.get(grid).hue}`);
  block.grid = grid;
};

const apart = (load, from) => one.format(100 * (load / from - 1));

const show = () => {
  for (const { path, a, b } of edges) path.classList.toggle("grid-between", blocks.get(a).grid !== blocks.get(b).grid);
  for (const [number, block] of blocks) {
    block.path.classList.toggle("grid-moved", block.grid !== block.saved);
    block.path.classList.toggle("grid-chosen", number === chosen);
    block.path.setAttribute("aria-label", say("Chosen", { block: block.name, grid: grids.get(block.grid).label }));
    block.path.setAttribute("aria-pressed", String(number === chosen));
  }
  const largest = new Map();
  for (const [number, block] of blocks) {
    const best = largest.get(block.grid);
    if (best === undefined || block.load > blocks.get(best).load) largest.set(block.grid, number);
  }
  for (const [number, text] of numbers) {
    const { grid } = blocks.get(number);
    text.textContent = largest.get(grid) === number ? grids.get(grid).label : "";
  }
  for (const [grid, row] of rows) {
    const { load, blocks: count } = grids.get(grid);
    const off = load / ownMean - 1;
    row.querySelector("[data-blocks]").textContent = count;
    row.querySelector("[data-load]").textContent = two.format(load);
    row.querySelector("[data-own]").textContent = apart(load, ownMean);
    row.querySelector("[data-off]").textContent = apart(load, mean);
    row.querySelector("[data-mark]").textContent = off > tolerance ? "▲" : off < -tolerance ? "▼" : "●";
    row.classList.toggle("grid-changed", made.some(([, from, to]) => from === grid || to === grid));
  }
  metres.textContent = two.format(cut / 1000);
  form.elements.moves.value = made.map(([block, , to]) => `${block}:${to}`).join(",");
  form.querySelector("[data-save]").disabled = !made.length;
  form.querySelector("[data-unsaved]").textContent = made.length ? say("Unsaved", { count: made.length }) : "";
  for (const [name, stack] of [["undo", made], ["redo", again]]) {
    const button = form.querySelector(`[data-${name}]`);
    // With moves not saved the server's own history waits: it would throw them away.
    button.disabled = !stack.length && (made.length > 0 || again.length > 0 || button.dataset.none !== undefined);
  }
};

const ask = () => {
  choices.replaceChildren();
  if (chosen === null) return;
  const { beside, grid: own, load } = blocks.get(chosen);
  const near = [...new Set(beside.filter(([, edge]) => open(edge)).map(([other]) => blocks.get(other).grid))].filter((grid) => grid !== own);
  for (const grid of near.sort((a, b) => Number(grids.get(a).label) - Number(grids.get(b).label))) {
    const why = refused(chosen, grid);
    const line = document.createElement("p");
    if (why) {
      line.textContent = `${say("Move", { grid: grids.get(grid).label })} – ${why}`;
    } else {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline-primary";
      button.dataset.to = grid;
      const after = document.createElement("span");
      after.className = "grid-after";
      after.textContent = `${grids.get(own).label}: ${apart(grids.get(own).load, ownMean)} → ${apart(grids.get(own).load - load, ownMean)} % · ${grids.get(grid).label}: ${apart(grids.get(grid).load, ownMean)} → ${apart(grids.get(grid).load + load, ownMean)} %`;
      button.append(say("Move", { grid: grids.get(grid).label }), after);
      button.addEventListener("click", () => move(chosen, grid));
      line.append(button);
    }
    choices.append(line);
  }
  if (!near.length) choices.textContent = say("Inner");
};

const tell = (text) => (told.textContent = text);

const choose = (number) => {
  chosen = number;
  const { name, grid } = blocks.get(number);
  for (const [other, block] of blocks) block.path.tabIndex = other === number ? 0 : -1;
  tell(say("Chosen", { block: name, grid: grids.get(grid).label }));
  form.elements.block.value = number;
  show();
  ask();
};

const move = (number, grid) => {
  const why = refused(number, grid);
  if (why) {
    tell(why);
    return false;
  }
  const { name, grid: own, path } = blocks.get(number);
  place(number, grid);
  made.push([number, own, grid]);
  again.length = 0;
  choose(number);
  tell(say("Moved", { block: name, own: grids.get(own).label, grid: grids.get(grid).label }));
  path.focus();
  return true;
};

const step = (from, to, back) => {
  if (!from.length) return false;
  const [number, before, after] = from.pop();
  place(number, back ? before : after);
  to.push([number, before, after]);
  choose(number);
  tell(back ? say("Back") : say("Moved", { block: blocks.get(number).name, own: grids.get(before).label, grid: grids.get(after).label }));
  return true;
};

// The block that lies nearest in the direction of an arrow.
const beyond = (number, [dx, dy]) => {
  const from = blocks.get(number);
  let best = null;
  let least = Infinity;
  for (const [other, { x, y }] of blocks) {
    const along = (x - from.x) * dx + (y - from.y) * dy;
    const across = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx);
    if (other !== number && along > 0 && along >= across && along + 2 * across < least) {
      [best, least] = [other, along + 2 * across];
    }
  }
  return best;
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

for (const [number, { path }] of blocks) {
  path.setAttribute("role", "button");
  path.tabIndex = -1;
  path.querySelector("title")?.remove(); // its name says more
  path.addEventListener("click", () => choose(number));
  path.addEventListener("keydown", (event) => {
    if (event.key in ARROWS) {
      event.preventDefault();
      const next = beyond(number, ARROWS[event.key]);
      if (next === null) return;
      path.tabIndex = -1;
      blocks.get(next).path.tabIndex = 0;
      blocks.get(next).path.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(number);
      choices.querySelector("button")?.focus();
    }
  });
}
blocks.values().next().value.path.tabIndex = 0;

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  if (event.target.closest("input, textarea")) return;
  if (event.shiftKey ? step(again, made, false) : step(made, again, true)) event.preventDefault();
});
choices.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && chosen !== null) blocks.get(chosen).path.focus();
});

form.querySelector("[data-undo]").addEventListener("click", (event) => {
  if (step(made, again, true)) event.preventDefault();
});
form.querySelector("[data-redo]").addEventListener("click", (event) => {
  if (step(again, made, false)) event.preventDefault();
});
form.querySelector("[data-move]").addEventListener("click", (event) => {
  event.preventDefault();
  const number = Number(form.elements.block.value);
  choose(number);
  const why = refused(number, Number(form.elements.grid.value));
  if (why) tell(why);
  else move(number, Number(form.elements.grid.value));
});
let leaving = false;
form.addEventListener("submit", () => (leaving = true));
window.addEventListener("beforeunload", (event) => {
  if (made.length && !leaving) event.preventDefault();
});

const whole = map.viewBox.baseVal;
const [left, top_, wide, high] = [whole.x, whole.y, whole.width, whole.height];
const zoom = (factor) => {
  const box = map.viewBox.baseVal;
  const middle = chosen === null ? [box.x + box.width / 2, box.y + box.height / 2] : [blocks.get(chosen).x, blocks.get(chosen).y];
  const size = [Math.min(box.width * factor, wide), Math.min(box.height * factor, high)];
  const x = Math.min(Math.max(middle[0] - size[0] / 2, left), left + wide - size[0]);
  const y = Math.min(Math.max(middle[1] - size[1] / 2, top_), top_ + high - size[1]);
  map.setAttribute("viewBox", `${x} ${y} ${size[0]} ${size[1]}`);
};
for (const button of sheet.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => zoom({ in: 0.6, out: 1 / 0.6, all: Infinity }[button.dataset.zoom]));
}

for (const part of sheet.querySelectorAll("[data-live], [data-pick], [data-save]")) part.hidden = false;
form.querySelector("details").open = false;
show();
// Moves that the server refused because somebody else was faster: made again where they still can.
const kept = sheet.dataset.kept.split(",").filter(Boolean).map((pair) => pair.split(":").map(Number));
if (kept.length) {
  const count = kept.filter(([number, grid]) => blocks.has(number) && grids.has(grid) && !refused(number, grid) && move(number, grid)).length;
  tell(say("Again", { made: count, count: kept.length }));
}
sheet.dataset.ready = "yes";
