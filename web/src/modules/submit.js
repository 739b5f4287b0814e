// Why this file exists: an impatient second tap must not look like a second report. The server refuses it too.

const AGAIN_MS = 20000; // an answer that leaves the page standing (a download) must not leave its button dead

const buttonsOf = (form) => form.querySelectorAll("button:not([type=button]), input[type=submit]");

/** Gives a form its buttons back. */
export function release(form) {
  delete form.dataset.sending;
  for (const button of buttonsOf(form)) {
    if (button.dataset.held) {
      button.disabled = false;
      delete button.dataset.held;
    }
  }
}

/** Holds the buttons of a POST form while it is being sent; a page that comes back from the cache is free again. */
export function submitOnce(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method")?.toLowerCase() !== "post") return;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sending = "yes";
    // After this turn, so that the pressed button's own name and value are still sent.
    setTimeout(() => {
      for (const button of buttonsOf(form)) {
        if (button.disabled) continue;
        button.disabled = true;
        button.dataset.held = "yes";
      }
    });
    setTimeout(() => release(form), AGAIN_MS);
  }, true);
  root.addEventListener("htmx:finally:request", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) release(form);
  });
}
