// Why this file exists: how far two places are apart, reckoned here so that nobody need be told where somebody is.
const EARTH_M = 6371008.8;

/** Metres between two [lon, lat]. */
export function metres([lon, lat], [lon2, lat2]) {
  const rad = Math.PI / 180;
  const a = Math.sin(((lat2 - lat) * rad) / 2) ** 2 + Math.cos(lat * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon) * rad) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(a));
}
