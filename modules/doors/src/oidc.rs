//! Organisations that answer for their people: OpenID Connect by the authorization code with PKCE, state and nonce. Whom an
//! organisation means is decided by what it calls them (issuer and subject) and was linked before, never by a name that
//! may be given to somebody else tomorrow, unless the operator says that it is a login here.

use std::sync::{Arc, OnceLock};

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, ProviderMetadataWithLogout, RedirectUrl, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Label, Result, World};
use tongxin_kernel::{Ask, Errand, Kernel, NoAnswer, Outside};

/// The claim by which an organisation's people are logins here without a link made before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginClaim {
    /// `preferred_username`.
    PreferredUsername,
    /// `email`, verified by the organisation and of one of its domains.
    Email,
}

/// An organisation, as the settings have it.
#[derive(Clone)]
pub struct Organisation {
    /// Its name in addresses: small letters.
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// Who it says it is, an address.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// Our secret there, where it gave one.
    pub client_secret: Option<String>,
    /// The claim that is a login here, if one is.
    pub login_claim: Option<LoginClaim>,
    /// The domains whose addresses it answers for, where the claim is `email`.
    pub email_domains: Vec<String>,
}

impl std::fmt::Debug for Organisation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Organisation({} at {})", self.name, self.issuer)
    }
}

/// The organisations of an installation; the binary puts them here.
#[derive(Default)]
pub struct Organisations(OnceLock<Vec<Organisation>>);

impl Organisations {
    /// Sets them, once.
    pub fn set(&self, all: Vec<Organisation>) {
        if self.0.set(all).is_err() {
            tracing::warn!("the organisations are set already");
        }
    }

    /// All of them.
    pub fn all(&self) -> &[Organisation] {
        self.0.get().map_or(&[], Vec::as_slice)
    }

    /// The one of a name.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub fn named(&self, name: &str) -> Result<&Organisation> {
        self.all().iter().find(|one| one.name == name).ok_or(Error::NotFound)
    }
}

/// What somebody was sent out for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To link an account with who is signed in.
    Link,
    /// To use an invitation with this token.
    Invitation(String),
}

/// What is kept while somebody is at an organisation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Visit {
    /// Which organisation.
    pub name: String,
    /// What for.
    pub purpose: Purpose,
    /// Where they wanted to go.
    pub back: String,
    verifier: String,
    nonce: String,
}

/// What an organisation said of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who says it.
    pub issuer: String,
    /// What it calls them.
    pub subject: String,
    /// The login here that it names, where the operator takes its word.
    pub login: Option<String>,
}

/// The state that goes along: derived from the ticket, so that the ticket itself never leaves.
pub fn state_of(kernel: &Kernel, ticket: &str) -> String {
    kernel.secret().code(&[b"visit", ticket.as_bytes()])
}

type Metadata = ProviderMetadataWithLogout;

/// An organisation that may be asked.
pub struct Provider<'a> {
    world: World,
    one: &'a Organisation,
    metadata: Metadata,
    outside: Arc<dyn Outside>,
    redirect: String,
}

fn away(one: &Organisation, why: &dyn std::fmt::Display) -> Error {
    tracing::warn!(organisation = one.name, %why, "an organisation does not answer as it should");
    Error::rule("doors-visit-away")
}

/// Carries a request of the library out.
async fn carry(outside: Arc<dyn Outside>, request: HttpRequest) -> std::result::Result<HttpResponse, NoAnswer> {
    let (parts, body) = request.into_parts();
    let ask = match parts.method.as_str() {
        "POST" => Ask::post(parts.uri.to_string(), body),
        _ => Ask { errand: Errand::Get, ..Ask::get(parts.uri.to_string()) },
    };
    let ask = parts
        .headers
        .iter()
        .fold(ask, |ask, (name, value)| ask.with(name.as_str(), value.to_str().unwrap_or_default()));
    let told = outside.ask(ask).await?;
    let response = told
        .headers
        .iter()
        .fold(HttpResponse::builder_status(told.status), |response, (name, value)| response.header(name, value));
    response.body(told.body).map_err(|error| NoAnswer::Away(error.to_string()))
}

/// A builder with a status, whatever it is.
trait WithStatus {
    fn builder_status(status: u16) -> axum::http::response::Builder;
}

impl WithStatus for HttpResponse {
    fn builder_status(status: u16) -> axum::http::response::Builder {
        axum::http::Response::builder().status(status)
    }
}

