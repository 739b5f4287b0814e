//! Who is the best free worker for an order: pure, and explained in figures that a worker and their manager can check.

use tongxin_base::metres;
use tongxin_kernel::PersonId;

use crate::store::orders::Order;

/// Whether an order is offered to somebody: to everybody, but for what it says of unit, skill and kind. `posts` are
/// role and unit path of what they hold.
pub fn offered(order: &Order, posts: &[(&str, &str)], skills: &[String]) -> bool {
    let kinds = posts.iter().filter(|(role, _)| matches!(*role, "grid_worker" | "part_time"));
    let mut fitting =
        kinds.filter(|(role, _)| order.kind.as_deref().is_none_or(|kind| kind == *role)).filter(|(_, path)| {
            order.within.as_deref().is_none_or(|within| within.starts_with(*path) || path.starts_with(within))
        });
    fitting.next().is_some() && order.skill.as_ref().is_none_or(|skill| skills.contains(skill))
}

/// Latitude and longitude, WGS 84 degrees.
type Point = (f64, f64);

/// A worker who could be given an order now: on duty, not on leave, not waiting after a lapse, and offered to.
#[derive(Debug, Clone, PartialEq)]
pub struct Free {
    /// Who.
    pub person: PersonId,
    /// Orders they hold.
    pub held: i64,
    /// Metres from their base point to the matter, where both are known.
    pub distance_m: Option<f64>,
    /// Whether they have the skill that the matter asks for; none: it asks for none.
    pub skilled: Option<bool>,
}

impl Free {
    /// Somebody at a base point, for a matter at a point that asks for a skill.
    pub fn new(
        person: PersonId,
        held: i64,
        (base, point): (Option<Point>, Option<Point>),
        (skills, skill): (&[String], Option<&str>),
    ) -> Self {
        let distance_m = base.zip(point).map(|(here, there)| metres(here, there));
        let skilled = skill.map(|skill| skills.iter().any(|known| known == skill));
        Self { person, held, distance_m, skilled }
    }

    /// What it would cost to give it to them, in metres of way: each order held weighs as much as half a kilometre, a
    /// missing skill as three, an unknown distance as two.
    fn cost_m(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "nobody holds 2^52 orders")]
        let load = self.held as f64 * 500.0;
        let skill = if self.skilled == Some(false) { 3_000.0 } else { 0.0 };
        self.distance_m.unwrap_or(2_000.0) + load + skill
    }
}

/// The free, best first. Equal ones stand in the order of their ids, so that the same facts give the same answer.
pub fn ranked(mut free: Vec<Free>) -> Vec<Free> {
    free.sort_by(|a, b| a.cost_m().total_cmp(&b.cost_m()).then_with(|| a.person.uuid().cmp(&b.person.uuid())));
    free
}
