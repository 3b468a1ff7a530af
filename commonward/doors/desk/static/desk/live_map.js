// The live map: draws the units and incidents that the stream (live/live.js) tells, and keeps the
// lists beside it new. Without this script the page is the table and the figure.
const given = document.querySelector("[data-live-map]").dataset;
const words = JSON.parse(document.getElementById("live-map-words").textContent);
const place = document.querySelector("[data-map]");
const NOW_EVERY = 5000;
const FRESH_AFTER = 4000;
const REACH_EVERY = 60000;
const FONT = ["Noto Sans SC"];
const RATIO = Math.min(3, Math.ceil(devicePixelRatio || 1));

const units = new Map();
let incidents = [];
let drawn = null;
let ground = null;

const english = !document.documentElement.lang.startsWith("zh");
const named = (unit) => (english && unit.radio_en) || unit.radio;
const forceOf = (unit) => words.forces[unit.agency] || words.other;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: given.zone, hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const time = (moment) => clock.format(new Date(moment));

// ---- What is known -------------------------------------------------------------------------

const whole = ({ units: all, incidents: open }) => {
  units.clear();
  for (const one of all) units.set(one.id, one);
  incidents = open;
  draw();
};

const changes = ({ moved = [], changed = [], gone = [], incidents: open }) => {
  for (const [id, lat, lon, seen] of moved) {
    const one = units.get(id);
    if (one) Object.assign(one, { lat, lon, seen });
  }
  for (const one of changed) units.set(one.id, one);
  for (const id of gone) units.delete(id);
  if (open) incidents = open;
  draw();
  for (const [id, , , seen] of moved) tell(id, seen);
  if (changed.length || gone.length || open) later();
};

// Who only moved is told in the table without reading it anew.
const tell = (id, seen) => {
  const here = document.querySelector(`[data-seen="${id}"] time`);
  if (!here || !seen) return;
  here.dateTime = seen;
  here.textContent = time(seen);
};

const ask = async () => {
  try {
    const answer = await fetch(given.now, { headers: { Accept: "application/json" } });
    if (answer.ok) whole(await answer.json());
  } catch {
    // The network is away: what is shown stays, and the stream begins with the whole.
  }
};

document.addEventListener("commonward:fleet", ({ detail }) => { whole(detail); later(); });
document.addEventListener("commonward:units", ({ detail }) => changes(detail));
ask();
if (!document.querySelector("[data-live]")) {
  setInterval(() => { if (!document.hidden) ask().then(fresh); }, NOW_EVERY);
}

// ---- The lists beside the map --------------------------------------------------------------

let waiting = 0;
let asked = 0;
const later = () => {
  if (waiting) return;
  waiting = setTimeout(() => { waiting = 0; fresh(); reach(); }, Math.max(500, asked + FRESH_AFTER - Date.now()));
};

const fresh = async () => {
  asked = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-part]")) {
      const anew = page.querySelector(`[data-part="${part.dataset.part}"]`);
      // Whoever stands in a list with the keyboard is not thrown out of it.
      if (!anew || part.contains(document.activeElement)) continue;
      const top = part.querySelector(".wide")?.scrollTop ?? 0;
      if (part.innerHTML === anew.innerHTML) continue;
      part.replaceChildren(...anew.childNodes);
      if (top) part.querySelector(".wide")?.scrollTo({ top });
    }
  } catch {
    // As above.
  }
};

// ---- How far the free units reach ----------------------------------------------------------

