// Draws each <figure data-chart> with ECharts from the plain data beside it. Its table stands there
// already and stays reachable; without this file the table is all there is.
//
// Nothing here makes markup or styles from text: tips are drawn on the canvas, so a strict
// Content-Security-Policy holds.
"use strict";

const SHAPES = ["circle", "rect", "triangle", "diamond", "arrow"];
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const drawn = [];

const theme = () => {
  const root = getComputedStyle(document.documentElement);
  const of = (name) => root.getPropertyValue(name).trim();
  return {
    main: of("--accent-ink"),
    quiet: of("--field-mark"),
    late: of("--late"),
    good: of("--good"),
    pale: of("--accent-pale"),
    ink: of("--ink"),
    soft: of("--ink-quiet"),
    line: of("--line"),
    sheet: of("--sheet"),
    font: getComputedStyle(document.body).fontFamily,
  };
};

// A value on an axis, short; figures in full stand in tips and in the table, made by the server.
const axisWords = (data) => {
  const values = [...data.series.flatMap((one) => [...one.values, ...one.high]), data.target ? data.target.value : null].filter((v) => v !== null);
  const most = Math.max(0, ...values.map(Math.abs));
  const zh = data.zh;
  const plain = (v) => String(Math.round(v * 100) / 100);
  if (data.unit === "share" || data.unit === "change") return (v) => `${Math.round(v * 1000) / 10}%`;
  if (data.unit === "points") return (v) => plain(v * 100);
  if (data.unit === "seconds") {
    const [size, word] =
      most > 172800 ? [86400, zh ? "天" : "d"] : most > 5400 ? [3600, zh ? "时" : "h"] : most > 90 ? [60, zh ? "分" : "min"] : [1, zh ? "秒" : "s"];
    return (v) => `${plain(v / size)} ${word}`;
  }
  return (v) => v.toLocaleString(zh ? "zh-CN" : "en-GB", { maximumFractionDigits: 2 });
};

// Two series never differ by colour alone: shape, dashes and hatching say it too.
const hatch = (place, colours) =>
  place === 0
    ? null
    : { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, place === 1 ? 4 : 7], rotation: place % 2 ? -Math.PI / 4 : Math.PI / 4, color: colours.sheet };

const colourOf = (one, colours) => colours[one.tone] || colours.main;

const tip = (data) => (given) => {
  const all = Array.isArray(given) ? given : [given];
  const place = all[0].dataIndex;
  const lines = [data.labels[place]];
  for (const one of data.series) lines.push(`${one.name}: ${one.texts[place]}`);
  if (data.band) lines.push(`${data.band.name}: ${data.band.texts[place]}`);
  if (data.across) lines.push(`${data.across.name}: ${data.across.text}`);
  if (data.target) lines.push(`${data.target.name}: ${data.target.text}`);
  return lines.filter(Boolean).join("\n");
};

const labelAxis = (data, colours, lying, width) => ({
  type: "category",
  data: data.labels,
  inverse: lying,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: colours.line } },
  axisLabel: {
    color: colours.soft,
    fontFamily: colours.font,
    hideOverlap: !lying,
    interval: lying ? 0 : "auto",
    ...(lying ? { width: Math.max(72, Math.min(220, width * 0.32)), overflow: "break", lineHeight: 14 } : {}),
  },
});

const valueAxis = (data, colours, bounded) => ({
  type: "value",
  axisLabel: { color: colours.soft, fontFamily: colours.font, formatter: axisWords(data), hideOverlap: true },
  splitLine: { lineStyle: { color: colours.line } },
  splitNumber: 4,
  minInterval: data.unit === "count" ? 1 : 0,
  ...(bounded || {}),
});

const bandOf = (data, colours) => {
  if (!data.band) return [];
  const { low, high, middle, name } = data.band;
  const none = { symbol: "none", silent: true, tooltip: { show: false }, stack: "band", stackStrategy: "all" };
  const found = [
    { ...none, name: `${name} `, type: "line", data: low, lineStyle: { opacity: 0 } },
    {
      ...none,
      name,
      type: "line",
      data: high.map((v, i) => (v === null || low[i] === null ? null : v - low[i])),
      lineStyle: { opacity: 0 },
      itemStyle: { color: colours.pale },
      areaStyle: { color: colours.quiet, opacity: 0.22 },
    },
  ];
  if (middle.length)
    found.push({ name: `${name}  `, type: "line", data: middle, symbol: "none", silent: true, lineStyle: { color: colours.quiet, type: "dotted", width: 1.5 } });
  return found;
};

