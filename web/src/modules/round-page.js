// Why this file exists: only workers' pages need the queue and the worker that keeps pages; nobody else loads them.

/** Fetches the script of a page of the round. */
export function roundPages(root) {
  for (const part of root.querySelectorAll("[data-round]:not([data-begun])")) {
    if (!part.dataset.round || !window.indexedDB || !navigator.locks) continue;
    part.dataset.begun = "yes";
    import(part.dataset.round).then((script) => script.begin(part));
  }
}
