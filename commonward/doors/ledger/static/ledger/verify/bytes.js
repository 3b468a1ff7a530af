// Bytes and the ways in which they are written.

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*-/:";
/** 41 signs that a QR code packs tightly and that an address may hold: 41³ is above 2¹⁶. */

export const utf8 = (text) => new TextEncoder().encode(text);

/** The bytes that a text in base64 says, or null. */
export function unbase64(text) {
  if (typeof text !== "string" || !BASE64.test(text)) return null;
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

export function hex(bytes) {
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

export function joined(...parts) {
  const found = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    found.set(part, place);
    place += part.length;
  }
  return found;
}

export function same(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

/** A whole number in so many bytes, the highest first. */
export function bigEndian(number, length) {
  return Uint8Array.from({ length }, (_, place) =>
    Number((number >> BigInt(8 * (length - 1 - place))) & 255n),
  );
}

/** The bytes of an address's fragment: two in three signs, the first sign the lowest. Or null. */
export function unpacked(text) {
  const found = [];
  for (let place = 0; place < text.length; place += 3) {
    const part = text.slice(place, place + 3);
    let value = 0;
    for (const sign of [...part].reverse()) {
      const worth = SIGNS.indexOf(sign);
      if (worth < 0) return null;
      value = value * 41 + worth;
    }
    if (part.length === 3 && value < 65536) found.push(value >> 8, value & 255);
    else if (part.length === 2 && value < 256) found.push(value);
    else return null;
  }
  return Uint8Array.from(found);
}

/** The text that was packed (raw deflate) into bytes; null for what is none or has more than `most` bytes. */
export async function inflated(bytes, most) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const parts = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > most) {
        await reader.cancel();
        return null;
      }
      parts.push(value);
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(joined(...parts));
  } catch {
    return null;
  }
}
