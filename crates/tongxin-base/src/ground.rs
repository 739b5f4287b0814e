//! Points on the ground: WGS 84 degrees, latitude first.

/// The Earth's mean radius in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// Metres between two points along the great circle.
pub fn metres((lat1, lon1): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    let (a, b) = (lat1.to_radians(), lat2.to_radians());
    let (dlat, dlon) = (b - a, (lon2 - lon1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + a.cos() * b.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * EARTH_M * h.sqrt().min(1.0).asin()
}

/// Reads `39.6,109.7`, latitude first; `None` where that is not a point on the Earth.
pub fn parse_point(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.split_once(',')?;
    let degrees = |text: &str, bound: f64| text.trim().parse::<f64>().ok().filter(|x| x.abs() <= bound);
    degrees(lat, 90.0).zip(degrees(lon, 180.0))
}
