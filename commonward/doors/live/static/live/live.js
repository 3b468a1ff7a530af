// Follows what happens and tells the page by events on the document:
//   commonward:event     detail {id, case, verb, stage, version, at, light}
//   commonward:refresh   too much has happened to be told one by one: look at the lists anew
//   commonward:presence  detail [{name, since}], the colleagues who have the same case open
//   commonward:fleet     detail {at, units, incidents}: the whole live map, where the page shows it
//   commonward:units     detail {at, moved, changed, gone, incidents}: what is different since then
//   commonward:live      detail "stream" | "poll" | "lost" | "ended"
// A stream where it works; asking every few seconds where it does not. Nothing is lost or told
// twice on the way: each answer carries the place from which the next one goes on.

const FAILURES_BEFORE_POLLING = 3;
const POLL_EVERY = 5000;
const STREAM_AGAIN_AFTER = 60000;
const HIDDEN_FOR = 20000;
const SILENT_FOR = 40000;
const SAY_BACK_FOR = 4000;

const tell = (name, detail) =>
  document.dispatchEvent(new CustomEvent(`commonward:${name}`, { detail }));

class Live {
  constructor(element) {
    this.given = element.dataset;
    this.state = element.querySelector("[data-live-state]");
    this.others = element.querySelector("[data-live-others]");
    this.place = this.given.since;
    this.failures = 0;
    this.mode = "";
    document.addEventListener("visibilitychange", () => this.seen());
    // A page that the browser keeps for "back" must not hold a connection.
    addEventListener("pagehide", () => this.rest());
    addEventListener("pageshow", (event) => event.persisted && this.stream());
    if (document.hidden) this.seen();
    else this.stream();
  }

  address(base, name) {
    const address = new URL(base, location.href);
    address.searchParams.set(name, this.place);
    if (this.given.case) address.searchParams.set("case", this.given.case);
    if ("fleet" in this.given) address.searchParams.set("fleet", "1");
    return address;
  }

  stream() {
    this.rest();
    if (this.mode === "ended") return;
    const source = new EventSource(this.address(this.given.stream, "since"), {
      withCredentials: true,
    });
    this.source = source;
    const heard = (event) => {
      if (event.lastEventId) this.place = event.lastEventId;
      this.failures = 0;
      this.now("stream");
      this.listen();
    };
    source.onopen = heard;
    source.onmessage = heard;
    source.addEventListener("mark", heard);
    source.addEventListener("happened", (event) => {
      heard(event);
      tell("event", JSON.parse(event.data));
    });
    source.addEventListener("refresh", (event) => {
      heard(event);
      tell("refresh", null);
    });
    source.addEventListener("presence", (event) => {
      heard(event);
      this.present(JSON.parse(event.data));
    });
    for (const name of ["fleet", "units"]) {
      source.addEventListener(name, (event) => {
        heard(event);
        tell(name, JSON.parse(event.data));
      });
    }
    // Closed for good is whoever was answered, but by no stream: it is asked for no second time.
    source.onerror = () => this.failed(source.readyState === EventSource.CLOSED);
    this.listen();
  }

  // A connection can die without a word; the server is never silent for as long as this.
  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.failed(), SILENT_FOR);
  }

  failed(refused = false) {
    this.rest();
    this.failures = refused ? FAILURES_BEFORE_POLLING : this.failures + 1;
    if (this.failures >= FAILURES_BEFORE_POLLING) {
      this.again = Date.now() + STREAM_AGAIN_AFTER;
      this.poll();
    } else {
      if (this.mode === "stream") this.now("lost");
      const pause = 1000 * 2 ** this.failures * (0.5 + Math.random());
      this.timer = setTimeout(() => this.stream(), pause);
    }
  }

  async poll() {
    let next = POLL_EVERY;
    try {
      this.asking = new AbortController();
      const answer = await fetch(this.address(this.given.poll, "id"), {
        signal: this.asking.signal,
        headers: { accept: "application/json" },
      });
      if (answer.status === 401 || answer.status === 404) {
        this.now("ended");
        return;
      }
      if (answer.status === 400) this.place = "";
      else if (!answer.ok) throw new Error(String(answer.status));
      else if (answer.status !== 204) this.answered(await answer.json());
      this.now("poll");
    } catch (fault) {
      if (fault.name === "AbortError") return;
      this.now("lost");
      next *= 2;
    }
    this.timer = setTimeout(() => (Date.now() > this.again ? this.stream() : this.poll()), next);
  }

  answered(told) {
    this.place = told.id;
    if (told.refresh) tell("refresh", null);
    for (const event of told.events) tell("event", event);
    if (told.present) this.present(told.present);
    if (told.fleet) tell("fleet", told.fleet);
  }

  present(people) {
    tell("presence", people);
    if (!this.others) return;
    const names = new Intl.ListFormat(document.documentElement.lang || undefined, {
      type: "conjunction",
    }).format(people.map((person) => person.name));
    const words = `${this.others.dataset.text} ${names}`;
    this.others.textContent = people.length ? words : "";
    this.others.hidden = !people.length;
  }

  now(mode) {
    if (mode === this.mode) return;
    const before = this.mode;
    this.mode = mode;
    tell("live", mode);
    if (!this.state) return;
    clearTimeout(this.saying);
    const back = before === "lost" && (mode === "stream" || mode === "poll");
    const words = back ? this.state.dataset.back : this.state.dataset[mode] || "";
    this.state.dataset.liveState = mode;
    this.state.textContent = words;
    this.state.hidden = !words;
    if (back) {
      this.saying = setTimeout(() => {
        this.state.hidden = true;
        this.state.textContent = "";
      }, SAY_BACK_FOR);
    }
  }

  // Browsers keep only a few connections to a site: a page that nobody looks at gives its own up.
  seen() {
    clearTimeout(this.hiding);
    if (document.hidden) this.hiding = setTimeout(() => this.rest(), HIDDEN_FOR);
    else if (!this.source && !this.asking && !this.timer) this.stream();
  }

  rest() {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.source?.close();
    this.asking?.abort();
    this.source = this.asking = this.timer = undefined;
  }
}

for (const element of document.querySelectorAll("[data-live]")) new Live(element);
