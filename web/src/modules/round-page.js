// Why this file exists: only workers' pages need the queue and the worker that keeps pages, and one's own page the button of notices;
// nobody else loads them.

/** Fetches the script of a page of the round, and of the part where a browser is told of notices. */
export function roundPages(root) {
  for (const part of root.querySelectorAll("[data-push]:not([data-begun])")) {
    if (!part.dataset.push) continue;
    part.dataset.begun = "yes";
    import(part.dataset.push).then((script) => script.begin(part));
  }
  for (const part of root.querySelectorAll("[data-round]:not([data-begun])")) {
    if (!part.dataset.round || !window.indexedDB || !navigator.locks) continue;
    part.dataset.begun = "yes";
    import(part.dataset.round).then((script) => script.begin(part));
  }
}
