//! The organisations whose people may sign in with what they have there: the parts `[[oidc]]` of a settings file.

use std::path::PathBuf;

use anyhow::{Result, bail};
use serde::Deserialize;
use tongxin_base::Label;
use tongxin_doors::oidc::{LoginClaim, Organisation};

use crate::gateway::secret;

/// One part `[[oidc]]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    name: String,
    label: Option<String>,
    label_en: Option<String>,
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    login_claim: Option<LoginClaim>,
    #[serde(default)]
    email_domains: Vec<String>,
}

/// Reads all parts.
///
/// # Errors
/// Says what is wrong and how it is written.
pub fn parse(written: Vec<Written>, environment: &impl Fn(&str) -> Option<String>) -> Result<Vec<Organisation>> {
    let mut all: Vec<Organisation> = Vec::new();
    for one in written {
        let name = one.name;
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if !plain || all.iter().any(|other| other.name == name) {
            bail!("oidc.name = {name:?}: small letters and digits, another for each organisation");
        }
        let inner = one.issuer.strip_prefix("http://").is_some_and(|rest| rest.starts_with("localhost"));
        if !one.issuer.starts_with("https://") && !inner {
            bail!("oidc.issuer = {:?}: write the organisation's address, which begins with https://", one.issuer);
        }
        if one.login_claim == Some(LoginClaim::Email) && one.email_domains.is_empty() {
            bail!("oidc.login_claim = \"email\" of {name}: name in email_domains whose addresses it answers for");
        }
        let variable = format!("TONGXIN_OIDC_{}_SECRET", name.to_uppercase());
        let client_secret = secret(one.client_secret_file.as_ref(), &variable, environment(&variable))?;
        let zh = one.label.unwrap_or_else(|| name.clone());
        let en = one.label_en.unwrap_or_else(|| zh.clone());
        all.push(Organisation {
            label: Label::new(zh, en),
            name,
            issuer: one.issuer,
            client_id: one.client_id,
            client_secret,
            login_claim: one.login_claim,
            email_domains: one.email_domains,
        });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        oidc: Vec<Written>,
    }

    fn read(text: &str) -> Result<Vec<Organisation>> {
        parse(toml::from_str::<File>(text)?.oidc, &|name| {
            (name == "TONGXIN_OIDC_CITY_SECRET").then(|| "geheim".to_owned())
        })
    }

    #[test]
    fn an_organisation_is_read_and_its_secret_is_not_shown() {
        let text = "[[oidc]]\nname='city'\nlabel='市政务'\nissuer='https://id.example.cn'\nclient_id='t'\n";
        let all = read(text).expect("one");
        assert_eq!((all[0].client_secret.as_deref(), all[0].label.en.as_str()), (Some("geheim"), "市政务"));
        assert!(!format!("{all:?}").contains("geheim"));
        for wrong in [
            text.replace("city", "The City"),
            text.replace("https:", "http:"),
            format!("{text}login_claim='email'\n"),
            format!("{text}{text}"),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
