// Why this file exists: tiles of Chinese maps lie in GCJ-02, some hundred metres beside WGS 84, in which all our points are. The same
// reckoning as in the house (`tongxin-base/src/coordinates.rs`); a test compares the two over a grid of points.
const AXIS_M = 6378245;
const ECCENTRICITY = 0.006693421622965943;
const STEPS = 5;
const rad = Math.PI / 180;

const inChina = ([lon, lat]) => lat >= 0.8293 && lat <= 55.8271 && lon >= 72.004 && lon <= 137.8347;
const waves = (along, pairs) => (pairs.reduce((sum, [height, pace]) => sum + height * Math.sin(along * pace * Math.PI), 0) * 2) / 3;

/** The shift at [lon, lat], in degrees. */
function shift([lon, lat]) {
  const [x, y] = [lon - 105, lat - 35];
  const both = waves(x, [[20, 6], [20, 2]]);
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + both + waves(y, [[20, 1], [40, 1 / 3], [160, 1 / 12], [320, 1 / 30]]);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + both + waves(x, [[20, 1], [40, 1 / 3], [150, 1 / 12], [300, 1 / 30]]);
  const flat = 1 - ECCENTRICITY * Math.sin(lat * rad) ** 2;
  const meridian = (AXIS_M * (1 - ECCENTRICITY)) / (flat * Math.sqrt(flat));
  const parallel = (AXIS_M / Math.sqrt(flat)) * Math.cos(lat * rad);
  return [east / parallel / rad, north / meridian / rad];
}

/** [lon, lat] of WGS 84 in GCJ-02. */
export function gcj02(point) {
  if (!inChina(point)) return point;
  const [east, north] = shift(point);
  return [point[0] + east, point[1] + north];
}

/** [lon, lat] of GCJ-02 in WGS 84. */
export function wgs84(point) {
  if (!inChina(point)) return point;
  let guess = point;
  for (let step = 0; step < STEPS; step++) {
    const [east, north] = shift(guess);
    guess = [point[0] - east, point[1] - north];
  }
  return guess;
}
