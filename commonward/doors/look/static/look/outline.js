// The outline of a project on the map beside it. Without this script the page says it in words.
const told = document.getElementById("outline");
// A form of the same page may hold another map.
const part = told?.closest("section").querySelector("[data-map]");
const OUTLINE = "project-outline";

const dark = () => matchMedia("(prefers-color-scheme: dark)").matches && getComputedStyle(part).colorScheme.includes("dark");

const draw = (map, data) => {
  if (map.getSource(OUTLINE) || !map.isStyleLoaded()) return;
  const colour = dark() ? "#e5484d" : "#a3141c";
  map.addSource(OUTLINE, { type: "geojson", data });
  map.addLayer({ id: `${OUTLINE}-inside`, type: "fill", source: OUTLINE, paint: { "fill-color": colour, "fill-opacity": 0.18 } });
  map.addLayer({ id: `${OUTLINE}-rim`, type: "line", source: OUTLINE, paint: { "line-color": colour, "line-width": 3 } });
  part.dataset.outlined = "yes";
};

const bounds = ({ type, coordinates }) => {
  const corners = coordinates.flat(type === "Polygon" ? 1 : 2);
  const [lons, lats] = [0, 1].map((at) => corners.map((corner) => corner[at]));
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
};

if (part && told) {
  const geometry = JSON.parse(told.textContent);
  part.addEventListener("map:ready", ({ detail: { map } }) => {
    // In other colours the map is another style, which knows nothing of ours.
    map.on("styledata", () => draw(map, geometry));
    draw(map, geometry);
    map.fitBounds(bounds(geometry), { padding: 32, maxZoom: 16, animate: false });
  });
}
