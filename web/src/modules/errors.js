// Why this file exists: after an answer 422 the reader must land on the list of what is wrong.

/** Moves the focus to the error summary, once for each summary that appears. */
export function focusErrors(root) {
  const summary = root.querySelector(".error-summary:not([data-seen])");
  if (!summary) return;
  summary.dataset.seen = "yes";
  summary.focus();
}
