// Blind ballots: what a voter's browser does (RFC 9474, RSABSSA-SHA384-PSS-Randomized). The Python
// reference with its explanation is commonward/core/ballots/blind.py; both are tested against each
// other and the RFC's numbers. Token, signature and the factor that hides them never leave this
// browser together with a letter's code. Without this file a paper of the mixed pile is used.
"use strict";

const FORMAT = "commonward-vote-1";
const HASH = 48;
const SALT = 48;
const text = new TextEncoder();

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
export const bytesOf = (given) => Uint8Array.from(given.match(/../g) || [], (pair) => parseInt(pair, 16));
const number = (bytes) => BigInt(`0x${hex(bytes) || "0"}`);
const bytesOfNumber = (value, size) => bytesOf(value.toString(16).padStart(2 * size, "0"));
const random = (count) => crypto.getRandomValues(new Uint8Array(count));
const sha384 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-384", bytes));
const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

const power = (base, exponent, modulus) => {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
};

// The extended algorithm of Euclid; null where there is no inverse.
export const inverse = (value, modulus) => {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 0n) {
    const whole = b / a;
    [a, b, x, y] = [b - whole * a, a, y - whole * x, x];
  }
  return b === 1n ? ((y % modulus) + modulus) % modulus : null;
};

const mgf1 = async (seed, length) => {
  let mask = new Uint8Array();
  for (let block = 0; mask.length < length; block += 1) {
    mask = joined(mask, await sha384(joined(seed, new Uint8Array([0, 0, block >> 8, block & 255]))));
  }
  return mask.slice(0, length);
};

// EMSA-PSS-ENCODE (RFC 8017, 9.1.1).
export const encode = async (said, bits, salt) => {
  const length = Math.ceil(bits / 8);
  const digest = await sha384(joined(new Uint8Array(8), await sha384(said), salt));
  const block = joined(new Uint8Array(length - HASH - 2 - salt.length), new Uint8Array([1]), salt);
  const masked = (await mgf1(digest, block.length)).map((byte, at) => byte ^ block[at]);
  masked[0] &= 0xff >> (8 * length - bits);
  return joined(masked, digest, new Uint8Array([0xbc]));
};

export const blind = async (key, said, salt = random(SALT), factor = null) => {
  const bits = key.n.toString(2).length;
  const size = Math.ceil(bits / 8);
  const hidden = number(await encode(said, bits - 1, salt));
  let drawn = factor;
  let back = drawn === null ? null : inverse(drawn, key.n);
  while (back === null) {
    drawn = number(random(size + 8)) % key.n;
    back = drawn > 1n ? inverse(drawn, key.n) : null;
  }
  const sent = (hidden * power(drawn, key.e, key.n)) % key.n;
  return { sent: hex(bytesOfNumber(sent, size)), back, hidden, size };
};

// The signature over the token itself; null where what came back is none.
export const unblind = (key, made, answered) => {
  const signature = (BigInt(`0x${answered}`) * made.back) % key.n;
  return power(signature, key.e, key.n) === made.hidden ? hex(bytesOfNumber(signature, made.size)) : null;
};

export const message = (vote, token, randomizer) =>
  joined(bytesOf(randomizer), text.encode(`${FORMAT}\0${vote}\0`), bytesOf(token));

// The page ---------------------------------------------------------------------------------------

const begin = (place) => {
  const said = place.dataset;
  const key = { n: BigInt(`0x${said.n}`), e: BigInt(said.e) };
  const name = `ballot ${said.vote}`;
  const told = document.getElementById("vote-told");
  const tell = (words, good) => {
    told.hidden = false;
    told.textContent = words;
    told.className = `notice ${good ? "notice-good" : "notice-wrong"}`;
  };
  const send = async (address, given) => {
    const token = place.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(given),
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error);
    return found;
  };
  const doing = async (work) => {
    tell(said.sayWait, true);
    try {
      await work();
    } catch (fault) {
      tell(fault instanceof TypeError ? said.sayOffline : fault.message, false);
    }
  };
  const ballot = () => JSON.parse(localStorage.getItem(name) || "null");
  const form = document.getElementById("choice-form");
  const show = () => {
    const ready = Boolean((ballot() || {}).signature);
    document.getElementById("choosing").hidden = !ready;
    document.getElementById("right").hidden = ready;
    place.querySelector(".paper").hidden = ready;
  };

  // A request that was begun is kept until its answer came: sent again, it has the same answer.
  const right = async () => {
    let kept = ballot();
    if (!kept) {
      kept = { token: hex(random(32)), randomizer: hex(random(32)), salt: hex(random(SALT)) };
      const made = await blind(key, message(said.vote, kept.token, kept.randomizer), bytesOf(kept.salt));
      kept.back = made.back.toString(16);
      kept.sent = made.sent;
      kept.hidden = made.hidden.toString(16);
      localStorage.setItem(name, JSON.stringify(kept));
    }
    const code = document.getElementById("code").value;
    const { signature } = await send(said.right, { code, blinded: kept.sent });
    const made = { back: BigInt(`0x${kept.back}`), hidden: BigInt(`0x${kept.hidden}`), size: kept.sent.length / 2 };
    const own = unblind(key, made, signature);
    if (!own) throw new Error(said.sayWrong);
    // What hid the token is forgotten: from here on nothing in this browser knows the request.
    localStorage.setItem(name, JSON.stringify({ token: kept.token, randomizer: kept.randomizer, signature: own }));
    document.getElementById("code").value = "";
    show();
    tell(said.sayRight, true);
    document.getElementById("choose-title").scrollIntoView();
  };

  const chosen = () => {
    const given = new FormData(form);
    const ranks = Array.from(form.querySelectorAll("[data-option]"));
    if (ranks.length) {
      const placed = ranks.filter((one) => one.value).sort((a, b) => Number(a.value) - Number(b.value));
      return placed.map((one) => Number(one.dataset.option));
    }
    if (form.querySelector("[type=radio]")) return given.get("choice");
    return given.getAll("choice").map(Number);
  };

  document.getElementById("right-form").addEventListener("submit", (event) => {
    event.preventDefault();
    doing(right);
  });
  form.addEventListener("submit", (event) => {
    const kept = ballot();
    if (!kept || !kept.signature) return;
    event.preventDefault();
    doing(async () => {
      const { token, randomizer, signature } = kept;
      await send(said.cast, { token, randomizer, signature, choice: chosen() });
      tell(`${said.sayDone} ${token.slice(0, 16)}`, true);
    });
  });
  const scanned = decodeURIComponent(location.hash.slice(1));
  if (/^[0-9A-Z-]{12,14}$/.test(scanned)) {
    document.getElementById("code").value = scanned;
    history.replaceState(null, "", location.pathname);
  }
  if (!globalThis.crypto || !crypto.subtle) {
    tell(said.sayNone, false);
    return;
  }
  for (const part of place.querySelectorAll(".with-vote")) part.hidden = false;
  show();
  const paper = document.getElementById("choosing");
  if (paper.hidden) {
    // Who has a paper and no letter chooses at once.
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary btn-big";
    button.textContent = place.querySelector("label[for=paper]").textContent;
    button.addEventListener("click", () => {
      paper.hidden = false;
      button.remove();
      document.getElementById("paper").focus();
    });
    document.getElementById("right").append(button);
  }
};

const place = typeof document === "undefined" ? null : document.getElementById("voting");
if (place) begin(place);
