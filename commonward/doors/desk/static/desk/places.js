// A place of the list is shown on the map beside it; without a map nothing offers that.
const map = document.querySelector("[data-map]");
const buttons = [...document.querySelectorAll("[data-place]")];
map?.addEventListener("map:ready", () => {
  for (const button of buttons) button.hidden = false;
});
for (const button of buttons) {
  button.addEventListener("click", () => {
    map.dataset.show = button.dataset.place;
    map.dispatchEvent(new CustomEvent("map:show"));
    map.scrollIntoView({ block: "nearest" });
    for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
  });
}
