// What the phone keeps: rolls that were opened (names and marks of a session), and marks that wait to be sent.
// Marks wait without names. A roll is forgotten a week after its session, and at sign-out when nothing waits.

const STORES = { rolls: { keyPath: "id" }, queue: { keyPath: "n", autoIncrement: true }, notes: {} };
let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("tutela-roll", 1);
    request.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) request.result.createObjectStore(name, options);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Run the task in one transaction; its request's result once everything is on the disk. */
async function run(mode, task) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(Object.keys(STORES), mode, { durability: "strict" });
    const request = task((name) => transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Keep the roll as the server knows it, and whose phone this is now. */
export const keepRoll = (state) =>
  run("readwrite", (store) => {
    store("notes").put(state.me, "me");
    store("rolls").put(state);
  });

export const rollOf = (id) => run("readonly", (store) => store("rolls").get(id));
export const rolls = () => run("readonly", (store) => store("rolls").getAll());
export const owner = () => run("readonly", (store) => store("notes").get("me"));
export const setOwner = (me) => run("readwrite", (store) => void store("notes").put(me, "me"));

/** Marks that wait, the oldest first; of one session, or of all. */
export async function waiting(session) {
  const marks = await run("readonly", (store) => store("queue").getAll());
  return session === undefined ? marks : marks.filter((mark) => mark.session === session);
}

export const push = (mark) => run("readwrite", (store) => void store("queue").add(mark));

/** The next marks to send: on their way, so that from now on only the server knows whether they arrived. */
export async function leaving(session, by, most) {
  const marks = [];
  await run("readwrite", (store) => {
    const all = store("queue").openCursor();
    all.onsuccess = () => {
      if (!all.result || marks.length === most) return;
      const mark = all.result.value;
      if (mark.session === session && mark.by === by) {
        marks.push(mark);
        all.result.update({ ...mark, tried: true });
      }
      all.result.continue();
    };
  });
  return marks;
}

/** Take marks out again by their keys. */
export const drop = (keys) =>
  run("readwrite", (store) => {
    const all = store("queue").openCursor();
    all.onsuccess = () => {
      if (!all.result) return;
      if (keys.includes(all.result.value.key)) all.result.delete();
      all.result.continue();
    };
  });

/** Take the mark back if it never left the phone; says whether it did not. */
export async function takeBack(key) {
  let taken = false;
  await run("readwrite", (store) => {
    const all = store("queue").openCursor();
    all.onsuccess = () => {
      if (!all.result) return;
      const mark = all.result.value;
      if (mark.key === key && !mark.tried) {
        taken = true;
        all.result.delete();
      }
      all.result.continue();
    };
  });
  return taken;
}

/** Forget the names of sessions that were over a week ago, and of whoever used this phone before. */
export async function forgetOld(me) {
  const kept = await rolls();
  const old = kept.filter((roll) => roll.until < Date.now() || (me && roll.me !== me));
  if (old.length) await forget(old.map((roll) => roll.id));
}

export const forget = (ids) =>
  run("readwrite", (store) => {
    for (const id of ids) store("rolls").delete(id);
  });

/** At sign-out: everything but the rolls whose marks still wait. */
export async function signOut() {
  const waits = new Set((await waiting()).map((mark) => mark.session));
  await forget((await rolls()).map((roll) => roll.id).filter((id) => !waits.has(id)));
}
