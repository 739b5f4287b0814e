//! What raters wrote, for themselves; how it is erased. The figure a rating is part of stays, without who and why.

use tongxin_base::{Id, Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{Act, PersonalData, Piece, Whose};

use crate::store;

/// For the kernel, which asks all rooms.
pub const DATA: PersonalData = PersonalData { held, erase, expire: |_| Ok(0) };

fn held(read: &mut Read<'_>, tenant: TenantId, whose: &Whose) -> Result<Vec<Piece>> {
    let Whose::Of(thing) = whose else { return Ok(Vec::new()) };
    let found = store::by_rater(read, tenant, &thing.id.to_string())?;
    let piece = |(at, solved, satisfied, reasons): (_, Option<String>, Option<i64>, String)| {
        let mut fields = Vec::new();
        fields.extend(solved.map(|solved| ("solved", solved)));
        fields.extend(satisfied.map(|stars| ("satisfied", stars.to_string())));
        fields.push(("reasons", reasons));
        Piece { kind: "rating", subject: thing.clone(), at, fields, files: Vec::new() }
    };
    Ok(found.into_iter().map(piece).collect())
}

fn erase(act: &mut Act<'_, '_>, whose: &Whose) -> Result<()> {
    let Whose::Of(thing) = whose else { return Ok(()) };
    // A name that is nobody's: the rating stays one of its round, and leads to no report any more.
    let nobody: Id<()> = act.id(thing.id.uuid().as_bytes());
    store::empty(act.tx, act.call.tenant.id, &thing.id.to_string(), &format!("gone:{nobody}"))
}
