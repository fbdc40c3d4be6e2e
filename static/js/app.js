// What the pages gain where JavaScript runs. Nothing here is needed to read, enrol, take the roll or sign in.

/** Focus the error summary or the outcome banner, so that screen readers start there. */
document.querySelector("[data-focus]")?.focus();

/** Links of the error summary: move focus into the field itself, with its label in sight. */
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".field") ?? field).scrollIntoView();
  field.focus({ preventScroll: true });
});

/** Menus close on Escape (focus returns to their button) and on a click elsewhere. */
const openMenus = () => document.querySelectorAll("details[data-drop][open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

/** Browsers that cannot open a closed details by style get the filter column opened at desk width. */
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 60rem)").matches) {
  for (const filters of document.querySelectorAll("details[data-filters]")) filters.open = true;
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const frame = button.closest(".copy-link");
    await navigator.clipboard.writeText(frame.querySelector("input").value);
    frame.querySelector("output").textContent = button.dataset.copy;
  });
}

/** Show what was typed as a password, and hide it again before it is sent. */
for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  const turn = () => {
    input.type = input.type === "password" ? "text" : "password";
    [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
  };
  button.addEventListener("click", turn);
  input.form?.addEventListener("submit", () => input.type === "text" && turn());
}

/** A form with data-unsaved asks before its changes are lost (the roll on a phone). */
let unsaved = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-unsaved]")) unsaved = true;
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-unsaved]")) unsaved = false;
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

/** Leave quickly: the click replaces the history entry, and so does Shift pressed three times. */
const exit = document.querySelector("[data-quick-exit]");
if (exit) {
  const leave = () => location.replace(exit.href);
  let presses = 0;
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("keyup", (event) => {
    presses = event.key === "Shift" ? presses + 1 : 0;
    if (presses === 3) leave();
  });
}

/** Signing out: the phone forgets the rolls it keeps, but no mark that still waits to be sent. */
const FORGETTING = "forgets-rolls";
async function forgetRolls() {
  const store = await import("./roll/store.js");
  await store.signOut();
  localStorage.removeItem(FORGETTING);
}
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!/\/account\/logout\/$/.test(new URL(form.action).pathname) || form.dataset.forgot || !window.indexedDB) return;
  event.preventDefault();
  form.dataset.forgot = "yes";
  try {
    localStorage.setItem(FORGETTING, "yes");
    await Promise.race([forgetRolls(), new Promise((resolve) => setTimeout(resolve, 2000))]);
  } finally {
    form.requestSubmit(event.submitter);
  }
});
// A slow phone was not done in two seconds: the next page goes on.
try {
  if (localStorage.getItem(FORGETTING)) forgetRolls();
} catch {
  // Nothing is stored where a browser stores nothing.
}
