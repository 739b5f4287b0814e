// Why this file exists: a place is chosen on a map of our own points. Fetched on demand; no fonts, and tiles only where the office set some. The
// middle of the map is the pin, so that arrow keys, fingers and mouse all do the same thing.
import { Map as WebMap, setWorkerUrl } from "maplibre-gl";
import { metres } from "./modules/metres.js";
import { bounds, colour, element, fill, geojson, zoomButtons } from "./modules/map-parts.js";
import { attribute, bottom, offMap, onMap } from "./modules/tiles.js";

export { showMatters } from "./matters-map.js"; // one library, fetched once
export { showOpen } from "./open-map.js";

const NEAR = 6; // places in the list: one screen of a phone

async function placesOf(url) {
  const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
  const { features } = await geojson(url);
  return features.map(({ geometry, properties }) => ({ at: onMap(geometry.coordinates), kind: properties.kind, name: properties[lang] || properties.zh, page: properties.page }));
}

class MapField {
  constructor(root, button, status, places) {
    this.root = root;
    this.button = button;
    this.status = status;
    this.words = root.dataset;
    this.places = places;
    this.form = root.closest("form");
    this.box = element("div", "map-field__box");
    this.help = element("p", "hint", this.words.help);
    this.near = element("p", "map-field__near");
    this.near.setAttribute("aria-live", "polite");
    this.frame = element("div", "map-field__frame");
    this.view = element("div", "map-field__view");
    this.names = element("div", "map-field__names");
    this.names.setAttribute("aria-hidden", "true");
    const cross = element("div", "map-field__cross");
    cross.setAttribute("aria-hidden", "true");
    this.frame.append(this.view, this.names, cross);
    this.take = element("button", "button", this.words.take);
    this.take.addEventListener("click", () => this.choose(this.middle(), this.nearest(this.middle())[0]?.name));
    this.close = element("button", "button button--quiet", this.words.close);
    this.close.addEventListener("click", () => this.hide());
    const actions = element("div", "actions");
    actions.append(this.take, this.close);
    this.listTitle = element("p", "label", this.words.choose);
    this.list = element("ul", "map-field__places");
    this.box.append(this.help, this.frame, this.near, actions, this.listTitle, this.list);
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && !this.box.hidden && this.hide());
    this.status.after(this.box);
    this.draw();
  }

  /** Where the map begins: at the place that is chosen already, else with everything in sight. */
  start() {
    const number = (name) => parseFloat(this.form.elements.namedItem(name)?.value);
    const [lat, lon] = [number("lat"), number("lon")];
    if (Number.isFinite(lat) && Number.isFinite(lon)) return { center: onMap([lon, lat]), zoom: 16 };
    if (!this.places.length) return { center: [109.79, 39.6], zoom: 12 };
    return { bounds: bounds(this.places.map(({ at }) => at)), fitBoundsOptions: { padding: 40, maxZoom: 15 } };
  }

  /** How far the map may be moved: all places and some ten kilometres around them. */
  around() {
    if (!this.places.length) return undefined;
    const [[west, south], [east, north]] = bounds(this.places.map(({ at }) => at));
    return [[west - 0.15, south - 0.1], [east + 0.15, north + 0.1]];
  }

  draw() {
    setWorkerUrl(new URL(this.words.worker, location.href).href);
    const dot = (id, kinds, radius, paint) => ({
      id, type: "circle", source: "places", filter: ["in", ["get", "kind"], ["literal", kinds]],
      paint: { "circle-radius": radius, "circle-color": colour(paint), "circle-stroke-color": colour("--sheet"), "circle-stroke-width": 2 },
    });
    const under = bottom();
    const features = this.places.map(({ at, kind }) => ({ type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { kind } }));
    try {
      this.map = new WebMap({
        container: this.view,
        style: {
          version: 8,
          sources: { ...under.sources, places: { type: "geojson", data: { type: "FeatureCollection", features } } },
          layers: [
            ...under.layers,
            dot("grids", ["grid", "compound", "building"], 4, "--edge"),
            dot("communities", ["community", "subdistrict", "office"], 7, "--info"),
            dot("sites", ["site"], 6, "--accent"),
          ],
        },
        maxBounds: this.around(), attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 19,
        locale: { "Map.Title": this.words.label },
        ...this.start(),
      });
    } catch {
      this.withoutMap(); // no WebGL: the list is there all the same
      return;
    }
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on("move", () => this.moveNames());
    this.map.on("moveend", () => this.look());
    this.map.on("load", () => this.map.getCanvas().focus());
    this.map.on("error", () => {}); // a lost tile of nothing is no news; a map that does not come at all throws
    const zoom = zoomButtons(this.map, "map-field__zoom", [
      [this.words.in, "+", (map) => map.zoomTo(map.getZoom() + 1)], [this.words.out, "−", (map) => map.zoomTo(map.getZoom() - 1)],
    ]);
    this.frame.append(zoom);
    attribute(this.frame);
    this.labels = this.places.filter(({ kind }) => kind === "site" || kind === "community").map((place) => {
      const label = element("span", `map-field__name map-field__name--${place.kind}`, place.name);
      this.names.append(label);
      return { at: place.at, label, kind: place.kind };
    });
    this.moveNames();
    this.look();
  }

  withoutMap() {
    this.map = undefined;
    this.help.remove();
    this.take.remove();
    this.showPicture().catch(() => this.frame.remove());
    this.status.textContent = this.words.failed;
    this.show(this.places.filter(({ kind }) => kind === "site" || kind === "community" || kind === "compound"));
  }

  /** The picture that the server draws: who presses a service site on it chooses its place. */
  async showPicture() {
    const answer = await fetch(this.words.picture, { headers: { accept: "text/html" } });
    const picture = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".drawn");
    this.frame.classList.add("map-field__frame--picture");
    this.frame.replaceChildren(picture);
    this.frame.addEventListener("click", (event) => {
      const page = event.target.closest("a")?.getAttribute("href");
      const place = this.places.find((one) => one.page && one.page === page);
      if (!place) return;
      event.preventDefault();
      this.choose(place.at, place.name);
    });
  }

  middle() {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat];
  }

  nearest(at) {
    return this.places
      .filter(({ kind }) => kind !== "subdistrict")
      .map((place) => ({ ...place, far: metres(at, place.at) }))
      .sort((a, b) => a.far - b.far);
  }

  /** Names where there is room for them: communities always, sites when one is near enough to tell them apart. */
  moveNames() {
    const sites = this.map.getZoom() >= 13.5;
    const taken = [];
    for (const { at, label, kind } of this.labels) {
      const { x, y } = this.map.project(at);
      const clash = taken.some(([ox, oy]) => Math.abs(ox - x) < 90 && Math.abs(oy - y) < 22);
      label.hidden = clash || (kind === "site" && !sites) || x < 0 || y < 0 || x > this.view.clientWidth || y > this.view.clientHeight;
      if (!label.hidden) taken.push([x, y]);
      label.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, 8px)`;
    }
  }

  look() {
    const near = this.nearest(this.middle());
    if (near.length) this.near.textContent = fill(this.words.near, { place: near[0].name, n: Math.round(near[0].far) });
    this.show(near.slice(0, NEAR));
  }

  show(places) {
    this.list.replaceChildren(...places.map((place) => {
      const item = element("li");
      const button = element("button", "button button--quiet button--small", place.name);
      button.addEventListener("click", () => this.choose(place.at, place.name));
      item.append(button);
      return item;
    }));
    this.listTitle.hidden = places.length === 0;
  }

  choose(at, name = "") {
    const [lon, lat] = offMap(at);
    for (const [field, value] of [["lat", lat], ["lon", lon]]) {
      const input = this.form.elements.namedItem(field);
      input.value = value.toFixed(6);
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.hide();
    this.status.textContent = fill(this.words.taken, { place: name });
  }

  hide() {
    this.box.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
    this.button.focus();
  }

  open() {
    this.box.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    if (!this.map) return;
    this.map.resize();
    const { center, zoom } = this.start();
    if (center) this.map.jumpTo({ center, zoom });
    this.map.getCanvas().focus();
  }
}

const open = new WeakMap();

/** Opens the map of a field, or closes it. */
export async function toggle(root, button, status) {
  const field = open.get(root);
  if (field) {
    if (field.box.hidden) field.open();
    else field.hide();
    return;
  }
  open.set(root, new MapField(root, button, status, await placesOf(root.dataset.places)));
  button.setAttribute("aria-expanded", "true");
}
