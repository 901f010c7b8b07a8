// A pasted enquiry: its values as buttons; none is taken over without a click.

import { ask, say } from "./page.js";

const WAIT = 250;

/** `chosen()` returns the case; `take` puts a value into a field. */
export function proposals(chosen, take) {
  const box = document.getElementById("pasted");
  const list = document.getElementById("proposals");
  let timer = 0;
  let running = null;

  async function look() {
    running?.abort();
    if (!box.value.trim() || !chosen()) return list.replaceChildren();
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await ask("/enquiry", {
        method: "POST",
        json: { case: chosen(), text: box.value },
        signal: mine.signal,
      });
      if (mine === running) show(answer.ok ? answer.data.proposals : []);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  function show(found) {
    list.replaceChildren(...found.map(item));
    if (!found.length)
      list.append(
        Object.assign(document.createElement("li"), {
          className: "quiet",
          textContent: "옮길 값을 찾지 못했습니다.",
        }),
      );
  }

  function item(one) {
    const entry = document.createElement("li");
    const what = Object.assign(document.createElement("span"), { textContent: `${one.kind} ` });
    what.append(Object.assign(document.createElement("b"), { textContent: one.shown }));
    entry.append(
      what,
      ...one.targets.map((target, place) => button(one, target, one.sure && place === 0)),
    );
    return entry;
  }

  function button(one, target, sure) {
    const made = Object.assign(document.createElement("button"), {
      type: "button",
      textContent: `→ ${target.label}`,
    });
    made.className = sure ? "small sure" : "small";
    made.setAttribute("aria-label", `${one.kind} ${one.shown} → ${target.label}`);
    made.addEventListener("click", () => {
      take(target.field, one.value);
      made.setAttribute("aria-pressed", "true");
      say(`옮겼습니다: ${target.label}`);
    });
    return made;
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  return {
    again: look,
    forget() {
      clearTimeout(timer);
      running?.abort();
      box.value = "";
      list.replaceChildren();
    },
  };
}
