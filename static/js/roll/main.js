// The roll on a phone, with and without the internet. The form under it works without any of this.

import { listKept, openList } from "./list.js";
import * as sender from "./sender.js";
import * as store from "./store.js";
import * as view from "./view.js";
import { words } from "./words.js";

const EVERY = 4_000;
const EARLY = 12 * 3_600_000; // a phone's clock may be that wrong without keeping anybody from the roll
const { root, part } = view;
const { base } = root.dataset;
const id = Number(location.pathname.slice(base.length).split("/")[0]) || 0;
const tabs = new BroadcastChannel("tutela-roll");
let state = null;
let queue = [];
let connection = "start";
let last = null;
const refusals = new Map();

/** The person as this phone sees them: the last mark that waits here, else the server's. */
function seenHere(person) {
  const own = queue.filter((mark) => mark.person === person.id && mark.by === state.me).at(-1);
  const refused = refusals.get(person.id);
  if (!own) return { ...person, refused };
  const { mark, minutes, reason, key } = own;
  return { ...person, mark, minutes: minutes ?? state.minutes, reason, key, waits: true, refused };
}

const person = (number) => seenHere(state.people.find((one) => one.id === number));

async function render() {
  queue = await store.waiting(id);
  if (!state) return;
  if (!view.has(state.people)) view.build(state.people);
  for (const one of state.people) view.show(seenHere(one));
  view.showDisputes(state.disputes);
  const finished = part("finished");
  if (finished) finished.hidden = !state.finished;
  const mine = queue.filter((mark) => mark.by === state.me).length;
  view.status({ connection, mine, others: queue.length - mine });
  part("sign-in").hidden = connection !== "signed_out";
  part("undo").hidden = !last;
  if (last) part("undo").textContent = words.undo.replace("%(name)s", person(last.person).name);
}

/** Put the mark into the queue: from here on it survives the page, the tab and the internet. */
async function make(number, wanted) {
  const before = person(number);
  const minutes = wanted.minutes ?? null;
  const same = before.mark === wanted.mark && (before.reason ?? "") === (wanted.reason ?? "");
  if (same && (minutes ?? state.minutes) === (before.minutes ?? state.minutes)) return;
  const mark = {
    key: crypto.randomUUID(),
    session: id,
    by: state.me,
    person: number,
    mark: wanted.mark,
    minutes,
    reason: wanted.reason ?? "",
    correction: wanted.correction ?? "",
    seen: before.key,
    made: Date.now(),
    tried: false,
  };
  await store.push(mark);
  refusals.delete(number);
  last = { key: mark.key, person: number, mark: before.mark, minutes: before.minutes, reason: before.reason };
  if (["present", "absent", "excused", ""].includes(before.mark)) last.minutes = null;
}

async function made(number, wanted) {
  await make(number, wanted);
  await render();
  tabs.postMessage(id);
  sync();
}

async function undo() {
  const before = last;
  last = null;
  if (!(await store.takeBack(before.key))) {
    await make(before.person, { ...before, correction: state.finished ? words.undone : "" });
    last = null;
  }
  await render();
  sync();
}

/** The mark of the row as it stands, or what is missing in it. */
function keep(row) {
  const { mark, minutes, reason, correction } = view.typed(row);
  const number = Number(minutes.replace(/[٠-٩]/g, (digit) => "٠١٢٣٤٥٦٧٨٩".indexOf(digit)));
  const needed = view.needs(mark);
  let missing = "";
  if (!mark) return;
  if (needed === "minutes" && !minutes) missing = words.minutes;
  else if (needed === "minutes" && !(Number.isInteger(number) && number >= 1 && number <= state.minutes)) {
    missing = state.range;
  } else if (needed === "reason" && !reason) missing = words.reason;
  else if (state.finished && !correction) missing = words.correction;
  view.say(row, missing);
  if (missing) return;
  view.close(row);
  const more = { minutes: needed === "minutes" ? number : null, reason: view.explained(mark) ? reason : "" };
  made(view.personOf(row), { mark, correction, ...more });
}

function tapped(event) {
  const row = event.target.closest("[data-person]");
  if (!row) return;
  if (event.target.type !== "radio") return view.open(row, state.finished);
  view.say(row, "");
  if (view.needs(event.target.value) || state.finished) view.open(row, state.finished);
  else keep(row);
}

