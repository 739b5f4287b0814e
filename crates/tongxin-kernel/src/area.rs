//! The ground of a unit: polygons in WGS 84 degrees, read from and kept as GeoJSON (RFC 7946).

use geo::{
    Area as _, BooleanOps, BoundingRect, InteriorPoint, Intersects, MapCoords, MultiPolygon, Point, Validation, coord,
};
use serde::Deserialize;
use tongxin_base::{Coordinates, Error, Result};

/// More corners than any subdistrict has; one that has more was meant for another purpose.
const MOST_CORNERS: usize = 20_000;
/// The mean radius of the earth, in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

type Rings = Vec<Vec<[f64; 2]>>;

/// A GeoJSON geometry that has ground.
#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Polygon { coordinates: Rings },
    MultiPolygon { coordinates: Vec<Rings> },
}

/// Ground, in one or several pieces. Its coordinates are in range and its rings closed; whether they cross is told by
/// [`Area::flaw`].
#[derive(Debug, Clone, PartialEq)]
pub struct Area(MultiPolygon<f64>);

impl Area {
    /// Reads a GeoJSON `Polygon` or `MultiPolygon`.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub fn from_geojson(text: &str) -> Result<Self, String> {
        let geometry = serde_json::from_str(text).map_err(|error| format!("is no Polygon or MultiPolygon: {error}"))?;
        let polygons = match geometry {
            Geometry::Polygon { coordinates } => vec![coordinates],
            Geometry::MultiPolygon { coordinates } => coordinates,
        };
        Self::from_rings(polygons)
    }

    fn from_rings(polygons: Vec<Rings>) -> Result<Self, String> {
        let corners: usize = polygons.iter().flatten().map(Vec::len).sum();
        if corners > MOST_CORNERS {
            return Err(format!("has {corners} corners, more than {MOST_CORNERS}"));
        }
        if polygons.is_empty() {
            return Err("has no polygon".to_owned());
        }
        for ring in polygons.iter().flatten() {
            if ring.len() < 4 || ring.first() != ring.last() {
                return Err("has a ring that is not closed (its last corner must be its first again)".to_owned());
            }
            if let Some([lon, lat]) = ring.iter().find(|[lon, lat]| !(lon.abs() <= 180.0 && lat.abs() <= 90.0)) {
                return Err(format!("has the corner [{lon}, {lat}]; write longitude, then latitude, in degrees"));
            }
        }
        let ring = |ring: Vec<[f64; 2]>| ring.into_iter().map(|[x, y]| coord! { x: x, y: y }).collect();
        let polygon = |rings: Rings| {
            let mut rings = rings.into_iter().map(ring);
            rings.next().map(|outer| geo::Polygon::new(outer, rings.collect()))
        };
        polygons
            .into_iter()
            .map(polygon)
            .collect::<Option<Vec<_>>>()
            .map(|all| Self(MultiPolygon(all)))
            .ok_or_else(|| "has a polygon without a ring".to_owned())
    }

    /// From what [`Area::coordinates`] wrote.
    pub(crate) fn from_coordinates(text: &str) -> Result<Self> {
        let rings = serde_json::from_str(text).map_err(Error::internal)?;
        Self::from_rings(rings).map_err(Error::Internal)
    }

    /// The same ground in WGS 84, of one whose corners come in another system.
    #[must_use]
    pub fn to_wgs84(self, system: Coordinates) -> Self {
        let turned = |at: geo::Coord<f64>| {
            let (lat, lon) = system.to_wgs84((at.y, at.x));
            coord! { x: lon, y: lat }
        };
        Self(self.0.map_coords(turned))
    }

    /// The coordinates as those of a GeoJSON `MultiPolygon`.
    pub fn coordinates(&self) -> serde_json::Value {
        let ring = |ring: &geo::LineString<f64>| ring.coords().map(|at| [at.x, at.y]).collect::<Vec<_>>();
        let polygon =
            |it: &geo::Polygon<f64>| std::iter::once(it.exterior()).chain(it.interiors()).map(ring).collect::<Vec<_>>();
        self.0.iter().map(polygon).collect::<Vec<_>>().into()
    }

    /// Its rings, each as corners (latitude, longitude): edges of pieces and of holes alike.
    pub fn rings(&self) -> Vec<Vec<(f64, f64)>> {
        let ring = |ring: &geo::LineString<f64>| ring.coords().map(|at| (at.y, at.x)).collect();
        self.0.iter().flat_map(|it| std::iter::once(it.exterior()).chain(it.interiors())).map(ring).collect()
    }

    /// Whether a point (latitude, longitude) lies in it or on its edge.
    pub fn contains(&self, (lat, lon): (f64, f64)) -> bool {
        self.0.intersects(&Point::new(lon, lat))
    }

    /// A point (latitude, longitude) that certainly lies in it.
    pub fn point(&self) -> Option<(f64, f64)> {
        self.0.interior_point().map(|at| (at.y(), at.x()))
    }

    /// What is wrong with its shape, such as rings that cross themselves.
    pub fn flaw(&self) -> Option<String> {
        self.0.check_validation().err().map(|flaw| flaw.to_string())
    }

    /// The square metres that two areas share; on a plane at this latitude, good to a per mille within a subdistrict.
    pub fn shared_m2(&self, other: &Self) -> f64 {
        if !self.0.bounding_rect().zip(other.0.bounding_rect()).is_some_and(|(a, b)| a.intersects(&b)) {
            return 0.0;
        }
        square_metres(&self.0.intersection(&other.0))
    }

    /// Its own square metres.
    pub fn m2(&self) -> f64 {
        square_metres(&self.0)
    }
}

fn square_metres(area: &MultiPolygon<f64>) -> f64 {
    let Some(middle) = area.bounding_rect().map(|bounds| bounds.center()) else { return 0.0 };
    let metre = EARTH_M.to_radians();
    area.unsigned_area() * metre * metre * middle.y.to_radians().cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[109,39],[110,39],[110,40],[109,40],[109,39]]]}"#;

    #[test]
    fn a_square_holds_its_middle_and_comes_back_as_it_went() {
        let square = Area::from_geojson(SQUARE).expect("a square");
        assert!(square.contains((39.5, 109.5)) && square.contains((39.0, 109.5)) && !square.contains((38.9, 109.5)));
        assert!(square.point().is_some_and(|at| square.contains(at)));
        assert_eq!(Area::from_coordinates(&square.coordinates().to_string()).expect("again"), square);
        // One degree square at 39.5° north: 111.195 km by 111.195 km times the cosine of the latitude.
        assert!((square.m2() / 1e6 - 9540.9).abs() < 1.0, "{}", square.m2());
        assert!(square.flaw().is_none());
    }

    #[test]
    fn what_is_no_ground_is_said() {
        for (text, why) in [
            ("{}", "no Polygon"),
            (r#"{"type":"Point","coordinates":[1,2]}"#, "no Polygon"),
            (r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#, "not closed"),
            (r#"{"type":"Polygon","coordinates":[[[39,109],[40,109],[40,110],[39,109]]]}"#, "longitude, then latitude"),
            (r#"{"type":"MultiPolygon","coordinates":[]}"#, "no polygon"),
        ] {
            let said = Area::from_geojson(text).expect_err("nothing to stand on");
            assert!(said.contains(why), "{said}");
        }
        let bow = r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}"#;
        assert!(Area::from_geojson(bow).expect("closed").flaw().is_some());
    }
}
