// A closed group of a plan fetches its tasks when it is opened; without this its link does the same.
for (const group of document.querySelectorAll("details[data-src]:not([open])")) {
  group.addEventListener("toggle", async () => {
    const inside = group.querySelector(".target-inside");
    if (!group.open || inside.querySelector(".target-task")) return;
    const answer = await fetch(group.dataset.src, { credentials: "same-origin" });
    if (answer.ok) inside.innerHTML = await answer.text();
  });
}
