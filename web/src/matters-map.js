// Why this file exists: the matters of a list on a map of our own units. Fetched on demand; no fonts, and tiles only where the office set some.
// What is seen on the map stands in a list beside it, so nothing is on the map alone.
import { Map as WebMap, setWorkerUrl } from "maplibre-gl";
import { besides, bounds, colour, element, fill, geojson, zoomButtons } from "./modules/map-parts.js";
import { allOnMap, attribute, bottom, tiled } from "./modules/tiles.js";

const LISTED = 50; // as many as the page lists without a script
const APART = 15; // from this zoom on every matter has a sign of its own
const SITES = 13; // from this zoom on the service sites are not all one
const SIGN = 22; // pixels across
const RADII = [16, 100, 21, 1000, 27]; // of heaps, in pixels: of the smallest, of those from a hundred on, from a thousand on
const radius = (count) => (count < RADII[1] ? RADII[0] : count < RADII[3] ? RADII[2] : RADII[4]);
// The signs of `status.css`: each differs in shape, so colour is never needed.
const PAINT = {
  received: "--info", accepted: "--info", open: "--accent", working: "--accent", done: "--good", rated: "--good", closed: "--ink-soft",
  reopened: "--warn", declined: "--bad", withdrawn: "--ink-soft",
  green: "--good", yellow: "--warn", red: "--bad", paused: "--ink-soft", // time limits: the ring fills as the time runs
};

/** Draws the sign of a state, on a ground that sets it off from the map. */
function sign(state) {
  const scale = Math.max(2, Math.ceil(window.devicePixelRatio || 1));
  const canvas = element("canvas");
  canvas.width = canvas.height = SIGN * scale;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const middle = SIGN / 2;
  const [ink, sheet] = [colour(PAINT[state]), colour("--sheet")];
  const disc = (radius, from = 0, to = 2 * Math.PI) => {
    pen.beginPath();
    if (to - from < 2 * Math.PI) pen.moveTo(middle, middle);
    pen.arc(middle, middle, radius, from, to);
    pen.fill();
  };
  const ring = (radius, from = 0, to = 2 * Math.PI) => {
    pen.beginPath();
    pen.arc(middle, middle, radius, from, to);
    pen.stroke();
  };
  pen.fillStyle = sheet;
  pen.strokeStyle = ink;
  pen.lineWidth = 2.5;
  if (state === "closed" || state === "withdrawn") {
    pen.beginPath();
    pen.roundRect(2, 2, SIGN - 4, SIGN - 4, 4);
    pen.fill();
    pen.fillStyle = ink;
    pen.beginPath();
    pen.roundRect(4.5, 4.5, SIGN - 9, SIGN - 9, 3);
    if (state === "closed") pen.fill();
    else {
      pen.stroke();
      pen.fillRect(7.5, middle - 1.25, SIGN - 15, 2.5);
    }
  } else {
    disc(middle);
    pen.fillStyle = ink;
    if (state === "open") pen.setLineDash([4, 2.6]);
    if (state === "red") {
      disc(9);
      pen.fillStyle = sheet;
      pen.fillRect(middle - 1.5, 5.5, 3, 7);
      pen.fillRect(middle - 1.5, 14, 3, 3);
    } else if (state === "reopened") ring(7.5, -0.75 * Math.PI, 0.75 * Math.PI);
    else ring(7.5);
    pen.setLineDash([]);
    if (state === "accepted" || state === "reopened") disc(3);
    if (state === "working") disc(7.5, -0.5 * Math.PI, Math.PI);
    if (state === "green") disc(7.5, -0.5 * Math.PI, 0);
    if (state === "yellow") disc(7.5, -0.5 * Math.PI, 1.2 * Math.PI);
    if (state === "paused") for (const x of [-3.75, 1.25]) pen.fillRect(middle + x, middle - 3.5, 2.5, 7);
    if (state === "done") disc(7.5);
    if (state === "rated") disc(4.5);
    if (state === "declined") {
      pen.beginPath();
      pen.moveTo(middle - 5, middle + 5);
      pen.lineTo(middle + 5, middle - 5);
      pen.stroke();
    }
  }
  return { image: pen.getImageData(0, 0, canvas.width, canvas.height), scale };
}

class MattersMap {
  constructor(root, matters, ground) {
    this.root = root;
    this.words = root.dataset;
    this.matters = matters;
    this.ground = ground;
    this.frame = root.querySelector(".matters-map__frame");
    this.rows = root.querySelector("[data-map-rows]");
    this.say = root.querySelector("[data-map-say]");
    this.states = new Map([...root.querySelectorAll(".legend-list :is(.tag, .limit)")].map((tag) => [tag.className.match(/--(\w+)/)[1], tag]));
    this.blank = root.querySelector("template[data-map-row]"); // a row that does something where it stands
    this.byId = new Map(matters.features.map((matter) => [matter.properties.id, matter]));
    this.view = element("div", "map-field__view");
    this.names = element("div", "map-field__names");
    this.names.setAttribute("aria-hidden", "true");
    this.frame.append(this.view, this.names);
    this.frame.classList.add("matters-map__frame--map");
    try {
      this.draw();
    } catch (error) {
      for (const part of [this.view, this.names]) part.remove();
      this.frame.classList.remove("matters-map__frame--map"); // the picture that the server drew stays
      throw error;
    }
  }