// The whole's value and the site's target: the latter bears its name, and longer dashes.
const acrossOf = (data, colours, along) => {
  const dashed = (value, more) => ({ [along]: value, ...more });
  // Above the line there is no room where nothing lies higher.
  const most = Math.max(...data.series.flatMap((one) => one.values).filter((v) => v !== null), data.target ? 0 : -Infinity);
  const beside = along === "xAxis" ? "start" : data.target && data.target.value >= most ? "insideEndBottom" : "insideEndTop";
  const found = [];
  if (data.across) found.push(dashed(data.across.value, { lineStyle: { type: [4, 3], width: 1 }, label: { show: false } }));
  if (data.target)
    found.push(
      dashed(data.target.value, {
        lineStyle: { type: [8, 4], width: 1.5 },
        label: { show: true, position: beside, formatter: `${data.target.name} ${data.target.text}`, color: colours.ink, fontFamily: colours.font },
      }),
    );
  return found.length ? { markLine: { silent: true, symbol: "none", animation: false, lineStyle: { color: colours.ink }, data: found } } : {};
};

// Where shares lie close together the axis shows that part alone; bars always stand on nought.
const sharesBetween = (ends) => {
  const min = Math.max(0, Math.floor(Math.min(...ends) * 10) / 10);
  const max = Math.max(min + 0.1, Math.min(1, Math.ceil(Math.max(...ends) * 10) / 10));
  // Steps of whole per cent, or the axis would say 72, 75 and 78 for steps of two and a half.
  const wide = Math.round((max - min) * 10);
  return { min, max, interval: wide <= 1 ? 0.02 : wide <= 2 ? 0.05 : wide <= 5 ? 0.1 : 0.2 };
};

const rangeOf = (data) => {
  const band = data.band ? [...data.band.low, ...data.band.high] : [];
  const ends = [...data.series.flatMap((one) => one.values), ...band, data.target ? data.target.value : null].filter((v) => v !== null);
  return data.unit === "share" && Math.max(...ends) <= 1 ? sharesBetween(ends) : {};
};

const lines = (data, colours, width) => ({
  xAxis: labelAxis(data, colours, false, width),
  yAxis: valueAxis(data, colours, rangeOf(data)),
  series: [
    ...bandOf(data, colours),
    ...data.series.map((one, place) => ({
      name: one.name,
      type: "line",
      data: one.values,
      symbol: SHAPES[place % SHAPES.length],
      symbolSize: 6,
      showSymbol: data.labels.length < 40,
      lineStyle: { width: 2, type: ["solid", "dashed", "dotted"][place % 3] },
      itemStyle: { color: colourOf(one, colours) },
      ...(place === 0 ? acrossOf(data, colours, "yAxis") : {}),
    })),
  ],
});

const bars = (data, colours, width, lying, stacked) => ({
  [lying ? "yAxis" : "xAxis"]: labelAxis(data, colours, lying, width),
  [lying ? "xAxis" : "yAxis"]: valueAxis(data, colours),
  series: data.series.map((one, place) => ({
    name: one.name,
    type: "bar",
    data: one.values,
    stack: stacked ? "all" : undefined,
    barMaxWidth: 34,
    barGap: data.form === "funnel" ? "-100%" : undefined,
    itemStyle: { color: colourOf(one, colours), decal: hatch(place, colours), borderColor: colours.sheet, borderWidth: place ? 1 : 0 },
    label: data.form === "funnel" && place === 0 ? { show: true, position: "right", color: colours.ink, formatter: (p) => one.texts[p.dataIndex] } : undefined,
    ...(place === 0 ? acrossOf(data, colours, lying ? "xAxis" : "yAxis") : {}),
  })),
});

const league = (data, colours, width) => {
  const one = data.series[0];
  const ends = [...one.values, ...one.low, ...one.high, data.target ? data.target.value : null].filter((v) => v !== null);
  const bounded = data.unit === "share" ? sharesBetween(ends) : { scale: true };
  return {
    yAxis: labelAxis(data, colours, true, width),
    xAxis: valueAxis(data, colours, bounded),
    series: [
      {
        name: one.name,
        type: "custom",
        dimensions: ["place", "value", "low", "high"],
        encode: { x: [1, 2, 3], y: 0 },
        data: one.values.map((v, i) => [i, v, one.low[i] ?? v, one.high[i] ?? v]),
        itemStyle: { color: colourOf(one, colours) },
        renderItem: (params, api) => {
          const place = api.value(0);
          if (one.values[place] === null) return null;
          const [x, y] = api.coord([api.value(1), place]);
          const left = api.coord([api.value(2), place])[0];
          const right = api.coord([api.value(3), place])[0];
          const grey = data.grey[place];
          const stroke = grey ? colours.quiet : colourOf(one, colours);
          const stick = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke, lineWidth: grey ? 1 : 2, lineDash: grey ? [3, 3] : null } });
          return {
            type: "group",
            children: [
              stick(left, y, right, y),
              stick(left, y - 4, left, y + 4),
              stick(right, y - 4, right, y + 4),
              { type: "circle", shape: { cx: x, cy: y, r: 5 }, style: { fill: grey ? colours.sheet : stroke, stroke, lineWidth: 2 } },
            ],
          };
        },
      },
      // A line through all needs a series that can carry one.
      { type: "scatter", data: [], silent: true, ...acrossOf(data, colours, "xAxis") },
    ],
  };
};

