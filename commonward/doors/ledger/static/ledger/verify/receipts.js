// A receipt, checked with the log's keys alone: each entry holds, or it is said what does not.

import { bigEndian, joined, same, unbase64, utf8 } from "./bytes.js";
import { hmac } from "./digests.js";
import { canonical, parse } from "./json.js";
import { checkConsistency, checkInclusion, leafHash } from "./merkle.js";
import { checkpointOf, verifierOf } from "./notes.js";
import { Refuted } from "./refuted.js";

export const FORMAT = "commonward-receipt/1";
export const CONSISTENCY = "commonward-consistency/1";
export const MOST = 512 * 1024;
/** The last millisecond of the year 9999, behind which no calendar of ours goes. */
const LAST_MOMENT = 253402300799999n;
/** Whether an entry's moment is that of its writing, or the later one at which it was entered. */
const WRITTEN = 1n;
const ENTERED = 2n;
const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\d{3}Z$/;

/** The keys that stand in a text, one on each line. */
export async function keysIn(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  if (!lines.length) throw new Refuted("no_keys_given");
  return Promise.all(lines.map(verifierOf));
}

/** Refuted for what is no receipt at all, whoever may have signed it. */
export function checkForm(text) {
  read(text, FORMAT);
}

/** What a receipt says and whether it holds: Refuted for the whole, `refuted` at an entry. */
export async function checkReceipt(text, keys, origin = "") {
  const told = read(text, FORMAT);
  const name = textOf(told, "log");
  if (origin && name !== origin) throw new Refuted("other_log", { found: name, origin });
  const checkpoint = await checkpointOf(textOf(told, "checkpoint"), name, keys);
  const rows = told.get("entries");
  if (!Array.isArray(rows) || !rows.length) throw new Refuted("no_entries");
  const entries = [];
  for (const row of rows) entries.push(await checkEntry(row, checkpoint));
  return { checkpoint, entries, holds: entries.every((one) => !one.refuted) };
}

async function checkEntry(row, checkpoint) {
  const found = { facts: null, moment: null, index: null, entered: false, opened: new Map(), refuted: null };
  try {
    if (!(row instanceof Map) || !(row.get("facts") instanceof Map)) throw new Refuted("no_facts");
    found.facts = row.get("facts");
    const [moment, index, proof] = ["at_ms", "index", "proof"].map((name) => row.get(name));
    if (!whole(moment) || !whole(index) || !Array.isArray(proof)) throw new Refuted("entry_lacks");
    [found.moment, found.index] = [moment, index];
    const version = row.has("version") ? row.get("version") : WRITTEN;
    if (version !== WRITTEN && version !== ENTERED) throw new Refuted("version");
    found.entered = version === ENTERED;
    const salt = unbase64(row.get("salt"));
    const hashes = proof.map(unbase64);
    if (salt?.length !== 32 || hashes.includes(null)) throw new Refuted("entry_form");
    const commitment = await hmac(salt, utf8(canonicalOf(found.facts)));
    const entry = joined(Uint8Array.of(Number(version)), bigEndian(moment, 8), commitment);
    found.leaf = await leafHash(entry);
    await checkInclusion(found.leaf, index, checkpoint.size, hashes, checkpoint.root);
    if (moment > LAST_MOMENT) throw new Refuted("entry_form");
    checkWritten(found.facts, moment, found.entered);
    found.opened = await opened(row);
  } catch (fault) {
    if (!(fault instanceof Refuted)) throw fault;
    found.refuted = fault;
  }
  return found;
}

/** What followers saw of the leaf must be the moment that the holder of the receipt is told. */
function checkWritten(facts, moment, entered) {
  if (!facts.has("written") || facts.get("written") === null) return;
  const [, told] = MOMENT.exec(facts.get("written")) ?? [];
  const date = new Date(`${told}Z`);
  if (!told || Number.isNaN(date.getTime()) || date.getTime() < 0 || date.toISOString() !== `${told}Z`) {
    throw new Refuted("written_form");
  }
  const written = BigInt(date.getTime());
  if (moment < written || (!entered && moment !== written)) throw new Refuted("written_other");
}

/** The parts that are shown, each as the facts commit to it, or Refuted. */
async function opened(row) {
  const shown = row.has("opened") ? row.get("opened") : new Map();
  const parts = row.get("facts").has("parts") ? row.get("facts").get("parts") : new Map();
  if (!(shown instanceof Map) || !(parts instanceof Map)) throw new Refuted("parts_form");
  const found = new Map();
  for (const [name, one] of shown) {
    if (!(one instanceof Map) || !one.has("value") || !parts.has(name)) {
      throw new Refuted("part_unknown", { name });
    }
    const [salt, digest] = [unbase64(one.get("salt")), unbase64(parts.get(name))];
    if (salt?.length !== 32 || digest === null) throw new Refuted("parts_form");
    const told = await hmac(salt, utf8(canonicalOf(new Map([[name, one.get("value")]]))));
    if (!same(told, digest)) throw new Refuted("part_other", { name });
    found.set(name, one.get("value"));
  }
  return found;
}

/** The checkpoint of a receipt, or of a note that a person kept. */
export async function checkpointIn(text, keys, origin) {
  if (!text.trimStart().startsWith("{")) return checkpointOf(text, origin, keys);
  const told = read(text, FORMAT);
  return checkpointOf(textOf(told, "checkpoint"), origin || textOf(told, "log"), keys);
}

/** The newer checkpoint which a proof shows to continue the log of an older one. */
export async function checkHistory(before, proofText, keys) {
  const told = read(proofText, CONSISTENCY);
  const later = await checkpointOf(textOf(told, "checkpoint"), before.origin, keys);
  const proof = told.get("proof");
  const hashes = Array.isArray(proof) ? proof.map(unbase64) : [null];
  if (hashes.includes(null)) throw new Refuted("proof_hash");
  await checkConsistency(before.size, before.root, later.size, later.root, hashes);
  return later;
}

function read(text, format) {
  if ([...text].length > MOST) throw new Refuted("long");
  let told;
  try {
    told = parse(text);
  } catch {
    throw new Refuted("not_json"); // too deep for the browser, too
  }
  if (!(told instanceof Map) || told.get("format") !== format) throw new Refuted("format", { format });
  return told;
}

function canonicalOf(facts) {
  try {
    return canonical(facts);
  } catch {
    throw new Refuted("facts_form");
  }
}

function textOf(told, name) {
  const found = told.get(name);
  if (typeof found !== "string" || !found) throw new Refuted("lacks", { name });
  return found;
}

function whole(given) {
  return typeof given === "bigint" && given >= 0n && given < 2n ** 63n;
}