  all() {
    return bounds(this.matters.features.map(({ geometry }) => geometry.coordinates));
  }

  draw() {
    setWorkerUrl(new URL(this.words.worker, location.href).href);
    const under = bottom();
    const cluster = ["has", "point_count"];
    const level = (name) => ["==", ["get", "level"], name];
    this.map = new WebMap({
      container: this.view,
      style: {
        version: 8,
        sources: {
          ...under.sources,
          ground: { type: "geojson", data: this.ground },
          matters: { type: "geojson", data: this.matters, cluster: true, clusterMaxZoom: APART - 1, clusterRadius: 44 },
        },
        layers: [
          ...under.layers,
          ...(tiled ? [] : [{ id: "street", type: "fill", source: "ground", filter: level("subdistrict"), paint: { "fill-color": colour("--sheet") } }]),
          { id: "grids", type: "line", source: "ground", filter: level("grid"), paint: { "line-color": colour("--line"), "line-width": 1.5 } },
          { id: "communities", type: "line", source: "ground", filter: level("community"), paint: { "line-color": colour("--edge"), "line-width": 2 } },
          { id: "sites", type: "circle", source: "ground", filter: level("site"), minzoom: SITES, paint: { "circle-radius": 4, "circle-color": colour("--sheet"), "circle-stroke-color": colour("--ink"), "circle-stroke-width": 1.75 } },
          { id: "edge", type: "line", source: "ground", filter: level("subdistrict"), paint: { "line-color": colour("--ink-soft"), "line-width": 2.5 } },
          {
            id: "clusters", type: "circle", source: "matters", filter: cluster,
            paint: {
              "circle-color": colour("--accent-fill"), "circle-stroke-color": colour("--sheet"), "circle-stroke-width": 2,
              "circle-radius": ["step", ["get", "point_count"], ...RADII],
            },
          },
        ],
      },
      bounds: this.all(), fitBoundsOptions: { padding: 48, maxZoom: 16 },
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 20,
      locale: { "Map.Title": this.words.label },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on("error", () => {}); // a lost tile of nothing is no news; a map that does not come at all throws
    this.map.on("load", () => this.addMatters());
    this.map.on("move", () => this.moveNames());
    this.map.on("movestart", () => (this.chosen = false));
    this.map.on("idle", () => this.settle());
    const closer = (by) => (map) => map.zoomTo(map.getZoom() + by);
    this.frame.append(zoomButtons(this.map, "map-field__zoom", [
      [this.words.in, "+", closer(1)], [this.words.out, "−", closer(-1)], [this.words.all, "⤢", (map) => map.fitBounds(this.all(), { padding: 48, maxZoom: 16 })],
    ]));
    this.labels = this.ground.features.filter(({ properties }) => properties.level === "community" && properties.at).map(({ properties }) => {
      const label = element("span", "map-field__name map-field__name--community", properties.name);
      label.hidden = true; // until it is known where
      this.names.append(label);
      return { at: properties.at, label, beside: [0, 24] };
    });
    this.counts = [];
    attribute(this.frame);
  }

  addMatters() {
    for (const state of Object.keys(PAINT)) {
      const { image, scale } = sign(state);
      this.map.addImage(state, image, { pixelRatio: scale });
    }
    this.map.addLayer({
      id: "matters", type: "symbol", source: "matters", filter: ["!", ["has", "point_count"]],
      layout: { "icon-image": ["get", "status"], "icon-allow-overlap": true },
    });
    this.map.on("click", (event) => this.click(event));
    for (const layer of ["matters", "clusters", "sites"]) {
      this.map.on("mouseenter", layer, () => (this.map.getCanvas().style.cursor = "pointer"));
      this.map.on("mouseleave", layer, () => (this.map.getCanvas().style.cursor = ""));
    }
    this.root.dataset.ready = "yes"; // for who waits for it
  }

  /** What has come to rest: numbers on the heaps, and the list of what is in sight. */
  settle() {
    if (!this.map.getLayer("matters")) return;
    for (const { label } of this.counts) label.remove();
    const seen = new Map(this.map.queryRenderedFeatures({ layers: ["clusters"] }).map((heap) => [heap.properties.cluster_id, heap]));
    this.counts = [...seen.values()].map(({ geometry, properties }) => {
      const label = element("span", "matters-map__count", String(properties.point_count));
      this.names.append(label);
      return { at: geometry.coordinates, label, count: properties.point_count, beside: [0, 0] };
    });
    this.moveNames();
    this.standClear();
    this.moveNames();
    if (this.chosen) return; // what was touched stays in the list until the map is moved
    const box = this.map.getBounds();
    const inSight = this.matters.features.filter(({ geometry }) => box.contains(geometry.coordinates));
    this.list(inSight, fill(this.words.here, { shown: Math.min(inSight.length, LISTED), all: inSight.length }));
  }

  /** Names of communities step aside for what they would hide. */
  standClear() {
    const discs = this.counts.map(({ at, count }) => ({ ...this.map.project(at), radius: radius(count) }));
    const seen = this.labels.filter(({ label }) => !label.hidden);
    const ways = besides(seen.map(({ at, label }) => ({ ...this.map.project(at), width: label.offsetWidth, height: label.offsetHeight })), discs);
    seen.forEach((one, at) => (one.beside = ways[at]));
  }

  moveNames() {
    for (const { at, label, beside: [aside, below] } of [...this.labels, ...this.counts]) {
      const { x, y } = this.map.project(at);
      label.hidden = x < 0 || y < 0 || x > this.view.clientWidth || y > this.view.clientHeight;
      label.style.transform = `translate(${Math.round(x + aside)}px, ${Math.round(y + below)}px) translate(-50%, -50%)`;
    }
  }

  async click({ point }) {
    const reach = [[point.x - 8, point.y - 8], [point.x + 8, point.y + 8]];
    const [heap] = this.map.queryRenderedFeatures(point, { layers: ["clusters"] });
    if (heap) {
      const source = this.map.getSource("matters");
      const zoom = await source.getClusterExpansionZoom(heap.properties.cluster_id);
      this.map.easeTo({ center: heap.geometry.coordinates, zoom: Math.max(zoom, this.map.getZoom() + 1) });
      return;
    }
    const ids = new Set(this.map.queryRenderedFeatures(reach, { layers: ["matters"] }).map(({ properties }) => properties.id));
    if (ids.size === 1 && !this.blank) location.assign(`/desk/requests/${[...ids][0]}`);
    else if (ids.size > 0) {
      this.chosen = true;
      this.list([...ids].map((id) => this.byId.get(id)).filter(Boolean), ids.size === 1 ? this.words.chosen : fill(this.words.together, { count: ids.size }));
      this.rows.querySelector("a, button")?.focus();
    }
    const [site] = ids.size ? [] : this.map.queryRenderedFeatures(reach, { layers: ["sites"] });
    if (site) this.tell(site.properties);
  }

  /** Says which service site was pressed, and leads to its page. */
  tell({ name, code, page }) {
    this.chosen = true;
    const link = element("a", "", `${name} · ${code}`);
    link.href = page;
    this.say.replaceChildren(link);
    link.focus();
  }

  /** A row as the page wrote it once, for this one. */
  filled(matter) {
    const { categories, units } = this.matters.names;
    const row = this.blank.content.firstElementChild.cloneNode(true);
    const part = (name) => row.querySelector(`[data-${name}]`);
    part("category").textContent = categories[matter.category] ?? matter.category;
    part("unit").textContent = units[matter.unit] ?? "";
    part("number").textContent = matter.number;
    part("due").textContent = fill(part("due").dataset.due, matter);
    const sign = this.states.get(matter.status);
    if (sign) part("sign").replaceWith(sign.cloneNode(true));
    const [form, button] = [row.querySelector("form"), row.querySelector("button")];
    form.setAttribute("action", fill(form.getAttribute("action"), matter));
    button.setAttribute("aria-label", fill(button.getAttribute("aria-label"), matter));
    return row;
  }

  /** Writes the list beside the map. */
  list(matters, say) {
    const { categories, units } = this.matters.names;
    const rows = matters.slice(0, LISTED).map(({ properties }) => {
      const { id, number, category, status, unit } = properties;
      if (this.blank) return this.filled(properties);
      const row = element("li", "row");
      const title = element("p", "row__title");
      const link = element("a", "number", number);
      link.href = `/desk/requests/${id}`;
      title.append(link);
      const meta = element("p", "row__meta");
      meta.append(element("span", "", categories[category] ?? category), element("span", "", units[unit] ?? ""));
      const side = element("div", "row__side");
      const state = this.states.get(status);
      if (state) side.append(state.cloneNode(true));
      row.append(title, meta, side);
      return row;
    });
    this.rows.replaceChildren(...rows);
    this.say.textContent = say;
  }
}

/** Draws the map of a page; without WebGL the picture and the list remain, and a word about it. */
export async function showMatters(root) {
  const say = root.querySelector("[data-map-say]");
  const before = say.textContent;
  say.textContent = root.dataset.loading;
  const [matters, ground] = await Promise.all([geojson(root.dataset.points), geojson(root.dataset.ground)]);
  say.textContent = before;
  try {
    new MattersMap(root, allOnMap(matters), allOnMap(ground));
  } catch {
    say.textContent = `${root.dataset.failed} ${before}`;
  }
}
