//! 三率: response, solved and satisfied, each as numerator over denominator, from the measures that are kept up to date with
//! every completion and every rating.

use serde::{Deserialize, Serialize};
use tongxin_base::{Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{Days, Rate, Share};
use utoipa::ToSchema;

/// Completions that were rated.
pub const RATED: &str = "ratings.rated";
/// Of those, solved: "yes".
pub const SOLVED: &str = "ratings.solved";
/// Of those, satisfied: 4 or 5 of 5.
pub const SATISFIED: &str = "ratings.satisfied";
/// Finished and not excluded; kept by whoever finishes things.
const ASSESSED: &str = "requests.assessed";
/// Of those, the reporter was reached in time.
const CONTACTED: &str = "requests.contacted";

/// The list of what nobody has rated.
const UNRATED: &str = "/desk/ratings?figure=unrated&unit={unit}";

/// 响应率: contacted in time / assessed.
pub const RESPONSE: Rate =
    Rate { name: "response", numerator: CONTACTED, denominator: ASSESSED, answered: None, rest: "" };
/// 解决率: "yes" / assessed.
pub const SOLVED_RATE: Rate =
    Rate { name: "solved", numerator: SOLVED, denominator: ASSESSED, answered: Some(RATED), rest: UNRATED };
/// 满意率: satisfied / assessed.
pub const SATISFIED_RATE: Rate =
    Rate { name: "satisfied", numerator: SATISFIED, denominator: ASSESSED, answered: Some(RATED), rest: UNRATED };

/// One rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RateView {
    /// How many count.
    pub numerator: i64,
    /// Of how many.
    pub denominator: i64,
    /// The one through the other, 0 to 1; null where there is nothing to count.
    pub rate: Option<f64>,
}

impl From<Share> for RateView {
    fn from(share: Share) -> Self {
        Self { numerator: share.numerator, denominator: share.denominator, rate: share.rate() }
    }
}

/// The three rates, version 1: no answer counts as neither solved nor satisfied, and is shown apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rates {
    /// The version of the definition.
    pub version: i64,
    /// Contacted in time / assessed.
    pub response: RateView,
    /// "Yes" / assessed.
    pub solved: RateView,
    /// Satisfied / assessed.
    pub satisfied: RateView,
    /// Finished, but not rated by anybody yet.
    pub unrated: i64,
}

/// The rates over what was finished under a unit in some days.
///
/// # Errors
/// As `Read::rows`.
pub fn rates(read: &mut Read<'_>, tenant: TenantId, under: &str, days: Days) -> Result<Rates> {
    let solved = SOLVED_RATE.of(read, tenant, under, days)?;
    Ok(Rates {
        version: 1,
        response: RESPONSE.of(read, tenant, under, days)?.into(),
        solved: solved.into(),
        satisfied: SATISFIED_RATE.of(read, tenant, under, days)?.into(),
        unrated: solved.unanswered,
    })
}
