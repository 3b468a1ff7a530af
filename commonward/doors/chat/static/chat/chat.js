// The conversation without leaving the page: what comes back is appended, the form is renewed.
(() => {
  "use strict";
  const box = document.getElementById("chat");
  if (!box || !window.fetch || !window.DOMParser) return;
  let busy = false;

  const status = (name) => {
    const line = document.getElementById("chat-status");
    line.textContent = name ? line.dataset[name] : "";
  };

  const show = (html) => {
    const read = new DOMParser().parseFromString(html, "text/html");
    const fresh = read.getElementById("chat");
    if (!fresh) throw new Error("no conversation");
    const lines = box.querySelector(".chat-lines");
    const there = lines.children.length;
    const more = [...fresh.querySelectorAll(".chat-lines > li")];
    // A conversation that was forgotten, or began just now, is shown anew.
    if (more.length <= there || !box.dataset.begun) lines.replaceChildren(...more);
    else {
      lines.querySelector("#last")?.removeAttribute("id");
      lines.append(...more.slice(there));
    }
    box.dataset.begun = "yes";
    box.querySelector("form").replaceWith(fresh.querySelector("form"));
    const danger = read.querySelector(".emergency");
    const here = document.querySelector(".emergency");
    if (danger && here) here.replaceWith(danger);
    prepare();
    document.getElementById("text").focus({ preventScroll: true });
    lines.lastElementChild?.scrollIntoView({ block: "nearest" });
  };

  const send = async (form, button) => {
    if (busy) return;
    busy = true;
    const data = new FormData(form);
    if (button && button.name) data.set(button.name, button.value);
    status("sends");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
      show(await answer.text());
    } catch {
      // The same message under the same name: sent again it counts once.
      status("failed");
    } finally {
      busy = false;
    }
  };

  const prepare = () => {
    const form = document.getElementById("chat-form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form, event.submitter);
    });
    const place = document.getElementById("chat-place");
    if (place && navigator.geolocation) {
      place.hidden = false;
      place.addEventListener("click", () => {
        navigator.geolocation.getCurrentPosition(
          (found) => {
            form.elements.lat.value = found.coords.latitude;
            form.elements.lon.value = found.coords.longitude;
            send(form, null);
          },
          () => status("nowhere"),
          { timeout: 15000 },
        );
      });
    }
  };

  if (box.querySelector(".chat-me")) box.dataset.begun = "yes";
  prepare();
})();
