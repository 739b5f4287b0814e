//! Systems that coordinates come in. Inside the house there is WGS 84 alone; Chinese maps speak GCJ-02, which lies some hundred
//! metres beside it. Whoever gives us coordinates names their system; it is turned at the edge and never guessed.

use std::f64::consts::PI;

/// The ellipsoid that GCJ-02 is reckoned on (Krasovsky 1940): its half axis in metres, and its eccentricity squared.
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;
/// Where it is used: a box around China, latitudes and longitudes. Outside, both systems are the same.
const SOUTH_NORTH: (f64, f64) = (0.8293, 55.8271);
const WEST_EAST: (f64, f64) = (72.004, 137.8347);
/// The way back is found by steps, each a thousand times closer; after these it is exact to less than a millimetre.
const STEPS: usize = 5;

/// A system that coordinates come in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Coordinates {
    /// What satellites say, and what the house keeps.
    #[default]
    Wgs84,
    /// 火星坐标系: what maps in China say.
    Gcj02,
}

impl Coordinates {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Wgs84, Self::Gcj02];

    /// The word in the API, in packs and in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
        }
    }

    /// The system of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// A point of this system (latitude, longitude) in WGS 84.
    pub fn to_wgs84(self, point: (f64, f64)) -> (f64, f64) {
        match self {
            Self::Wgs84 => point,
            Self::Gcj02 => back(point),
        }
    }

    /// A point of WGS 84 (latitude, longitude) in this system.
    pub fn of_wgs84(self, point: (f64, f64)) -> (f64, f64) {
        match self {
            Self::Wgs84 => point,
            Self::Gcj02 => shifted(point),
        }
    }
}

fn in_china((lat, lon): (f64, f64)) -> bool {
    (SOUTH_NORTH.0..=SOUTH_NORTH.1).contains(&lat) && (WEST_EAST.0..=WEST_EAST.1).contains(&lon)
}

/// Three pairs of waves make the shift; each is told by its heights in metres and by how fast it goes along the way.
fn waves(along: f64, pairs: [(f64, f64); 4]) -> f64 {
    pairs.iter().map(|(height, pace)| height * (along * pace * PI).sin()).sum::<f64>() * 2.0 / 3.0
}

/// The shift at a point, in degrees of latitude and longitude.
fn shift((lat, lon): (f64, f64)) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let both = waves(x, [(20.0, 6.0), (20.0, 2.0), (0.0, 0.0), (0.0, 0.0)]);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + both
        + waves(y, [(20.0, 1.0), (40.0, 1.0 / 3.0), (160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0)]);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + both
        + waves(x, [(20.0, 1.0), (40.0, 1.0 / 3.0), (150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)]);
    let flat = 1.0 - ECCENTRICITY * lat.to_radians().sin().powi(2);
    let meridian = AXIS_M * (1.0 - ECCENTRICITY) / (flat * flat.sqrt());
    let parallel = AXIS_M / flat.sqrt() * lat.to_radians().cos();
    ((north / meridian).to_degrees(), (east / parallel).to_degrees())
}

fn shifted(point: (f64, f64)) -> (f64, f64) {
    if !in_china(point) {
        return point;
    }
    let (north, east) = shift(point);
    (point.0 + north, point.1 + east)
}

fn back(point: (f64, f64)) -> (f64, f64) {
    if !in_china(point) {
        return point;
    }
    (0..STEPS).fold(point, |guess, _| {
        let (north, east) = shift(guess);
        (point.0 - north, point.1 - east)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metres;

    /// Inside the box, and so far from its edge that the shift does not lead out of it.
    fn inside() -> impl Strategy<Value = (f64, f64)> {
        (0.85..55.8, 72.05..137.8)
    }

    proptest! {
        #[test]
        fn there_and_back_is_less_than_a_centimetre(point in inside()) {
            let again = Coordinates::Gcj02.to_wgs84(Coordinates::Gcj02.of_wgs84(point));
            prop_assert!(metres(again, point) < 0.01, "{point:?} {again:?}");
            let other = Coordinates::Gcj02.of_wgs84(Coordinates::Gcj02.to_wgs84(point));
            prop_assert!(metres(other, point) < 0.01, "{point:?} {other:?}");
        }

        #[test]
        fn in_china_they_differ_by_some_hundred_metres(point in (20.0..50.0, 80.0..130.0)) {
            let far = metres(point, Coordinates::Gcj02.of_wgs84(point));
            prop_assert!((20.0..1500.0).contains(&far), "{point:?}: {far}");
        }

        #[test]
        fn elsewhere_they_are_the_same(lat in -90.0..90.0, lon in -180.0..72.0) {
            prop_assert_eq!(Coordinates::Gcj02.of_wgs84((lat, lon)), (lat, lon));
            prop_assert_eq!(Coordinates::Gcj02.to_wgs84((lat, lon)), (lat, lon));
        }
    }

    /// Points as they are given where the formula is published.
    #[test]
    fn known_points_come_out_as_they_are_known() {
        for (wgs, gcj) in [
            ((31.177_427_6, 121.527_210_6), (31.175_303_98, 121.531_541_86)),
            ((22.543_847, 113.912_316), (22.540_796_13, 113.917_176_48)),
            ((39.911_954, 116.377_817), (39.913_345_46, 116.384_047_22)),
        ] {
            assert!(metres(Coordinates::Gcj02.of_wgs84(wgs), gcj) < 0.01, "{:?}", Coordinates::Gcj02.of_wgs84(wgs));
            assert!(metres(Coordinates::Gcj02.to_wgs84(gcj), wgs) < 0.01, "{:?}", Coordinates::Gcj02.to_wgs84(gcj));
        }
    }

    /// The points that the scripts of the maps are held to as well (`e2e/tiles.test.mjs`): one reckoning, in two languages.
    #[test]
    fn the_points_of_the_scripts_come_out() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../e2e/gcj02-points.json");
        let text = std::fs::read_to_string(file).expect("the points");
        let numbers = |line: &str| -> Vec<f64> {
            let plain: String =
                line.chars().map(|c| if c.is_ascii_digit() || ".-".contains(c) { c } else { ' ' }).collect();
            plain.split(' ').filter_map(|word| word.parse().ok()).collect()
        };
        let points = text.lines().map(|line| line.replace("wgs84", "").replace("gcj02", ""));
        let points: Vec<Vec<f64>> = points.map(|line| numbers(&line)).filter(|line| line.len() == 4).collect();
        assert!(points.len() > 200, "{} points", points.len());
        for point in points {
            let (wgs, gcj) = ((point[1], point[0]), (point[3], point[2]));
            assert!(metres(Coordinates::Gcj02.of_wgs84(wgs), gcj) < 0.001, "{point:?}");
            assert!(metres(Coordinates::Gcj02.to_wgs84(gcj), wgs) < 0.001, "{point:?}");
        }
    }

    #[test]
    fn a_system_is_named_by_its_word_alone() {
        for one in Coordinates::ALL {
            assert_eq!(Coordinates::parse(one.as_str()), Some(one));
        }
        for none in ["", "WGS84", "bd09", "gcj"] {
            assert_eq!(Coordinates::parse(none), None, "{none}");
        }
    }
}
