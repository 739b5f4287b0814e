//! Doors: how people show who they are. Passwords, passkeys, codes of an app and on paper, organisations, telephones; what
//! slows down who guesses; and the page on which everybody sees and changes their own ways in. What is behind the doors
//! (people, sessions, tokens, rights) is the kernel's.

mod actions;
mod device;
mod entry;
mod factors;
pub mod oidc;
mod pages;
mod passkeys;
mod phone;
mod recovery;
mod rights;
mod store;
#[cfg(test)]
mod tests;
mod throttle;
mod ticket;

use tongxin_base::{Result, TenantId};
use tongxin_kernel::{AddressBook, Basis, PersonId, PersonalField, Room};
use tongxin_web::{Card, Gate, Module, Routes};

use pages::{app, invited, mine, passkeys as keys, password, phone as number, recover, sign_in, tokens, visit};

const fn own(column: &'static str) -> PersonalField {
    PersonalField::Personal { column, basis: Basis::Service, retention_days: 0 }
}

/// All that this room brings to the house.
pub static MODULE: Module = Module {
    room: Room {
        name: "doors",
        migrations: tongxin_db::migrations!("doors": "0001_doors", "0002_sealed"),
        policy: include_str!("../policy.cedar"),
        address_books: &[AddressBook { kind: recovery::KIND, find: recovery::address }],
        personal: Some(rights::DATA),
        sealed: store::SEALED,
        fields: &[
            PersonalField::Plain { column: "doors_ticket.digest" },
            PersonalField::Plain { column: "doors_ticket.kind" },
            own("doors_ticket.state"),
            own("doors_app.secret"),
            PersonalField::Plain { column: "doors_recovery_code.digest" },
            own("doors_passkey.credential"),
            own("doors_passkey.name"),
            own("doors_passkey.public_key"),
            own("doors_passkey.state"),
            own("doors_phone.number"),
            own("doors_phone.sealed"),
            own("doors_phone_code.number"),
            PersonalField::Plain { column: "doors_phone_code.digest" },
            PersonalField::Plain { column: "doors_link.issuer" },
            own("doors_link.subject"),
            own("doors_mail.address"),
        ],
        ..Room::EMPTY
    },
    routes,
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[],
    bar: &[],
    news: None,
    cards: &[Card { href: "/me/sign-in", icon: "key", title: "doors-card", action: "doors.mine" }],
};

/// The action of all that one does to one's own ways in.
const MINE: Gate = Gate::May("doors.mine");

/// What could be used to go around a second factor is for whole sessions.
const WHOLE: Gate = Gate::May("people.me");

/// Takes everything from a person but what the kernel keeps: who resets somebody begins from nothing.
///
/// # Errors
/// As `Tx::exec`.
pub fn forget(tx: &mut tongxin_db::Tx<'_>, tenant: TenantId, person: PersonId) -> Result<()> {
    store::drop_app(tx, tenant, person)?;
    store::put_codes(tx, tenant, person, &[])?;
    for passkey in store::passkeys(tx, tenant, person)? {
        store::drop_passkey(tx, tenant, person, passkey.id)?;
    }
    store::drop_phone(tx, tenant, person)?;
    for (issuer, _) in store::links(tx, tenant, person)? {
        store::drop_link(tx, tenant, person, &issuer)?;
    }
    store::drop_tickets(tx, tenant, person)
}

fn routes() -> Routes {
    my_own(
        Routes::new()
            .get(Gate::Public, "/sign-in", sign_in::page)
            .post(Gate::Public, "/sign-in", sign_in::sign_in)
            .post(Gate::Public, "/sign-out", sign_in::sign_out)
            .get(Gate::Public, "/sign-in/second", sign_in::second)
            .post(Gate::Public, "/sign-in/second", sign_in::show_second)
            .post(Gate::Public, "/sign-in/passkey/begin", keys::begin)
            .post(Gate::Public, "/sign-in/passkey", keys::signed)
            .get(Gate::Public, "/sign-in/phone", number::page)
            .post(Gate::Public, "/sign-in/phone", number::send)
            .post(Gate::Public, "/sign-in/phone/code", number::check)
            .get(Gate::Public, "/sign-in/with/{name}", visit::go)
            .get(Gate::Public, "/sign-in/back/{name}", visit::back)
            .get(Gate::Public, "/sign-in/out/{name}", visit::out)
            .get(Gate::Public, "/sign-in/recover", recover::page)
            .post(Gate::Public, "/sign-in/recover", recover::ask)
            .get(Gate::Public, "/sign-in/recover/{token}", recover::link)
            .post(Gate::Public, "/sign-in/recover/{token}", recover::renew)
            .get(Gate::Public, "/welcome/{token}", invited::page)
            .post(Gate::Public, "/welcome/{token}", invited::accept)
            .get(Gate::Public, "/welcome/{token}/with/{name}", visit::go_invited)
            .post(Gate::Public, "/welcome/{token}/passkey/begin", keys::begin_invited)
            .post(Gate::Public, "/welcome/{token}/passkey", keys::keep_invited)
            .get(Gate::Public, "/demo/outbox", number::demo_outbox),
    )
}

fn my_own(routes: Routes) -> Routes {
    routes
        .get(MINE, "/me/sign-in", mine::page)
        .get(MINE, "/me/sign-in/password", password::page)
        .post(MINE, "/me/sign-in/password", password::set)
        .get(MINE, "/me/sign-in/app", app::page)
        .post(MINE, "/me/sign-in/app", app::confirm)
        .post(MINE, "/me/sign-in/app/remove", app::remove)
        .post(MINE, "/me/sign-in/codes", app::new_codes)
        .post(MINE, "/me/sign-in/passkeys/begin", keys::begin_new)
        .post(MINE, "/me/sign-in/passkeys", keys::keep)
        .post(MINE, "/me/sign-in/passkeys/{id}/name", keys::name)
        .post(MINE, "/me/sign-in/passkeys/{id}/remove", keys::remove)
        .post(MINE, "/me/sign-in/phone/remove", number::remove)
        .post(MINE, "/me/sign-in/mail", recover::confirm)
        .get(MINE, "/me/sign-in/mail/{token}", recover::confirmed)
        .get(WHOLE, "/me/sign-in/link/{name}", visit::go_to_link)
        .post(MINE, "/me/sign-in/unlink/{name}", visit::unlink)
        .post(MINE, "/me/sign-in/sessions/end-others", mine::end_the_others)
        .post(MINE, "/me/sign-in/sessions/end-all", mine::end_all)
        .post(MINE, "/me/sign-in/sessions/{mark}/end", mine::end)
        .get(WHOLE, "/me/sign-in/tokens/new", tokens::page)
        .post(WHOLE, "/me/sign-in/tokens/new", tokens::make)
        .post(WHOLE, "/me/sign-in/tokens/{mark}/end", tokens::end)
}
