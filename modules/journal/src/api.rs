//! Proofs for programs. They are hashes: whoever asks learns nothing but that the journal is what it was.

use axum::Json;
use axum::extract::Query;
use serde::{Deserialize, Serialize};
use tongxin_web::{Answer, Ctx, Problem};
use utoipa::{IntoParams, ToSchema};

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
#[utoipa::path(get, path = "/api/v1/journal/proof", tag = "journal", params(Included), responses(
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
#[utoipa::path(get, path = "/api/v1/journal/consistency", tag = "journal", params(Grown), responses(
    (status = 200, body = Proof), (status = 404, body = Problem)
))]
pub(crate) async fn journal_consistency(ctx: Ctx, Query(asked): Query<Grown>) -> Answer<Json<Proof>> {
    let proof = ctx.kernel().prove_growth(ctx.tenant.id, asked.from, asked.to).await?;
    Ok(Proof::new(&proof))
}
