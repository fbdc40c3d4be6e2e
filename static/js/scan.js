// Reads people's codes by camera where the browser can (BarcodeDetector); elsewhere the code is typed.
const form = document.querySelector("[data-scan]");
const video = form.querySelector("video");
const view = form.querySelector("[data-scan-view]");
const start = form.querySelector("[data-scan-start]");
const KEY = "scanning"; // the camera opens again by itself after each person
const LAST = "scanned"; // a code that is still held before the camera is sent once

const able =
  "BarcodeDetector" in window &&
  Boolean(navigator.mediaDevices?.getUserMedia) &&
  (await BarcodeDetector.getSupportedFormats()).includes("qr_code");

async function look(detector) {
  const [found] = await detector.detect(video).catch(() => []);
  const code = found?.rawValue.replace(/\/+$/, "").split("/").pop();
  if (!code || code === sessionStorage.getItem(LAST)) return void setTimeout(look, 250, detector);
  sessionStorage.setItem(LAST, code);
  form.elements.code.value = code;
  form.requestSubmit();
}

async function open() {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    sessionStorage.removeItem(KEY);
    form.querySelector("[data-scan-denied]").hidden = false;
    return;
  }
  sessionStorage.setItem(KEY, "1");
  start.hidden = true;
  view.hidden = false;
  video.play().catch(() => {}); // a picture that never moves still holds a code
  look(new BarcodeDetector({ formats: ["qr_code"] }));
}

if (able) {
  start.hidden = false;
  start.firstElementChild.addEventListener("click", open);
  if (sessionStorage.getItem(KEY)) open();
}
