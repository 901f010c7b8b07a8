// A text field with a list of search results (ARIA combobox); free text is allowed, too.

import { ask } from "./page.js";

const WAIT = 80;

/** `taken` is called with the chosen result: {kind, name, id, about}. */
export function combobox(input, list, taken) {
  let found = [];
  let active = -1;
  let timer = 0;
  let running = null;

  async function search() {
    running?.abort();
    const text = input.value.trim();
    if (!text) return close();
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await ask(`/find?q=${encodeURIComponent(text)}`, { signal: mine.signal });
      if (mine === running && document.activeElement === input)
        open(answer.ok ? answer.data.found : []);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  function open(results) {
    found = results;
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    activate(-1);
  }

  function option(one, place) {
    const item = document.createElement("li");
    item.id = `${list.id}-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const name = Object.assign(document.createElement("b"), { textContent: one.name });
    const about = Object.assign(document.createElement("span"), {
      className: "quiet",
      textContent: one.about,
    });
    item.append(name, " ", about);
    item.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    item.addEventListener("click", () => take(place));
    return item;
  }

  function activate(place) {
    active = place;
    [...list.children].forEach((item, number) => {
      item.setAttribute("aria-selected", String(number === place));
    });
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  function close() {
    clearTimeout(timer);
    running?.abort();
    running = null;
    open([]);
  }

  function take(place) {
    const one = found[place];
    close();
    taken(one);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = found.length - 1;
    if (event.key === "ArrowDown" && list.hidden) search();
    else if (event.key === "ArrowDown") activate(active < last ? active + 1 : 0);
    else if (event.key === "ArrowUp" && !list.hidden) activate(active > 0 ? active - 1 : last);
    else if (event.key === "Enter" && active >= 0) take(active);
    else if (event.key === "Enter" && !list.hidden) close();
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
}
