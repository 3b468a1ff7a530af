// Double-blind bids: what the two browsers do. The house is sent marks and commitments, never an
// amount; the Python reference with its explanation is commonward/core/offers/blind.py, and both are
// tested against each other. Without this file bids go into paper envelopes.
"use strict";

const PROTOCOL = "commonward bids 1";
const BITS = 20;
const STRETCH = 200000;
const PASSPHRASE_ROUNDS = 600000;
const text = new TextEncoder();

const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const bytesOf = (coded) => Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0));
const random = (count) => crypto.getRandomValues(new Uint8Array(count));
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const label = (what, round) => text.encode(`${PROTOCOL}|${what}|${round.number}|${round.count}|${round.step}|`);

// The keys -----------------------------------------------------------------------------------

const CURVE = { name: "ECDH", namedCurve: "P-256" };

async function newKey() {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  return crypto.subtle.exportKey("jwk", pair.privateKey);
}

async function publicOf(jwk) {
  const url = (coded) => bytesOf(coded.replace(/-/g, "+").replace(/_/g, "/"));
  return joined(Uint8Array.of(4), url(jwk.x), url(jwk.y));
}

async function stretched(secret, salt, info, count) {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: text.encode(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, count * 8));
}

async function sharedSecret(jwk, first, second, number) {
  const own = await publicOf(jwk);
  const other = base64(own) === base64(first) ? second : first;
  const mine = await crypto.subtle.importKey("jwk", jwk, CURVE, false, ["deriveBits"]);
  const theirs = await crypto.subtle.importKey("raw", other, CURVE, false, []);
  const drawn = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine, 256));
  return stretched(drawn, await sha256(joined(first, second)), `${PROTOCOL}|key|${number}`, 32);
}

async function comparisonCode(first, second, number) {
  const key = await crypto.subtle.importKey("raw", joined(first, second), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: text.encode(`${PROTOCOL}|code|${number}`), iterations: STRETCH };
  const bits = [...new Uint8Array(await crypto.subtle.deriveBits(how, key, 80))].map((b) => b.toString(2).padStart(8, "0")).join("");
  const letters = bits.match(/.{5}/g).map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five, 2)]).join("");
  return letters.match(/.{4}/g).join(" ");
}

// A bid --------------------------------------------------------------------------------------

async function commitment(round, part, steps, nonce) {
  const four = new Uint8Array(4);
  new DataView(four.buffer).setUint32(0, steps);
  return sha256(joined(label(`commitment ${part}`, round), four, nonce));
}

async function marks(round, part, steps, secret) {
  const bits = (part === "payer" ? steps + 1 : steps).toString(2).padStart(BITS, "0");
  const elements = [];
  for (let at = 0; at < BITS; at += 1) {
    if (part === "payer" && bits[at] === "1") elements.push(bits.slice(0, at + 1));
    if (part === "taker" && bits[at] === "0") elements.push(`${bits.slice(0, at)}1`);
  }
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const lead = label("mark", round);
  const made = await Promise.all(
    elements.map(async (one) => new Uint8Array(await crypto.subtle.sign("HMAC", key, joined(lead, text.encode(one))))),
  );
  while (made.length < BITS) made.push(random(32));
  const compare = (one, two) => {
    for (let at = 0; at < 32; at += 1) if (one[at] !== two[at]) return one[at] - two[at];
    return 0;
  };
  return joined(...made.sort(compare));
}

// The bid under a key that only this side's own private key gives: for opening it later.
async function ownKey(jwk, number) {
  const secret = await stretched(text.encode(jwk.d), new Uint8Array(32), `${PROTOCOL}|kept|${number}`, 32);
  return crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function kept(jwk, number, bid) {
  const iv = random(12);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await ownKey(jwk, number), text.encode(JSON.stringify(bid)));
  return joined(iv, new Uint8Array(sealed));
}

async function unkept(jwk, number, sealed) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.slice(0, 12) }, await ownKey(jwk, number), sealed.slice(12));
  return JSON.parse(new TextDecoder().decode(plain));
}

