//! Telling browsers that there is something new: a push service is asked to wake one up, as RFC 8030 has it, by the house's one gate
//! for requests to other servers. The key by which push services know us is derived from the installation's secret, so it lies where
//! the other keys do and several servers have the same one.

pub mod seal;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use axum::http::Uri;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use serde_json::json;
use tongxin_base::World;
use tongxin_kernel::push::{Push, Pusher, Pushing, Unpushed};
use tongxin_kernel::{Ask, NoAnswer, Outside, Secret};
use tongxin_web::App;

use seal::{Browser, STEP, seal};

/// A push service answers within this time.
const PATIENCE: Duration = Duration::from_secs(8);
/// The largest answer that is read, in bytes.
const LARGEST: usize = 16 << 10;
/// A push service keeps it for a browser that is away for so long, in seconds; what is older is read on the pages.
const KEPT: u32 = 24 * 3600;
/// How long our word to a push service holds.
const WORD: i64 = 12 * 3600;

/// Hands pushes to the push services that browsers name.
pub struct Service {
    key: SecretKey,
    app: App,
    outside: Arc<dyn Outside>,
    /// Whom a push service may turn to: `mailto:` or an address of ours.
    contact: String,
}

/// The key by which push services know us.
///
/// # Errors
/// Never in practice: one in 2^32 tries is no key of the curve, and then the next one is taken.
fn key(secret: &Secret) -> Result<SecretKey> {
    let mut tries = (1_u8..=8).map(|n| SecretKey::from_slice(&secret.derive(&[b"vapid", &[n]])));
    tries.find_map(Result::ok).ok_or_else(|| anyhow!("the secret gives no key for web push"))
}

/// A key for one message.
fn once() -> Result<(SecretKey, [u8; 16])> {
    // Never a seeded world's: what is sealed with a key that can be had twice is not sealed.
    let world = World::system();
    let mut tries = (0..8).map(|_| SecretKey::from_slice(&world.bytes::<32>()));
    let key = tries.find_map(Result::ok).ok_or_else(|| anyhow!("this machine's randomness gives no key"))?;
    Ok((key, world.bytes()))
}

impl Service {
    /// One that goes out by this gate.
    ///
    /// # Errors
    /// Where the secret gives no key.
    pub fn new(app: App, outside: Arc<dyn Outside>, contact: &str) -> Result<Arc<Self>> {
        let key = key(app.kernel().secret())?;
        Ok(Arc::new(Self { key, app, outside, contact: contact.to_owned() }))
    }

    /// Our word to a push service that it is us (RFC 8292): a JWT for its address, and our key.
    fn word(&self, endpoint: &str) -> Result<String> {
        let uri: Uri = endpoint.parse()?;
        let (scheme, host) = (uri.scheme_str().unwrap_or("https"), uri.authority().map(|to| to.as_str()));
        let aud = format!("{scheme}://{}", host.ok_or_else(|| anyhow!("no host"))?);
        let until = self.app.kernel().world().now().micros() / 1_000_000 + WORD;
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({"typ": "JWT", "alg": "ES256"}));
        let said = format!("{head}.{}", part(json!({"aud": aud, "exp": until, "sub": self.contact})));
        let signed: Signature = SigningKey::from(&self.key).sign(said.as_bytes());
        Ok(format!("vapid t={said}.{}, k={}", URL_SAFE_NO_PAD.encode(signed.to_bytes()), self.key()))
    }

    /// What a browser is told: that there is something new, of which kind, and where. No name, no word, no number.
    fn request(&self, push: &Push) -> Result<Ask> {
        let (notice, to) = (&push.notice, &push.to);
        let browser = Browser::parse(&to.p256dh, &to.auth)?;
        let nudge = self.app.nudge(notice, to.locale);
        let told = json!({
            "title": nudge.title, "body": nudge.text, "lang": to.locale.tag(), "tag": notice.id,
            "link": format!("/me/notices/{}", notice.id),
        });
        let (own, salt) = once()?;
        let body = seal(told.to_string().as_bytes(), &browser, (&own, salt), STEP)?;
        let ask = Ask { patience: PATIENCE, largest: LARGEST, ..Ask::post(&to.endpoint, body) };
        Ok(ask
            .with("authorization", self.word(&to.endpoint)?)
            .with("content-type", "application/octet-stream")
            .with("content-encoding", "aes128gcm")
            .with("ttl", KEPT.to_string())
            .with("urgency", if notice.urgent { "high" } else { "normal" })
            // One that goes a second time takes the place of the first, where the browser has not had it yet.
            .with("topic", URL_SAFE_NO_PAD.encode(notice.id.uuid().as_bytes())))
    }

    async fn hand_over(&self, push: Push) -> Result<(), Unpushed> {
        let ask = match self.request(&push) {
            Ok(ask) => ask,
            Err(why) => {
                tracing::warn!(%why, "a browser's keys are no keys; it is forgotten");
                return Err(Unpushed::Gone);
            }
        };
        // The address of a browser is a secret of its own: it stands in no log and no reason.
        match self.outside.ask(ask).await {
            Ok(told) => match told.status {
                200..300 => Ok(()),
                404 | 410 => Err(Unpushed::Gone),
                // Not now; or it does not believe us, which who runs the installation will mend.
                status @ (401 | 403 | 408 | 429 | 500..600) => {
                    Err(Unpushed::Later(format!("the push service answers {status}")))
                }
                status => Err(Unpushed::Never(format!("the push service answers {status}"))),
            },
            Err(NoAnswer::Refused(_)) => {
                tracing::warn!("a browser named a push service at an address that nobody is sent to; it is forgotten");
                Err(Unpushed::Gone)
            }
            Err(NoAnswer::Away(_) | NoAnswer::TooLarge(_)) => {
                Err(Unpushed::Later("the push service cannot be reached".to_owned()))
            }
        }
    }
}

impl Pusher for Service {
    fn key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key.public_key().to_encoded_point(false).as_bytes())
    }

    fn send(&self, push: Push) -> Pushing<'_> {
        Box::pin(self.hand_over(push))
    }
}
