// The page of a new draft: sends what was typed to the program and shows its answer.

import { combobox } from "./combobox.js";
import { proposals } from "./enquiry.js";
import { ask, download, openLink, say, words } from "./page.js";
import { papers } from "./papers.js";

const form = document.getElementById("draft");
const part = Object.fromEntries(
  [
    "form",
    "rest",
    "actions",
    "pane",
    "missing",
    "refused",
    "doubles",
    "saved",
    "live",
    "site",
    "near",
    "partner",
    "save",
    "clear",
    "do",
  ].map((id) => [id, document.getElementById(id)]),
);
const replaces = form.dataset.replaces || "";
const WAIT = 150;
let left = new Set(); // fields that were left once: their problems are shown
let tried = Boolean(replaces); // whether somebody wanted to save: then all problems are
let latest = null; // what the program said last
let kept = null; // the saved draft
let then = ""; // what to do with the file once it is saved
let running = null;
let timer = 0;

const chosen = () => form.elements.case.value;
const section = () => form.querySelector(`[data-case="${chosen()}"]`);
const shared = () => [...part.rest.querySelectorAll(":scope > .field, :scope > input")];

/** The element around a field that is on the screen. */
function field(name) {
  const inside = section()?.querySelector(`[data-field="${name}"]`);
  return inside || part.rest.querySelector(`:scope > [data-field="${name}"]`);
}

/** All controls of the chosen case. */
function controls() {
  const places = [section(), ...shared()].filter(Boolean);
  return places.flatMap((one) =>
    one.matches("input") ? [one] : [...one.querySelectorAll("input, select, textarea")],
  );
}

function fields() {
  const found = {};
  for (const one of controls()) {
    const chosenOnly = one.type === "radio" || one.type === "checkbox";
    if (one.name && one.value && (!chosenOnly || one.checked)) found[one.name] = one.value;
  }
  return found;
}

function asked() {
  const moved = Number(form.dataset.moved);
  return { case: chosen(), fields: fields(), replaces, moved, ...files.asked() };
}

// ---- asking, and showing the answer

