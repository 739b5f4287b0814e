// Why this file exists: a worker on the spot wants the nearest order first. The phone is asked where it is when the button is
// pressed and not before; what it says is used for this one sorting, here, and neither sent nor kept.
import { metres } from "./modules/metres.js";

const STEP = 50; // metres: finer than this a phone between houses does not know

/** "about 300 m", in the page's words and the reader's figures. */
function rough(far, words) {
  const steps = Math.max(1, Math.round(far / STEP)) * STEP;
  const km = steps >= 1000;
  const figure = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: far < 9950 ? 1 : 0 });
  return (km ? words.km : words.metres).replace("{n}", figure.format(km ? far / 1000 : steps));
}

/** Wires the button of the page with my orders. */
export function nearestFirst() {
  const part = document.querySelector("[data-nearest]");
  if (!part || !navigator.geolocation || !window.isSecureContext) return;
  const [words, button, say] = [part.dataset, part.querySelector("button"), part.querySelector("[role=status]")];
  const lists = [...document.querySelectorAll("[data-by-limit]")].map((list) => ({ list, rows: [...list.children] }));
  const pressed = (yes) => button.setAttribute("aria-pressed", String(yes));

  const sort = ({ coords }) => {
    const here = [coords.longitude, coords.latitude];
    const farOf = (row) => {
      if (!row.dataset.place) return Infinity;
      const [lat, lon] = row.dataset.place.split(",").map(Number);
      return metres(here, [lon, lat]);
    };
    for (const { list, rows } of lists) {
      const far = new Map(rows.map((row) => [row, farOf(row)]));
      for (const [row, m] of far) {
        const said = row.querySelector("[data-far]");
        said.textContent = Number.isFinite(m) ? rough(m, words) : words.nowhere;
        said.hidden = false;
      }
      list.append(...[...rows].sort((a, b) => (far.get(a) === far.get(b) ? 0 : far.get(a) - far.get(b))));
    }
    pressed(true);
    say.textContent = words.sorted;
  };

  const unsort = () => {
    for (const { list, rows } of lists) {
      for (const row of rows) row.querySelector("[data-far]").hidden = true;
      list.append(...rows);
    }
    pressed(false);
    say.textContent = words.back;
  };

  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") return unsort();
    say.textContent = words.asking;
    button.setAttribute("aria-busy", "true");
    const over = (then) => (answer) => {
      button.removeAttribute("aria-busy");
      then(answer);
    };
    navigator.geolocation.getCurrentPosition(over(sort), over(() => (say.textContent = words.failed)), { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  });
  part.hidden = false;
}
