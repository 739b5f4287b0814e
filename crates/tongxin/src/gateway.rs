//! Text messages: a gateway that takes them as JSON over HTTP, as most do, with fields that the operator names; and the demo's,
//! which keeps them for its own page.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tongxin_kernel::{Ask, Outside, TextMessage, Texter, Texting};

/// A gateway answers within this time.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer of a gateway that is read, in bytes.
const LARGEST: usize = 64 << 10;
/// How long it is waited before a gateway that is busy or broken is asked once more.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];
/// Messages that the demo keeps.
const KEPT: usize = 20;

/// The part `[sms]` of a settings file. In values `{number}`, `{code}`, `{minutes}` and `{secret}` stand for what they say.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    url: String,
    fields: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    secret_file: Option<PathBuf>,
}

/// A gateway, as the settings have it.
#[derive(Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Where messages are posted to.
    pub url: String,
    fields: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    secret: String,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gateway({})", self.url)
    }
}

/// A secret from a file or from the environment; never from the settings themselves, which are copied around.
pub(crate) fn secret(file: Option<&PathBuf>, variable: &str, from: Option<String>) -> Result<Option<String>> {
    match (from, file) {
        (Some(secret), _) => Ok(Some(secret)),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read; or set {variable}", path.display()))?;
            Ok(Some(text.trim().to_owned()))
        }
        (None, None) => Ok(None),
    }
}

impl Gateway {
    /// Reads the part of a settings file.
    ///
    /// # Errors
    /// Says what is wrong and how it is written.
    pub fn parse(written: Written, environment: &impl Fn(&str) -> Option<String>) -> Result<Self> {
        let variable = "TONGXIN_SMS_SECRET";
        let secret = secret(written.secret_file.as_ref(), variable, environment(variable))?;
        if !written.url.starts_with("https://") && !written.url.starts_with("http://") {
            bail!("sms.url = {:?}: write the gateway's address, such as https://sms.example.cn/send", written.url);
        }
        let all = || written.fields.values().chain(written.headers.values());
        if !all().any(|value| value.contains("{number}")) || !all().any(|value| value.contains("{code}")) {
            bail!(
                "sms.fields: name the fields of the number and the code: {{ phone = \"{{number}}\", code = \"{{code}}\" }}"
            );
        }
        if secret.is_none() && all().any(|value| value.contains("{secret}")) {
            bail!("sms.fields name a {{secret}}; put it into {variable}, or into the file that sms.secret_file names");
        }
        let Written { url, fields, headers, .. } = written;
        Ok(Self { url, fields, headers, secret: secret.unwrap_or_default() })
    }

    fn filled(&self, template: &str, message: &TextMessage) -> String {
        template
            .replace("{number}", &message.number)
            .replace("{code}", &message.code)
            .replace("{minutes}", &message.minutes.to_string())
            .replace("{secret}", &self.secret)
    }

    fn request(&self, message: &TextMessage) -> Ask {
        let fields: serde_json::Map<_, _> =
            self.fields.iter().map(|(name, value)| (name.clone(), self.filled(value, message).into())).collect();
        let body = serde_json::Value::from(fields).to_string().into_bytes();
        let ask = Ask { patience: PATIENCE, largest: LARGEST, ..Ask::post(&self.url, body) };
        let ask = ask.with("content-type", "application/json");
        self.headers.iter().fold(ask, |ask, (name, value)| ask.with(name, self.filled(value, message)))
    }
}

/// Hands text messages to a gateway.
pub struct Carrier {
    gateway: Gateway,
    outside: Arc<dyn Outside>,
}

impl Carrier {
    /// One that hands messages to this gateway.
    pub fn new(gateway: Gateway, outside: Arc<dyn Outside>) -> Arc<Self> {
        Arc::new(Self { gateway, outside })
    }
}

impl Texter for Carrier {
    fn send(&self, message: TextMessage) -> Texting<'_> {
        Box::pin(async move {
            let mut pauses = PAUSES.iter();
            loop {
                // What it answers is not logged: some gateways repeat the number.
                let status = match self.outside.ask(self.gateway.request(&message)).await {
                    Ok(told) => told.status,
                    // Nobody knows whether it took the message: asking again could send it twice.
                    Err(error) => return Err(error.to_string()),
                };
                match (status, pauses.next()) {
                    (200..300, _) => return Ok(()),
                    (429 | 500..600, Some(pause)) => tokio::time::sleep(*pause).await,
                    _ => return Err(format!("the gateway answers {status}")),
                }
            }
        })
    }
}

/// Keeps the demo's messages for its page.
#[derive(Default)]
pub struct DemoOutbox(Mutex<Vec<TextMessage>>);

