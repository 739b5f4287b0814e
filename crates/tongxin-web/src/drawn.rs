//! Maps drawn on the server: the ground of our own units, service sites, and matters in heaps with their counts. It is what one sees
//! without a script or without WebGL, and each heap leads to the list that it counts.

use askama::Template;
use tongxin_base::{Error, Locale, Result};
use tongxin_kernel::{Level, Located, Lying, Unit, UnitTree};

/// The breadth of a picture, in its own units; its height follows from the ground.
const WIDE: f64 = 1000.0;
/// A long and narrow ground is given room at its sides, so that no picture is higher than a screen.
const LOWEST: f64 = 480.0;
const HIGHEST: f64 = 820.0;
/// Around everything, so that no heap and no name is cut off.
const MARGIN: f64 = 64.0;
/// Corners closer than this to the one before are left out: nobody sees them, and they weigh.
const FINE: f64 = 2.0;
/// A ground smaller than this, in degrees, is one point; then there is nothing to measure the picture by.
const POINT: f64 = 0.002;

/// Corners of the ground (latitude, longitude).
type Ring = Vec<(f64, f64)>;

/// A heap of things: how many lie about there, and the list of them.
#[derive(Debug, Clone, PartialEq)]
struct Heap {
    at: (f64, f64),
    count: i64,
    name: String,
    /// Empty where no address says just these.
    href: String,
}

/// The things of one community, and the same by its grids where all of them lie in grids.
struct Pile {
    whole: Heap,
    parts: Vec<Heap>,
}

/// A map to be drawn.
pub struct Sketch<'a> {
    units: &'a UnitTree,
    locale: Locale,
    label: String,
    /// Grids are drawn as well; else communities are the closest.
    grids: bool,
    piles: Vec<Pile>,
    sites: Vec<Heap>,
}

struct Shape {
    level: &'static str,
    path: String,
}

struct Name {
    x: String,
    y: String,
    text: String,
}

struct Round {
    x: String,
    y: String,
    r: String,
    heap: Heap,
}

#[derive(Template)]
#[template(path = "drawn.html")]
struct Picture {
    label: String,
    height: String,
    shapes: Vec<Shape>,
    names: Vec<Name>,
    sites: Vec<Round>,
    heaps: Vec<Round>,
}

/// Where points of the ground come to lie on the picture.
struct Frame {
    west: f64,
    north: f64,
    /// Picture's units for a degree of latitude, and for one of longitude.
    scale: (f64, f64),
    shift: (f64, f64),
    height: f64,
}

impl Frame {
    fn around(points: &[(f64, f64)]) -> Option<Self> {
        let ends = |of: fn(&(f64, f64)) -> f64| {
            let all = points.iter().map(of);
            let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
            let short = (POINT - (high - low)).max(0.0) / 2.0;
            (low - short, high + short)
        };
        if points.is_empty() {
            return None;
        }
        let ((south, north), (west, east)) = (ends(|at| at.0), ends(|at| at.1));
        let narrow = f64::midpoint(south, north).to_radians().cos();
        let (breadth, depth) = ((east - west) * narrow, north - south);
        let room = WIDE - 2.0 * MARGIN;
        let height = (room * depth / breadth + 2.0 * MARGIN).clamp(LOWEST, HIGHEST);
        let scale = (room / breadth).min((height - 2.0 * MARGIN) / depth);
        let shift = ((WIDE - breadth * scale) / 2.0, (height - depth * scale) / 2.0);
        Some(Self { west, north, scale: (scale, scale * narrow), shift, height })
    }

    fn place(&self, (lat, lon): (f64, f64)) -> (f64, f64) {
        (self.shift.0 + (lon - self.west) * self.scale.1, self.shift.1 + (self.north - lat) * self.scale.0)
    }

    fn round(&self, heap: &Heap) -> Round {
        let (x, y) = self.place(heap.at);
        Round { x: short(x), y: short(y), r: short(radius(heap.count)), heap: heap.clone() }
    }

    /// Whether two heaps would lie on one another.
    fn clash(&self, a: &Heap, b: &Heap) -> bool {
        let ((ax, ay), (bx, by)) = (self.place(a.at), self.place(b.at));
        (ax - bx).hypot(ay - by) < radius(a.count) + radius(b.count)
    }

    fn ring(&self, ring: &[(f64, f64)]) -> String {
        let (mut path, mut last) = (String::new(), (f64::MAX, f64::MAX));
        for at in ring {
            let (x, y) = self.place(*at);
            if (x - last.0).hypot(y - last.1) < FINE {
                continue;
            }
            path.push_str(&format!("{}{x:.0} {y:.0}", if path.is_empty() { 'M' } else { 'L' }));
            last = (x, y);
        }
        path.push('Z');
        path
    }
}

fn short(x: f64) -> String {
    format!("{x:.0}")
}

