// Keeps the shell of the field and its files, so that it opens without network; nothing else:
// no task, no photo and no answer of the centre is ever in its store.
const CACHE = `field-${KEPT.mark}`;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(KEPT.files);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("field-") && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.mode === "navigate" && address.pathname === KEPT.shell) event.respondWith(shell(request));
  else if (KEPT.files.includes(address.pathname)) event.respondWith(file(request));
});

async function shell(request) {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await fetch(request);
    // A redirect to the sign-in is shown, and never kept as the shell.
    if (fresh.ok && !fresh.redirected) await cache.put(KEPT.shell, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(KEPT.shell);
    if (kept) return kept;
    throw error;
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request.url)) || fetch(request);
}
