// What every page shares: talking to the program, saying what happened, copying.

const token = document.querySelector('meta[name="token"]').content;
const said = document.getElementById("said");

/** Say something for a moment, to eyes and screen readers alike. */
export function say(text, kind = "done") {
  said.textContent = text;
  said.className = `said shown ${kind}`;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => said.classList.remove("shown"), kind === "done" ? 4000 : 10000);
}

/** Ask the program; resolves to {ok, status, data}. Refusals are data, not exceptions. */
export async function ask(address, { method = "GET", json, form, signal } = {}) {
  const headers = { Accept: "application/json", "X-Token": token };
  let body = form;
  if (json !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(json);
  }
  let response;
  try {
    response = await fetch(address, { method, headers, body, signal, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    const message = "프로그램이 꺼졌습니다. parkdraft를 다시 시작하세요.";
    return { ok: false, status: 0, data: { problems: [{ message }] } };
  }
  if (response.status === 304 || response.status === 204) return { ok: true, status: response.status, data: null };
  const data = await response.json().catch(() => ({ problems: [{ message: "답을 읽을 수 없습니다." }] }));
  return { ok: response.ok, status: response.status, data };
}

/** The words of a refusal, one line each. */
export function words(data) {
  return (data.problems || []).map((one) => [one.message, one.hint].filter(Boolean).join(" ")).join("\n");
}

/** Copy a text and say so, and what to mind; the old way where the browser refuses the new one. */
export async function copy(text, name, mind = "") {
  try {
    await navigator.clipboard.writeText(text);
    say([`복사했습니다: ${name}`, mind].filter(Boolean).join("\n"));
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    if (copied) say([`복사했습니다: ${name}`, mind].filter(Boolean).join("\n"));
    else say(`복사하지 못했습니다: ${name}`, "failed");
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button.dataset.copy, button.dataset.name || button.textContent.trim(), button.dataset.mind);
});
