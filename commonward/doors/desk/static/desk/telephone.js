// The call on my line: its form opens by itself where nothing was typed yet.
const part = document.querySelector("[data-telephone]");
const form = document.querySelector("[data-intake]");

const typed = () =>
  ["words", "find", "address", "phone", "last_name", "email"].some((name) => form.elements[name]?.value.trim());

const shown = () => {
  const line = part.querySelector("[data-call]");
  const keep = part.querySelector("[data-keep-number]");
  if (keep) keep.hidden = false;
  if (part.querySelector("[data-call-now]")) form.querySelector("[data-danger]")?.classList.add("danger-now");
  if (line?.dataset.call && !("opened" in line.dataset) && !typed()) {
    location.assign(`${location.pathname}?call=${line.dataset.call}`);
  }
};

const look = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(part.dataset.telephone + location.search, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const html = await answer.text();
    if (html === part.dataset.last) return;
    part.dataset.last = html;
    part.innerHTML = html;
    shown();
  } catch {
    // the next turn asks again
  }
};

if (part && form) {
  part.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keep-number]")) return;
    form.elements.phone.value = part.querySelector("[data-number]").textContent;
    form.elements.phone.focus();
  });
  shown();
  // Only who sits at a telephone is asked for.
  if (part.querySelector("[data-call]")) setInterval(look, 2000);
}
