// The outbox: a selection and what is done to it, and following what others do.

import { ask, download, handedOut, openLink, say, words } from "./page.js";

const EVERY = 3000;
const DONE = { approve: "승인", return: "반려", sent: "완료 표시", undo: "취소" };
const live = document.getElementById("live");
const results = document.getElementById("results");
const chosen = new Set();
let busy = false;

const state = () => document.getElementById("state");
const picks = () => [...live.querySelectorAll(".pick input")];
const shown = (id) => (document.getElementById(`row-${id}`) || state()).dataset;
const titleOf = (id) => shown(id).title || id;
/** A draft with the state in which it is on the screen now: what is done, is done to that. */
const seen = (id) => ({ id, moved: Number(shown(id).moved) });

function make(name, text, attributes = {}) {
  const element = Object.assign(document.createElement(name), attributes);
  if (text) element.textContent = text;
  return element;
}

// ---- selection ---------------------------------------------------------------------------

/** Update labels, and disable buttons while nothing is selected. */
function showSelection() {
  const boxes = picks();
  for (const box of boxes) box.checked = chosen.has(box.value);
  const all = document.getElementById("all");
  if (!all) return;
  all.checked = boxes.length > 0 && chosen.size === boxes.length;
  all.indeterminate = chosen.size > 0 && !all.checked;
  const mail = [...chosen].some((id) => "mail" in document.getElementById(`row-${id}`).dataset);
  for (const button of live.querySelectorAll(".toolbar [data-do]")) {
    const name =
      button.dataset.do === "sent"
        ? `${mail || !chosen.size ? "발송" : "처리"} 완료로 표시`
        : DONE[button.dataset.do];
    button.textContent = chosen.size ? `${name} (${chosen.size})` : name;
    button.disabled = busy || !chosen.size;
  }
}

function select(event) {
  if (event.target.id === "all") {
    for (const box of picks())
      event.target.checked ? chosen.add(box.value) : chosen.delete(box.value);
  } else if (event.target.closest(".pick")) {
    event.target.checked ? chosen.add(event.target.value) : chosen.delete(event.target.value);
  } else return;
  showSelection();
}

// ---- following ---------------------------------------------------------------------------

/** The list as it is now, with selection, focus and scrolling as they were. */
async function refresh({ aloud }) {
  let text;
  try {
    const answer = await fetch(live.dataset.source, { cache: "no-store" });
    if (!answer.ok) return;
    text = await answer.text();
  } catch {
    return;
  }
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("state");
  if (!fresh) return;
  if (fresh.dataset.mark === state().dataset.mark) {
    state().dataset.version = fresh.dataset.version;
    return;
  }
  const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
  const anchor = [...live.querySelectorAll("tbody tr")].find(
    (row) => row.getBoundingClientRect().bottom > 60,
  );
  const before = anchor?.getBoundingClientRect().top;
  const places = [...live.querySelectorAll("tbody tr")].map((row) => row.id);
  state().replaceWith(document.adoptNode(fresh));
  if (state().dataset.id) hold();
  const there = new Set(picks().map((box) => box.value));
  for (const id of [...chosen]) if (!there.has(id)) chosen.delete(id);
  if (state().querySelector("table") || chosen.size) showSelection();
  const after = anchor && document.getElementById(anchor.id)?.getBoundingClientRect().top;
  if (after !== undefined && before !== undefined) window.scrollBy(0, after - before);
  if (focused) refocus(focused, places);
  if (aloud) say(live.dataset.changed);
}

/** Ignore the second click of a double click: another button may be there by now. */
function hold() {
  const buttons = [...live.querySelectorAll("[data-do]")];
  for (const button of buttons) button.disabled = true;
  setTimeout(() => {
    for (const button of buttons) button.disabled = false;
  }, 700);
}

/** Restore the focus; where its element is gone, focus the next one. */
function refocus(id, places) {
  const kind = id.match(/^(go|pick)-(.*)/);
  const rest = kind
    ? places.slice(places.indexOf(`row-${kind[2]}`)).map((row) => row.replace("row", kind[1]))
    : [];
  const element = [id, ...rest]
    .map((one) => document.getElementById(one))
    .find((one) => one && !one.disabled);
  (element || live.querySelector("#title, #empty, .tabs [aria-current]"))?.focus({
    preventScroll: true,
  });
}

async function follow() {
  if (document.hidden || busy) return;
  const { ok, status, data } = await ask("/outbox/version");
  if (!ok) {
    if ([0, 401].includes(status) && !follow.told) say(words(data), "failed");
    follow.told = true;
    return;
  }
  follow.told = false;
  if (data.version !== state().dataset.version && !busy) await refresh({ aloud: true });
}

// ---- deeds -------------------------------------------------------------------------------

async function act(what, drafts, reason) {
  busy = true;
  showSelection();
  const titles = Object.fromEntries(drafts.map(({ id }) => [id, titleOf(id)]));
  const { status, data } = await ask(`/outbox/${what}`, {
    method: "POST",
    json: { drafts, reason },
  });
  busy = false;
  if (!("done" in data)) {
    if (status === 409 && dialog.open) dialog.close(); // it asked somebody else
    showSelection();
    say(words(data), "failed");
    return data;
  }
  if (dialog.open) dialog.close();
  const { done } = data;
  for (const one of done) chosen.delete(one.id);
  await refresh({ aloud: false });
  showSelection();
  tell(what, data, titles);
  return null;
}

