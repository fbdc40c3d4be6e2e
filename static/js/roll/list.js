// The list of sessions, and of the rolls that this phone keeps.

import * as sender from "./sender.js";
import * as store from "./store.js";
import * as view from "./view.js";

const { part, root } = view;
const { base } = root.dataset;

/** The rolls that this phone keeps, as links: what an app without the internet opens with. */
export async function listKept() {
  const me = await store.owner();
  const kept = (await store.rolls()).filter((roll) => roll.me === me);
  const frame = part("saved");
  if (!frame || !kept.length) return;
  frame.hidden = false;
  const items = kept.map((roll) => {
    const [item, link, when] = ["li", "a", "p"].map((name) => document.createElement(name));
    item.className = "row";
    link.href = `${base}${roll.id}/`;
    link.textContent = roll.title;
    link.dir = "auto";
    when.textContent = roll.when;
    item.append(link, when);
    return item;
  });
  frame.querySelector("ul").replaceChildren(...items);
}

/** The list of sessions: send what any of them still has, and keep the rolls of today and tomorrow. */
export async function openList() {
  await store.forgetOld();
  const show = async (found) => {
    const left = await store.waiting();
    const me = await store.owner();
    const mine = left.filter((mark) => mark.by === me).length;
    const { calm } = view.status({ connection: found, mine, others: left.length - mine });
    part("status").hidden = calm;
  };
  const send = async () => {
    const soon = root.dataset.soon.split(" ").filter(Boolean).map(Number);
    const left = (await store.waiting()).map((mark) => mark.session);
    let found = "ok";
    for (const session of new Set([...left, ...soon])) {
      const { status } = await sender.sync(base, session);
      if (!["ok", "same"].includes(status)) found = status === "refused" ? "trouble" : status;
    }
    await show(found);
  };
  addEventListener("online", send);
  await show("ok");
  await send();
}
