//! The set-up in the browser meets this machine: its files, its settings, its database, and the door that leads to the new
//! house as soon as it stands.

use std::sync::{Mutex, OnceLock, PoisonError};

use futures_util::future::BoxFuture;
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Kernel, Pack};
use tongxin_web::Door;
use tongxin_web::setup::{Answers, Founded, Founder, NewHouse, PackSeen, Step};

use super::zip_pack::unpack;
use super::{Settings, found, programme_of, settings};
use crate::commands::programme::check;
use crate::config::{Config, Source, TlsFiles};
use crate::house::{self, Work};
use crate::tls::Certificate;

/// What the pages of the set-up ask of the binary.
pub struct Foundry {
    config: Config,
    kernel: Kernel,
    work: Work,
    /// Where the new house is shown; set once the set-up itself stands at it.
    pub door: OnceLock<Door>,
    pack: Mutex<Option<(Pack, PackSeen)>>,
}

impl Foundry {
    /// A foundry for an installation without a house.
    pub fn new(config: Config, kernel: Kernel, work: Work) -> Self {
        Self { config, kernel, work, door: OnceLock::new(), pack: Mutex::default() }
    }

    /// What is known before the first question: what was set already.
    pub fn answers(&self) -> Answers {
        let mut answers = Answers::default();
        match (&self.config.tls, self.config.own_url()) {
            (Some(TlsFiles { cert, key }), _) => {
                answers.set("reach", "cert");
                answers.set("tls_cert", &cert.display().to_string());
                answers.set("tls_key", &key.display().to_string());
            }
            (None, Some(url)) if url.starts_with("https://") => answers.set("reach", "proxy"),
            _ => {}
        }
        answers.set("public_url", &self.config.public_url);
        answers
    }

    fn pack(&self, answers: &Answers) -> Option<(Pack, PackSeen)> {
        let pack = self.pack.lock().unwrap_or_else(PoisonError::into_inner);
        pack.clone().filter(|_| answers.of("programme") == "own")
    }

    fn take(&self, zip: &[u8]) -> Result<PackSeen> {
        let pack = unpack(zip).map_err(|wrong| Error::Invalid(vec![wrong]))?;
        let programme = check(&pack).into_result()?;
        let seen = PackSeen { name: programme.name, code: programme.code, counts: programme.counts };
        *self.pack.lock().unwrap_or_else(PoisonError::into_inner) = Some((pack, seen.clone()));
        Ok(seen)
    }

    async fn make(&self, house: NewHouse, answers: Answers) -> Result<Founded> {
        let pack = self.pack(&answers);
        let programme = programme_of(&house, pack.as_ref().map(|(pack, _)| pack))?;
        let settings = Settings::of(&self.config, &house)?;
        settings.check()?;
        let stands = found(&self.kernel, &house, programme, &settings).await?;
        *self.pack.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let tls = settings::tls(&house).unwrap_or_default();
        let mut next = Config { public_url: house.url.to_string(), https: house.url.https, ..self.config.clone() };
        next.sources.insert("public_url", Source::File(next.file.clone()));
        let restart = (tls != self.config.tls).then(|| format!("tongxin serve --config {}", next.file.display()));
        if restart.is_none()
            && let Some(door) = self.door.get()
        {
            let app = house::move_in(&next, &self.kernel, &self.work);
            door.lead_to(app.map_err(Error::internal)?.router());
        }
        Ok(Founded {
            link: stands.link,
            restart,
            file: settings.file().display().to_string(),
            added: stands.added,
            without_database: settings.without_database,
        })
    }
}

impl Founder for Foundry {
    fn take_pack(&self, zip: Vec<u8>) -> BoxFuture<'_, Result<PackSeen>> {
        Box::pin(async move { self.take(&zip) })
    }

    fn check(&self, answers: &Answers, step: Step) -> Vec<FieldError> {
        match step {
            Step::Programme if answers.of("programme") == "own" => match self.pack(answers) {
                None => vec![FieldError::new("pack", "setup-pack-missing")],
                Some((_, seen)) if answers.of("code").starts_with(&seen.code) => Vec::new(),
                Some((_, seen)) => {
                    let other = FieldError::new("pack", "setup-pack-other");
                    vec![other.with("name", &seen.name.zh).with("code", &seen.code)]
                }
            },
            Step::Reach if answers.of("reach") == "cert" => {
                let files = TlsFiles { cert: answers.of("tls_cert").into(), key: answers.of("tls_key").into() };
                Certificate::read(&files).err().map(|flaw| flaw.of_form()).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn found(&self, house: NewHouse, answers: Answers) -> BoxFuture<'_, Result<Founded>> {
        Box::pin(self.make(house, answers))
    }
}
