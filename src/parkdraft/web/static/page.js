// What every page shares: talking to the program, saying what happened, copying.

const token = document.querySelector('meta[name="token"]');
const who = document.querySelector('meta[name="who"]');
const away = document.querySelector('meta[name="away"]').content;
const said = document.getElementById("said");

/** Show a message for a moment, also to screen readers. */
export function say(text, kind = "done") {
  said.textContent = text;
  said.className = `said shown ${kind}`;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => said.classList.remove("shown"), kind === "done" ? 4000 : 10000);
}

/**
 * Ask the program; resolves to {ok, status, data}. Refusals are data, not exceptions. What is
 * sent says who this page believes is working; what comes back as a file is `response`. Where a
 * new token or the pass phrase is wanted first, the same is asked once more.
 */
export async function ask(address, options = {}) {
  const answer = await asked(address, options);
  if (answer.status !== 403) return answer;
  if (answer.data.token) {
    renew(answer.data.token);
    return asked(address, options);
  }
  const isAway = answer.data.problems?.some(({ code }) => code === "team.prove");
  return isAway && (await sayAgain()) ? asked(address, options) : answer;
}

async function asked(address, { method = "GET", json, form, signal } = {}) {
  const headers = { Accept: "application/json", "X-Token": token.content };
  let body = form;
  if (json !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify({ ...json, who: who.content });
  }
  let response;
  try {
    response = await fetch(address, { method, headers, body, signal, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { ok: false, status: 0, data: { problems: [{ message: away }] } };
  }
  if (response.ok && response.headers.has("Content-Disposition"))
    return { ok: true, status: response.status, response };
  const data = await response
    .json()
    .catch(() => ({ problems: [{ message: "답을 읽을 수 없습니다." }] }));
  if (data.who) meet(data.who);
  return { ok: response.ok, status: response.status, data };
}

/** The session has another secret: what this page sends from now on carries its token. */
function renew(fresh) {
  token.content = fresh;
  for (const field of document.querySelectorAll('input[name="token"]')) field.value = fresh;
}

/** Ask for the pass phrase over the page; resolves to whether it was the right one. */
export function sayAgain() {
  const dialog = document.getElementById("again");
  const phrase = document.getElementById("again-phrase");
  const bad = document.getElementById("again-bad");
  const under = document.querySelector("dialog[open]");
  return new Promise((resolve) => {
    const end = (isRight) => {
      dialog.querySelector("form").onsubmit = null;
      dialog.onclose = null;
      phrase.value = "";
      bad.textContent = "";
      dialog.close();
      under?.querySelector("textarea, input")?.focus();
      resolve(isRight);
    };
    dialog.querySelector("form").onsubmit = async (event) => {
      event.preventDefault();
      const sent = { phrase: phrase.value };
      const { ok, data } = await asked("/login/again", { method: "POST", json: sent });
      if (ok) {
        renew(data.token);
        end(true);
      } else {
        bad.textContent = words(data);
        phrase.select();
      }
    };
    document.getElementById("again-cancel").onclick = () => end(false);
    dialog.onclose = () => end(false);
    dialog.showModal();
    phrase.focus();
  });
}

/** Another tab chose who is working: show the new name and use it. */
function meet({ login, name }) {
  who.content = login;
  for (const field of document.querySelectorAll('input[name="who"]')) field.value = login;
  document.querySelector(".who b")?.replaceChildren(name);
  document.dispatchEvent(new Event("parkdraft:who"));
}

/** Hand a draft's file to the browser; resolves to {ok, data}, with what to mind as notes. */
export async function download(address, name) {
  const { ok, data, response } = await ask(address, { method: "POST", json: {} });
  if (!ok) return { ok, data };
  const notes = JSON.parse(decodeURIComponent(response.headers.get("X-Notes")));
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(await response.blob()),
    download: name,
  });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  handedOut();
  return { ok, data: { notes } };
}

/** Hand a draft as a link to what the browser has for mail; resolves to {ok, data}. */
export async function openLink(address) {
  const { ok, data } = await ask(address, { method: "POST", json: {} });
  if (ok) location.href = data.link;
  handedOut();
  return { ok, data };
}

/** Something was recorded of a draft that this page shows. */
export function handedOut() {
  document.dispatchEvent(new Event("parkdraft:handed-out"));
}

/** The words of a refusal, one line each. */
export function words(data) {
  return (data.problems || [])
    .map((one) => [one.message, one.hint].filter(Boolean).join(" "))
    .join("\n");
}

/** Copy a text; the old way where the browser refuses the new one. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** Copy what a button is for, and say so, and what to mind; of a kept draft that is recorded. */
async function copy(button) {
  const name = button.dataset.name;
  if (!(await copied(button.dataset.copy))) return say(`복사하지 못했습니다: ${name}`, "failed");
  say([`복사했습니다: ${name}`, button.dataset.mind].filter(Boolean).join("\n"));
  const record = "apart" in button.dataset ? "" : button.closest("[data-copies]")?.dataset.copies;
  if (!record) return;
  const { ok, data } = await ask(record, { method: "POST", json: {} });
  if (!ok) say([`복사했습니다: ${name}`, words(data)].join("\n"), "failed");
  handedOut();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
