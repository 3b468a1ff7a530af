// Drawing a border on the map: the text field holds the points, the map shows and changes them.
// Without this file, or for outlines of several parts, the text is written by hand.

const MOST_HANDLES = 400;

const form = document.querySelector("form[data-drawing]");
const kind = form?.dataset.drawing;
const field = kind ? document.getElementById(kind) : null;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// The points of the text as [longitude, latitude]; null when it is no plain list of points.
const read = () => {
  const points = [];
  for (const row of field.value.replaceAll("，", ",").split(/[\n;]/)) {
    if (!row.trim()) continue;
    const [lat, lon, ...more] = row.trim().split(/[\s,]+/).map(Number);
    if (more.length || !(Math.abs(lat) <= 85 && Math.abs(lon) <= 180)) return null;
    points.push([lon, lat]);
  }
  return points;
};

const geometry = (points) => ({
  type: "Feature",
  properties: {},
  geometry: {
    type: "LineString",
    coordinates: kind === "outline" && points.length > 2 ? [...points, points[0]] : points,
  },
});

// Between which two neighbours a point fits best: where the way grows least.
const fitting = (points, [x, y]) => {
  const away = ([a, b]) => Math.hypot((a - x) * Math.cos((y * Math.PI) / 180), b - y);
  const apart = ([a, b], [c, d]) => Math.hypot((a - c) * Math.cos((y * Math.PI) / 180), b - d);
  let best = points.length;
  let least = Infinity;
  points.forEach((point, n) => {
    const next = points[(n + 1) % points.length];
    const grows = away(point) + away(next) - apart(point, next);
    if (grows < least) [best, least] = [n + 1, grows];
  });
  return best;
};

const drawing = ({ detail: { map, library } }) => {
  const dark = "#a3141c";
  const shown = form.dataset.shown;
  if (shown) {
    map.addSource("shown", { type: "geojson", data: JSON.parse(shown) });
    map.addLayer({ id: "shown-face", type: "fill", source: "shown", paint: { "fill-color": ["match", ["get", "part"], 0, "#d98200", "#0f5257"], "fill-opacity": 0.2 } });
    map.addLayer({ id: "shown-edge", type: "line", source: "shown", paint: { "line-color": "#8a5a00", "line-width": 2 } });
  }
  if (!field) return;
  const told = form.querySelector("[data-count]");
  let points = read();
  if (points === null || points.length > MOST_HANDLES) {
    for (const ways of form.querySelectorAll("[data-drawing-ways]")) ways.hidden = true;
    form.querySelector(".map-told").textContent = form.dataset.byText;
    return;
  }
  let inserting = kind === "outline" && points.length > 2;
  let handles = [];
  const earlier = [];
  map.addSource("drawing", { type: "geojson", data: geometry(points) });
  map.addLayer({ id: "drawing", type: "line", source: "drawing", paint: { "line-color": dark, "line-width": 3 } });

  const line = () => map.getSource("drawing").setData(geometry(points));
  const count = () => (told.textContent = filled(form.dataset.told, { count: points.length }));
  const write = () => {
    field.value = points.map(([lon, lat]) => `${lat}, ${lon}`).join("\n");
    count();
  };
  const place = ({ lng, lat }) => [Number(lng.toFixed(6)), Number(lat.toFixed(6))];
  const change = (next) => {
    earlier.push(points);
    points = next;
    write();
    show();
  };
  const handle = (point, n) => {
    const marker = new library.Marker({ draggable: true, color: dark, scale: 0.6 });
    const knob = marker.getElement();
    knob.setAttribute("aria-label", filled(form.dataset.point, { n: n + 1 }));
    knob.setAttribute("role", "button");
    knob.tabIndex = 0;
    knob.addEventListener("click", (event) => event.stopPropagation());
    knob.addEventListener("keydown", (event) => {
      if (event.key !== "Delete" && event.key !== "Backspace") return;
      event.preventDefault();
      change(points.filter((_, other) => other !== n));
      handles[Math.min(n, handles.length - 1)]?.getElement().focus();
    });
    marker.setLngLat(point).addTo(map);
    marker.on("drag", () => {
      const moved = [...points];
      moved[n] = place(marker.getLngLat());
      map.getSource("drawing").setData(geometry(moved));
    });
    marker.on("dragend", () => change(points.with(n, place(marker.getLngLat()))));
    return marker;
  };
  const show = () => {
    for (const marker of handles) marker.remove();
    handles = points.map(handle);
    line();
  };
  const add = (at) => {
    const point = place(at.wrap());
    change(inserting ? points.toSpliced(fitting(points, point), 0, point) : [...points, point]);
  };

  map.on("click", ({ lngLat }) => add(lngLat));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it would send the form
    add(map.getCenter());
  });
  field.addEventListener("input", () => {
    const given = read();
    if (given === null || given.length > MOST_HANDLES) return;
    points = given;
    count();
    show();
  });
  form.querySelector("[data-undo]").addEventListener("click", () => {
    if (!earlier.length) return;
    points = earlier.pop();
    write();
    show();
  });
  form.querySelector("[data-clear]").addEventListener("click", () => {
    inserting = false;
    change([]);
  });
  for (const ways of form.querySelectorAll("[data-drawing-ways]")) ways.hidden = false;
  form.querySelector(".map-canvas").dataset.crosshair = "";
  count();
  show();
};

document.addEventListener("map:ready", drawing);