function later(wait = WAIT) {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

async function look() {
  clearTimeout(timer);
  running?.abort();
  if (!chosen() || kept) return;
  const mine = new AbortController();
  running = mine;
  try {
    const answer = await ask("/preview", { method: "POST", json: asked(), signal: mine.signal });
    if (mine !== running || kept) return;
    if (answer.ok) show(answer.data);
    else refuse(words(answer.data).split("\n"));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function show(data) {
  latest = data;
  refuse([]);
  paint(data.fragment);
  const missing = new Set(data.missing.map((one) => one.field));
  for (const name of ["partner", "operator", "integration", "discount", "proof"]) {
    const place = field(name);
    if (!place) continue; // a field of another case
    const given = [...place.querySelectorAll("select, input")].some((one) =>
      one.type === "radio" ? one.checked : one.value,
    );
    const wanted = missing.has(name) || name in data.problems;
    // while the site is typed nothing moves below it, and no focus is lost
    const settled = !place.hidden || (document.activeElement !== part.site && part.site.value);
    place.hidden = !(given || (wanted && settled) || place.contains(document.activeElement));
  }
  for (const place of part.rest.querySelectorAll('[data-field="plate-confirmed"]'))
    place.hidden = !(
      data.confirmable.length ||
      (tried && data.plates.length) ||
      place.querySelector("input").checked
    );
  files.offer(data.attachable);
  offerNear(data);
  for (const place of placed()) mark(place, data);
  listMissing(data.missing);
  for (const button of form.querySelectorAll("#do .of-file"))
    button.hidden = !(data.suffix === ".eml" || (data.suffix && button.dataset.then === "file"));
  form.querySelector("#do [data-then=file]").textContent = `내려받기(${data.suffix || ".eml"})`;
  if (!data.duplicates.length) askNoMore();
}

const confirmed = () => field("site-confirmed").querySelector("input");

/** The sites that may be meant, each a click; and the box that says it is another one. */
function offerNear(data) {
  const settled = document.activeElement !== part.site;
  part.near.hidden = !(data.near.length && settled);
  part.near.replaceChildren("이 현장이면 누르세요: ");
  for (const name of data.near) {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "small",
      textContent: name,
    });
    button.addEventListener("click", () => {
      part.site.value = name;
      part.site.focus();
      look();
    });
    part.near.append(button, " ");
  }
  field("site-confirmed").hidden = !(
    (data.site_confirmable && settled) ||
    confirmed().checked ||
    document.activeElement === confirmed()
  );
}

/** Replace the right pane where it changed, and keep the focus in it. */
function paint(fragment) {
  if (part.pane.dataset.shown === fragment) return;
  const focused = part.pane.contains(document.activeElement) ? document.activeElement.id : "";
  part.pane.innerHTML = fragment;
  part.pane.dataset.shown = fragment;
  if (focused) document.getElementById(focused)?.focus();
}

const placed = () =>
  [...shared(), ...(section()?.querySelectorAll("[data-field]") || [])].filter(
    (one) => one.dataset.field,
  );

/** What is wrong with a field, and what was understood. */
function mark(place, data) {
  const name = place.dataset.field;
  const text =
    ((tried || left.has(name)) &&
      (data.problems[name] ||
        (tried && data.missing.some((one) => one.field === name) && "아직 비어 있습니다."))) ||
    "";
  const says = place.querySelector(".bad");
  if (says && says.textContent !== text) {
    says.textContent = text;
    if (text && data.problems[name]) part.live.textContent = `${labelOf(place)}: ${text}`;
  }
  for (const one of place.querySelectorAll("input, select, textarea")) {
    if (text) one.setAttribute("aria-invalid", "true");
    else one.removeAttribute("aria-invalid");
  }
  const understood = place.querySelector(".understood");
  if (understood) {
    understood.textContent = (!text && data.understood[name]) || "";
    understood.classList.toggle("quiet", name === "site" && data.unlisted);
  }
  if (text) place.closest("details")?.setAttribute("open", "");
}

const labelOf = (place) => place.querySelector("label, legend").firstChild.textContent.trim();

function listMissing(missing) {
  const names = [...missing.map((one) => one.field), latest?.ready].join();
  if (part.missing.dataset.names === names) return;
  part.missing.dataset.names = names;
  part.missing.replaceChildren();
  if (!missing.length) {
    part.missing.textContent = latest?.ready ? "저장할 수 있습니다." : "표시된 곳을 고치세요.";
    return;
  }
  part.missing.append("아직 필요한 것: ");
  for (const one of missing) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "small", textContent: one.label });
    button.addEventListener("click", () => enter(one.field));
    part.missing.append(button, " ");
  }
}

