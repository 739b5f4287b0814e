//! The sign of a site, to be printed and hung up: its name, the code that leads to it, and how to report there. In Chinese with
//! English beneath, whoever prints it.

use axum::extract::{Path, Query};
use axum::response::Response;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use tongxin_base::{Error, Locale, Result};
use tongxin_kernel::{Facts, ReadOrNot};
use tongxin_web::{Answer, Ctx, Template, Words, paper, url_escape};

use crate::domain::{Site, SiteCode, State};
use crate::shown::Shown;
use crate::store;

/// Signs of one file: as many as a subdistrict has sites, and set within seconds.
const MOST: usize = 400;

/// What the template reads.
#[derive(Serialize)]
struct Signs {
    size: &'static str,
    programme: [String; 2],
    scan: [String; 2],
    steps: [[String; 2]; 3],
    signs: Vec<Sign>,
}

#[derive(Serialize)]
struct Sign {
    name: String,
    name_en: String,
    place: String,
    address: String,
    spoken: String,
    qr: String,
    /// The lines at the foot: what it is, and what it says.
    facts: Vec<[String; 2]>,
}

/// Which paper, and of which unit.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    size: String,
    unit: String,
}

impl Asked {
    fn size(&self) -> Result<&'static str> {
        match self.size.as_str() {
            "" | "a4" => Ok("a4"),
            "a6" => Ok("a6"),
            _ => Err(Error::field("size", "form-unknown-choice")),
        }
    }
}

/// Where the signs of a unit are, or of all of them.
pub(crate) fn address(size: &str, unit: &str) -> String {
    let of = if unit.is_empty() { String::new() } else { format!("&unit={}", url_escape(unit)) };
    format!("/desk/sites/signs.pdf?size={size}{of}")
}

struct Printer<'a> {
    ctx: &'a Ctx,
    zh: Words,
    en: Words,
}

impl<'a> Printer<'a> {
    fn new(ctx: &'a Ctx) -> Self {
        Self { ctx, zh: ctx.app.words(Locale::ZhCn), en: ctx.app.words(Locale::En) }
    }

    fn both(&self, key: &str) -> [String; 2] {
        [self.zh.t(key), self.en.t(key)]
    }

    fn sheet(&self, size: &'static str, sites: &[Site]) -> Result<Signs> {
        Ok(Signs {
            size,
            programme: [self.zh.t("shell-name"), self.ctx.tenant.name.zh.clone()],
            scan: self.both("sites-sign-scan"),
            steps: [self.both("sites-sign-step-1"), self.both("sites-sign-step-2"), self.both("sites-sign-step-3")],
            signs: sites.iter().map(|site| self.sign(site)).collect::<Result<_>>()?,
        })
    }

    fn sign(&self, site: &Site) -> Result<Sign> {
        let (ctx, units) = (self.ctx, &ctx_units(self.ctx)?);
        let shown = Shown::new(&self.zh, &ctx.tenant, units, site, ctx.kernel().world().now());
        let code = QrCode::new(format!("{}/q/{}", ctx.origin, site.code)).map_err(Error::internal)?;
        let qr = code.render::<svg::Color<'_>>().quiet_zone(false).build();
        let hours = shown.hours.iter().map(|(days, hours)| format!("{days} {hours}")).collect::<Vec<_>>().join("；");
        let facts = [("sites-sign-phone", shown.phone.clone()), ("sites-sign-hours", hours)];
        let facts = facts.into_iter().filter(|(_, said)| !said.is_empty());
        Ok(Sign {
            name: site.details.name.zh.clone(),
            name_en: site.details.name.en.clone(),
            place: shown.unit,
            address: shown.address,
            spoken: shown.spoken,
            qr,
            facts: facts.map(|(key, said)| [self.zh.t(key), said]).collect(),
        })
    }
}

fn ctx_units(ctx: &Ctx) -> Result<std::sync::Arc<tongxin_kernel::UnitTree>> {
    ctx.kernel().units(ctx.tenant.id)
}

/// `GET /desk/sites/{code}/sign.pdf?size=a4|a6`.
pub(crate) async fn one(ctx: Ctx, Path(code): Path<String>, Query(asked): Query<Asked>) -> Answer<Response> {
    let size = asked.size()?;
    let code = SiteCode::parse(&code).ok_or(Error::NotFound)?;
    let tenant = ctx.tenant.id;
    let known = code.clone();
    let site = ctx.kernel().db().read(tenant, move |read| store::by_code(read, tenant, &known)).await?;
    let site = site.ok_or(Error::NotFound)?;
    let facts = Facts { unit_path: &site.details.unit_path, ..Facts::default() };
    ctx.kernel().access().require(&ctx.who, "sites.change", ReadOrNot::Known, &facts)?;
    let sheet = Printer::new(&ctx).sheet(size, &[site])?;
    paper(Template::Sign, sheet, &format!("sign-{code}-{size}")).await
}

/// `GET /desk/sites/signs.pdf?size=a4|a6&unit=`: the signs of all open sites there, a page each.
pub(crate) async fn all(ctx: Ctx, Query(asked): Query<Asked>) -> Answer<Response> {
    let size = asked.size()?;
    let mut scope = ctx.kernel().access().scope(&ctx.who, "sites.change")?;
    if !asked.unit.is_empty() {
        let units = ctx_units(&ctx)?;
        let unit = units.by_code(&asked.unit).ok_or_else(|| Error::field("unit", "form-unknown-choice"))?;
        scope = scope.under(&unit.path);
    }
    let tenant = ctx.tenant.id;
    let mut sites = ctx.kernel().db().read(tenant, move |read| store::all(read, tenant)).await?;
    sites.retain(|site| site.state == State::Open && scope.has(&site.details.unit_path));
    if sites.is_empty() {
        return Err(Error::NotFound.into());
    }
    if sites.len() > MOST {
        return Err(Error::rule("sites-error-signs").with("most", MOST).into());
    }
    let sheet = Printer::new(&ctx).sheet(size, &sites)?;
    paper(Template::Sign, sheet, &format!("signs-{size}")).await
}
