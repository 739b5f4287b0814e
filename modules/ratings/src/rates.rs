//! 三率: response, solved and satisfied, each as numerator over denominator, from the measures that are kept up to date with
//! every completion and every rating.

use serde::{Deserialize, Serialize};
use tongxin_base::{Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{Days, sum};
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

/// One rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rate {
    /// How many count.
    pub numerator: i64,
    /// Of how many.
    pub denominator: i64,
    /// The one through the other, 0 to 1; null where there is nothing to count.
    pub rate: Option<f64>,
}

impl Rate {
    /// A rate of two counts.
    #[expect(clippy::cast_precision_loss, reason = "counts of requests are far below 2^53")]
    pub fn of(numerator: i64, denominator: i64) -> Self {
        let rate = (denominator > 0).then(|| numerator as f64 / denominator as f64);
        Self { numerator, denominator, rate }
    }
}

/// The three rates, version 1: no answer counts as neither solved nor satisfied, and is shown apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rates {
    /// The version of the definition.
    pub version: i64,
    /// Contacted in time / assessed.
    pub response: Rate,
    /// "Yes" / assessed.
    pub solved: Rate,
    /// Satisfied / assessed.
    pub satisfied: Rate,
    /// Finished, but not rated by anybody yet.
    pub unrated: i64,
}

/// The rates over what was finished under a unit in some days.
///
/// # Errors
/// As `Read::rows`.
pub fn rates(read: &mut Read<'_>, tenant: TenantId, under: &str, days: Days) -> Result<Rates> {
    let mut total = |measure| sum(read, tenant, measure, under, days);
    let assessed = total(ASSESSED)?;
    Ok(Rates {
        version: 1,
        response: Rate::of(total(CONTACTED)?, assessed),
        solved: Rate::of(total(SOLVED)?, assessed),
        satisfied: Rate::of(total(SATISFIED)?, assessed),
        unrated: assessed - total(RATED)?,
    })
}
