// The rounds of the day: the next stop with the way there first, all of it from the phone's store.
import * as store from "./store.js";
import * as out from "./outbox.js";
import { fill, make } from "./forms.js";

export const REASONS = ["closed", "blocked", "unsafe", "not_found", "no_time"];

// How each point stands: "visited", "missed" with its reason, or open; what waits to be sent counts.
async function standing(round) {
  const found = new Map(Object.entries(round.missed || {}).map(([n, why]) => [Number(n), why]));
  round.visited.forEach((n) => found.set(n, ""));
  const waits = (await store.outbox()).filter((item) => item.kind === "visit" && item.state === "waits" && item.round === round.id && item.on === round.on);
  for (const item of waits) if (!item.why || !found.has(item.point)) found.set(item.point, item.why || "");
  return found;
}

const long = (tools, m) => (m < 1000 ? fill(tools.T.metres, { count: tools.numbers.format(m) }) : fill(tools.T.kilometres, { count: tools.numbers.format(Math.round(m / 100) / 10) }));

function way(tools, steps) {
  if (!steps?.length) return null;
  return make("ol", { class: "field-steps" }, ...steps.map((step) =>
    make("li", {}, step.text, " ", make("span", { class: "quiet" }, step.metres ? long(tools, step.metres) : ""))));
}

async function note(tools, round, n, why) {
  const { name } = round.points[n];
  const title = why ? fill(tools.T.missed_item, { name, why: tools.T[`why_${why}`] }) : fill(tools.T.visit_item, { name });
  await out.add({ kind: "visit", account: tools.account, round: round.id, point: n, on: round.on, why, title });
  tools.draw();
}

function deeds(tools, round, n) {
  const { T } = tools;
  const point = round.points[n];
  return make("div", { class: "field-deeds" },
    make("button", { class: "btn btn-primary btn-big field-wide", onclick: () => note(tools, round, n, "") }, T.visited),
    make("details", { class: "field-why" },
      make("summary", { class: "btn btn-outline-primary btn-big field-wide" }, T.not_possible),
      make("div", { class: "field-row" }, ...REASONS.map((why) =>
        make("button", { class: "btn btn-outline-primary btn-big", onclick: () => note(tools, round, n, why) }, T[`why_${why}`])))),
    make("button", { class: "btn btn-outline-primary btn-big field-wide", onclick: async () => {
      await store.keepDraft("find", { photos: [], lat: point.lat, lon: point.lon, about: 0, address: point.name });
      location.hash = "#find";
    } }, T.found_here));
}

function state(tools, why) {
  const { T } = tools;
  if (why === undefined) return null;
  return why ? make("span", { class: "state state-late" }, make("span", { "aria-hidden": "true" }, "▲ "), fill(T.was_missed, { why: T[`why_${why}`] })) :
    make("span", { class: "state state-done" }, make("span", { "aria-hidden": "true" }, "✓ "), T.was_visited);
}

const when = (point) => (point.at ? make("span", { class: "number" }, `${point.at}–${point.until} `) : null);
const joint = (tools, point) => (point.with?.length ? make("span", {}, fill(tools.T.together, { kinds: point.with.join(tools.T.comma) })) : null);

function next(tools, round, n) {
  const { T } = tools;
  const point = round.points[n];
  return make("div", { class: "field-card field-next" },
    make("h3", {}, fill(T.next_stop, { name: point.name })),
    point.rest ? make("p", {}, fill(T.rest_before, { from: point.rest.at, to: point.rest.until })) : null,
    make("p", {}, when(point), joint(tools, point)),
    make("p", { class: "quiet" }, tools.far(point) ? fill(T.far_from_you, { far: tools.far(point) }) :
      point.metres === undefined ? "" : fill(T.far_by_way, { far: long(tools, point.metres) })),
    way(tools, point.rest?.steps), way(tools, point.steps),
    point.rest_after ? make("p", {}, fill(T.rest_after, { from: point.rest_after.at, to: point.rest_after.until })) : null,
    deeds(tools, round, n));
}

function section(tools, round, been) {
  const { T } = tools;
  const done = [...been.values()].filter((why) => !why).length;
  const order = round.points.map((_, n) => n);
  const first = order.find((n) => !been.has(n));
  const rest = order.filter((n) => n !== first);
  return make("section", {},
    make("h2", {}, round.name),
    make("p", { class: "quiet" }, fill(T.points_done, { done, all: round.points.length })),
    first === undefined ? make("p", {}, T.round_done) : next(tools, round, first),
    rest.length ? make("ol", { class: "field-list" }, ...rest.map((n) => {
      const point = round.points[n];
      const open = been.get(n);
      return make("li", { class: "field-card" },
        make("strong", {}, `${n + 1} · ${point.name}`),
        make("span", { class: "quiet" }, when(point), tools.far(point)), joint(tools, point),
        state(tools, open),
        open === "" ? null : make("details", {}, make("summary", {}, open ? T.after_all : T.open_stop), way(tools, point.steps), deeds(tools, round, n)));
    })) : null,
    make("p", {}, make("a", { href: `${tools.gpx}${round.id}.gpx`, download: "" }, T.gpx)));
}

export async function drawRounds(tools, rounds) {
  const { T } = tools;
  const shown = [];
  for (const round of rounds) shown.push(section(tools, round, await standing(round)));
  return [
    make("h1", {}, T.rounds),
    shown.length ? make("p", { class: "field-row" }, make("button", { class: "btn btn-outline-primary", onclick: tools.near }, T.how_far)) : null,
    ...(shown.length ? shown : [make("p", { class: "quiet" }, T.no_rounds)]),
  ];
}
