// The rows of the roll on the page, and what its foot says.

import { counted, words } from "./words.js";

const one = (selector, within = document) => within.querySelector(selector);
export const root = one("[data-roll]");
export const part = (name) => one(`[data-roll-${name}]`, root);
const PARTLY = ["late", "left_early"];
const rows = new Map();

/** What must be typed before the mark says anything. */
export const needs = (mark) => (PARTLY.includes(mark) ? "minutes" : mark === "excused" ? "reason" : "");

export const explained = (mark) => PARTLY.includes(mark) || mark === "excused";

function boxes(row) {
  return {
    minutes: one(".roll-minutes input", row),
    reason: one(".roll-reason input", row),
    correction: one(".roll-correction input", row),
  };
}

/** One row for each person, made of the pattern on the page. */
export function build(people) {
  const pattern = part("row");
  const list = part("list");
  rows.clear();
  list.replaceChildren(
    ...people.map((person) => {
      const row = pattern.content.cloneNode(true).firstElementChild;
      row.id = `id_mark_${person.id}`;
      row.dataset.person = person.id;
      for (const name of row.querySelectorAll("legend bdi, .roll-name bdi")) name.textContent = person.name;
      for (const input of row.querySelectorAll("input[name]")) {
        input.name = input.name.replace(/0$/, person.id);
      }
      const seen = document.createElement("input");
      Object.assign(seen, { type: "hidden", name: `seen_${person.id}` });
      row.append(seen);
      rows.set(person.id, row);
      return row;
    }),
  );
}

export const personOf = (element) => Number(element.closest("[data-person]")?.dataset.person);
export const rowOf = (id) => rows.get(id);
export const has = (people) => people.length === rows.size && people.every((person) => rows.has(person.id));

/** What stands in the row, read as a mark. */
export function typed(row) {
  const { minutes, reason, correction } = boxes(row);
  return {
    mark: one("input[type=radio]:checked", row)?.value ?? "",
    minutes: minutes.value.trim(),
    reason: reason.value.trim(),
    correction: correction.value.trim(),
  };
}

/** Ask for what is missing, with the box in focus. */
export function open(row, finished) {
  row.dataset.open = "";
  one(".roll-keep", row).hidden = false;
  one(".roll-correction", row).hidden = !finished;
  one(".roll-note", row).textContent = words.unsaved;
  const { minutes, reason, correction } = boxes(row);
  const wanted = { minutes, reason }[needs(typed(row).mark)] ?? (finished ? correction : null);
  if (wanted && document.activeElement?.type === "radio") wanted.focus({ preventScroll: true });
}

export function close(row) {
  delete row.dataset.open;
  one(".roll-keep", row).hidden = true;
  one(".roll-correction", row).hidden = true;
  boxes(row).correction.value = "";
  say(row, "");
}

/** The error of the row; an empty one takes it away. */
export function say(row, message) {
  const error = one(".field-error", row);
  error.hidden = !message;
  one("span", error).textContent = message;
}

/** Show the person's mark as it stands here: the server's, or one that waits. */
export function show(person) {
  const row = rows.get(person.id);
  if ("open" in row.dataset) return;
  for (const radio of row.querySelectorAll("input[type=radio]")) radio.checked = radio.value === person.mark;
  const { minutes, reason } = boxes(row);
  minutes.value = PARTLY.includes(person.mark) ? (person.minutes ?? "") : "";
  reason.value = person.reason ?? "";
  one(`[name=seen_${person.id}]`, row).value = person.key;
  one("fieldset", row).toggleAttribute("data-waits", Boolean(person.waits));
  one(".roll-outlook", row).textContent = person.outlook ?? "";
  one(".roll-note", row).textContent = person.waits ? words.mark_waits : person.note;
  if (person.refused) say(row, person.refused);
}

/** Whom two phones marked differently, each with the marks to choose from. */
export function showDisputes(found) {
  const frame = part("disputes");
  if (!frame) return;
  frame.hidden = !found.length;
  const made = found.map((dispute) => {
    const item = part("dispute").content.cloneNode(true).firstElementChild;
    one("h3 bdi", item).textContent = dispute.name;
    one("ul", item).replaceChildren(...dispute.choices.map((choice) => choiceOf(dispute, choice)));
    return item;
  });
  const list = one(".disputes", frame);
  const key = JSON.stringify(found);
  if (list.dataset.shown !== key) list.replaceChildren(...made);
  list.dataset.shown = key;
}

function choiceOf(dispute, choice) {
  const item = part("choice").content.cloneNode(true).firstElementChild;
  one("strong", item).textContent = choice.mark;
  one("p > span", item).textContent = choice.length;
  one("p > bdi", item).textContent = choice.reason;
  const [note, held] = item.querySelectorAll("small");
  note.textContent = choice.note;
  held.textContent = choice.held;
  const button = one("button", item);
  button.value = `${dispute.id}:${choice.key}`;
  one("bdi", button).textContent = `${dispute.name}, ${choice.mark}`;
  return item;
}

/** The foot of the page: how many marks wait, and why. */
export function status({ connection, mine, others }) {
  const lines = [];
  if (mine) lines.push(counted(words.waiting, mine));
  if (connection === "offline" || connection === "trouble" || connection === "gone") lines.push(words[connection]);
  if (connection === "signed_out") lines.push(words.signed_out);
  if (others) lines.push(counted(words.others, others));
  if (!lines.length && connection !== "start") lines.push(words.sent);
  const said = part("status");
  const text = lines.join("\n");
  if (said.textContent !== text) said.textContent = text;
  const calm = !mine && !others && connection === "ok";
  said.parentElement.dataset.tone = calm ? "calm" : "warning";
  return { text, calm };
}
