// Shared by all pages of the desk: `g` and a letter go to a main way, `?` shows the keys, Ctrl+K
// opens the palette. Every page works without this file: each has a link beside it.

let waiting = 0;
const WAITS = 1500;

export const typing = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || Boolean(document.querySelector("dialog[open]")) ||
  Boolean(event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]"));

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open("palette");
    return;
  }
  if (typing(event)) return;
  // Reckoned from when the keys were pressed, not from when a busy page comes to them.
  if (waiting && event.timeStamp - waiting < WAITS) {
    waiting = 0;
    const way = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (way) {
      event.preventDefault();
      // Nobody else on the page takes the second letter for its own.
      event.stopImmediatePropagation();
      way.click();
    }
  } else if (event.key === "g") {
    waiting = event.timeStamp;
  } else if (event.key === "?") {
    event.preventDefault();
    open("keys");
  } else if (event.key === "/") {
    event.preventDefault();
    const search = document.getElementById("q");
    if (search) {
      search.focus();
      search.select();
    } else {
      open("palette");
    }
  }
});

// Whoever signs out leaves no unsent words on this device (response.js).
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action")?.endsWith("/account/logout/")) localStorage.removeItem("response-outbox");
});

for (const link of document.querySelectorAll("[data-open]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // The dialog gives the focus back, so it must come from what stays visible.
    const fold = link.closest("details.desk-fold");
    if (fold) {
      fold.open = false;
      fold.querySelector("summary").focus();
    }
    open(link.dataset.open);
  });
}

// What folds out of the bar folds back: by Escape, or when the reader goes on elsewhere.
for (const fold of document.querySelectorAll("details.desk-fold")) {
  fold.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    fold.open = false;
    fold.querySelector("summary").focus();
  });
  for (const kind of ["focusin", "pointerdown"]) {
    document.addEventListener(kind, (event) => {
      if (!fold.contains(event.target)) fold.open = false;
    });
  }
}

const palette = document.getElementById("palette");
const input = document.getElementById("palette-q");
const list = palette?.querySelector("[data-goals-list]");
let asking;
let pause;

function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog || document.querySelector("dialog[open]")) return;
  const from = document.activeElement;
  const row = from?.closest("tr[data-row]")?.dataset.row;
  dialog.showModal(); // the browser keeps the focus inside and gives it back
  dialog.addEventListener("close", () => {
    // A line that was renewed meanwhile is another element: the focus goes to that one.
    if (from?.isConnected || !row) return;
    document.querySelector(`tr[data-row="${CSS.escape(row)}"] .row-open`)?.focus();
  }, { once: true });
  if (dialog === palette) {
    input.select();
    ask();
  }
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const address = new URL(palette.dataset.goals, location.href);
  address.searchParams.set("q", input.value);
  address.searchParams.set("part", "list");
  const current = document.querySelector("tr[aria-current]");
  const page = document.querySelector("[data-case-at-hand]");
  const number = current?.dataset.row || page?.dataset.caseAtHand;
  if (number) address.searchParams.set("case", number);
  try {
    const answer = await fetch(address, { signal: asking.signal });
    if (answer.ok) list.innerHTML = await answer.text();
  } catch (fault) {
    if (fault.name !== "AbortError") list.textContent = "";
  }
}

if (palette) {
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, 120);
  });
  input.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(pause);
    await ask();
    list.querySelector("a")?.click();
  });
  palette.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (at + step < 0) input.focus();
    else links[Math.min(at + step, links.length - 1)]?.focus();
  });
}
