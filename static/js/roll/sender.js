// Between phone and server: marks go out in their order, each until the server has said that it has it.

import * as store from "./store.js";

const BATCH = 50;
const PATIENCE = 10_000;
let token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const versions = new Map();
// Who is signed in, as the server last said: marks are sent for nobody else.
let signedIn = null;

export function knows(state) {
  signedIn = state.me;
}

/** Ask, and never wait for ever. A redirect is the way to the sign-in page. */
async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, {
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
  } catch {
    return { status: "offline" };
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) return { status: "signed_out" };
  if (answer.status === 304) return { status: "same" };
  if (answer.status === 404) return { status: "gone" };
  if (answer.status === 403) return { status: "forbidden" };
  try {
    const said = await answer.json();
    return { status: answer.ok ? "ok" : "refused", said };
  } catch {
    return { status: answer.status >= 502 ? "offline" : "trouble" };
  }
}

/** The kept roll with what the server says of some people; nothing where no roll is kept. */
async function merged(id, people) {
  const state = await store.rollOf(id);
  if (!state) return null;
  const changed = new Map(people.map((person) => [person.id, person]));
  state.people = state.people.map((person) => ({ ...person, ...changed.get(person.id) }));
  return state;
}

async function take(id, { status, said }) {
  if (status === "ok") {
    token = said.csrf;
    signedIn = said.me ?? said.state.me;
    said.state ??= await merged(id, said.people);
    if (said.state) await store.keepRoll(said.state);
    // Of a part there is no version: the next look brings the whole.
    if (said.version) versions.set(id, said.version);
  }
  if (status === "gone") await store.forget([id]);
  return { status, said };
}

async function look(base, id) {
  const version = versions.get(id);
  const headers = version ? { "If-None-Match": version } : {};
  return take(id, await ask(`${base}${id}/state/`, { headers }));
}

async function post(base, id, what, body) {
  const send = () =>
    ask(`${base}${id}/${what}/`, { method: "POST", headers: { "X-CSRFToken": token }, body: body() });
  let answer = await send();
  if (answer.status === "forbidden") {
    // The token is of an earlier sign-in: the state brings the one of today.
    versions.delete(id);
    const again = await look(base, id);
    if (again.status !== "ok") return again;
    answer = await send();
  }
  return take(id, answer);
}

/** What the server asks of a mark; how long it was kept is told by one clock, so that a wrong one does no harm. */
function packed(mark) {
  const held = Math.max(0, Math.round((Date.now() - mark.made) / 1000));
  const { key, person, minutes, reason, correction, seen } = mark;
  return { key, person, mark: mark.mark, minutes, reason, correction, seen, held };
}

async function exchange(base, id) {
  let answer = { status: "same" };
  if (signedIn === null) answer = await look(base, id);
  if (signedIn === null) return answer;
  for (;;) {
    const marks = await store.leaving(id, signedIn, BATCH);
    if (!marks.length) return answer.status === "ok" ? answer : look(base, id);
    const body = () => JSON.stringify({ me: signedIn, marks: marks.map(packed) });
    answer = await post(base, id, "marks", body);
    if (answer.status !== "ok") return answer;
    const refused = answer.said.results.filter((result) => result.outcome === "refused");
    await store.drop(answer.said.results.map((result) => result.key));
    if (refused.length) return { ...answer, refused };
  }
}

/** Send what waits and see how the roll stands; two tabs take turns. */
export const sync = (base, id) => navigator.locks.request(`roll-${id}`, () => exchange(base, id));

/** Choose between two different marks. */
export const settle = (base, id, choice) =>
  navigator.locks.request(`roll-${id}`, () =>
    post(base, id, "settle", () => new URLSearchParams({ choice })),
  );