const reach = async () => {
  try {
    const answer = await fetch(given.reach, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const told = await answer.json();
    ground = told.ground;
    const box = document.querySelector("[data-reach-words]");
    const lines = told.words.map((line, at) => {
      const p = document.createElement("p");
      if (at === 0 && told.words.length > 1) {
        p.append(Object.assign(document.createElement("strong"), { textContent: line }));
      } else {
        p.className = "quiet";
        p.textContent = line;
      }
      return p;
    });
    if (box.textContent !== lines.map((p) => p.textContent).join("")) box.replaceChildren(...lines);
    draw();
  } catch {
    // As above.
  }
};
reach();
setInterval(() => { if (!document.hidden) reach(); }, REACH_EVERY);

// ---- Signs ---------------------------------------------------------------------------------

const SIZE = 32;
const canvas = (paint) => {
  const made = document.createElement("canvas");
  made.width = made.height = SIZE * RATIO;
  const pen = made.getContext("2d");
  pen.scale(RATIO, RATIO);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  paint(pen);
  return pen.getImageData(0, 0, made.width, made.height);
};

const letter = (pen, text, x, y, size, colour) => {
  pen.font = `700 ${size}px ${getComputedStyle(document.body).fontFamily}`;
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
};

const TEAL = "#0f5257";
const unitSign = (force, status, drill, station) =>
  canvas((pen) => {
    const free = status === "idle" || status === "reserved";
    const rests = status.startsWith("rest");
    const outline = new Path2D(force.outline);
    pen.save();
    pen.translate(4, 4);
    pen.lineJoin = "round";
    pen.lineWidth = 5;
    pen.strokeStyle = "#ffffff";
    pen.stroke(outline);
    pen.fillStyle = free ? TEAL : rests ? "#51606a" : "#ffffff";
    pen.fill(outline);
    pen.lineWidth = 2.5;
    pen.strokeStyle = rests ? "#51606a" : TEAL;
    if (drill) pen.setLineDash([3, 2.5]);
    if (!free || drill) pen.stroke(outline);
    pen.restore();
    letter(pen, force.letter, 16, 16.5, 13, free || rests ? "#ffffff" : TEAL);
    const { mark = "" } = words.statuses[status] || {};
    if (mark || station) {
      pen.beginPath();
      pen.arc(25.5, 6.5, 6, 0, 7);
      pen.fillStyle = "#ffffff";
      pen.fill();
      pen.lineWidth = 1;
      pen.strokeStyle = "#1d2528";
      pen.stroke();
      letter(pen, mark || "⌂", 25.5, 7, 10, "#1d2528");
    }
  });

const RED = { critical: "#a3141c", urgent: "#8a3a00", routine: "#1d5c2e" };
const incidentSign = (priority, drill) =>
  canvas((pen) => {
    const outline = new Path2D(
      { critical: "M4 4h24v24h-24z", urgent: "M16 2l14 26h-28z" }[priority] || "M16 3a13 13 0 1 0 0 26a13 13 0 1 0 0-26z",
    );
    pen.lineJoin = "round";
    pen.lineWidth = 4;
    pen.strokeStyle = "#ffffff";
    pen.stroke(outline);
    pen.fillStyle = drill ? "#ffffff" : RED[priority] || "#51606a";
    pen.fill(outline);
    if (drill) {
      pen.setLineDash([4, 3]);
      pen.lineWidth = 2.5;
      pen.strokeStyle = RED[priority] || "#51606a";
      pen.stroke(outline);
    }
    letter(pen, drill ? words.drill_letter : "!", 16, priority === "urgent" ? 20 : 17, 15, drill ? RED[priority] || "#51606a" : "#ffffff");
  });

// A sign is drawn when it is first needed, before anything asks for it.
const sign = (map, id) => {
  if (map.hasImage(id)) return;
  const [what, name, more, drill, station] = id.split(" ");
  const made = what === "unit"
    ? unitSign(words.forces[name] || words.other, more, drill === "drill", station === "station")
    : incidentSign(name, more === "drill");
  map.addImage(id, made, { pixelRatio: RATIO });
};

// ---- Drawing -------------------------------------------------------------------------------

const feature = (lon, lat, properties) => ({
  type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties,
});
const collected = (features) => ({ type: "FeatureCollection", features });

const data = () => ({
  "help-reach": ground ? { type: "Feature", geometry: ground, properties: {} } : collected([]),
  "help-units": collected([...units.values()].map((one) => feature(one.lon, one.lat, {
    id: one.id,
    name: named(one),
    sign: `unit ${forceOf(one).code} ${one.status} ${one.drill ? "drill" : "real"} ${one.seen ? "seen" : "station"}`,
  }))),
  "help-incidents": collected(incidents.map((one) => feature(one.lon, one.lat, {
    number: one.number,
    name: `${one.drill ? `${words.drill} ` : ""}${words.kinds[one.kind] || one.kind}`,
    sign: `incident ${one.priority} ${one.drill ? "drill" : "real"}`,
  }))),
});

const layers = (ink) => [
  { id: "help-reach", type: "fill", source: "help-reach", paint: { "fill-color": "#1f757c", "fill-opacity": 0.16 } },
  { id: "help-reach-rim", type: "line", source: "help-reach", paint: { "line-color": "#1f757c", "line-width": 1.5, "line-dasharray": [2, 1.5] } },
  ...["units", "incidents"].map((what) => ({
    id: `help-${what}`,
    type: "symbol",
    source: `help-${what}`,
    layout: {
      "icon-image": ["get", "sign"],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.6, 13, 1],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "text-field": ["step", ["zoom"], "", 12, ["get", "name"]],
      "text-font": FONT,
      "text-size": 12,
      "text-anchor": "top",
      "text-offset": [0, 1.2],
      "text-optional": true,
    },
    paint: ink,
  })),
];

function draw() {
  if (!drawn) return;
  const { map } = drawn;
  if (!map.getSource("help-units") && !map.isStyleLoaded()) return;
  const all = data();
  for (const name of ["help-units", "help-incidents"]) {
    for (const one of all[name].features) sign(map, one.properties.sign);
  }
  if (!map.getSource("help-units")) {
    const names = map.getStyle().layers.find((layer) => layer.id === "area-names")?.paint ?? {};
    for (const [name, of] of Object.entries(all)) map.addSource(name, { type: "geojson", data: of });
    for (const layer of layers(names)) map.addLayer(layer);
  } else {
    for (const [name, of] of Object.entries(all)) map.getSource(name).setData(of);
  }
  place.dataset.units = String(units.size);
  if (ground) place.dataset.reach = "yes";
}

const about = (one) => {
  const force = forceOf(one);
  const state = words.statuses[one.status] || { text: one.status };
  const box = document.createElement("p");
  const line = (text, strong) => {
    const made = document.createElement(strong ? "strong" : "span");
    made.textContent = text;
    if (box.childNodes.length) box.append(document.createElement("br"));
    box.append(made);
  };
  line(named(one), true);
  line(force.name);
  line(`${one.drill ? `${words.drill} · ` : ""}${state.text} · ${filled(words.since, { time: time(one.since) })}`);
  line(one.seen ? filled(words.place_told, { time: time(one.seen) }) : words.at_station);
  return box;
};

place?.addEventListener("map:ready", ({ detail }) => {
  drawn = detail;
  const { map, library } = detail;
  // In other colours the map is another style, which knows nothing of ours.
  map.on("styledata", () => { if (!map.getSource("help-units")) draw(); });
  for (const layer of ["help-units", "help-incidents"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  map.on("click", "help-incidents", ({ features: [one] }) => {
    location.href = words.incident.replace("NUMBER", encodeURIComponent(one.properties.number));
  });
  map.on("click", "help-units", ({ features: [one] }) => {
    const unit = units.get(one.properties.id);
    if (!unit) return;
    new library.Popup({ locale: { "Popup.Close": place.dataset.close } })
      .setLngLat([unit.lon, unit.lat])
      .setDOMContent(about(unit))
      .addTo(map);
  });
  draw();
});
