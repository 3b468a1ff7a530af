// Every page works without this file: it says earlier what the next page would say, and sends less.
"use strict";

// Danger is said while somebody types: its words are looked for here, and nothing is sent for that.
const danger = document.getElementById("danger");
const typed = document.getElementById("words");
if (danger && typed) {
  let read = null;
  const look = () => {
    const numbers = read(typed.value);
    for (const link of danger.querySelectorAll("a[href^='tel:']")) {
      const here = numbers.includes(link.getAttribute("href").slice(4));
      if (link.hidden === here) link.hidden = !here;
    }
    if (danger.hidden === numbers.length > 0) danger.hidden = !numbers.length;
  };
  let waits = 0;
  typed.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(async () => {
      try {
        if (!read) {
          const { reader } = await import("../look/danger.js");
          read = reader(await (await fetch(danger.dataset.words)).json());
        }
        look();
      } catch {
        // the page that follows looks for them as well
      }
    }, 250);
  });
}

// What was reported near by is shown as soon as there is a place: one that the words name, or a
// position that is pressed, typed or found. For that the words do leave the page while they are
// written, as the page says: to this site alone, in the body of a POST (addresses stand in logs),
// after somebody paused, and not before there are enough of them to say anything. Nothing is kept.
const FEWEST = 6; // characters
const near = document.getElementById("near");
if (near) {
  const form = near.closest("form");
  const typing = ["words", "lat", "lon"].filter((name) => form.elements[name]);
  const said = () => typing.map((name) => form.elements[name].value.trim()).join("\n");
  let seen = said();
  let asked = seen; // what the page came with is answered on it
  const enough = () => !form.elements.words || form.elements.words.value.trim().length >= FEWEST;
  const ask = async () => {
    const now = said();
    const still = now === seen; // nobody is asked in the middle of a word
    seen = now;
    if (!still || now === asked) return;
    asked = now;
    if (!enough()) {
      near.replaceChildren(); // what was found for other words
      return;
    }
    try {
      const sent = new FormData();
      for (const name of ["csrfmiddlewaretoken", "state", ...typing]) {
        sent.set(name, form.elements[name].value);
      }
      const answer = await fetch(near.dataset.near, { method: "POST", body: sent });
      if (answer.ok && said() === now) near.innerHTML = await answer.text();
    } catch {
      asked = ""; // no network: the next page asks anyway
    }
  };
  if (typing.length) setInterval(ask, 600);
}

// A photo of a telephone has many more points than anybody needs, and takes a minute to send.
const LONGEST = 1600;
const shrunk = async (file) => {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], "photo.jpg", { type: "image/jpeg" });
  } catch {
    return file; // the server looks at it and says what is wrong
  }
};

const chosen = [...document.querySelectorAll("input[type=file][name=photos]")];
if (chosen.length) {
  let busy = Promise.resolve();
  let unfinished = 0;
  const told = document.getElementById("photos-told");
  const shrink = async (input) => {
    const kept = new DataTransfer();
    for (const file of input.files) kept.items.add(await shrunk(file));
    input.files = kept.files;
    const all = chosen.flatMap((one) => [...one.files]);
    const size = all.reduce((sum, file) => sum + file.size, 0) / 1e6;
    told.textContent = told.dataset.told
      .replace("{count}", all.length)
      .replace("{size}", size.toFixed(1));
  };
  for (const input of chosen) {
    input.addEventListener("change", () => {
      unfinished += 1;
      busy = busy
        .then(() => shrink(input))
        .catch(() => {})
        .then(() => {
          unfinished -= 1;
        });
    });
  }
  // Sent while they are still made smaller, they would go as they came.
  chosen[0].form.addEventListener("submit", (event) => {
    if (!unfinished) return;
    event.preventDefault();
    const { submitter } = event;
    busy.then(() => event.target.requestSubmit(submitter));
  });
}
