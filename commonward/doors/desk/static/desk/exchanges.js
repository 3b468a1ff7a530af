// The first rows are read again as the mapping is drawn; without this the button does the same.
const form = document.querySelector("form[data-live]");
const PAUSE = 400;
let waiting = 0;
let asked = 0;

async function look() {
  const mine = ++asked;
  const given = new FormData(form);
  given.set("do", "look");
  const answer = await fetch(location.href, { method: "POST", body: given, headers: { Accept: "text/html" } });
  if (!answer.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("preview");
  if (found) document.getElementById("preview").replaceChildren(...found.childNodes);
  // A column just chosen brings its own values to be told apart.
  for (const table of page.querySelectorAll(".exchange-field")) {
    const name = table.querySelector("select")?.id;
    const here = name && document.getElementById(name)?.closest(".exchange-field");
    const before = here?.querySelector(".exchange-table");
    const after = table.querySelector(".exchange-table");
    if (before && after && !before.contains(document.activeElement)) before.replaceWith(after);
  }
}

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => look().catch(() => {}), PAUSE);
});
