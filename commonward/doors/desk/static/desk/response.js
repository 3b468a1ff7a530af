// Keeps the parts marked data-fresh new, and sends what a unit says until it has got through.
// Without this script every form is sent by itself, and the page is opened anew by hand.
const KEPT = "response-outbox";
const own = document.querySelector("[data-outbox]");
let sending = false;

const LONGEST = 24 * 3600 * 1000;

// What waits belongs to one account: whoever signs in here next neither sends nor keeps it. It is
// gone at signing out (desk.js, the sign-in page) and after a day.
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) || "null");
    if (found?.of === own.dataset.account && Date.now() - found.at < LONGEST) return found.list;
  } catch {
    // What cannot be read is nobody's.
  }
  localStorage.removeItem(KEPT);
  return [];
}

function keep(list) {
  if (list.length) localStorage.setItem(KEPT, JSON.stringify({ of: own.dataset.account, at: Date.now(), list }));
  else localStorage.removeItem(KEPT);
  const shown = own.querySelector(".unsent");
  shown.hidden = list.length === 0;
  shown.textContent = list.length ? own.dataset.outbox : "";
}

function put(html) {
  const made = new DOMParser().parseFromString(html, "text/html");
  const parts = document.querySelectorAll("[data-fresh]");
  made.querySelectorAll("[data-fresh]").forEach((part, at) => {
    // Who is reading a folded part or typing is not interrupted.
    const here = parts[at];
    if (!here || here.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), textarea, select")) return;
    const open = [...here.querySelectorAll("details")].map((one) => one.open);
    part.querySelectorAll("details").forEach((one, n) => { one.open = open[n] || false; });
    const focus = document.activeElement && here.contains(document.activeElement)
      ? [...here.querySelectorAll("button, a, summary")].indexOf(document.activeElement) : -1;
    if (here.innerHTML !== part.innerHTML) {
      here.replaceChildren(...part.childNodes);
      if (focus >= 0) here.querySelectorAll("button, a, summary")[focus]?.focus();
    }
  });
}

async function fresh() {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const html = await answer.text();
    // What was waited for is there: the whole page has changed, and nothing in it is to be kept new.
    if (!html.includes("data-fresh")) location.reload();
    else put(html);
  } catch {
    // The network is away: what is shown stays, and is asked for again.
  }
}

async function send() {
  if (sending) return;
  sending = true;
  let list = kept();
  while (list.length) {
    const [first, ...rest] = list;
    try {
      const answer = await fetch(first.to, {
        method: "POST", body: new URLSearchParams(first.fields), credentials: "same-origin",
        headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]")?.value || "" },
      });
      if (answer.status >= 500) break;
      put(await answer.text());
    } catch {
      break;
    }
    // Something may have been added while this one was on its way.
    list = kept().filter((one) => one.key !== first.key);
    keep(list);
    if (rest.length === 0) await fresh();
  }
  sending = false;
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-sure]");
  if (!form || !own) return;
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  const key = `${fields.assignment} ${fields.do} ${fields.step || fields.why}`;
  if (!kept().some((one) => one.key === key)) keep([...kept(), { key, to: form.action, fields }]);
  send();
});

// Places wait in the page's memory while there is no network, never on the phone's disk.
const MOST_PLACES = 500;
let places = [];
let placing = false;

async function sendPlaces() {
  if (placing || !places.length) return;
  placing = true;
  const now = Date.now();
  const list = places.map(([lat, lon, at]) => [lat, lon, Math.round((now - at) / 1000)]);
  try {
    const answer = await fetch(own.dataset.place, {
      method: "POST", credentials: "same-origin",
      headers: { "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
      body: new URLSearchParams({ positions: JSON.stringify(list) }),
    });
    // What was refused (the shift is over) is refused next time, too.
    if (answer.status < 500) places = places.slice(list.length);
  } catch {
    // It is sent with the next one.
  }
  placing = false;
}

function place() {
  const button = document.querySelector("[data-locate]");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    let last = 0;
    navigator.geolocation.watchPosition((found) => {
      if (Date.now() - last < 5000) return;
      last = Date.now();
      button.textContent = button.dataset.on;
      // Of a long time without a network every second place is enough.
      if (places.length >= MOST_PLACES && !placing) places = places.filter((_, at) => at % 2 === 0);
      places.push([Number(found.coords.latitude.toFixed(6)), Number(found.coords.longitude.toFixed(6)), Date.now()]);
      sendPlaces();
    }, () => {}, { enableHighAccuracy: true });
  });
}

const parts = [...document.querySelectorAll("[data-fresh]")];
if (parts.length) {
  const every = Math.min(...parts.map((one) => Number(one.dataset.fresh))) * 1000;
  setInterval(() => { if (!document.hidden) fresh(); }, every);
}
if (own) {
  keep(kept());
  place();
  send();
  setInterval(send, 3000);
  addEventListener("online", () => { send(); sendPlaces(); });
}
