// Hotspots on the map: cells and clusters as the page tells them. Without this script the page is
// its tables.
const place = document.querySelector("[data-map]");
const told = document.getElementById("hotspot-ground");
const texts = document.querySelector("[data-hotspots]")?.dataset ?? {};
const ground = told ? JSON.parse(told.textContent) : { type: "FeatureCollection", features: [] };
const CELLS = "hotspot-cells";
const COLOURS = ["match", ["get", "kind"], "emerging", "#a3141c", "steady", "#8a5a00", "ending", "#51606a", "#6f8589"];
const HOT = ["in", ["get", "kind"], ["literal", ["emerging", "steady", "ending"]]];
const CLUSTER = ["==", ["get", "kind"], "cluster"];

const rim = () => (matchMedia("(prefers-color-scheme: dark)").matches && getComputedStyle(place).colorScheme.includes("dark") ? "#c9a7ee" : "#5b2a86");

// The sign of a hot cell stands in its middle, once, whatever tile it is drawn from.
const middles = () => ({
  type: "FeatureCollection",
  features: ground.features
    .filter(({ properties }) => properties.sign)
    .map(({ geometry, properties }) => {
      const ring = geometry.coordinates[0].slice(1);
      const mean = (at) => ring.reduce((sum, corner) => sum + corner[at], 0) / ring.length;
      return { type: "Feature", geometry: { type: "Point", coordinates: [mean(0), mean(1)] }, properties };
    }),
});

const layers = () => [
  { id: CELLS, type: "fill", source: CELLS, filter: ["!", CLUSTER],
    paint: { "fill-color": COLOURS, "fill-opacity": ["case", HOT, 0.6, ["get", "more"], 0.3, 0.12] } },
  { id: "hotspot-edges", type: "line", source: CELLS, filter: ["!", CLUSTER],
    paint: { "line-color": COLOURS, "line-width": ["case", HOT, 2, 0.6] } },
  { id: "hotspot-rims", type: "line", source: CELLS, filter: CLUSTER,
    paint: { "line-color": rim(), "line-width": 3 } },
  { id: "hotspot-signs", type: "symbol", source: "hotspot-signs",
    layout: { "text-field": ["get", "sign"], "text-font": ["Noto Sans SC"], "text-size": 16, "text-allow-overlap": true, "text-ignore-placement": true },
    paint: { "text-color": "#ffffff", "text-halo-color": "#1d2528", "text-halo-width": 1.5 } },
];

const draw = (map) => {
  if (map.getSource(CELLS) || !map.isStyleLoaded()) return;
  map.addSource(CELLS, { type: "geojson", data: ground });
  map.addSource("hotspot-signs", { type: "geojson", data: middles() });
  for (const layer of layers()) map.addLayer(layer);
  place.dataset.hotspots = String(ground.features.length);
};

const about = ({ words, href }) => {
  const box = document.createElement("p");
  // What a feature holds comes back from the map as text.
  for (const [at, line] of (typeof words === "string" ? JSON.parse(words) : words).entries()) {
    if (at) box.append(document.createElement("br"));
    box.append(Object.assign(document.createElement(at ? "span" : "strong"), { textContent: line }));
  }
  if (href && texts.cases) {
    box.append(document.createElement("br"), Object.assign(document.createElement("a"), { href, textContent: texts.cases }));
  }
  return box;
};

const bounds = () => {
  const corners = ground.features.flatMap(({ geometry }) => geometry.coordinates.flat(geometry.type === "Polygon" ? 1 : 2));
  if (!corners.length) return null;
  const [lons, lats] = [corners.map(([lon]) => lon), corners.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
};

place?.addEventListener("map:ready", ({ detail: { map, library } }) => {
  // In other colours the map is another style, which knows nothing of ours.
  map.on("styledata", () => draw(map));
  map.on("mouseenter", CELLS, () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", CELLS, () => (map.getCanvas().style.cursor = ""));
  map.on("click", CELLS, ({ lngLat, features: [cell] }) => {
    new library.Popup({ locale: { "Popup.Close": place.dataset.close } })
      .setLngLat(lngLat)
      .setDOMContent(about(cell.properties))
      .addTo(map);
  });
  draw(map);
  const around = bounds();
  if (around) map.fitBounds(around, { padding: 24, maxZoom: 15, animate: false });
});