/** What was done, what was refused and why, one by one, and what else happened. */
function tell(what, { done, problems, notes }, titles) {
  const refused = new Set(problems.map((one) => one.field)).size;
  const summary = [
    done.length && `${DONE[what]} ${done.length}건`,
    refused && `처리하지 못한 것 ${refused}건`,
  ]
    .filter(Boolean)
    .join(", ");
  if (!summary) return;
  say(summary, refused ? "failed" : "done");
  const onward = document.getElementById("after");
  if (state().dataset.id && !refused && !notes.length) {
    results.hidden = true;
    (onward || document.getElementById("title")).focus();
    return;
  }
  results.replaceChildren(make("h2", summary, { id: "results-title" }));
  if (refused)
    results.append(
      list(
        problems.map((one) => [one.field, one.message]),
        titles,
        "problems",
      ),
    );
  if (done.length)
    results.append(
      list(
        done.map((one) => [one.id, one.label]),
        titles,
        "done",
      ),
    );
  if (notes.length)
    results.append(
      list(
        notes.map((note) => ["", note]),
        titles,
        "note",
      ),
    );
  const close = make("button", "닫기", { type: "button", className: "small" });
  close.addEventListener("click", () => {
    results.hidden = true;
    document.getElementById("content").focus({ preventScroll: true });
  });
  results.append(close);
  results.hidden = false;
  results.focus();
}

function list(entries, titles, kind) {
  const items = entries.map(([id, text]) => {
    const item = make("li");
    if (titles[id]) item.append(make("a", titles[id], { href: `/outbox/${id}` }), `: ${text}`);
    else item.append(text);
    return item;
  });
  const element = make("ul", "", { className: kind });
  element.append(...items);
  return element;
}

// ---- the reason of a return --------------------------------------------------------------

const dialog = document.getElementById("reason");
const text = document.getElementById("reason-text");
const bad = document.getElementById("reason-bad");
let returned = [];

/** The drafts are returned as they are on the screen before the dialog covers it. */
function askReason(drafts) {
  const ids = drafts.map(({ id }) => id);
  if (ids.join() !== returned.map(({ id }) => id).join()) text.value = "";
  returned = drafts;
  document.getElementById("reason-of").textContent =
    ids.length > 1 ? `${titleOf(ids[0])} 외 ${ids.length - 1}건` : titleOf(ids[0]);
  document.getElementById("reason-send").textContent =
    ids.length > 1 ? `반려 (${ids.length})` : "반려";
  complain("");
  dialog.showModal();
  text.focus();
}

function complain(why) {
  bad.textContent = why;
  why ? text.setAttribute("aria-invalid", "true") : text.removeAttribute("aria-invalid");
}

async function sendBack(event) {
  event.preventDefault();
  if (busy) return;
  if (!text.value.trim()) {
    complain("사유를 적으세요.");
    text.focus();
    return;
  }
  const refused = await act("return", returned, text.value);
  if (refused) {
    complain(words(refused));
    text.focus();
    return;
  }
  text.value = "";
}

// ---- one draft ---------------------------------------------------------------------------

async function openMail(button) {
  button.disabled = true;
  const { ok, data } = await ask(button.dataset.open, { method: "POST", json: {} });
  button.disabled = false;
  say(
    ok ? ["메일 프로그램으로 열었습니다.", ...data.notes].join("\n") : words(data),
    ok ? "done" : "failed",
  );
  handedOut();
}

async function openAsLink(button) {
  button.disabled = true;
  const { ok, data } = await openLink(button.dataset.mailto);
  button.disabled = false;
  say(
    ok ? ["메일 링크를 열었습니다.", ...data.notes].join("\n") : words(data),
    ok ? "done" : "failed",
  );
}

async function save(event) {
  const form = event.target.closest("[data-file]");
  if (!form) return;
  event.preventDefault();
  const { ok, data } = await download(form.action, form.dataset.file);
  say(
    ok ? ["파일을 내려받습니다.", ...data.notes].join("\n") : words(data),
    ok ? "done" : "failed",
  );
}

/** Show what was typed with the customer's name and phone, until the page shows it anew. */
async function reveal(button) {
  const { ok, data } = await ask(button.dataset.reveal, { method: "POST", json: {} });
  if (!ok) return say(words(data), "failed");
  const rows = data.given.flatMap(([label, text]) => [make("dt", label), make("dd", text)]);
  document.getElementById("given").replaceChildren(...rows);
  button.remove();
}

function press(event) {
  const button = event.target.closest("button");
  if (!button || busy) return;
  if (button.dataset.open) openMail(button);
  if (button.dataset.mailto) openAsLink(button);
  if (button.dataset.reveal) reveal(button);
  const what = button.dataset.do;
  if (!what) return;
  const ids = state().dataset.id ? [state().dataset.id] : [...chosen];
  if (!ids.length) return;
  const drafts = ids.map(seen);
  if (what === "return") askReason(drafts);
  else act(what, drafts);
}

const more = document.getElementById("more");
if (more && !("used" in more.dataset) && matchMedia("(max-width: 899px)").matches)
  more.open = false;
if (live) {
  live.addEventListener("change", select);
  live.addEventListener("click", press);
  live.addEventListener("submit", save);
  for (const kind of ["parkdraft:who", "parkdraft:handed-out"]) {
    document.addEventListener(kind, () => refresh({ aloud: false }));
  }
  dialog.querySelector("form").addEventListener("submit", sendBack);
  document.getElementById("reason-cancel").addEventListener("click", () => dialog.close());
  document.addEventListener("visibilitychange", follow);
  for (const box of picks()) if (box.checked) chosen.add(box.value);
  showSelection();
  setInterval(follow, EVERY);
}
