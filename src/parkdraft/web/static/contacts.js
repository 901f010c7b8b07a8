// Search while typing, and forms that take files. Works without this script, too.
import "./forms.js";

const form = document.querySelector("[data-search]");
const found = document.querySelector("[data-found]");

if (form) {
  const input = form.querySelector("input");
  let timer;
  let asked = new AbortController();
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing || input.value.trim()) timer = setTimeout(find, 120);
  });

  async function find() {
    asked.abort();
    asked = new AbortController();
    const text = input.value.trim();
    if (!text) {
      found.replaceChildren();
      return;
    }
    const address = `${form.getAttribute("action")}?${new URLSearchParams({ text })}`;
    try {
      const response = await fetch(address, { signal: asked.signal, cache: "no-store" });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      found.replaceChildren(...page.querySelector("[data-found]").children);
    } catch (error) {
      if (error.name !== "AbortError")
        found.textContent = document.querySelector('meta[name="away"]').content;
    }
  }
}
