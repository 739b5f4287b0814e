// Why this file exists: where the office set tiles of a map, all of our maps lie on them, and our points are where the tiles have them.
import { gcj02, wgs84 } from "./coordinates.js";
import { colour, element } from "./map-parts.js";

const { mapTiles, mapTilesWords, mapTilesCoordinates } = document.body.dataset;
const shifted = Boolean(mapTiles) && mapTilesCoordinates === "gcj02";

/** Whether there are tiles below ours. */
export const tiled = Boolean(mapTiles);
/** [lon, lat] of ours as the map has it, and back. */
export const onMap = (point) => (shifted ? gcj02(point) : point);
export const offMap = (point) => (shifted ? wgs84(point) : point);

/** The same GeoJSON as the map has it. */
export function allOnMap(collection) {
  if (!shifted) return collection;
  const turned = (part) => (typeof part[0] === "number" ? onMap(part) : part.map(turned));
  const features = collection.features.map((feature) => {
    const at = feature.properties.at;
    const geometry = { ...feature.geometry, coordinates: turned(feature.geometry.coordinates) };
    return { ...feature, geometry, properties: at ? { ...feature.properties, at: onMap(at) } : feature.properties };
  });
  return { ...collection, features };
}

/** What every map has at its bottom: paper, or paper and tiles. */
export function bottom() {
  const paper = { id: "paper", type: "background", paint: { "background-color": colour("--sunk") } };
  if (!tiled) return { sources: {}, layers: [paper] };
  const url = mapTiles.startsWith("/") ? location.origin + mapTiles : mapTiles;
  return {
    sources: { tiles: { type: "raster", tiles: [url], tileSize: 256 } },
    layers: [paper, { id: "tiles", type: "raster", source: "tiles" }],
  };
}

/** Whose the tiles are, upon the map. */
export function attribute(frame) {
  if (tiled && mapTilesWords) frame.append(element("p", "map-words", mapTilesWords));
}
