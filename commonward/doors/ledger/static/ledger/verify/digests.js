// Hashes and signatures: by the browser where it can, else by the libraries that come with this page.
//
// A page that was opened over plain http has no crypto.subtle, and older browsers know no Ed25519.

import { verify as nobleVerify, hashes } from "./vendor/noble-ed25519.js";
import { hmac as nobleHmac } from "./vendor/hmac.js";
import { sha256 as nobleSha256, sha512 as nobleSha512 } from "./vendor/sha2.js";

hashes.sha512 = nobleSha512;

const subtle = () => globalThis.crypto?.subtle;

/** Which of the two did the work, for whoever wants to know. */
export const by = { hashes: "", signatures: "" };

export async function sha256(bytes) {
  if (!subtle()) {
    by.hashes = "library";
    return nobleSha256(bytes);
  }
  by.hashes = "browser";
  return new Uint8Array(await subtle().digest("SHA-256", bytes));
}

export async function hmac(salt, bytes) {
  if (!subtle()) return nobleHmac(nobleSha256, salt, bytes);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await subtle().importKey("raw", salt, algorithm, false, ["sign"]);
  return new Uint8Array(await subtle().sign("HMAC", key, bytes));
}

export async function signedBy(key, signature, bytes) {
  if (signature.length !== 64) return false;
  if (subtle()) {
    try {
      const found = await subtle().importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      by.signatures = "browser";
      return await subtle().verify({ name: "Ed25519" }, found, signature, bytes);
    } catch {
      // This browser knows no Ed25519, or the key is none: the library says which.
    }
  }
  by.signatures = "library";
  try {
    return nobleVerify(signature, bytes, key, { zip215: false });
  } catch {
    return false;
  }
}