function refuse(lines) {
  const wanted = lines.filter(Boolean);
  part.refused.hidden = !wanted.length;
  part.refused.replaceChildren(
    ...wanted.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
}

/** Focus a field, and open the section that hides it. */
function enter(name) {
  const place = field(name);
  if (!place) return;
  place.hidden = false;
  place.closest("details")?.setAttribute("open", "");
  const radio = place.querySelector("input[type=radio]:checked");
  (radio || place.querySelector("input, select, textarea")).focus();
}

// ---- what somebody does

/** Choose another case; values of fields with the same name are kept. */
function change() {
  const typed = new Map();
  for (const one of form.querySelectorAll(".case input:not([type=radio]), .case textarea"))
    if (one.closest(".case").hidden === false)
      typed.set(one.name, one.type === "checkbox" ? one.checked : one.value);
  for (const one of form.querySelectorAll(".case")) one.hidden = one.dataset.case !== chosen();
  for (const one of section().querySelectorAll("input:not([type=radio]), textarea"))
    if (typed.has(one.name)) {
      if (one.type === "checkbox") one.checked = typed.get(one.name);
      else one.value = typed.get(one.name);
    }
  form.elements.fallback.value = "";
  part.rest.hidden = part.actions.hidden = false;
  tried = false;
  look();
  enquiry.again();
}

form.addEventListener("input", (event) => {
  // the confirmation was for the name before
  if (event.target === part.site) confirmed().checked = false;
  if (event.target.name && event.target.name !== "case") later();
});
form.addEventListener("change", (event) => {
  if (event.target.name === "case") change();
  else if (event.target.name) look();
});
form.addEventListener("focusin", (event) => {
  // the bar at the bottom covers nothing that has the focus
  if (part.actions.hidden || !part.rest.contains(event.target)) return;
  const covered =
    event.target.getBoundingClientRect().bottom + 40 - part.actions.getBoundingClientRect().top;
  if (covered > 0) window.scrollBy(0, covered);
});
form.addEventListener("focusout", (event) => {
  const place = event.target.closest("[data-field]");
  if (!place || place.contains(event.relatedTarget)) return;
  left.add(place.dataset.field);
  if (latest) mark(place, latest);
  if (event.target === part.site) look();
});
form.addEventListener("click", (event) => {
  const name = event.target.closest("[data-fallback]")?.dataset.fallback;
  if (name && !kept) {
    form.elements.fallback.value = form.elements.fallback.value === name ? "" : name;
    look();
  }
  // a mouse goes on to the first field by itself, arrow keys do not
  if (event.pointerType && event.target.closest(".pick")?.querySelector("[name=case]"))
    setTimeout(() => part.site.focus());
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.name === "case") {
    event.preventDefault();
    if (!chosen()) event.target.click();
    part.site.focus();
  }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  then = event.submitter?.dataset.then || "";
  save(false);
});
document.getElementById("anyway").addEventListener("click", () => save(true));
document.getElementById("not-now").addEventListener("click", () => {
  askNoMore();
  part.save.focus();
});
part.doubles.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.getElementById("not-now").click();
});
part.clear.addEventListener("click", clear);

// ---- saving, and what follows

async function save(anyway) {
  if (!chosen() || kept || part.save.disabled) return;
  clearTimeout(timer);
  running?.abort();
  running = null;
  tried = true;
  part.save.disabled = true;
  const { ok, data } = await ask("/drafts", { method: "POST", json: { ...asked(), anyway } });
  part.save.disabled = false;
  if (ok && data.id) return keep(data);
  if (!ok) {
    refuse(words(data).split("\n"));
    return say(["저장하지 못했습니다.", words(data)].join("\n"), "failed");
  }
  show(data);
  if (data.replaces) stand(data.replaces);
  if (data.ready && data.duplicates.length && !anyway) return confirm();
  refuse(data.general || []);
  const wrong = data.missing[0]?.field || Object.keys(data.problems)[0];
  if (wrong) enter(wrong);
  say(
    wrong ? "저장하지 못했습니다. 표시된 곳을 채우거나 고치세요." : "저장하지 못했습니다.",
    "failed",
  );
}

/** Show the current state of the draft to be corrected, before it is saved again. */
function stand({ moved, label, returned }) {
  form.dataset.moved = moved;
  const text = returned ? `${label} (${returned.by}: ${returned.reason || "고쳐 씀"})` : label;
  document.getElementById("standing").textContent = text;
}

function confirm() {
  const list = document.getElementById("same-list");
  document
    .getElementById("doubles-list")
    .replaceChildren(...(list ? [Object.assign(list.cloneNode(true), { id: "" })] : []));
  part.doubles.hidden = false;
  part.do.hidden = true;
  document.getElementById("not-now").focus();
}

function askNoMore() {
  part.doubles.hidden = true;
  part.do.hidden = false;
}

