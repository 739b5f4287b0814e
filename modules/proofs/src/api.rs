//! Proofs for programs. They are hashes: whoever asks learns nothing but that the journal is what it was.

use axum::Json;
use axum::extract::Query;
use serde::{Deserialize, Serialize};
use tongxin_kernel::{Checkpoint, root_text};
use tongxin_web::{Answer, Ctx, Items, Problem};
use utoipa::{IntoParams, ToSchema};

/// Checkpoints of one answer.
pub(crate) const PAGE_ROWS: usize = 100;
pub(crate) const PAGE: i64 = PAGE_ROWS as i64;

/// The hashes of a proof, in the order of RFC 6962, hexadecimal.
#[derive(Serialize, ToSchema)]
#[schema(as = JournalProof)]
pub(crate) struct Proof {
    /// The hashes.
    hashes: Vec<String>,
}

impl Proof {
    fn new(hashes: &[[u8; 32]]) -> Json<Self> {
        Json(Self { hashes: hashes.iter().map(hex::encode).collect() })
    }
}

/// A seal of the journal, to be fetched and kept elsewhere.
#[derive(Serialize, ToSchema)]
#[schema(as = JournalCheckpoint)]
pub(crate) struct Sealed {
    /// How many rows it covers.
    size: i64,
    /// The root over them, base64.
    root: String,
    /// The signed note, whole, as `/journal/checkpoint` has it.
    note: String,
}

impl From<Checkpoint> for Sealed {
    fn from(made: Checkpoint) -> Self {
        Self { size: made.size, root: root_text(&made.root), note: made.note }
    }
}

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Older {
    /// `next` of the page before; only smaller checkpoints follow.
    cursor: Option<i64>,
}

/// The checkpoints that were signed, newest first
///
/// Whoever fetches and keeps them can prove later what was cut off or written anew. The keys are at `/journal`.
#[utoipa::path(get, path = "/api/v1/journal/checkpoints", tag = "proofs", params(Older), responses(
    (status = 200, body = Items<Sealed>)
))]
pub(crate) async fn journal_checkpoints(ctx: Ctx, Query(asked): Query<Older>) -> Answer<Json<Items<Sealed>>> {
    let below = asked.cursor.unwrap_or(i64::MAX);
    let made = ctx.kernel().checkpoints_before(ctx.tenant.id, below, PAGE).await?;
    let next = made.last().filter(|_| made.len() == PAGE_ROWS).map(|last| last.size.to_string());
    Ok(Json(Items { items: made.into_iter().map(Sealed::from).collect(), next }))
}

/// Which row, in which journal.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Included {
    /// The row's number, from 1.
    seq: i64,
    /// How many rows the checkpoint covers.
    size: i64,
}

/// Prove that a row is in the journal
///
/// The audit path of row `seq` in the tree of the first `size` rows (RFC 6962, 2.1.1; its index there is `seq - 1`). `size` is that
/// of a checkpoint, or smaller than the newest one's.
#[utoipa::path(get, path = "/api/v1/journal/proof", tag = "proofs", params(Included), responses(
    (status = 200, body = Proof), (status = 404, body = Problem)
))]
pub(crate) async fn journal_proof(ctx: Ctx, Query(asked): Query<Included>) -> Answer<Json<Proof>> {
    let proof = ctx.kernel().prove(ctx.tenant.id, asked.seq, asked.size).await?;
    Ok(Proof::new(&proof))
}

/// Between which two sizes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Grown {
    /// How many rows the older checkpoint covers.
    from: i64,
    /// How many the newer one covers.
    to: i64,
}

/// Prove that the journal only grew
///
/// The consistency proof between the trees of the first `from` and the first `to` rows (RFC 6962, 2.1.2).
#[utoipa::path(get, path = "/api/v1/journal/consistency", tag = "proofs", params(Grown), responses(
    (status = 200, body = Proof), (status = 404, body = Problem)
))]
pub(crate) async fn journal_consistency(ctx: Ctx, Query(asked): Query<Grown>) -> Answer<Json<Proof>> {
    let proof = ctx.kernel().prove_growth(ctx.tenant.id, asked.from, asked.to).await?;
    Ok(Proof::new(&proof))
}
