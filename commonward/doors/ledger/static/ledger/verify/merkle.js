// Merkle proofs as RFC 9162 §2.1.3.2 and §2.1.4.2 have them checked. Sizes and indices are BigInt.

import { joined, same } from "./bytes.js";
import { sha256 } from "./digests.js";
import { Refuted } from "./refuted.js";

export const leafHash = (entry) => sha256(joined(Uint8Array.of(0), entry));

const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

/** Each hash of a proof from the leaf upwards, and whether it belongs to the left. */
function* steps(place, last, proof) {
  for (const one of proof) {
    if (one.length !== 32) throw new Refuted("proof_hash");
    if (last === 0n) throw new Refuted("proof_long");
    const left = (place & 1n) === 1n || place === last;
    yield [one, left];
    while (left && (place & 1n) === 0n && place > 0n) {
      place >>= 1n;
      last >>= 1n;
    }
    place >>= 1n;
    last >>= 1n;
  }
  if (last > 0n) throw new Refuted("proof_short");
}

/** The leaf with this hash is leaf `index` of the tree with this root, or Refuted. */
export async function checkInclusion(leaf, index, size, proof, root) {
  if (index < 0n || index >= size) throw new Refuted("outside", { index, size });
  let found = leaf;
  for (const [one, left] of steps(index, size - 1n, proof)) {
    found = left ? await nodeHash(one, found) : await nodeHash(found, one);
  }
  if (!same(found, root)) throw new Refuted("other_root");
}

/** The tree of `size` begins with that of `before`, or Refuted. */
export async function checkConsistency(before, rootBefore, size, root, proof) {
  if (before > size) throw new Refuted("shorter", { before, size });
  if (before === size) {
    if (proof.length) throw new Refuted("proof_long");
    if (!same(rootBefore, root)) throw new Refuted("two_roots", { size });
    return;
  }
  if (before === 0n) {
    if (proof.length) throw new Refuted("proof_long");
    if (!same(rootBefore, await sha256(new Uint8Array()))) throw new Refuted("other_earlier");
    return;
  }
  const path = (before & (before - 1n)) === 0n ? [rootBefore, ...proof] : [...proof];
  if (!path.length) throw new Refuted("proof_short");
  let place = before - 1n;
  let last = size - 1n;
  while (place & 1n) {
    place >>= 1n;
    last >>= 1n;
  }
  let first = path[0];
  let second = path[0];
  for (const [one, left] of steps(place, last, path.slice(1))) {
    if (left) {
      first = await nodeHash(one, first);
      second = await nodeHash(one, second);
    } else {
      second = await nodeHash(second, one);
    }
  }
  if (!same(first, rootBefore)) throw new Refuted("other_earlier");
  if (!same(second, root)) throw new Refuted("other_root");
}
