// A file dropped anywhere on the page goes into its form and is sent. Without this the file is chosen by the button.
const form = document.querySelector("form[data-file-drop]");
const input = form?.querySelector("input[type=file]");
const holdsFile = (event) => event.dataTransfer?.types.includes("Files");
const mark = (over) => form.classList.toggle("drop-over", over);

if (input) {
  form.querySelector("[data-file-drop-words]").hidden = false;
  document.addEventListener("dragover", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || mark(false));
  document.addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    mark(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
