// Why this file exists: whoever works through a list all day keeps the hands on the keyboard: j, k, x, Enter and /.

const TYPING = "input:not([type=checkbox]), select, textarea, [contenteditable]";

/** Wires the tables of `root` that ask for it. */
export function tableKeys(root) {
  const form = root.querySelector("[data-keys-table]");
  if (!form || form.dataset.keys) return;
  form.dataset.keys = "yes";
  for (const hint of document.querySelectorAll("[data-keys-hint]")) hint.hidden = false;
  const rows = [...form.querySelectorAll("tbody tr")];
  let at = -1;

  const go = (to) => {
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows.forEach((row, n) => row.classList.toggle("table__here", n === at));
    rows[at].querySelector("a").focus();
  };
  const act = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    x: () => rows[at]?.querySelector("input[type=checkbox]")?.click(),
    "/": () => document.querySelector('[data-key="/"]')?.focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    const wanted = act[event.key];
    if (!wanted) return;
    event.preventDefault();
    wanted();
  });
}
