// A point chosen on the map becomes a line of the form; without this file lines are written.
const picking = document.querySelector("[data-picking]");
if (picking) {
  const points = document.getElementById("points");
  const name = document.getElementById("point-name");
  const lat = document.getElementById("lat");
  const lon = document.getElementById("lon");
  picking.hidden = false;
  picking.querySelector("[data-add]").addEventListener("click", () => {
    const missing = [name, lat, lon].find((field) => !field.value.trim());
    if (missing) {
      missing.focus();
      return;
    }
    const line = [name, lat, lon].map((field) => field.value.trim()).join(", ");
    points.value = `${points.value.trimEnd()}\n${line}\n`.trimStart();
    name.value = "";
    name.focus();
  });
}
