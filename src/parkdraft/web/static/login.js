// Logging in, setting a pass phrase, and forms that may ask for the phrase again.

import { ask, sayAgain, words } from "./page.js";

for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    const isShown = button.getAttribute("aria-pressed") === "true";
    for (const id of button.dataset.show.split(" "))
      document.getElementById(id).type = isShown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!isShown));
    button.textContent = isShown ? "암호 보기" : "암호 숨기기";
  });
}

for (const form of document.querySelectorAll("form[data-proves]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.sure && !confirm(`${form.dataset.sure} 계속할까요?`)) return;
    const { ok, data } = await ask("/login/fresh");
    if (ok && !data.fresh && !(await sayAgain())) return;
    form.submit();
  });
}

// ---- an invitation: its secret stands behind # and never reaches an address that is kept ----

const form = document.getElementById("join-form");
if (form) {
  const secret = location.hash.slice(1);
  history.replaceState(null, "", "/join");
  const bad = document.getElementById("bad");
  const [phrase, twice] = ["phrase", "twice"].map((id) => document.getElementById(id));

  const complain = (lines) => {
    bad.replaceChildren(
      ...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
    );
    bad.hidden = !lines.length;
  };

  const greet = async () => {
    const { ok, data } = await ask("/join/whose", { method: "POST", json: { secret } });
    document.getElementById("waiting").hidden = true;
    if (!ok) return complain(words(data).split("\n"));
    document.getElementById("name").textContent = data.name;
    document.getElementById("login").value = data.login;
    form.hidden = false;
    phrase.focus();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (phrase.value !== twice.value) {
      complain(["두 칸에 적은 암호가 다릅니다. 다시 적으세요."]);
      twice.focus();
      return;
    }
    const button = form.querySelector("button.main");
    button.disabled = true;
    const sent = { secret, phrase: phrase.value };
    const { ok, data } = await ask("/join", { method: "POST", json: sent });
    button.disabled = false;
    if (ok) location.replace(data.address);
    else {
      complain(words(data).split("\n"));
      phrase.focus();
    }
  });
  greet();
}