/// A heap is as large as its number is long; how high it is, the number says better than a disc.
fn radius(count: i64) -> f64 {
    f64::from(count.max(1).ilog10()) * 6.0 + 20.0
}

/// A point of a unit, where anything tells of one.
fn point(units: &UnitTree, unit: &Unit) -> Option<(f64, f64)> {
    let drawn = || unit.area.as_ref().and_then(tongxin_kernel::Area::point);
    let below = || {
        let points: Vec<(f64, f64)> = units.children(&unit.path).filter_map(|unit| unit.point).collect();
        middle(points.iter().map(|at| (*at, 1)))
    };
    unit.point.or_else(drawn).or_else(below)
}

/// The middle of points, each as heavy as what lies there.
#[expect(clippy::cast_precision_loss, reason = "counts of things are far below 2^53")]
fn middle(points: impl Iterator<Item = ((f64, f64), i64)>) -> Option<(f64, f64)> {
    let (lat, lon, all) = points.fold((0.0, 0.0, 0.0), |(lat, lon, all), (at, count)| {
        let count = count as f64;
        (lat + at.0 * count, lon + at.1 * count, all + count)
    });
    (all > 0.0).then(|| (lat / all, lon / all))
}

impl<'a> Sketch<'a> {
    /// The ground of a tenant's units, with the names of its communities; `label` says in words what is seen.
    pub fn new(units: &'a UnitTree, locale: Locale, label: String) -> Self {
        Self { units, locale, label, grids: false, piles: Vec::new(), sites: Vec::new() }
    }

    /// The same with grids, for those who work with them.
    #[must_use]
    pub fn with_grids(mut self) -> Self {
        self.grids = true;
        self
    }

    /// Service sites, each a dot that leads to its page.
    #[must_use]
    pub fn with_sites(mut self, places: &[Located]) -> Self {
        let site = |place: &Located| {
            let name = format!("{} {}", place.name.to(self.locale), place.code);
            Some(Heap { at: place.point?, count: 1, name, href: place.page.clone() })
        };
        self.sites = places.iter().filter_map(site).collect();
        self
    }

    /// Things in heaps: by community, or by grid where there is room. `words` says a unit and its number; `href` is the list of just
    /// these, or nothing. What lies in no part of the subdistrict is in no heap.
    #[must_use]
    pub fn with_heaps(
        mut self,
        lying: &[Lying],
        words: impl Fn(&str, i64) -> String,
        href: impl Fn(&Unit) -> String,
    ) -> Self {
        let heap = |unit: &Unit| {
            let here = lying.iter().filter(|one| one.unit_path.starts_with(&unit.path));
            let count: i64 = here.clone().map(|one| one.count).sum();
            let at = middle(here.filter_map(|one| Some((one.middle?, one.count))));
            let at = at.or_else(|| point(self.units, unit)).filter(|_| count > 0)?;
            Some(Heap { at, count, name: words(unit.name.to(self.locale), count), href: href(unit) })
        };
        let root = self.units.root().map(|unit| unit.path.as_str()).unwrap_or_default();
        let pile = |unit: &Unit| {
            let whole = heap(unit)?;
            let grids = self.units.children(&unit.path).filter(|unit| self.grids && unit.level == Level::Grid);
            let parts: Vec<Heap> = grids.filter_map(&heap).collect();
            let all = parts.iter().map(|part| part.count).sum::<i64>() == whole.count;
            Some(Pile { whole, parts: if all { parts } else { Vec::new() } })
        };
        let piles = self.units.children(root).filter(|unit| unit.level.is_staffed()).filter_map(pile);
        let piles: Vec<Pile> = piles.collect();
        self.piles.extend(piles);
        self
    }

