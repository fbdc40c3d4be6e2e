// The service worker of the roll's pages: without the internet it shows the empty roll, which the phone fills itself.
// It keeps files of one release only, no page with a name on it, and answers for no other address.

/* global self, caches, fetch, Response */
const { language, release, scope, page, assets } = self.roll;
const PREFIX = `roll-${language}-`;
const CACHE = PREFIX + release;
const PATIENCE = 6_000;

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(assets.map((url) => new Request(url, { cache: "no-cache" })));
  await cache.add(new Request(page, { cache: "no-cache", credentials: "omit" }));
  await self.skipWaiting();
}

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The server's page; without one in time, the empty roll. */
async function visit(request) {
  const kept = await caches.match(page);
  const signal = kept ? AbortSignal.timeout(PATIENCE) : undefined;
  try {
    const answer = await fetch(request, { signal });
    if (answer.status < 502 || !kept) return answer;
  } catch (error) {
    if (!kept) throw error;
  }
  return kept;
}

const ours = (url) => url.origin === self.location.origin;
const isRoll = (url) => ours(url) && url.pathname.startsWith(scope) && /^(\d+\/)?$/.test(url.pathname.slice(scope.length));

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (request.mode === "navigate" && isRoll(url)) event.respondWith(visit(request));
  else if (ours(url) && assets.includes(url.pathname)) {
    event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)));
  }
});
