// Maps: tiles/map.html says what may be asked for. Pages work without this file.

const FONTS = '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Segoe UI", Roboto, "Noto Sans", sans-serif';
const MOST_LISTED = 50;
const LAYERS = ["cases", "clusters"];

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

const sheet = (href) =>
  new Promise((done) => {
    if (document.querySelector(`link[href="${href}"]`)) return done();
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    document.head.append(link);
  });

// The style names paths; the worker that fetches tiles wants whole addresses.
const styled = async (path) => {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(await answer.text());
  const style = await answer.json();
  for (const source of Object.values(style.sources)) {
    source.tiles = source.tiles.map((tile) => (tile.startsWith("/") ? location.origin + tile : tile));
  }
  return style;
};

// Dark where the page can be (its color-scheme says so) and the reader's device is.
const DARK = matchMedia("(prefers-color-scheme: dark)");
const dark = (part) =>
  Boolean(part.dataset.styleDark) && DARK.matches && getComputedStyle(part).colorScheme.includes("dark");
const styleOf = (part) => styled(dark(part) ? part.dataset.styleDark : part.dataset.style);
const pinColour = (part) => (dark(part) ? "#e5484d" : "#a3141c");

// What one case or cluster is called, in words.
const words = (part, { layer, properties: told }) => {
  const texts = part.dataset;
  if (layer.id === "clusters") return filled(told.red ? texts.manyLate : texts.many, told);
  const chinese = texts.language.startsWith("zh");
  const said = [chinese ? told.category : told.category_en, chinese ? told.stage : told.stage_en];
  if (told.light) said.push(texts[told.light]);
  return said.join(" · ");
};

const line = (part, feature, into) => {
  const { number } = feature.properties;
  if (number && part.dataset.to) {
    const link = element("a", number);
    link.href = part.dataset.to.replace("NUMBER", encodeURIComponent(number));
    into.append(link, element("br", ""));
  } else if (number) {
    into.append(element("span", number), element("br", ""));
  }
  into.append(element("span", words(part, feature)));
  return into;
};

const listing = (part, map) => {
  const list = part.querySelector(".map-list ul");
  if (!list) return;
  const show = () => {
    const found = map.queryRenderedFeatures({ layers: LAYERS });
    const once = new Map(
      found.map((f) => [f.properties.number ?? f.geometry.coordinates.join(), f]),
    );
    const items = [...once.values()].slice(0, MOST_LISTED).map((f) => line(part, f, element("li", "")));
    list.replaceChildren(...(items.length ? items : [element("li", part.dataset.nothing)]));
  };
  map.on("idle", show);
};

const choosing = (part, map, { Popup }) => {
  const shape = (name) => () => (map.getCanvas().style.cursor = name);
  for (const layer of LAYERS) {
    map.on("mouseenter", layer, shape("pointer"));
    map.on("mouseleave", layer, shape(""));
  }
  map.on("click", "clusters", ({ features: [cluster] }) => {
    map.easeTo({ center: cluster.geometry.coordinates, zoom: map.getZoom() + 2 });
  });
  map.on("click", "cases", ({ features: [feature] }) => {
    const { number } = feature.properties;
    part.dispatchEvent(new CustomEvent("map:case", { bubbles: true, detail: number }));
    new Popup({ closeButton: true, locale: { "Popup.Close": part.dataset.close } })
      .setLngLat(feature.geometry.coordinates)
      .setDOMContent(line(part, feature, element("p", "")))
      .addTo(map);
  });
};

const refreshing = (part, map) => {
  const seconds = Number(part.dataset.refresh);
  if (!(seconds > 0)) return;
  setInterval(() => {
    if (!document.hidden && map.getSource("cases")) map.refreshTiles("cases");
  }, seconds * 1000);
};

