// The fast grid: Enter and the arrows move from person to person; only the last row's Enter saves.
const form = document.querySelector("[data-entry]");
const column = (cell) => [...form.querySelectorAll(`input[name^="${cell.name[0]}"]:not([type="hidden"])`)];

form?.addEventListener("keydown", (event) => {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches("td input") || event.isComposing) return;
  const cells = column(event.target);
  const next = cells[cells.indexOf(event.target) + step];
  if (!next && event.key === "Enter") return;
  event.preventDefault();
  next?.focus();
  next?.select();
});
form?.querySelector("td input")?.focus();
