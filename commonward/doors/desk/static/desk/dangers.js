// What was told of danger stands on the page at once, and goes when somebody has seen it. What is to
// be read first stands below, rings for nobody, and is asked for each minute: it has a clock.
const parts = [...document.querySelectorAll("[data-dangers]")];
const VERBS = ["danger_told", "danger_seen", "danger_doubted", "danger_urgent", "danger_calm"];
const MINUTE = 60_000;

const look = async (part, address, given) => {
  try {
    const answer = await fetch(address ?? part.dataset.dangers, given);
    if (answer.ok) part.innerHTML = await answer.text();
    return answer.ok;
  } catch {
    // the next event asks again, and so does the next page
    return false;
  }
};
const all = () => parts.forEach((part) => look(part));

if (parts.length) {
  document.addEventListener("commonward:event", ({ detail }) => {
    if (VERBS.includes(detail.verb)) all();
  });
  document.addEventListener("commonward:refresh", all);
  setInterval(() => {
    if (parts.some((part) => "quiet" in part.dataset && part.childElementCount)) all();
  }, MINUTE);
}
// Said without leaving the page: somebody may be on the line, and half of a form filled in. What is
// urgent leads to its case.
for (const part of parts) {
  part.addEventListener("submit", async (event) => {
    if (event.submitter?.value === "yes") return;
    event.preventDefault();
    const sent = new FormData(event.target, event.submitter);
    if (event.target.action.endsWith("/decided/") && !("quiet" in part.dataset)) {
      // What was late stands among what rings: its answer is the other part.
      if (await fetch(event.target.action, { method: "POST", body: sent })) all();
      return;
    }
    sent.set("part", "1");
    if (!(await look(part, event.target.action, { method: "POST", body: sent }))) event.target.submit();
  });
}
