// A survey's form: the code of a link is filled in from behind the sign that no server is sent, and
// the tablet at the counter begins anew when somebody left it. Without this file the code is typed.
"use strict";

const code = document.getElementById("code");
if (code && location.hash.length > 1 && !code.value) {
  const given = decodeURIComponent(location.hash.slice(1)).slice(0, 30);
  code.value = given.replace(/[^0-9A-Za-z]/g, "").replace(/(.{4})(?=.)/g, "$1-");
  history.replaceState(null, "", location.pathname);
}

const form = document.querySelector("form[data-anew]");
if (form) {
  let waiting = 0;
  const begin = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => location.replace(location.pathname), Number(form.dataset.anew) * 1000);
  };
  for (const what of ["input", "pointerdown", "keydown"]) form.addEventListener(what, begin);
  // A page that comes back from the browser's memory would show the answers of the one before.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
