// Why this file exists: what every map of ours needs: colours of the page, elements, words with places in them.

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
// Counts in groups of three, as the pages write them.
const said = (value) => (typeof value === "number" ? value.toLocaleString("en-US") : value);
export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => said(values[name] ?? ""));

export function element(name, className, words) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (words) made.textContent = words;
  if (name === "button") made.type = "button";
  return made;
}

export async function geojson(url) {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
  return reply.json();
}

/** [[west, south], [east, north]] of points [lon, lat]. */
export function bounds(points) {
  const box = [[Infinity, Infinity], [-Infinity, -Infinity]];
  for (const at of points) {
    for (const axis of [0, 1]) {
      box[0][axis] = Math.min(box[0][axis], at[axis]);
      box[1][axis] = Math.max(box[1][axis], at[axis]);
    }
  }
  return box;
}

/**
 * Where each name stands beside its point so that it hides least: in pixels from the point to the name's middle. `names` are {x, y, width,
 * height}; `discs`, {x, y, radius}, are not to be covered.
 */
export function besides(names, discs) {
  const NEAR = 14; // pixels between a point and its name
  const taken = [];
  return names.map(({ x, y, width, height }) => {
    const [up, out] = [NEAR + height / 2, NEAR + width / 2];
    const ways = [[0, up], [0, -up], [out, 0], [-out, 0], [0, up + height], [0, -up - height], [out, up], [-out, up], [out, -up], [-out, -up]];
    const covers = ([dx, dy]) => {
      const [cx, cy] = [x + dx, y + dy];
      const over = (disc) => {
        const [away, below] = [Math.max(0, Math.abs(disc.x - cx) - width / 2), Math.max(0, Math.abs(disc.y - cy) - height / 2)];
        return Math.max(0, disc.radius - Math.hypot(away, below));
      };
      const meets = (other) => Math.abs(other.x - cx) < (other.width + width) / 2 && Math.abs(other.y - cy) < (other.height + height) / 2;
      return discs.reduce((sum, disc) => sum + over(disc), 0) + taken.filter(meets).length * height;
    };
    const costs = ways.map(covers);
    const way = ways[costs.indexOf(Math.min(...costs))];
    taken.push({ x: x + way[0], y: y + way[1], width, height });
    return way;
  });
}

/** Buttons for who cannot pinch: closer, farther, and what else is given. */
export function zoomButtons(map, className, buttons) {
  const zoom = element("div", className);
  for (const [words, sign, act] of buttons) {
    const one = element("button", "button button--quiet", sign);
    one.setAttribute("aria-label", words);
    one.title = words;
    one.addEventListener("click", () => act(map));
    zoom.append(one);
  }
  return zoom;
}
