// An uploaded table: progress while it is checked and made. Works without this script, too.
import { ask, say } from "./page.js";
import "./forms.js";

/** While the program works on a table: show the progress, then the result. */
async function follow(place) {
  const bar = place.querySelector("progress");
  const line = place.querySelector("[data-count]");
  for (let told = Date.now(); ; ) {
    await new Promise((done) => setTimeout(done, 400));
    const { ok, data } = await ask(place.dataset.follow);
    if (!ok) {
      say("진행 상황을 읽지 못했습니다. 페이지를 다시 여세요.", "failed");
      return;
    }
    if (!data.running) {
      location.reload();
      return;
    }
    if (data.of) {
      bar.max = data.of;
      bar.value = data.count;
    }
    line.textContent = data.words;
    if (Date.now() - told > 5000) {
      told = Date.now();
      say(line.textContent);
    }
  }
}

const working = document.querySelector("[data-follow]");
if (working) follow(working);
