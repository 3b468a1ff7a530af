// The board stands still while it is read; a line says when something has changed.
const told = document.querySelector("[data-changed]");
document.addEventListener("commonward:event", () => {
  if (told) told.hidden = false;
});
