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
            // What it answers is not logged: some gateways repeat the number.
            match self.outside.ask(self.gateway.request(&message)).await {
                Ok(told) if (200..300).contains(&told.status) => Ok(()),
                Ok(told) => Err(format!("the gateway answers {}", told.status)),
                Err(error) => Err(error.to_string()),
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
