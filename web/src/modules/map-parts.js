// Why this file exists: what every map of ours needs: colours of the page, elements, words with places in them.

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

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