// The private key on another device: sealed under a passphrase, carried by its owner.
async function passKey(passphrase, salt) {
  const key = await crypto.subtle.importKey("raw", text.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: PASSPHRASE_ROUNDS };
  return crypto.subtle.deriveKey(how, key, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function carried(jwk, passphrase) {
  const salt = random(16);
  const iv = random(12);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await passKey(passphrase, salt), text.encode(JSON.stringify(jwk)));
  return base64(joined(salt, iv, new Uint8Array(sealed)));
}

async function uncarried(coded, passphrase) {
  const all = bytesOf(coded.replace(/\s/g, ""));
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: all.slice(16, 28) },
    await passKey(passphrase, all.slice(0, 16)),
    all.slice(28),
  );
  return JSON.parse(new TextDecoder().decode(plain));
}

export const protocol = { newKey, publicOf, sharedSecret, comparisonCode, commitment, marks, kept, unkept, carried, uncarried, base64, bytesOf };

// The page -----------------------------------------------------------------------------------

const page = document.getElementById("bids");
if (page && crypto.subtle) start(page);

async function start(root) {
  const data = JSON.parse(document.getElementById("bid-data").textContent);
  const place = `commonward bids ${data.number} ${data.side}`;
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const show = (name, on = true) => {
    part(name).hidden = !on;
  };
  const wrong = (name) => {
    const said = root.querySelector("[data-wrong]");
    said.textContent = said.dataset[name];
    said.hidden = false;
    said.focus();
  };
  const send = (fields) => {
    const form = root.querySelector("form[data-send]");
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
    form.submit();
  };
  let jwk = JSON.parse(localStorage.getItem(place) ?? "null");
  const round = { number: data.number, ...data.round };
  const letters = Object.keys(data.keys).sort();
  const mine = jwk && base64(await publicOf(jwk)) === data.keys[data.side];
  show("script");

  part("key-new").querySelector("button").addEventListener("click", async () => {
    jwk = await newKey();
    localStorage.setItem(place, JSON.stringify(jwk));
    send({ do: "key", public: base64(await publicOf(jwk)) });
  });
  const bring = part("key-bring");
  bring.querySelector("button").addEventListener("click", async () => {
    try {
      const brought = await uncarried(bring.querySelector("textarea").value, bring.querySelector("input").value);
      if (base64(await publicOf(brought)) !== data.keys[data.side]) throw new Error("another key");
      localStorage.setItem(place, JSON.stringify(brought));
      location.reload();
    } catch {
      wrong("passphrase");
    }
  });
  const carry = part("key-carry");
  carry.querySelector("button").addEventListener("click", async () => {
    const phrase = carry.querySelector("input").value;
    if (phrase.length < 12) {
      wrong("short");
      return;
    }
    const out = carry.querySelector("textarea");
    out.value = await carried(jwk, phrase);
    out.hidden = false;
    out.select();
  });

  if (!mine) {
    show("key-new", !data.round?.kept);
    show("key-bring", Boolean(data.keys[data.side]));
    return;
  }
  show("key-carry");
  if (letters.length < 2) {
    show("key-waits");
    return;
  }
  const [first, second] = letters.map((letter) => bytesOf(data.keys[letter]));
  part("code").querySelector("output").textContent = await comparisonCode(first, second, data.number);
  show("code");

  if (round.state === "open" && !round.kept) {
    const bid = part("bid");
    show("bid");
    bid.querySelector("button").addEventListener("click", async () => {
      const given = bid.querySelector("input[name=amount]").value.replace(/[,，\s]/g, "");
      const fen = Math.round(Number(given) * 100);
      const steps = fen / round.step;
      if (!/^\d+(\.\d{1,2})?$/.test(given) || !Number.isInteger(steps) || steps > data.most) {
        wrong("amount");
        return;
      }
      if (!bid.querySelector("input[type=checkbox]").checked) {
        wrong("compare");
        return;
      }
      const nonce = random(32);
      const secret = await sharedSecret(jwk, first, second, data.number);
      send({
        do: "bid",
        commitment: base64(await commitment(round, round.part, steps, nonce)),
        marks: base64(await marks(round, round.part, steps, secret)),
        kept: base64(await kept(jwk, data.number, { count: round.count, steps, nonce: base64(nonce) })),
      });
    });
  }
  if (round.state === "crossed" && round.kept && !round.opened) {
    show("open");
    part("open").querySelector("button").addEventListener("click", async () => {
      try {
        const bid = await unkept(jwk, data.number, bytesOf(round.kept));
        send({ do: "open", steps: String(bid.steps), nonce: bid.nonce });
      } catch {
        wrong("opening");
      }
    });
  }
}