impl<'a> Provider<'a> {
    /// Reads what an organisation says of itself. `origin` is where we are.
    ///
    /// # Errors
    /// `Rule` where it does not answer, or says it is somebody else.
    pub async fn find(kernel: &Kernel, one: &'a Organisation, origin: &str) -> Result<Self> {
        let outside = kernel.outside().ok_or_else(|| away(one, &"nobody goes outside"))?;
        let issuer = IssuerUrl::new(one.issuer.clone()).map_err(|error| away(one, &error))?;
        let asked = Arc::clone(&outside);
        let client = move |request: HttpRequest| carry(Arc::clone(&asked), request);
        let metadata = Metadata::discover_async(issuer, &client).await.map_err(|error| away(one, &chain(&error)))?;
        let (world, redirect) = (kernel.world().clone(), format!("{origin}/sign-in/back/{}", one.name));
        Ok(Self { world, one, metadata, outside, redirect })
    }

    /// What is kept of somebody who is sent out until they are back.
    pub fn send(&self, purpose: Purpose, back: String) -> Visit {
        let world = &self.world;
        Visit {
            name: self.one.name.clone(),
            purpose,
            back,
            // 43 letters at least (RFC 7636).
            verifier: format!("{}{}", world.secret(), world.secret()),
            nonce: world.secret(),
        }
    }

    /// The address that a visit goes to.
    ///
    /// # Errors
    /// As [`Provider::find`].
    pub fn address(&self, visit: &Visit, state: String) -> Result<String> {
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(|error| away(self.one, &error))?;
        let client = CoreClient::from_provider_metadata(
            self.metadata.clone(),
            ClientId::new(self.one.client_id.clone()),
            self.one.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(redirect);
        let verifier = PkceCodeVerifier::new(visit.verifier.clone());
        let nonce = Nonce::new(visit.nonce.clone());
        let (address, ..) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || CsrfToken::new(state), move || nonce)
            .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(address.to_string())
    }

    /// What the organisation says of who came back with this code: its token is fetched with our secret, and its signature,
    /// issuer, audience, time and nonce are checked.
    ///
    /// # Errors
    /// `Rule` where it does not answer, or where what it answers does not hold.
    pub async fn said(&self, visit: &Visit, code: String) -> Result<Said> {
        let one = self.one;
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(|error| away(one, &error))?;
        let client = CoreClient::from_provider_metadata(
            self.metadata.clone(),
            ClientId::new(one.client_id.clone()),
            one.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(redirect)
        .set_auth_type(self.auth_type());
        let outside = Arc::clone(&self.outside);
        let http = move |request: HttpRequest| carry(Arc::clone(&outside), request);
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| away(one, &error))?
            .set_pkce_verifier(PkceCodeVerifier::new(visit.verifier.clone()))
            .request_async(&http)
            .await
            .map_err(|error| away(one, &chain(&error)))?;
        let token = answer.id_token().ok_or_else(|| away(one, &"there is no ID token"))?;
        let verifier = client.id_token_verifier().set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            CoreJwsSigningAlgorithm::EdDsa,
        ]);
        let now = self.now();
        let verifier = verifier.set_time_fn(move || now);
        let nonce = Nonce::new(visit.nonce.clone());
        let claims = token.claims(&verifier, &nonce).map_err(|error| {
            tracing::warn!(organisation = one.name, %error, "an ID token does not hold");
            Error::rule("doors-visit-refused")
        })?;
        Ok(Said {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            login: login(one, claims),
        })
    }

    /// The time by our own clock, as the library wants it.
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::from_timestamp_micros(self.world.now().micros()).unwrap_or_default()
    }

    /// How we show who we are: as the standard says, unless the organisation wants it in the body alone.
    fn auth_type(&self) -> AuthType {
        let ways = self.metadata.token_endpoint_auth_methods_supported();
        let basic = ways.is_none_or(|ways| ways.contains(&CoreClientAuthMethod::ClientSecretBasic));
        if basic { AuthType::BasicAuth } else { AuthType::RequestBody }
    }

    /// Where one signs out at the organisation too, if it has such a place. We keep no word of the organisation about
    /// anybody, so it asks its person itself.
    pub fn way_out(&self, origin: &str) -> Option<String> {
        let end = self.metadata.additional_metadata().end_session_endpoint.as_ref()?;
        let mut address = end.url().clone();
        if !matches!(address.scheme(), "https" | "http") {
            return None;
        }
        address
            .query_pairs_mut()
            .append_pair("client_id", &self.one.client_id)
            .append_pair("post_logout_redirect_uri", &format!("{origin}/"));
        Some(address.to_string())
    }
}

/// The login that a claim names, where the operator takes the organisation's word for it.
fn login(one: &Organisation, claims: &CoreIdTokenClaims) -> Option<String> {
    match one.login_claim? {
        LoginClaim::PreferredUsername => claims.preferred_username().map(|name| name.to_string()),
        LoginClaim::Email => {
            let address = claims.email().map(|address| address.to_string())?;
            let (_, domain) = address.rsplit_once('@')?;
            let ours = one.email_domains.iter().any(|known| known.eq_ignore_ascii_case(domain));
            (ours && claims.email_verified() == Some(true)).then_some(address)
        }
    }
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |behind| format!("{error}: {}", chain(behind)))
}