impl Texter for DemoOutbox {
    fn send(&self, message: TextMessage) -> Texting<'_> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(0, message);
        kept.truncate(KEPT);
        Box::pin(std::future::ready(Ok(())))
    }

    fn shown(&self) -> Option<Vec<TextMessage>> {
        Some(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, secret: Option<&str>) -> Result<Gateway> {
        Gateway::parse(toml::from_str(text)?, &|_| secret.map(str::to_owned))
    }

    #[test]
    fn fields_are_filled_and_the_secret_is_not_shown() {
        let text = "url = 'https://sms.example.cn/send'\nfields = { phone = '+86{number}', text = 'code {code}, {minutes} min' }\n\
                    headers = { authorization = 'Bearer {secret}' }";
        let gateway = parse(text, Some("geheim")).expect("a gateway");
        let message = TextMessage { number: "13800138000".into(), code: "012345".into(), minutes: 5 };
        let ask = gateway.request(&message);
        let body: serde_json::Value = serde_json::from_slice(&ask.body).expect("JSON");
        assert_eq!(body, serde_json::json!({"phone": "+8613800138000", "text": "code 012345, 5 min"}));
        assert!(ask.headers.contains(&("authorization".to_owned(), "Bearer geheim".to_owned())));
        assert!(!format!("{gateway:?} {ask:?} {message:?}").contains("geheim"));
        assert!(!format!("{ask:?} {message:?}").contains("13800138000"));
    }

    /// A real server on this machine: it answers with these statuses in turn, and keeps what it was sent.
    async fn server(
        statuses: &'static [u16],
    ) -> (Arc<Carrier>, Arc<Mutex<Vec<(axum::http::HeaderMap, serde_json::Value)>>>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        let answer = move |headers: axum::http::HeaderMap, axum::Json(body): axum::Json<serde_json::Value>| async move {
            let n = {
                let mut kept = kept.lock().expect("requests");
                kept.push((headers, body.clone()));
                kept.len()
            };
            let status = statuses[(n - 1).min(statuses.len() - 1)];
            if status == 0 {
                std::future::pending::<()>().await;
            }
            let status = axum::http::StatusCode::from_u16(status).expect("a status");
            // As some do: the number and the code come back, and a redirect would lead them elsewhere.
            (status, [("location", "http://127.0.0.1:1/elsewhere")], body.to_string())
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = axum::Router::new().route("/send", axum::routing::post(answer));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let text = format!(
            "url = 'http://{address}/send'\nfields = {{ phone = '{{number}}', code = '{{code}}' }}\n\
             headers = {{ authorization = 'Bearer {{secret}}' }}"
        );
        let outside = crate::outside::Gate::new(crate::outside::Allowed::parse(["127.0.0.1"]).expect("a host"));
        (Carrier::new(parse(&text, Some("geheim")).expect("a gateway"), outside.expect("a gate")), seen)
    }

    async fn sent(statuses: &'static [u16]) -> (Result<(), String>, usize) {
        let (carrier, seen) = server(statuses).await;
        let message = TextMessage { number: "13800138000".into(), code: "012345".into(), minutes: 5 };
        let outcome = carrier.send(message).await;
        let seen = seen.lock().expect("requests");
        for (headers, body) in seen.iter() {
            assert_eq!(headers["authorization"], "Bearer geheim");
            assert_eq!(*body, serde_json::json!({"phone": "13800138000", "code": "012345"}));
        }
        if let Err(why) = &outcome {
            assert!(!why.contains("13800138000") && !why.contains("012345") && !why.contains("geheim"), "{why}");
        }
        (outcome, seen.len())
    }

    #[tokio::test]
    async fn a_real_gateway_takes_refuses_and_comes_back() {
        let says = |status: u16| Err(format!("the gateway answers {status}"));
        assert_eq!(sent(&[200]).await, (Ok(()), 1));
        assert_eq!(sent(&[204]).await, (Ok(()), 1));
        assert_eq!(sent(&[400]).await, (says(400), 1), "a refusal is not asked again");
        assert_eq!(sent(&[302]).await, (says(302), 1), "nobody is led elsewhere with a number");
        assert_eq!(sent(&[503, 200]).await, (Ok(()), 2));
        assert_eq!(sent(&[500]).await, (says(500), 3));
    }

    #[tokio::test]
    async fn a_gateway_that_never_answers_is_left_and_one_that_is_away_is_said() {
        let (carrier, seen) = server(&[0]).await;
        let message = || TextMessage { number: "13800138000".into(), code: "012345".into(), minutes: 5 };
        let mut short = carrier.gateway.request(&message());
        assert_eq!(short.patience, PATIENCE);
        short.patience = Duration::from_millis(200);
        let said = carrier.outside.ask(short).await.expect_err("it never answers").to_string();
        assert!(!said.contains("13800138000"), "{said}");
        assert_eq!(seen.lock().expect("requests").len(), 1);
        let text = "url = 'http://127.0.0.1:1/send'\nfields = { phone = '{number}', code = '{code}' }";
        let away = Carrier::new(parse(text, None).expect("a gateway"), Arc::clone(&carrier.outside));
        assert!(!away.send(message()).await.expect_err("nobody is there").contains("13800138000"));
        // An inner address that the operator did not name is refused by the gate.
        let text = "url = 'http://10.0.0.1/send'\nfields = { phone = '{number}', code = '{code}' }";
        let inner = Carrier::new(parse(text, None).expect("a gateway"), Arc::clone(&carrier.outside));
        assert!(inner.send(message()).await.expect_err("it is refused").contains("outside_allowed"));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (text, secret, said) in [
            ("url = 'sms'\nfields = { a = '{number}{code}' }", None, "sms.url"),
            ("url = 'https://h/'\nfields = { a = '{number}' }", None, "sms.fields"),
            ("url = 'https://h/'\nfields = { a = '{number}{code}{secret}' }", None, "TONGXIN_SMS_SECRET"),
        ] {
            let error = format!("{:#}", parse(text, secret).expect_err("it is wrong"));
            assert!(error.contains(said), "{error}");
        }
    }
}