async function everybody() {
  for (const one of state.people) {
    if (!seenHere(one).mark) await make(one.id, { mark: "present" });
  }
  await render();
  tabs.postMessage(id);
  sync();
}

let running = null;

/** Send what waits, see how the roll stands, show it; one at a time. */
function sync() {
  running ??= exchange().finally(() => (running = null));
  return running;
}

async function exchange() {
  do {
    const answer = await sender.sync(base, id);
    connection = answer.status === "same" ? "ok" : answer.status === "refused" ? "trouble" : answer.status;
    if (answer.status === "ok") state = answer.said.state ?? state;
    for (const one of answer.refused ?? []) {
      const mark = queue.find((waiting) => waiting.key === one.key);
      if (mark) refusals.set(mark.person, one.message);
    }
    if (connection === "signed_out") await forgetUnlessWaiting();
    await render();
    if (answer.status === "refused" && answer.said.message) part("status").textContent += `\n${answer.said.message}`;
  } while (connection === "ok" && queue.some((mark) => mark.by === state?.me));
}

/** Signed out and nothing waits: the names have no more business here. */
async function forgetUnlessWaiting() {
  await store.signOut();
}

async function settle(event) {
  const button = event.target.closest("[name=choice]");
  if (!button) return;
  event.preventDefault();
  const answer = await sender.settle(base, id, button.value);
  const failed = part("choose");
  failed.hidden = answer.status === "ok";
  if (answer.status === "ok") {
    state = answer.said.state;
    connection = "ok";
  } else failed.querySelector("span").textContent = answer.said?.message ?? words.choose;
  await render();
}

/** Finishing is the form's own: once everything has arrived, it is sent like any form. */
async function finish(event) {
  event.preventDefault();
  const button = event.currentTarget;
  await sync();
  const open = root.querySelector("[data-open]");
  if (open) return open.scrollIntoView({ block: "center" });
  if (!queue.length && connection === "ok") return button.form.requestSubmit(button);
  part("status").textContent = words.finish;
}

function wire() {
  const form = part("form");
  delete form.dataset.unsaved;
  for (const plain of root.querySelectorAll("[data-roll-plain]")) plain.remove();
  part("bar").hidden = form.hidden = false;
  part("list").addEventListener("input", tapped);
  part("list").addEventListener("click", (event) => event.target.closest(".roll-keep") && keep(event.target.closest("li")));
  part("list").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (event.target.type !== "radio") keep(event.target.closest("li"));
  });
  part("all").addEventListener("click", (event) => {
    event.preventDefault();
    everybody();
  });
  part("undo").addEventListener("click", undo);
  part("disputes").addEventListener("click", settle);
  part("finish")?.addEventListener("click", (event) => event.isTrusted && finish(event));
  const link = part("sign-in").querySelector("a");
  link.href = `${link.getAttribute("href")}?next=${encodeURIComponent(location.pathname)}`;
}

/** See the others' marks every few seconds, as long as somebody looks. */
function watch() {
  addEventListener("online", sync);
  document.addEventListener("visibilitychange", () => document.hidden || sync());
  setInterval(() => document.hidden || sync(), EVERY);
  tabs.addEventListener("message", (event) => event.data === id && render());
}

function header() {
  const title = part("title");
  if (!title) return;
  title.textContent = state.title;
  part("when").textContent = state.when;
}

async function openRoll() {
  const given = document.getElementById("roll-state");
  if (given) {
    state = JSON.parse(given.textContent);
    sender.knows(state);
    await store.forgetOld(state.me);
    await store.keepRoll(state);
    connection = "ok";
  } else {
    await store.forgetOld();
    state = await store.rollOf(id);
    if (state && state.me !== (await store.owner())) state = null;
  }
  if (!state || state.cancelled) return state ? null : nothingKept();
  header();
  if (given ? !state.open : Date.now() < state.opens - EARLY) return early();
  if (!part("form")) return; // nobody has a place
  view.build(state.people);
  wire();
  await render();
  watch();
  sync();
}

function early() {
  const told = part("early");
  if (told) told.hidden = false;
}

async function nothingKept() {
  part("empty").hidden = false;
  await listKept();
}

async function start() {
  if (!("indexedDB" in window && navigator.locks && crypto.randomUUID)) return;
  const kinds = { live: openRoll, list: openList, app: id ? openRoll : listKept };
  await kinds[root.dataset.roll]();
  root.dataset.ready = "";
  await navigator.serviceWorker?.register(root.dataset.worker);
}

start();