    /// Draws it, as SVG for a page; empty where nothing has a place.
    ///
    /// # Errors
    /// `Internal` where the template does not render.
    pub fn draw(&self) -> Result<String> {
        let closest = if self.grids { Level::Grid } else { Level::Community };
        let drawn: Vec<(&Unit, Vec<Ring>)> = self
            .units
            .iter()
            .filter(|unit| unit.level <= closest)
            .filter_map(|unit| Some((unit, unit.area.as_ref()?.rings())))
            .collect();
        let named = self.units.iter().filter(|unit| unit.level == Level::Community);
        let named: Vec<(&Unit, (f64, f64))> = named.filter_map(|unit| Some((unit, point(self.units, unit)?))).collect();
        let heaps = self.piles.iter().flat_map(|pile| pile.parts.iter().chain([&pile.whole])).chain(&self.sites);
        let mut points: Vec<(f64, f64)> = drawn.iter().flat_map(|(_, rings)| rings.iter().flatten().copied()).collect();
        points.extend(named.iter().map(|(_, at)| *at));
        points.extend(heaps.map(|heap| heap.at));
        let Some(frame) = Frame::around(&points) else { return Ok(String::new()) };
        let shape = |(unit, rings): &(&Unit, Vec<Ring>)| Shape {
            level: unit.level.as_str(),
            path: rings.iter().map(|ring| frame.ring(ring)).collect(),
        };
        let mut shapes: Vec<Shape> = drawn.iter().map(shape).collect();
        // The small ones on top of the large ones, whose lines would hide them.
        shapes.sort_by_key(|shape| Level::parse(shape.level));
        let rounds = self.piles.iter().flat_map(|pile| {
            let parts = &pile.parts;
            let crowded = (0..parts.len()).any(|a| (0..a).any(|b| frame.clash(&parts[a], &parts[b])));
            let shown = if crowded || parts.is_empty() { std::slice::from_ref(&pile.whole) } else { parts.as_slice() };
            shown.iter().map(|heap| frame.round(heap))
        });
        let name = |(unit, at): &(&Unit, (f64, f64))| {
            let (x, y) = frame.place(*at);
            Name { x: short(x), y: short(y), text: unit.name.to(self.locale).to_owned() }
        };
        let picture = Picture {
            label: self.label.clone(),
            height: short(frame.height),
            names: named.iter().map(name).collect(),
            sites: self.sites.iter().map(|site| frame.round(site)).collect(),
            heaps: rounds.collect(),
            shapes,
        };
        picture.render().map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use tongxin_base::Label;
    use tongxin_kernel::Area;

    use super::*;

    fn unit(path: &str, level: Level, at: (f64, f64)) -> Unit {
        let code = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        Unit {
            name: Label::new(code.clone(), code.clone()),
            path: path.to_owned(),
            code,
            level,
            point: Some(at),
            area: None,
            compound: None,
        }
    }

    /// A subdistrict of two communities; the grids of the second stand on the same spot.
    fn town() -> UnitTree {
        let mut root = unit("r/", Level::Subdistrict, (39.6, 109.8));
        let square =
            r#"{"type":"Polygon","coordinates":[[[109.7,39.5],[109.9,39.5],[109.9,39.7],[109.7,39.7],[109.7,39.5]]]}"#;
        root.area = Some(Area::from_geojson(square).expect("a square"));
        UnitTree::of(vec![
            root,
            unit("r/a/", Level::Community, (39.55, 109.75)),
            unit("r/a/a1/", Level::Grid, (39.52, 109.72)),
            unit("r/a/a2/", Level::Grid, (39.62, 109.78)),
            unit("r/b/", Level::Community, (39.65, 109.85)),
            unit("r/b/b1/", Level::Grid, (39.65, 109.85)),
            unit("r/b/b2/", Level::Grid, (39.65, 109.85)),
        ])
    }

    fn lying(unit_path: &str, count: i64) -> Lying {
        Lying { unit_path: unit_path.to_owned(), count, middle: None }
    }

    fn drawn(units: &UnitTree, all: &[Lying]) -> String {
        let sketch = Sketch::new(units, Locale::En, "a map".to_owned()).with_grids();
        let sketch =
            sketch.with_heaps(all, |name, count| format!("{name}: {count}"), |unit| format!("/l?unit={}", unit.code));
        sketch.draw().expect("a picture")
    }

    #[test]
    fn heaps_lie_in_grids_where_there_is_room_and_each_leads_to_its_list() {
        let units = town();
        let svg = drawn(&units, &[lying("r/a/a1/", 3), lying("r/a/a2/", 40), lying("r/b/b1/", 5), lying("r/b/b2/", 6)]);
        for heap in ["a1: 3", "a2: 40", "b: 11"] {
            assert!(svg.contains(heap), "{heap} in {svg}");
        }
        for none in ["a: 43", "b1: 5"] {
            assert!(!svg.contains(none), "{none} in {svg}");
        }
        assert!(svg.contains("href=\"/l?unit=a1\"") && svg.contains("href=\"/l?unit=b\""));
        assert!(svg.contains("drawn__subdistrict"), "the ground");
    }

    #[test]
    fn what_lies_in_no_grid_keeps_its_community_whole() {
        let units = town();
        let svg = drawn(&units, &[lying("r/a/a1/", 3), lying("r/a/", 4), lying("r/", 9)]);
        assert!(svg.contains("a: 7") && !svg.contains("a1: 3") && !svg.contains(": 9"), "{svg}");
    }

    #[test]
    fn nothing_with_a_place_is_no_picture_and_one_point_is_one() {
        assert_eq!(drawn(&UnitTree::default(), &[]), "");
        let alone = UnitTree::of(vec![
            unit("r/", Level::Subdistrict, (39.6, 109.8)),
            unit("r/a/", Level::Community, (39.6, 109.8)),
        ]);
        let svg = drawn(&alone, &[lying("r/a/", 12)]);
        assert!(svg.contains("cx=\"500\"") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
