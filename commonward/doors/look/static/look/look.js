// Every page works without this file; it only saves some typing.
"use strict";

for (const part of document.querySelectorAll(".with-script")) part.hidden = false;

const error = document.getElementById("error");
if (error) {
  error.tabIndex = -1;
  error.focus();
}

const tell = (id, words) => {
  document.getElementById(id).textContent = words;
};

const here = document.getElementById("where-i-am");
if (here) {
  here.addEventListener("click", () => {
    const failed = () => tell("where-told", here.dataset.failed);
    if (!navigator.geolocation) return failed();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        document.getElementById("lat").value = coords.latitude.toFixed(6);
        document.getElementById("lon").value = coords.longitude.toFixed(6);
        document.getElementById("lon").dispatchEvent(new Event("input", { bubbles: true }));
        document.getElementById("position").open = true;
        tell("where-told", here.dataset.found);
      },
      failed,
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}

const print = document.getElementById("print");
if (print) print.addEventListener("click", () => window.print());

const copy = document.getElementById("copy");
if (copy) {
  copy.addEventListener("click", async () => {
    const address = document.getElementById("address");
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
    } catch {
      document.execCommand("copy");
    }
    tell("copy-told", copy.dataset.copied);
  });
}
