// Why this file exists: a page whose figures move says so as they do. The server says only that something changed; the page asks for
// itself again by its own address, so what is seen is what a reload would show.

const REST_MS = 5000; // between two readings, however much happens

/** Keeps the parts of `<div data-live="/events" ..>` fresh. */
export function livePages(root) {
  const page = root.querySelector("[data-live]:not([data-begun])");
  if (!page || !window.EventSource) return;
  page.dataset.begun = "yes";
  const say = page.querySelector("[data-live-say]");
  const tell = (state) => {
    const words = page.dataset[{ on: "liveOn", lost: "liveLost", out: "liveOut" }[state]];
    page.dataset.liveState = state;
    say.hidden = false;
    if (say.textContent !== words) say.textContent = words;
  };

  let reading = 0;
  let last = 0;
  const read = async () => {
    reading = 0;
    last = Date.now();
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !fresh.querySelector("[data-live]")) {
        source.close();
        tell("out");
        return;
      }
      for (const part of page.querySelectorAll("[data-live-part]")) renew(part, fresh.querySelector(`[data-live-part="${part.dataset.livePart}"]`));
    } catch {
      tell("lost");
    }
  };
  const soon = () => {
    reading ||= setTimeout(read, Math.max(300, last + REST_MS - Date.now()));
  };

  const source = new EventSource(page.dataset.live);
  source.addEventListener("here", () => tell("on"));
  for (const name of ["changed", "time"]) source.addEventListener(name, () => (tell("on"), soon()));
  source.addEventListener("error", () => tell(source.readyState === EventSource.CLOSED ? "out" : "lost"));
  // A page that is only kept in the background lets go of its place; shown again, it begins anew.
  addEventListener("pagehide", () => source.close(), { once: true });
}

/** Puts the fresh part in the place of the old one; what is open stays open, and where the reader is they stay. */
function renew(old, fresh) {
  if (!fresh || old.isEqualNode(fresh)) return;
  const at = (part) => [...part.querySelectorAll("a, summary, [tabindex]")];
  const held = at(old).indexOf(document.activeElement);
  const open = [...old.querySelectorAll("details")].map((one) => one.open);
  fresh.querySelectorAll("details").forEach((one, n) => (one.open = open[n] ?? false));
  const before = [...old.querySelectorAll(".figure")].map((one) => one.textContent);
  fresh.querySelectorAll(".figure").forEach((one, n) => one.classList.toggle("figure--moved", before[n] !== one.textContent));
  old.replaceWith(fresh);
  if (held >= 0) at(fresh)[held]?.focus({ preventScroll: true });
}
