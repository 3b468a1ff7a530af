// Taking a call: while somebody types, what helps is asked for; keys spare the mouse.
const form = document.querySelector("[data-intake]");
if (form) {
  for (const told of document.querySelectorAll(".with-keys")) told.hidden = false;

  let asked = 0;
  let timer = 0;

  const put = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of page.querySelectorAll("[data-part]")) {
      const here = form.querySelector(`[data-part="${part.dataset.part}"]`);
      const same = part.dataset.part === "questions" && here.dataset.for === part.dataset.for;
      // Never under somebody's hands: an answer that is being typed, a choice that has the focus.
      if (same || here.contains(document.activeElement) || here.innerHTML === part.innerHTML) continue;
      const open = [...here.querySelectorAll("details[open] > summary")].map((s) => s.textContent);
      if ("for" in part.dataset) here.dataset.for = part.dataset.for;
      here.replaceChildren(...part.childNodes);
      for (const summary of here.querySelectorAll("details > summary")) {
        if (open.includes(summary.textContent)) summary.parentElement.open = true;
      }
    }
    const now = form.querySelector("[data-call-now]");
    form.querySelector("[data-danger]").classList.toggle("danger-now", Boolean(now));
  };

  const ask = async () => {
    asked += 1;
    const mine = asked;
    try {
      const answer = await fetch(form.dataset.beside, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (answer.ok && !answer.redirected && mine === asked) put(await answer.text());
    } catch {
      // Without the network the form itself still works; the next key asks again.
    }
  };

  const soon = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  };

  form.addEventListener("input", (event) => {
    if (event.target.closest(".intake-contact")) return;
    soon(event.target.tagName === "SELECT" || event.target.type === "radio" ? 0 : 350);
  });

  form.addEventListener("click", (event) => {
    const suggestion = event.target.closest("[data-category]");
    const place = event.target.closest("[data-place]");
    if (suggestion) {
      event.preventDefault();
      form.elements.category.value = suggestion.dataset.category;
      form.elements.category.focus();
    } else if (place) {
      event.preventDefault();
      const [lat, lon, ...address] = place.value.split("|");
      form.elements.lat.value = lat;
      form.elements.lon.value = lon;
      form.elements.address.value = address.join("|");
      form.elements.find.value = "";
      form.elements.address.focus();
      form.elements.lat.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      return;
    }
    soon(0);
  });

  // Where units are sent from here, the call form; else the number that the words call for.
  const danger = () => {
    const urgent = form.querySelector("[data-danger] [data-urgent]");
    if (urgent) return urgent;
    const meant = form.querySelector("[data-call-now]")?.dataset.callNow;
    return form.querySelector(`[data-danger] button[value="danger-${meant}"]`) ?? form.querySelector("[data-danger] button");
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key === "F2" || (event.key === "!" && !typing)) {
      event.preventDefault();
      danger().focus();
      form.querySelector("[data-danger]").classList.add("danger-now");
    } else if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-file]"));
    }
  });

  // Enter in a line looks; it never files by accident, and it never leaves the page.
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && (button.name === "go" || button.hasAttribute("formaction"))) return;
    event.preventDefault();
    ask();
  });
}
