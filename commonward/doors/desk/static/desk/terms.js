// What is unclear is said while somebody writes; without this file, when the draft is saved.
const form = document.getElementById("terms");
const findings = document.getElementById("findings");
let waits = 0;
let asked = 0;

form?.addEventListener("input", () => {
  clearTimeout(waits);
  waits = setTimeout(check, 600);
});

async function check() {
  const mine = (asked += 1);
  try {
    const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
    // An answer that was overtaken by a later one says nothing any more.
    if (answer.ok && mine === asked) findings.innerHTML = await answer.text();
  } catch {
    // Without a connection the draft is checked when it is saved.
  }
}

// Nothing that was written is lost by closing the page.
let written = false;
form?.addEventListener("input", () => { written = true; });
form?.addEventListener("submit", () => { written = false; });
addEventListener("beforeunload", (event) => { if (written) event.preventDefault(); });