const pinning = (part, map, { Marker }) => {
  const [lat, lon] = part.dataset.pin.split(" ").map((id) => document.getElementById(id));
  const told = part.querySelector(".map-told");
  const pin = new Marker({ draggable: true, color: pinColour(part) });
  pin.getElement().setAttribute("aria-label", part.dataset.pinName);
  const place = (at) => pin.setLngLat(at).addTo(map);
  const set = (at) => {
    const { lng, lat: north } = at.wrap();
    lat.value = north.toFixed(6);
    lon.value = lng.toFixed(6);
    place(at);
    told.textContent = filled(part.dataset.pinned, { lat: lat.value, lon: lon.value });
  };
  const read = () => {
    const [north, east] = [lat, lon].map((input) => (input.value.trim() === "" ? NaN : Number(input.value)));
    if (Math.abs(north) <= 85 && Math.abs(east) <= 180) {
      place([east, north]);
      map.jumpTo({ center: [east, north], zoom: Math.max(map.getZoom(), 15) });
    } else {
      pin.remove();
    }
  };
  map.on("click", ({ lngLat }) => set(lngLat));
  pin.on("dragend", () => set(pin.getLngLat()));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it would send the form
    set(map.getCenter());
  });
  for (const input of [lat, lon]) input.addEventListener("input", read);
  read();
};

// A place that the page names meanwhile: data-show="lat,lon" and the event `map:show`.
const showing = (part, map, { Marker }) => {
  const marker = new Marker({ color: pinColour(part) });
  const show = () => {
    const [lat, lon] = (part.dataset.show || "-").split(",").map(Number);
    if (!Number.isFinite(lat) || !Number.isFinite(lon)) return marker.remove();
    marker.setLngLat([lon, lat]).addTo(map);
    map.jumpTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 15) });
  };
  part.addEventListener("map:show", show);
  if (part.dataset.show) show();
};

const drawn = async (part) => {
  const box = part.querySelector(".map-canvas");
  const texts = part.dataset;
  const [library, style] = await Promise.all([
    import("./vendor/maplibre-gl.mjs"),
    styleOf(part),
    sheet(texts.sheet),
  ]);
  const [markLat, markLon] = (texts.marker ?? "").split(",").map(Number);
  const marked = texts.marker && Number.isFinite(markLat) && Number.isFinite(markLon);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new library.Map({
    container: box,
    style,
    ...(marked
      ? { center: [markLon, markLat], zoom: 15 }
      : style.metadata.bounds
        ? { bounds: style.metadata.bounds, fitBoundsOptions: { padding: 16, maxZoom: 16 } }
        : { center: [0, 20], zoom: 1 }),
    maxZoom: 19,
    fadeDuration: still ? 0 : 150,
    localIdeographFontFamily: FONTS,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: { compact: true },
    locale: {
      "Map.Title": texts.label,
      "NavigationControl.ZoomIn": texts.zoomIn,
      "NavigationControl.ZoomOut": texts.zoomOut,
      "AttributionControl.ToggleAttribution": texts.credit,
      "Marker.Title": texts.pinName,
      "Popup.Close": texts.close,
      "CooperativeGesturesHandler.WindowsHelpText": texts.control,
      "CooperativeGesturesHandler.MacHelpText": texts.control.replace("Ctrl", "⌘"),
      "CooperativeGesturesHandler.MobileHelpText": texts.twoFingers,
    },
  });
  // A tile that was on its way when the reader left the page, or tapped on, is no fault of the
  // map: the next look fetches it. What the server refused is one.
  map.on("error", ({ error }) => {
    if (error?.status !== 0) console.error(error?.message ?? error);
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.once("idle", () => (part.dataset.drawn = "yes"));
  // The layers are the same ones in other colours, so that what stands on the map stays.
  if (texts.styleDark) DARK.addEventListener("change", async () => map.setStyle(await styleOf(part)));
  map.once("load", () => {
    part.dispatchEvent(new CustomEvent("map:ready", { bubbles: true, detail: { map, library } }));
  });
  if (marked) new library.Marker({ color: pinColour(part) }).setLngLat([markLon, markLat]).addTo(map);
  if (texts.pin) pinning(part, map, library);
  showing(part, map, library);
  if (style.sources.cases) {
    listing(part, map);
    choosing(part, map, library);
    refreshing(part, map);
  }
};

for (const part of document.querySelectorAll("[data-map]")) {
  part.hidden = false;
  drawn(part).catch(() => {
    part.querySelector(".map-canvas").remove();
    part.querySelector(".map-told").textContent = part.dataset.noMap;
  });
}