function keep(data) {
  kept = data;
  form.dataset.copies = `${kept.address}/copied`;
  part.form.disabled = true;
  part.actions.hidden = true;
  for (const one of part.pane.querySelectorAll("[data-fallback]")) one.disabled = true;
  part.saved.innerHTML = data.fragment;
  part.saved.hidden = false;
  part.saved.focus();
  part.saved.scrollIntoView({ block: "nearest" });
  say(`저장했습니다: ${data.id}`);
  document.getElementById("next").addEventListener("click", clear);
  for (const button of part.saved.querySelectorAll("[data-then]"))
    button.addEventListener("click", () => hand(button.dataset.then));
  if (then) hand(then);
}

/** Hand the saved file out, and say what to mind. */
async function hand(how) {
  if (how === "file") {
    const { ok, data } = await download(`${kept.address}/file`, kept.id + kept.suffix);
    if (ok) say(["저장하고 파일을 내려받습니다.", ...data.notes].join("\n"));
    else say(["저장했지만 내려받지 못했습니다.", words(data)].join("\n"), "failed");
    return;
  }
  if (how === "mailto") {
    const { ok, data } = await openLink(`${kept.address}/mailto`);
    if (ok) say(["저장했고 메일 링크를 열었습니다.", ...data.notes].join("\n"));
    else say(["저장했지만 메일 링크로 열지 못했습니다.", words(data)].join("\n"), "failed");
    return;
  }
  const { ok, data } = await ask(`${kept.address}/open`, { method: "POST", json: {} });
  if (ok) say(["저장하고 메일 프로그램으로 엽니다.", ...data.notes].join("\n"));
  else
    say(
      ["저장했지만 메일 프로그램으로 열지 못했습니다. 파일을 내려받아 여세요.", words(data)]
        .filter(Boolean)
        .join("\n"),
      "failed",
    );
}

/** Remove everything about this customer. */
function clear() {
  if (replaces) {
    location.replace("/");
    return;
  }
  running?.abort();
  clearTimeout(timer);
  kept = latest = running = null;
  delete form.dataset.copies;
  [then, tried, left] = ["", false, new Set()];
  part.form.disabled = false;
  form.reset();
  form.elements.fallback.value = "";
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  for (const one of form.querySelectorAll(".bad, .understood")) one.textContent = "";
  for (const one of form.querySelectorAll("details")) one.open = false;
  for (const one of [
    part.rest,
    part.actions,
    part.saved,
    part.doubles,
    part.near,
    field("site-confirmed"),
    ...form.querySelectorAll(".case"),
  ])
    one.hidden = true;
  askNoMore();
  part.saved.replaceChildren();
  document.getElementById("doubles-list").replaceChildren();
  part.live.textContent = "";
  delete part.missing.dataset.names;
  refuse([]);
  enquiry.forget();
  files.forget();
  paint('<p class="quiet">업무를 고르면 보낼 곳과 보낼 내용이 여기에 바로 보입니다.</p>');
  form.elements.case[0].focus();
  window.scrollTo(0, 0);
}

// ---- the parts that fill fields

combobox(part.site, document.getElementById("found"), (found) => {
  part.partner.value = found.kind === "partner" ? found.id : found.id || "";
  part.site.value = found.kind === "partner" ? "" : found.name;
  form.elements.operator.value = "";
  confirmed().checked = false;
  for (const one of form.elements.integration) one.checked = false;
  for (const name of ["partner", "operator", "integration"])
    field(name).hidden = found.kind === "site" && !found.id;
  if (found.kind === "partner")
    say(`운영사를 골랐습니다: ${found.name}\n이제 현장 이름을 적으세요.`);
  look();
});

const enquiry = proposals(chosen, (name, value) => {
  const place = field(name);
  if (!place) return;
  place.closest("details")?.setAttribute("open", "");
  place.hidden = false;
  place.querySelector("input, select, textarea").value = value;
  left.add(name);
  look();
});

document.addEventListener("parkdraft:who", look); // whose name stands under the text
const files = papers(look);

if (chosen()) look();
