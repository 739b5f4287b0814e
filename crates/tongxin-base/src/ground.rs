//! Points on the ground: WGS 84 degrees, latitude first.

use crate::coordinates::Coordinates;

/// The Earth's mean radius in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// Metres between two points along the great circle.
pub fn metres((lat1, lon1): (f64, f64), (lat2, lon2): (f64, f64)) -> f64 {
    let (a, b) = (lat1.to_radians(), lat2.to_radians());
    let (dlat, dlon) = (b - a, (lon2 - lon1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + a.cos() * b.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * EARTH_M * h.sqrt().min(1.0).asin()
}

/// Reads `39.6,109.7`, latitude first, or `39.6,109.7,gcj02`, which names the system that the point comes in; `None` where that is not
/// a point on the Earth, or a system that nobody knows.
pub fn parse_point(text: &str) -> Option<(f64, f64)> {
    let mut parts = text.split(',').map(str::trim);
    let (lat, lon, system) = (parts.next()?, parts.next()?, parts.next());
    let degrees = |text: &str, bound: f64| text.parse::<f64>().ok().filter(|x| x.abs() <= bound);
    let point = degrees(lat, 90.0).zip(degrees(lon, 180.0)).filter(|_| parts.next().is_none())?;
    Some(system.map_or(Some(Coordinates::default()), Coordinates::parse)?.to_wgs84(point))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_may_name_its_system_and_no_other() {
        assert_eq!(parse_point("39.6, 109.7"), Some((39.6, 109.7)));
        assert_eq!(parse_point("39.6,109.7,wgs84"), Some((39.6, 109.7)));
        assert_eq!(parse_point("39.6,109.7,gcj02"), Some(Coordinates::Gcj02.to_wgs84((39.6, 109.7))));
        for none in ["", "39.6", "39.6,", "91,0", "0,181", "a,b", "39.6,109.7,", "39.6,109.7,mars", "1,2,wgs84,3"] {
            assert_eq!(parse_point(none), None, "{none}");
        }
    }
}
