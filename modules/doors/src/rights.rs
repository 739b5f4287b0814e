//! What this room holds about people, for themselves: their ways in, without what opens them. It goes when they erase it.

use tongxin_base::{Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{Act, PersonId, PersonalData, Piece, Subject, Whose};

use crate::actions::PERSON;
use crate::store;

/// How the room answers for it.
pub(crate) const DATA: PersonalData = PersonalData { held, erase, expire };

fn own(whose: &Whose) -> Option<PersonId> {
    match whose {
        Whose::Person(person) => Some(*person),
        _ => None,
    }
}

fn held(read: &mut Read<'_>, tenant: TenantId, whose: &Whose) -> Result<Vec<Piece>> {
    let Some(person) = own(whose) else { return Ok(Vec::new()) };
    let piece =
        |at, fields| Piece { kind: "way-in", subject: Subject::new(PERSON, person), at, fields, files: Vec::new() };
    let mut pieces = Vec::new();
    for passkey in store::passkeys(read, tenant, person)? {
        pieces.push(piece(passkey.created_at, vec![("passkey", passkey.name)]));
    }
    for (issuer, since) in store::links(read, tenant, person)? {
        pieces.push(piece(since, vec![("organisation", issuer)]));
    }
    if let Some((number, since)) = store::phone_of(read, tenant, person)? {
        pieces.push(piece(since, vec![("phone", number)]));
    }
    if let Some((_, _, since)) = store::app(read, tenant, person)? {
        pieces.push(piece(since, vec![("app", String::new())]));
    }
    Ok(pieces)
}

fn erase(act: &mut Act<'_, '_>, whose: &Whose) -> Result<()> {
    let Some(person) = own(whose) else { return Ok(()) };
    let tenant = act.call.tenant.id;
    store::drop_mail(act.tx, tenant, person)?;
    crate::forget(act.tx, tenant, person)
}

/// What is over goes by itself: tickets within a day, and what is counted of numbers.
fn expire(act: &mut Act<'_, '_>) -> Result<u64> {
    let (tenant, now) = (act.call.tenant.id, act.call.now);
    store::expire(act.tx, tenant, now)
}
