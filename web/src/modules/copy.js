// Why this file exists: a secret link is long and is kept by copying it.

/** Shows `<button data-copy="#id" data-done="words" hidden>` and makes it copy that element's value or text. */
export function copyButtons(root) {
  if (!navigator.clipboard) return; // plain http on another host: the link is still there to be selected
  for (const button of root.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = false;
    const words = button.textContent;
    button.addEventListener("click", async () => {
      const source = document.querySelector(button.dataset.copy);
      if (!source) return;
      const text = source.value ?? source.href ?? source.textContent.trim();
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        source.select?.();
        return;
      }
      button.textContent = button.dataset.done || words;
      setTimeout(() => (button.textContent = words), 4000);
    });
  }
}
