// Why this file exists: on a wide screen a clerk reads a matter beside the list it is in. The pane shows the matter's own page, acts by
// its own forms, and stands in the address, so that back, forward and reload do what they always do. Without it a number opens its page.

const WIDE = "(min-width: 80em)";
const POINTERS = ["for", "aria-labelledby", "aria-describedby", "aria-controls"];

/** Wires `<div data-split>` of a list; `enliven` wires what comes into the pane. */
export function splitViews(root, enliven) {
  const split = root.querySelector("[data-split]:not([data-begun])");
  if (!split) return;
  split.dataset.begun = "yes";
  const wide = matchMedia(WIDE);
  const pane = split.querySelector("[data-split-pane]");
  const body = pane.querySelector("[data-split-body]");
  const asPage = pane.querySelector("[data-split-page]");
  const links = () => [...split.querySelectorAll("tbody th a.number")];
  const linkOf = (id) => links().find((link) => link.pathname.endsWith(`/${id}`));
  const idOf = (link) => link.pathname.split("/").pop();
  let opened = "";

  const address = (id) => {
    const url = new URL(location.href);
    if (id) url.searchParams.set("open", id);
    else url.searchParams.delete("open");
    return url;
  };
  const mark = () => {
    for (const link of links()) {
      if (idOf(link) === opened) link.closest("tr").setAttribute("aria-current", "true");
      else link.closest("tr").removeAttribute("aria-current");
    }
  };

  /** Puts the content of a page into the pane; its ids are made its own. */
  const put = (page) => {
    const content = page.querySelector("#content");
    if (!content || page.querySelector("[data-split]")) return false;
    for (const one of content.querySelectorAll("[id]")) one.id = `pane-${one.id}`;
    for (const name of POINTERS) {
      for (const one of content.querySelectorAll(`[${name}]`)) one.setAttribute(name, one.getAttribute(name).replace(/\S+/g, "pane-$&"));
    }
    for (const one of content.querySelectorAll('a[href^="#"]')) one.setAttribute("href", `#pane-${one.getAttribute("href").slice(1)}`);
    body.replaceChildren(...content.childNodes);
    enliven(document);
    pane.scrollTop = 0;
    return true;
  };
  const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  const show = async (id) => {
    opened = id;
    const link = linkOf(id);
    pane.hidden = !id;
    split.classList.toggle("split--open", Boolean(id));
    mark();
    if (!id) return body.replaceChildren();
    asPage.href = link?.href ?? `${split.dataset.split}/${id}`;
    pane.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(asPage.href, { headers: { accept: "text/html" } });
      if (opened !== id) return; // another one was opened meanwhile
      if (!put(await parse(answer))) location.assign(asPage.href);
    } catch {
      location.assign(asPage.href); // the browser says best what is wrong with the network
    }
    pane.removeAttribute("aria-busy");
  };
  const open = async (id) => {
    history.pushState({}, "", address(id));
    await show(id);
    body.focus({ preventScroll: true });
  };
  const close = () => {
    const link = linkOf(opened);
    history.pushState({}, "", address(""));
    show("");
    link?.focus();
  };

  /** The list has moved on as well: its rows are asked for again. */
  const renew = async () => {
    const fresh = await parse(await fetch(location.href, { headers: { accept: "text/html" } }));
    const rows = new Map([...fresh.querySelectorAll("[data-split] tbody th a.number")].map((link) => [idOf(link), link.closest("tr")]));
    for (const link of links()) {
      const row = rows.get(idOf(link));
      if (row) link.closest("tr").replaceWith(row);
      else link.closest("tr").classList.add("table__gone"); // it is in this list no more; it goes with the next look at it
    }
    mark();
  };

  split.addEventListener("click", (event) => {
    const link = event.target.closest("tbody th a.number");
    if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(idOf(link));
  });
  body.addEventListener("submit", async (event) => {
    const form = event.target;
    const fields = new FormData(form, event.submitter);
    if (event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    pane.setAttribute("aria-busy", "true");
    try {
      const sent = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields);
      const answer = await fetch(event.submitter?.getAttribute("formaction") ?? form.action, { method: "POST", body: sent, headers: { accept: "text/html" } });
      if (!put(await parse(answer))) return location.assign(answer.url);
      const wrong = body.querySelector(".error-summary");
      (wrong ?? body).focus({ preventScroll: true });
      await renew();
    } catch {
      location.assign(asPage.href);
    }
    pane.removeAttribute("aria-busy");
  });
  pane.querySelector("[data-split-close]").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened && !event.target.closest("input, select, textarea")) close();
  });
  addEventListener("popstate", () => show(wide.matches ? (new URL(location.href).searchParams.get("open") ?? "") : ""));
  const asked = new URL(location.href).searchParams.get("open");
  if (asked && wide.matches) show(asked);
}
