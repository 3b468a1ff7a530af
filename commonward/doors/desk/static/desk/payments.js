// Lets the clocks of payment stops run between two looks of response.js. Without it they stand at
// the second at which the page was made.
const began = new WeakMap();

function words(seconds, zh) {
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(minutes ? 2 : 1, "0");
  if (zh) return minutes ? `${minutes} 分 ${rest} 秒` : `${rest} 秒`;
  return minutes ? `${minutes} min ${rest} s` : `${rest} s`;
}

setInterval(() => {
  const zh = document.documentElement.lang.startsWith("zh");
  for (const clock of document.querySelectorAll("[data-run]")) {
    if (!began.has(clock)) began.set(clock, performance.now() - Number(clock.dataset.run) * 1000);
    const seconds = Math.floor((performance.now() - began.get(clock)) / 1000);
    if (seconds < 3600) clock.textContent = words(seconds, zh);
  }
}, 500);
