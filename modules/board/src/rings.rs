//! The programme drawn as concentric rings: its first part in the middle, and around it a ring for each first part, divided
//! among what hangs on it. Only distances and angles; colours come from the style sheet.

use std::f64::consts::{PI, TAU};

use crate::tree::Part;

/// The middle of the drawing, 800 by 800.
const MIDDLE: f64 = 400.0;
/// The disc in the middle.
pub(crate) const HUB: f64 = 84.0;
/// The outermost edge.
const RIM: f64 = 396.0;
/// Between two rings, and between two segments of one.
const GAP: f64 = 8.0;
/// From the middle of a ring to the line its words stand on.
const NAME: f64 = 6.0;
const FIGURE: f64 = 24.0;
/// From the edge of a segment to the line that tells how far it is.
const PROGRESS: f64 = 9.0;
/// Words and progress keep so far from the ends of their segment.
const MARGIN: f64 = 14.0;

/// A segment of a ring.
pub(crate) struct Segment<'a> {
    pub(crate) part: &'a Part,
    /// Its outline.
    pub(crate) outline: String,
    /// The arcs its name and its figure are written along.
    pub(crate) name: String,
    pub(crate) figure: String,
    /// The arc of its whole way, and of how far it is.
    pub(crate) way: String,
    pub(crate) done: String,
}

/// All segments, from the innermost ring outwards.
pub(crate) fn segments(tree: &[Part]) -> Vec<Segment<'_>> {
    let breadth = (RIM - HUB) / number(tree.len().max(1));
    let rings = tree.iter().enumerate();
    let ring = |(place, above): (usize, &'_ Part)| {
        (HUB + breadth * number(place) + GAP, HUB + breadth * number(place + 1), above.parts.len())
    };
    rings
        .flat_map(|found| {
            let (inner, outer, count) = ring(found);
            found.1.parts.iter().enumerate().map(move |(place, part)| segment(part, inner, outer, place, count))
        })
        .collect()
}

fn segment(part: &Part, inner: f64, outer: f64, place: usize, count: usize) -> Segment<'_> {
    let span = (TAU / number(count)).min(TAU * 0.999);
    // an odd ring has a segment at the top, an even one a gap: so the gaps of two rings seldom meet
    let middle = span * number(place) + if count.is_multiple_of(2) { span / 2.0 } else { 0.0 };
    let ends =
        |radius: f64, margin: f64| (middle - span / 2.0 + margin / radius, middle + span / 2.0 - margin / radius);
    let centre = f64::midpoint(inner, outer) - PROGRESS / 2.0;
    // below the middle words run the other way round, so that nobody reads upside down
    let below = middle.cos() < -0.01;
    let line = |distance: f64| {
        let radius = if below { centre - distance } else { centre + distance };
        let (from, to) = ends(radius, MARGIN);
        if below { arc(radius, to, from) } else { arc(radius, from, to) }
    };
    let way = outer - PROGRESS;
    let (start, end) = ends(way, MARGIN);
    Segment {
        part,
        outline: outline(inner, outer, ends(inner, GAP / 2.0), ends(outer, GAP / 2.0)),
        name: line(NAME),
        figure: line(-FIGURE),
        way: arc(way, start, end),
        done: part
            .reached_share()
            .filter(|share| *share > 0.0)
            .map_or_else(String::new, |share| arc(way, start, start + (end - start) * share)),
    }
}

fn outline(inner: f64, outer: f64, (inner_from, inner_to): (f64, f64), (outer_from, outer_to): (f64, f64)) -> String {
    let back = arc(inner, inner_to, inner_from);
    format!("{} L{} Z", arc(outer, outer_from, outer_to), back.trim_start_matches('M'))
}

/// An arc around the middle; angles from the top, clockwise.
fn arc(radius: f64, from: f64, to: f64) -> String {
    let large = u8::from((to - from).abs() > PI);
    let clockwise = u8::from(to > from);
    let ((x, y), (to_x, to_y)) = (point(radius, from), point(radius, to));
    format!("M{x:.1} {y:.1} A{radius:.1} {radius:.1} 0 {large} {clockwise} {to_x:.1} {to_y:.1}")
}

fn point(radius: f64, angle: f64) -> (f64, f64) {
    (MIDDLE + radius * angle.sin(), MIDDLE - radius * angle.cos())
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arc_begins_and_ends_where_its_angles_say() {
        assert_eq!(arc(100.0, 0.0, PI / 2.0), "M400.0 300.0 A100.0 100.0 0 0 1 500.0 400.0");
        assert_eq!(arc(100.0, PI / 2.0, 0.0), "M500.0 400.0 A100.0 100.0 0 0 0 400.0 300.0");
    }

    #[test]
    fn a_part_alone_on_its_ring_has_all_of_it() {
        let part = Part::named("a");
        let alone = segment(&part, 100.0, 200.0, 0, 1);
        assert!(alone.way.contains(" 0 1 1 "), "the long way round: {}", alone.way);
    }
}
