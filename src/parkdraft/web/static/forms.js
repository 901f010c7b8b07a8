// Forms that bring a file or take their time: files may be dropped, and the page says it works.
import { say } from "./page.js";

const MOST_BYTES = 16 * 1024 * 1024; // the server refuses more; here it need not be sent first

for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector('input[type="file"]');
  const hint = zone.querySelector("[data-hint]");
  const told = hint.textContent;
  const carriesFiles = (event) =>
    event.dataTransfer && [...event.dataTransfer.types].includes("Files");

  input.addEventListener("change", () => {
    const [file] = input.files;
    const isTooBig = Boolean(file) && file.size > MOST_BYTES;
    input.setCustomValidity(
      isTooBig ? "16MB가 넘는 파일은 올릴 수 없습니다. 필요한 표만 새 파일에 옮겨 저장하세요." : "",
    );
    hint.textContent = isTooBig
      ? input.validationMessage
      : file
        ? `고른 파일: ${file.name} (${size(file.size)})`
        : told;
    zone.classList.toggle("chosen", Boolean(file));
  });
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.classList.remove("over");
  });
  zone.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length !== 1) {
      say("파일은 하나씩 올립니다. 하나만 끌어다 놓으세요.", "failed");
      return;
    }
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
    say(`파일을 골랐습니다: ${input.files[0].name}`);
    zone.closest("form").querySelector("button.main").focus();
  });
}

// A file dropped beside the zone must not replace the page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => event.preventDefault());
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = form.querySelector("button");
    button.classList.add("busy");
    button.setAttribute("aria-disabled", "true");
    say(form.dataset.busy);
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    const button = form.querySelector("button");
    button.classList.remove("busy");
    button.removeAttribute("aria-disabled");
  }
});

function size(bytes) {
  return bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))}KB`
    : `${(bytes / 1024 / 1024).toFixed(1)}MB`;
}
