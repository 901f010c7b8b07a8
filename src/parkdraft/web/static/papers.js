// Files that go along with a mail: kept by the program under a token until the draft is saved.

import { ask, say, words } from "./page.js";

/** `changed` is called when there are other files, or somebody says that they are masked. */
export function papers(changed) {
  const part = Object.fromEntries(
    ["papers", "choose", "chosen", "masked-row", "masked"].map((id) => [
      id,
      document.getElementById(id === "papers" ? id : `papers-${id}`),
    ]),
  );
  let kept = [];
  let round = 0; // another customer's draft has begun: what was being sent for the last one goes

  async function add() {
    const form = new FormData();
    for (const file of part.choose.files) form.append("file", file);
    if (!part.choose.files.length) return;
    part.choose.value = "";
    const mine = round;
    const { ok, data } = await ask("/papers", { method: "POST", form });
    if (!ok) return say(words(data), "failed");
    if (mine !== round) return drop(data.papers);
    kept = [...kept, ...data.papers];
    show();
    say(`파일을 붙였습니다: ${data.papers.length}개`);
    changed();
  }

  function drop(files) {
    if (files.length)
      ask("/papers/drop", { method: "POST", json: { papers: files.map((one) => one.token) } });
  }

  function show() {
    part.chosen.replaceChildren(...kept.map(item));
    part["masked-row"].hidden = !kept.length;
    if (!kept.length) part.masked.checked = false;
  }

  function item(one) {
    const entry = document.createElement("li");
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "small",
      textContent: "빼기",
    });
    button.setAttribute("aria-label", `${one.name} 빼기`);
    button.addEventListener("click", () => {
      kept = kept.filter((other) => other !== one);
      drop([one]);
      show();
      part.choose.focus();
      changed();
    });
    entry.append(Object.assign(document.createElement("span"), { textContent: one.name }), button);
    return entry;
  }

  part.choose.addEventListener("change", add);
  part.masked.addEventListener("change", () => changed());
  return {
    /** What a request says of the files. */
    asked: () => ({ papers: kept.map((one) => one.token), masked: part.masked.checked }),
    /** Whether files can go along: a case that becomes a mail. */
    offer(can) {
      part.papers.hidden = !can && !kept.length;
    },
    /** Remove everything about this customer. */
    forget() {
      round += 1;
      drop(kept);
      kept = [];
      show();
      part.papers.hidden = true;
    },
  };
}
