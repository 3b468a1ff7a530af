// The phone's own store: the day's work, a draft per form, and what is not yet sent.
import { openDB, deleteDB } from "./vendor/idb.js";

const NAME = "commonward-field";
const DAY = 24 * 3600 * 1000;
export const WORK_DAYS = 3; // work not seen for so long is wiped
export const UNSENT_DAYS = 14; // and so is what nobody came back to send

let opened;
function db() {
  opened ||= openDB(NAME, 1, {
    upgrade(made) {
      made.createObjectStore("work");
      made.createObjectStore("drafts");
      made.createObjectStore("outbox", { keyPath: "key" });
    },
  });
  return opened;
}

export const work = async () => (await db()).get("work", "today");
export const keepWork = async (found) => {
  const { csrf, ...rest } = found; // the form's protection lives in memory only
  // The centre's clock is what counts, whatever this phone's own one says.
  const skew = Date.parse(rest.at) - Date.now();
  await (await db()).put("work", { ...rest, skew, seen: Date.now() }, "today");
};
export const draft = async (name) => (await db()).get("drafts", name);
export const keepDraft = async (name, content) => (await db()).put("drafts", content, name);
export const dropDraft = async (name) => (await db()).delete("drafts", name);
export const outbox = async () =>
  (await (await db()).getAll("outbox")).sort((a, b) => a.made - b.made);
export const keepItem = async (item) => (await db()).put("outbox", item);
export const dropItem = async (key) => (await db()).delete("outbox", key);

// Empty everything: on signing out, and before another account uses this phone.
export async function wipe() {
  if (opened) (await opened).close();
  opened = undefined;
  await deleteDB(NAME);
  for (const name of await caches.keys()) if (name.startsWith("field-")) await caches.delete(name);
}

// What another account or long absence left behind goes; tells whether something was wiped.
export async function sweep(account) {
  const store = await db();
  const kept = await store.get("work", "today");
  const now = Date.now();
  let wiped = false;
  const others = kept && account !== undefined && kept.account !== account;
  if (kept && (others || now - kept.seen > WORK_DAYS * DAY)) {
    await store.clear("work");
    await store.clear("drafts");
    wiped = !others;
  }
  for (const item of await store.getAll("outbox")) {
    if (now - item.made > UNSENT_DAYS * DAY) {
      await store.delete("outbox", item.key);
      wiped = true;
    }
  }
  return wiped;
}
