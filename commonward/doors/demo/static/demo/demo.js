// The clock goes on between two loads of the page, at the site's own speed.
const shown = document.querySelector("[data-clock]");

if (shown) {
  const speed = Number(shown.dataset.speed);
  const written = shown.getAttribute("datetime");
  const zone = /[+-]\d\d:\d\d$|Z$/.exec(written)?.[0] ?? "Z";
  const minutes = zone === "Z" ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const began = Date.now();
  const site = Date.parse(written);

  setInterval(() => {
    const now = site + (Date.now() - began) * speed;
    // Shifted to the site's zone and read as UTC: the reader's own zone has no say here.
    shown.textContent = new Date(now + minutes * 60000).toISOString().slice(0, 16).replace("T", " ");
  }, 500);
}
