// Who waits is asked again every five seconds; what somebody writes below is left alone.
const part = document.querySelector("[data-queue]");

const look = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-queue]");
    if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
  } catch {
    // the next turn asks again
  }
};

if (part) setInterval(look, 5000);
