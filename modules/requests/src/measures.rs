//! The figures this room keeps. Gauges count what stands in each status now, by the day it was reported; the others
//! count completions by the day they happened.

use tongxin_kernel::{Measure, OpenCount, Tally, Tells};

use crate::domain::Status;
use crate::store::{lists, shared};

/// Requests reported.
pub const RECEIVED: &str = "requests.received";

/// The figures of a completion.
pub struct Finished {
    /// Finished and not excluded: the denominator of all rates.
    pub assessed: &'static str,
    /// Those whose reporter was reached in time.
    pub contacted: &'static str,
    /// Those finished within their limit.
    pub in_time: &'static str,
}

/// See [`Finished`].
pub const FINISHED: Finished =
    Finished { assessed: "requests.assessed", contacted: "requests.contacted", in_time: "requests.in_time" };

/// The gauge of a status.
pub const fn gauge(status: Status) -> &'static str {
    match status {
        Status::Received => "requests.now.received",
        Status::Accepted => "requests.now.accepted",
        Status::Declined => "requests.now.declined",
        Status::Withdrawn => "requests.now.withdrawn",
        Status::Open => "requests.now.open",
        Status::Working => "requests.now.working",
        Status::Done => "requests.now.done",
        Status::Rated => "requests.now.rated",
        Status::Reopened => "requests.now.reopened",
        Status::Closed => "requests.now.closed",
    }
}

const fn matters(name: &'static str, list: &'static str) -> Measure {
    Measure { name, list, action: "requests.list", tells: Tells::OfPeople }
}

const fn now(status: Status, list: &'static str) -> Measure {
    matters(gauge(status), list)
}

/// All of them, each with the list it counts.
pub const MEASURES: &[Measure] = &[
    matters(RECEIVED, "/desk/requests?unit={unit}"),
    now(Status::Received, "/desk/requests?status=received&unit={unit}"),
    now(Status::Accepted, "/desk/requests?status=accepted&unit={unit}"),
    now(Status::Open, "/desk/requests?status=open&unit={unit}"),
    now(Status::Working, "/desk/requests?status=working&unit={unit}"),
    now(Status::Done, "/desk/requests?status=done&unit={unit}"),
    now(Status::Rated, "/desk/requests?status=rated&unit={unit}"),
    now(Status::Reopened, "/desk/requests?status=reopened&unit={unit}"),
    now(Status::Closed, "/desk/requests?status=closed&unit={unit}"),
    now(Status::Declined, "/desk/requests?status=declined&unit={unit}"),
    now(Status::Withdrawn, "/desk/requests?status=withdrawn&unit={unit}"),
    matters(FINISHED.assessed, "/desk/requests?counted=assessed&unit={unit}"),
    matters(FINISHED.contacted, "/desk/requests?counted=contacted&unit={unit}"),
    matters(FINISHED.in_time, "/desk/requests?counted=in_time&unit={unit}"),
];

/// What is under way, by how its time limit stands; what time alone moves.
pub const LIMITS: Tally = Tally {
    figures: &[
        matters("requests.limit.red", "/desk/requests?limit=red&unit={unit}&sort=due"),
        matters("requests.limit.yellow", "/desk/requests?limit=yellow&unit={unit}&sort=due"),
        matters("requests.limit.green", "/desk/requests?limit=green&unit={unit}&sort=due"),
        matters("requests.limit.paused", "/desk/requests?limit=paused&unit={unit}&sort=due"),
    ],
    count: lists::limits,
};

/// What staff released, counted as everybody reads it.
pub const RELEASED: OpenCount = OpenCount {
    figure: Measure { name: "requests.released", list: "/matters?unit={unit}", action: "", tells: Tells::OfNobody },
    count: shared::count_by_unit,
};