const heat = (data, colours, width) => {
  const cells = data.series.flatMap((one, row) => one.values.map((v, place) => [place, row, v]));
  const values = cells.map((cell) => cell[2]).filter((v) => v !== null);
  const most = Math.max(...values, 0);
  return {
    xAxis: { ...labelAxis(data, colours, false, width), splitArea: { show: false } },
    yAxis: { ...labelAxis({ labels: data.series.map((one) => one.name) }, colours, true, width) },
    visualMap: { show: false, min: Math.min(...values, 0), max: most || 1, inRange: { color: [colours.pale, colours.main] } },
    series: [
      {
        type: "heatmap",
        data: cells.map(([x, y, v]) => [x, y, v === null ? "-" : v]),
        itemStyle: { borderColor: colours.sheet, borderWidth: 1 },
        emphasis: { itemStyle: { borderColor: colours.ink } },
      },
    ],
  };
};

const heatTip = (data) => (given) => {
  const [place, row] = given.value;
  const one = data.series[row];
  return `${one.name}\n${data.labels[place]}: ${one.texts[place]}`;
};

const made = (data, width) => {
  const colours = theme();
  const parts = {
    line: () => lines(data, colours, width),
    bars: () => bars(data, colours, width, false, false),
    stacked: () => bars(data, colours, width, true, true),
    funnel: () => bars(data, colours, width, true, false),
    league: () => league(data, colours, width),
    heat: () => heat(data, colours, width),
  }[data.form]();
  const lying = ["stacked", "funnel", "league", "heat"].includes(data.form);
  const legend = data.form !== "heat" && data.form !== "league" && data.series.length + (data.band ? 1 : 0) > 1;
  return {
    animation: !still.matches,
    animationDuration: 300,
    textStyle: { fontFamily: colours.font, color: colours.ink },
    grid: { left: 8, right: data.form === "funnel" ? 56 : 18, top: legend ? 42 : data.target && data.form === "league" ? 28 : 14, bottom: 8, containLabel: true },
    legend: legend
      ? {
          top: 0,
          left: 0,
          type: width < 480 ? "scroll" : "plain",
          textStyle: { color: colours.ink },
          data: [...data.series.map((one) => one.name), ...(data.band ? [data.band.name] : [])],
        }
      : undefined,
    tooltip: {
      renderMode: "richText",
      confine: true,
      trigger: data.form === "heat" || data.form === "league" ? "item" : "axis",
      axisPointer: { type: lying ? "shadow" : "line" },
      formatter: data.form === "heat" ? heatTip(data) : tip(data),
      backgroundColor: colours.sheet,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontFamily: colours.font, fontSize: 13 },
    },
    ...parts,
  };
};

// Where one reads from right to left, time and amounts run so too.
const mirrored = (option, data) => {
  const turn = (axis, lying) => ({ ...axis, inverse: lying ? axis.inverse : true });
  const lying = ["stacked", "funnel", "league"].includes(data.form);
  return {
    ...option,
    xAxis: turn(option.xAxis, false),
    yAxis: { ...option.yAxis, position: "right" },
    grid: { ...option.grid, left: option.grid.right, right: lying ? option.grid.left : 8 },
    legend: option.legend && { ...option.legend, left: undefined, right: 0, align: "right" },
  };
};

const draw = (one) => {
  const width = one.picture.clientWidth;
  const option = made(one.data, width);
  const turned = getComputedStyle(one.figure).direction === "rtl";
  one.chart.setOption(turned ? mirrored(option, one.data) : option, { notMerge: true });
};

const begin = (figure) => {
  const source = document.getElementById(figure.dataset.chart);
  const picture = figure.querySelector(".chart-picture");
  if (!source || !picture || !window.echarts) return;
  picture.hidden = false;
  const one = { figure, picture, data: JSON.parse(source.textContent) };
  one.chart = window.echarts.init(picture, null, { renderer: "canvas" });
  draw(one);
  one.chart.on("click", ({ dataIndex }) => {
    const href = one.data.hrefs[dataIndex];
    if (href) window.location.assign(href);
  });
  const table = figure.querySelector(".chart-table");
  if (table) table.open = false;
  drawn.push(one);
  figure.dataset.drawn = one.data.form;
  new ResizeObserver(() => {
    if (picture.clientWidth !== one.chart.getWidth()) {
      one.chart.resize();
      draw(one);
    }
  }).observe(picture);
};

// Only what comes near the window is drawn: a page of many pictures opens as quickly as one.
const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      begin(entry.target);
    }
  },
  { rootMargin: "600px" },
);
for (const figure of document.querySelectorAll("figure[data-chart]")) near.observe(figure);

const again = () => drawn.forEach(draw);
dark.addEventListener("change", again);
still.addEventListener("change", again);

// On paper every table is open: what was folded before is folded again after.
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll(".chart-table:not([open])")];
  for (const table of folded) table.open = true;
});
window.addEventListener("afterprint", () => {
  for (const table of folded) table.open = false;
});
