// What was told of danger stands on the page at once, and goes when somebody has seen it.
const part = document.querySelector("[data-dangers]");

const look = async (address, given) => {
  try {
    const answer = await fetch(address ?? part.dataset.dangers, given);
    if (answer.ok) part.innerHTML = await answer.text();
    return answer.ok;
  } catch {
    // the next event asks again, and so does the next page
    return false;
  }
};

if (part) {
  document.addEventListener("commonward:event", ({ detail }) => {
    if (detail.verb === "danger_told" || detail.verb === "danger_seen") look();
  });
  document.addEventListener("commonward:refresh", () => look());
  // Said without leaving the page: somebody may be on the line, and half of a form filled in.
  part.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = new FormData(event.target);
    sent.set("part", "1");
    if (!(await look(event.target.action, { method: "POST", body: sent }))) event.target.submit();
  });
}
