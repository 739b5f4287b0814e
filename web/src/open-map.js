// Why this file exists: the picture of our ground that everybody sees becomes a map to move about in, when somebody asks for it. What the
// picture has is on the map: its heaps, with the same links, and the service sites.
import { Map as WebMap, setWorkerUrl } from "maplibre-gl";
import { besides, bounds, colour, element, geojson, zoomButtons } from "./modules/map-parts.js";
import { allOnMap, attribute, bottom, onMap, tiled } from "./modules/tiles.js";

class OpenMap {
  constructor(root, ground, places) {
    this.words = root.dataset;
    this.ground = ground;
    this.places = places;
    this.frame = root.querySelector(".map-frame");
    const heaps = [...this.frame.querySelectorAll("a.drawn__heap")];
    this.view = element("div", "map-field__view");
    this.names = element("div", "map-field__names open-map__names");
    [this.communities, this.heaps] = [this.named(), heaps.map((heap) => this.heap(heap))];
    this.frame.append(this.view, this.names);
    this.frame.classList.add("map-frame--map");
    try {
      this.draw();
    } catch (error) {
      this.frame.classList.remove("map-frame--map");
      for (const part of [this.view, this.names]) part.remove(); // the picture stays
      throw error;
    }
  }

  /** Names of communities, beside their points. */
  named() {
    const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
    return this.places.features.filter(({ properties }) => properties.kind === "community").map(({ geometry, properties }) => {
      const label = element("span", "map-field__name map-field__name--community", properties[lang] || properties.zh);
      label.setAttribute("aria-hidden", "true");
      this.names.append(label);
      return { at: geometry.coordinates, label, beside: [0, 34] };
    });
  }

  /** A heap of the picture as a link upon the map. */
  heap(drawn) {
    const label = element("a", "map-heap", drawn.querySelector("text").textContent);
    label.href = drawn.getAttribute("href");
    label.setAttribute("aria-label", drawn.getAttribute("aria-label"));
    this.names.append(label);
    return { at: onMap(drawn.dataset.at.split(",").map(Number)), label, beside: [0, 0] };
  }

  all() {
    return bounds([...this.places.features.map(({ geometry }) => geometry.coordinates), ...this.ground.features.flatMap(({ geometry }) => geometry.coordinates.flat(2))]);
  }

  draw() {
    setWorkerUrl(new URL(this.words.worker, location.href).href);
    const level = (name) => ["==", ["get", "level"], name];
    const under = bottom();
    this.map = new WebMap({
      container: this.view,
      style: {
        version: 8,
        sources: { ...under.sources, ground: { type: "geojson", data: this.ground }, places: { type: "geojson", data: this.places } },
        layers: [
          ...under.layers,
          ...(tiled ? [] : [{ id: "street", type: "fill", source: "ground", filter: level("subdistrict"), paint: { "fill-color": colour("--sheet") } }]),
          { id: "communities", type: "line", source: "ground", filter: level("community"), paint: { "line-color": colour("--edge"), "line-width": 2 } },
          { id: "edge", type: "line", source: "ground", filter: level("subdistrict"), paint: { "line-color": colour("--ink-soft"), "line-width": 2.5 } },
          { id: "sites", type: "circle", source: "places", filter: ["!=", ["get", "page"], ""], paint: { "circle-radius": 5, "circle-color": colour("--sheet"), "circle-stroke-color": colour("--ink"), "circle-stroke-width": 1.75 } },
        ],
      },
      bounds: this.all(), fitBoundsOptions: { padding: 32 },
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 19,
      locale: { "Map.Title": this.words.label },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on("error", () => {}); // a lost tile of nothing is no news; a map that does not come at all throws
    this.map.on("move", () => this.moveNames());
    this.map.on("idle", () => this.standClear());
    this.map.on("load", () => {
      this.frame.dataset.ready = "yes"; // for who waits for it
      this.map.getCanvas().focus();
    });
    this.map.on("click", "sites", ({ features }) => location.assign(features[0].properties.page));
    this.map.on("mouseenter", "sites", () => (this.map.getCanvas().style.cursor = "pointer"));
    this.map.on("mouseleave", "sites", () => (this.map.getCanvas().style.cursor = ""));
    const closer = (by) => (map) => map.zoomTo(map.getZoom() + by);
    this.frame.append(zoomButtons(this.map, "map-field__zoom", [
      [this.words.in, "+", closer(1)], [this.words.out, "−", closer(-1)], [this.words.all, "⤢", (map) => map.fitBounds(this.all(), { padding: 32 })],
    ]));
    attribute(this.frame);
    this.moveNames();
  }

  /** Names of communities step aside for the heaps. */
  standClear() {
    const at = (one) => ({ ...this.map.project(one.at), width: one.label.offsetWidth, height: one.label.offsetHeight });
    const seen = this.communities.filter(({ label }) => !label.hidden);
    const ways = besides(seen.map(at), this.heaps.map(at).map(({ x, y, width }) => ({ x, y, radius: width / 2 })));
    seen.forEach((one, n) => (one.beside = ways[n]));
    this.moveNames();
  }

  moveNames() {
    for (const { at, label, beside: [aside, below] } of [...this.communities, ...this.heaps]) {
      const { x, y } = this.map.project(at);
      label.hidden = x < 0 || y < 0 || x > this.view.clientWidth || y > this.view.clientHeight;
      label.style.transform = `translate(${Math.round(x + aside)}px, ${Math.round(y + below)}px) translate(-50%, -50%)`;
    }
  }
}

/** Puts a map in the place of the picture in `root`; throws where the device cannot. */
export async function showOpen(root) {
  const [ground, places] = await Promise.all([geojson(root.dataset.ground), geojson(root.dataset.places)]);
  new OpenMap(root, allOnMap(ground), allOnMap(places));
}
