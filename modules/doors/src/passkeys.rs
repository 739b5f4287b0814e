//! Passkeys (WebAuthn): a key that stays on its person's device or in their keychain, opened by their finger, face or PIN.
//! Nothing that could be guessed or given away is kept here, and what is signed is signed for this house alone.

use serde_json::{Value, json};
use tongxin_base::{Error, Result};
use tongxin_kernel::{Kernel, PersonId, Tenant, use_up};
use tongxin_web::Ctx;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle16, Username,
};
use webauthn_rp::request::{AsciiDomain, DomainOrigin, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::register::{DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication16, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
};

use std::sync::Arc;

use crate::actions::{Change, change};
use crate::store::{self, Passkey};
use crate::ticket;

/// Passkeys of one person.
const MOST: usize = 20;

/// The house as browsers know it: its name, and the whole address that must stand in what is signed.
pub struct House {
    name: RpId,
    origin: String,
}

/// The house as the reader reached it; nothing where that is a number: browsers make passkeys for names alone.
pub fn house(ctx: &Ctx) -> Option<House> {
    let (_, host) = ctx.origin.split_once("://")?;
    let name = if host.starts_with('[') { return None } else { host.split(':').next()? };
    if name.parse::<std::net::IpAddr>().is_ok() {
        return None;
    }
    let name = AsciiDomain::try_from(name.to_ascii_lowercase()).ok()?;
    Some(House { name: RpId::Domain(name), origin: ctx.origin.clone() })
}

fn unusable() -> Error {
    Error::rule("doors-passkey-failed")
}

fn odd(why: &dyn std::fmt::Debug) -> Error {
    Error::internal(format!("a passkey: {why:?}"))
}

/// Begins a new passkey: what the browser is asked, and the ticket to come back with.
///
/// # Errors
/// `Rule` where there are enough of them.
pub async fn begin_new(
    kernel: &Kernel,
    tenant: &Tenant,
    house: &House,
    (person, login, name): (PersonId, &str, &str),
) -> Result<Value> {
    let id = tenant.id;
    let known = kernel.db().read(id, move |read| store::passkeys(read, id, person)).await?;
    if known.len() >= MOST {
        return Err(Error::rule("doors-passkey-too-many"));
    }
    let mut kept = Vec::new();
    for passkey in &known {
        let id = CredentialId::try_from(passkey.credential.clone()).map_err(|error| odd(&error))?;
        kept.push(PublicKeyCredentialDescriptor { id, transports: AuthTransports::ALL });
    }
    let handle = handle(person)?;
    // What the keychain shows to its person beside the house's name.
    let user = PublicKeyCredentialUserEntity {
        name: Username::try_from(login.to_owned())
            .or_else(|_| Username::try_from("tongxin".to_owned()))
            .map_err(|error| odd(&error))?,
        id: &handle,
        display_name: Nickname::try_from(name.to_owned()).ok(),
    };
    let mut options = PublicKeyCredentialCreationOptions::passkey(&house.name, user, kept);
    // Whoever verifies its person does so by itself; many that do know nothing of this extension and would refuse.
    options.extensions.cred_protect = CredProtect::None;
    let (server, client) = options.start_ceremony().map_err(|error| odd(&error))?;
    let state = server.encode().map_err(|error| odd(&error))?.to_vec();
    let token = ticket::issue(kernel, tenant, ticket::NEW_PASSKEY, Some(person), &state).await?;
    Ok(json!({"ticket": token, "options": serde_json::to_value(&client).map_err(Error::internal)?}))
}

fn handle(person: PersonId) -> Result<UserHandle16> {
    UserHandle16::decode(*person.uuid().as_bytes()).map_err(|error| odd(&error))
}

/// Keeps a new passkey; where it answers an invitation, that is used up in the same write.
///
/// # Errors
/// `Rule` where what came does not hold; it is not said what. `NotFound` where the invitation is good no more.
pub async fn keep(
    kernel: &Kernel,
    tenant: &Arc<Tenant>,
    house: &House,
    (person, token): (PersonId, &str),
    (name, credential, invitation): (&str, &str, Option<&str>),
) -> Result<()> {
    let taken = ticket::take::<Vec<u8>>(kernel, tenant, ticket::NEW_PASSKEY, token).await?;
    let (_, state) = taken.filter(|(whose, _)| *whose == Some(person)).ok_or_else(unusable)?;
    let server = RegistrationServerState::<16>::decode(&state).map_err(|error| odd(&error))?;
    let registration = Registration::from_json_relaxed(credential.as_bytes()).map_err(|_| unusable())?;
    let origin = DomainOrigin::try_from(house.origin.as_str()).map_err(|error| odd(&error))?;
    let options = RegistrationVerificationOptions::<DomainOrigin<'_, '_>, &str> {
        allowed_origins: &[origin],
        error_on_unsolicited_extensions: false,
        ..RegistrationVerificationOptions::default()
    };
    let made = server.verify(&house.name, &registration, &options).map_err(|why| {
        tracing::info!(?why, "a new passkey was refused");
        unusable()
    })?;
    let (now, id) = (kernel.world().now(), tenant.id);
    let passkey = Passkey {
        credential: made.id().as_ref().to_vec(),
        id: kernel.world().id(),
        person,
        name: name.to_owned(),
        public_key: made.static_state().encode().map_err(|error| odd(&error))?,
        state: made.dynamic_state().encode().map_err(|error| odd(&error))?.to_vec(),
        created_at: now,
        used_at: now,
    };
    let payload = json!({"passkey": passkey.id});
    let invitation = invitation.map(str::to_owned);
    let added = Change { person, action: "doors.add_passkey", payload, notice: "doors-notice-passkey-added" };
    change(kernel, tenant, added, move |act| {
        if let Some(token) = &invitation {
            use_up(act, person, token, None)?;
        }
        if store::add_passkey(act.tx, id, &passkey)? { Ok(()) } else { Err(Error::conflict("doors-passkey-known")) }
    })
    .await
}

/// Begins a sign-in with whatever passkey its person chooses.
///
/// # Errors
/// As `Db::write`.
pub async fn begin(kernel: &Kernel, tenant: &Tenant, house: &House) -> Result<Value> {
    let options = DiscoverableCredentialRequestOptions::passkey(&house.name);
    let (server, client) = options.start_ceremony().map_err(|error| odd(&error))?;
    let state = server.encode().map_err(|error| odd(&error))?.to_vec();
    let token = ticket::issue(kernel, tenant, ticket::CHALLENGE, None, &state).await?;
    Ok(json!({"ticket": token, "options": serde_json::to_value(&client).map_err(Error::internal)?}))
}

/// Whose passkey signed; its counter is kept.
///
/// # Errors
/// `Rule` where what came does not hold; it is not said what.
pub async fn signed(
    kernel: &Kernel,
    here: &Arc<Tenant>,
    house: &House,
    (token, credential): (&str, &str),
) -> Result<(Arc<Tenant>, PersonId)> {
    let taken = ticket::take::<Vec<u8>>(kernel, here, ticket::CHALLENGE, token).await?;
    let (_, state) = taken.ok_or_else(unusable)?;
    let server = DiscoverableAuthenticationServerState::decode(state.as_slice()).map_err(|error| odd(&error))?;
    let answer = DiscoverableAuthentication16::from_json_relaxed(credential.as_bytes()).map_err(|_| unusable())?;
    let raw = answer.raw_id();
    let (tenant, passkey) = find(kernel, raw.as_ref()).await?.ok_or_else(unusable)?;
    let handle = handle(passkey.person)?;
    let dynamic: [u8; 7] = passkey.state.as_slice().try_into().map_err(|error| odd(&error))?;
    let mut known = AuthenticatedCredential::new(
        CredentialId::try_from(passkey.credential.as_slice()).map_err(|error| odd(&error))?,
        &handle,
        StaticState::decode(passkey.public_key.as_slice()).map_err(|error| odd(&error))?,
        DynamicState::decode(dynamic).map_err(|error| odd(&error))?,
    )
    .map_err(|error| odd(&error))?;
    let origin = DomainOrigin::try_from(house.origin.as_str()).map_err(|error| odd(&error))?;
    let options = AuthenticationVerificationOptions::<DomainOrigin<'_, '_>, &str> {
        allowed_origins: &[origin],
        error_on_unsolicited_extensions: false,
        ..AuthenticationVerificationOptions::default()
    };
    server.verify(&house.name, &answer, &mut known, &options).map_err(|why| {
        tracing::info!(?why, "a passkey was refused");
        unusable()
    })?;
    let after = known.dynamic_state().encode().map_err(|error| odd(&error))?.to_vec();
    let (id, now, before, person) = (tenant.id, kernel.world().now(), passkey.state, passkey.person);
    let credential = passkey.credential;
    let using = move |tx: &mut tongxin_db::Tx<'_>| store::use_passkey(tx, id, &credential, (&before, &after), now);
    if kernel.db().write(id, "doors.use_passkey", using).await? { Ok((tenant, person)) } else { Err(unusable()) }
}

/// A credential says nothing of its tenant; there are few.
async fn find(kernel: &Kernel, credential: &[u8]) -> Result<Option<(Arc<Tenant>, Passkey)>> {
    for tenant in kernel.tenants() {
        let (id, credential) = (tenant.id, credential.to_vec());
        let found = kernel.db().read(id, move |read| store::passkey(read, id, &credential)).await?;
        if let Some(passkey) = found {
            return Ok(Some((tenant, passkey)));
        }
    }
    Ok(None)
}
