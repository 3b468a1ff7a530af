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

// A photo of a telephone has many more points than anybody needs, and takes a minute to send.
const LONGEST = 2048;
const shrunk = async (file) => {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], "photo.jpg", { type: "image/jpeg" });
  } catch {
    return file; // the server looks at it and says what is wrong
  }
};

const photos = document.getElementById("photos");
if (photos) {
  photos.addEventListener("change", async () => {
    const kept = new DataTransfer();
    for (const file of photos.files) kept.items.add(await shrunk(file));
    photos.files = kept.files;
  });
}
