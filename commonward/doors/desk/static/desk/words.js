// The number beside the slider follows it; letting go asks for what was measured there.
for (const form of document.querySelectorAll("[data-words-slider]")) {
  const slider = form.querySelector("input[type=range]");
  const said = form.querySelector("[data-said]");
  slider.addEventListener("input", () => {
    said.textContent = `${slider.value} %`;
  });
  slider.addEventListener("change", () => form.requestSubmit());
}
