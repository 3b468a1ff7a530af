// Signed notes, cosignatures and checkpoints (c2sp.org/signed-note, tlog-cosignature, tlog-checkpoint).

import { hex, joined, same, unbase64, utf8 } from "./bytes.js";
import { sha256, signedBy } from "./digests.js";
import { Refuted } from "./refuted.js";

const LOG = 1;
const WITNESS = 4;
const MOST = 64 * 1024;
const DASH = "\u2014 ";
const CONTROLS = /[\u0000-\u0009\u000b-\u001f]/;

/** A public key as it is written: name+id+base64. */
export async function verifierOf(line) {
  const [, name, id, written] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line.trim()) ?? [];
  const raw = unbase64(written);
  if (!name || raw?.length !== 33 || (raw[0] !== LOG && raw[0] !== WITNESS)) {
    throw new Refuted("key_form", { line: line.trim() });
  }
  const told = await sha256(joined(utf8(`${name}\n`), raw));
  if (hex(told.slice(0, 4)) !== id) throw new Refuted("key_id", { line: line.trim() });
  return { name, kind: raw[0], key: raw.slice(1), id: told.slice(0, 4) };
}

/** Text and signatures of a note, unchecked. */
function partsOf(note) {
  if (/[\ud800-\udfff]/u.test(note)) throw new Refuted("note_form");
  if (utf8(note).length > MOST) throw new Refuted("note_long");
  const end = note.lastIndexOf("\n\n");
  const below = note.slice(end + 2);
  if (end < 0 || !below.endsWith("\n") || CONTROLS.test(note)) throw new Refuted("note_form");
  const lines = below.slice(0, -1).split("\n").map((line) => {
    const rest = line.startsWith(DASH) ? line.slice(DASH.length) : "";
    const space = rest.indexOf(" ");
    const raw = unbase64(rest.slice(space + 1));
    if (space < 1 || raw === null || raw.length <= 4) throw new Refuted("note_line");
    return { name: rest.slice(0, space), id: raw.slice(0, 4), signature: raw.slice(4) };
  });
  return { text: note.slice(0, end + 1), lines };
}

async function checkSignature(key, text, signature) {
  if (key.kind === LOG) {
    if (!(await signedBy(key.key, signature, utf8(text)))) {
      throw new Refuted("signature", { name: key.name });
    }
    return null;
  }
  if (signature.length !== 72) throw new Refuted("signature", { name: key.name });
  const moment = signature.slice(0, 8).reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
  const told = utf8(`cosignature/v1\ntime ${moment}\n${text}`);
  if (!(await signedBy(key.key, signature.slice(8), told))) {
    throw new Refuted("signature", { name: key.name });
  }
  return moment;
}

/** The checkpoint of a note that a known key of the log has signed, with who signed. */
export async function checkpointOf(note, origin, keys) {
  const { text, lines } = partsOf(note);
  const signers = [];
  for (const line of lines) {
    for (const key of keys.filter((one) => one.name === line.name && same(one.id, line.id))) {
      const moment = await checkSignature(key, text, line.signature);
      signers.push({ name: key.name, witness: key.kind === WITNESS, moment });
    }
  }
  if (!signers.length) throw new Refuted("no_key", { names: lines.map((one) => one.name).join(", ") });
  if (signers.every((one) => one.witness)) throw new Refuted("no_log_key");
  const found = { ...parsed(text), signers };
  if (origin && found.origin !== origin) {
    throw new Refuted("other_log", { found: found.origin, origin });
  }
  return found;
}

/** What a checkpoint's text says. */
function parsed(text) {
  const lines = text.split("\n");
  const [origin, size, written] = lines;
  const root = unbase64(written);
  if (lines.length < 4 || lines.at(-1) !== "" || !origin || root?.length !== 32) {
    throw new Refuted("checkpoint_form");
  }
  if (!/^(?:0|[1-9][0-9]*)$/.test(size)) throw new Refuted("checkpoint_form");
  return { origin, size: BigInt(size), root };
}
