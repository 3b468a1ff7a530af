// Everything here works without this file; it saves presses, and tells what changed meanwhile.
for (const part of document.querySelectorAll(".with-script")) part.hidden = false;

const error = document.getElementById("error");
if (error) {
  error.tabIndex = -1;
  error.focus();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => {
    for (const part of document.querySelectorAll(".case details")) part.open = true;
    window.print();
  });
}

// A button that is barred says why and does nothing.
for (const button of document.querySelectorAll("[aria-disabled='true']")) {
  button.addEventListener("click", (event) => event.preventDefault());
}

// What the resident will read is shown while it is typed; then one press sends it.
const form = document.querySelector("form[data-step]");
const reads = form?.querySelector("[data-reads]");
if (form && reads) {
  let waiting = 0;
  let asked = 0;
  const look = async () => {
    const turn = (asked += 1);
    const body = new FormData();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") body.append(name, value);
    }
    body.set("part", "reads");
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body });
      if (!answer.ok || turn !== asked) return;
      reads.innerHTML = await answer.text();
      form.querySelector("[data-looked]").value =
        reads.querySelector("[data-mark]")?.dataset.mark ?? "";
    } catch {
      // without a connection the form itself will show it before sending
    }
  };
  form.addEventListener("input", (event) => {
    if (!event.target.matches("textarea, input[type=text], input:not([type])")) return;
    clearTimeout(waiting);
    waiting = setTimeout(look, 350);
  });
  for (const choice of form.querySelectorAll("[data-into]")) {
    choice.addEventListener("change", () => {
      const into = document.getElementById(choice.dataset.into);
      if (!choice.value) return;
      into.value = into.value ? `${into.value}\n${choice.value}` : choice.value;
      into.dispatchEvent(new Event("input", { bubbles: true }));
      into.focus();
    });
  }
  // What is found in the knowledge base goes into the answer; its reader still sends it.
  const into =
    document.getElementById(form.querySelector("[data-into]")?.dataset.into ?? "") ??
    form.querySelector("textarea");
  const help = document.querySelector(".answer-help");
  const insertable = () => {
    for (const button of help.querySelectorAll("[data-insert]")) button.hidden = false;
  };
  if (into && help) {
    insertable();
    help.addEventListener("click", (event) => {
      const button = event.target.closest("[data-insert]");
      if (!button) return;
      into.value = into.value ? `${into.value}\n${button.dataset.insert}` : button.dataset.insert;
      into.dispatchEvent(new Event("input", { bubbles: true }));
      into.focus();
    });
    help.querySelector("[data-find]")?.addEventListener("submit", async (event) => {
      event.preventDefault();
      const asked = new FormData(event.target).get("q").trim();
      if (!asked) return;
      try {
        const answer = await fetch(`${location.pathname}?find=${encodeURIComponent(asked)}`);
        if (!answer.ok) throw new Error(answer.status);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        help.querySelector("[data-found]").innerHTML = page.querySelector("[data-found]").innerHTML;
        insertable();
      } catch {
        HTMLFormElement.prototype.submit.call(event.target);
      }
    });
  }
}

// Somebody else changed the case that is open here.
const open = document.querySelector(".case[data-number]");
if (open) {
  document.addEventListener("commonward:event", (event) => {
    const told = event.detail ?? {};
    const number = told.case ?? told.number;
    if (number !== open.dataset.number) return;
    if (told.version && Number(told.version) <= Number(open.dataset.version)) return;
    document.querySelector("[data-changed]").hidden = false;
  });
}
