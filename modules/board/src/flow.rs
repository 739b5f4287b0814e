//! The loop drawn as a way with stations: what stands at each now, larger where more stands. Only places and sizes; colours come
//! from the style sheet, and where the picture is too wide the same figures stand as a list.

use crate::pages::Figure;

/// The drawing, 1200 by 400.
const WAY: f64 = 200.0;
const FIRST: f64 = 84.0;
const STEP: f64 = 172.0;
const BACK: f64 = 112.0;
const ASIDE: f64 = 362.0;
/// The disc of the station where most stands, and of one where anything stands.
const LARGEST: f64 = 40.0;
const SMALLEST: f64 = 5.0;
/// An end has a square of this size, however much has come to it.
const END: f64 = 13.0;
/// From a station to its words.
const UNDER: f64 = 26.0;

/// Where a station's words stand: under it, over it, beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Way,
    Back,
    Aside,
}

/// Where a station lies, and whether the way ends there.
struct Place {
    name: &'static str,
    x: f64,
    y: f64,
    end: bool,
    side: Side,
}

const fn on_the_way(name: &'static str, step: f64, end: bool) -> Place {
    Place { name, x: FIRST + STEP * step, y: WAY, end, side: Side::Way }
}

/// The stations of the loop: along the way, back from its end, and aside.
const PLACES: [Place; 10] = [
    on_the_way("received", 0.0, false),
    on_the_way("accepted", 1.0, false),
    on_the_way("open", 2.0, false),
    on_the_way("working", 3.0, false),
    on_the_way("done", 4.0, false),
    on_the_way("rated", 5.0, true),
    on_the_way("closed", 6.0, true),
    Place { name: "reopened", x: FIRST + STEP * 3.5, y: BACK, end: false, side: Side::Back },
    Place { name: "declined", x: FIRST + STEP, y: ASIDE, end: true, side: Side::Aside },
    Place { name: "withdrawn", x: FIRST, y: ASIDE, end: true, side: Side::Aside },
];

/// The lines between them.
pub(crate) const WAYS: [&str; 4] = [
    // along the way
    "M84 200 H1116",
    // back from the end: not solved, so it is worked on again
    "M772 200 C772 150 740 112 686 112 C632 112 600 150 600 200",
    // aside, from under the words of their station: declined, withdrawn
    "M256 306 V362",
    "M84 306 V362",
];

/// A station of the picture.
pub(crate) struct Station<'a> {
    pub(crate) figure: &'a Figure,
    pub(crate) x: String,
    pub(crate) y: String,
    /// Its disc; an end is a square with this half side.
    pub(crate) radius: String,
    pub(crate) end: bool,
    pub(crate) beside: bool,
    pub(crate) corner: (String, String),
    /// Where its figure and its name stand.
    pub(crate) words_x: String,
    pub(crate) figure_y: String,
    pub(crate) name_y: String,
}

/// The stations of what is counted; a figure that has no place stands in the list alone.
pub(crate) fn stations(flow: &[Figure]) -> Vec<Station<'_>> {
    let known =
        || flow.iter().filter_map(|figure| PLACES.iter().find(|place| figure.name == place.name).map(|p| (figure, p)));
    let most = known().filter(|(_, place)| !place.end).map(|(figure, _)| figure.count).max().unwrap_or_default().max(1);
    known().map(|(figure, place)| station(figure, place, most)).collect()
}

fn station<'a>(figure: &'a Figure, place: &Place, most: i64) -> Station<'a> {
    let radius = if place.end { END } else { size(figure.count, most) };
    let words = |x: f64, y: f64| (number(x), number(y), number(y + UNDER));
    let (words_x, figure_y, name_y) = match place.side {
        Side::Way => words(place.x, place.y + LARGEST + UNDER),
        Side::Back => words(place.x, place.y - radius - UNDER * 1.5),
        Side::Aside => words(place.x + radius + UNDER / 2.0, place.y - 4.0),
    };
    Station {
        figure,
        x: number(place.x),
        y: number(place.y),
        radius: number(radius),
        end: place.end,
        corner: (number(place.x - radius), number(place.y - radius)),
        beside: place.side == Side::Aside,
        words_x,
        figure_y,
        name_y,
    }
}

/// The area of a disc goes with what stands there.
#[expect(clippy::cast_precision_loss, reason = "counts of matters are far below 2^53")]
fn size(count: i64, most: i64) -> f64 {
    if count == 0 { SMALLEST } else { (LARGEST * (count as f64 / most as f64).sqrt()).max(SMALLEST + 3.0) }
}

fn number(at: f64) -> String {
    format!("{at:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_times_as_much_has_a_disc_four_times_as_large() {
        let (small, large) = (size(25, 100), size(100, 100));
        assert!((large / small - 2.0).abs() < 1e-9, "{small} {large}");
        assert!(size(0, 100) < size(1, 100_000), "nothing is smaller than anything");
    }
}
