//! 我要反映: the report, on one page without an account; and before it is sent a look at whether somebody should be called at
//! once, and whether it is known already.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use serde::Deserialize;
use tongxin_base::{Result, Time};
use tongxin_kernel::Located;
use tongxin_web::{
    Answer, ChoiceGroup, Ctx, Face, Form, FormErrors, FormPhotos, KeptPhoto, Page, Words, asset_url, see_other,
};

use super::{Sign, category_groups, request_sign};
use crate::actions::{self, Join, MOST_PHOTOS, Similar};
use crate::api::{channel, read_names, request_id};
use crate::domain::{Channel, LONGEST_WORDS, RawReport, Report};

/// Who to call before writing to anybody: the number, and the key of its words.
const CALLS: [(&str, &str); 3] =
    [("110", "requests-call-police"), ("119", "requests-call-fire"), ("120", "requests-call-ambulance")];

/// A number to call at once.
struct Emergency {
    number: &'static str,
    words: String,
}

fn emergencies(w: &Words) -> Vec<Emergency> {
    CALLS.iter().map(|(number, key)| Emergency { number, words: w.t(key) }).collect()
}

#[derive(Template)]
#[template(path = "requests/report.html")]
struct ReportPage {
    w: Words,
    csrf: String,
    once: String,
    errors: FormErrors,
    fields: ReportForm,
    kept: Vec<KeptPhoto>,
    calls: Vec<Emergency>,
    categories: Vec<ChoiceGroup>,
    at_site: String,
    unknown_site: bool,
    longest: usize,
    for_caller: bool,
    map_script: String,
    map_worker: String,
}

/// A matter that may be the same.
struct Known {
    id: String,
    category: String,
    place: String,
    age: String,
    at: String,
    reporters: String,
    distance: String,
    status: Sign,
}

#[derive(Template)]
#[template(path = "requests/review.html")]
struct ReviewPage {
    w: Words,
    csrf: String,
    once: String,
    fields: ReportForm,
    kept: Vec<KeptPhoto>,
    calls: Vec<Emergency>,
    urgent: bool,
    known: Vec<Known>,
}

/// The form, as it is filled in, and what was decided when it was looked at once more.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReportForm {
    category: String,
    description: String,
    site: String,
    place: String,
    lat: String,
    lon: String,
    /// The system they come in, where a page of somebody else's fills the form; our own map and our button say WGS 84.
    system: String,
    name: String,
    phone: String,
    email: String,
    trap: String,
    kept: String,
    dropped: String,
    /// "It is another matter": send it.
    sure: String,
    /// "Let me change it".
    edit: String,
    /// "I met this too": the id of a matter.
    join: String,
}

impl ReportForm {
    fn report(&self) -> Result<Report> {
        let fields = self.clone();
        Report::parse(&RawReport {
            category: fields.category,
            words: fields.description,
            site: fields.site,
            place: fields.place,
            lat: fields.lat,
            lon: fields.lon,
            system: fields.system,
            name: fields.name,
            phone: fields.phone,
            email: fields.email,
            trap: fields.trap,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct AtSite {
    #[serde(default)]
    site: String,
}

pub(super) async fn report_page(ctx: Ctx, Query(AtSite { site }): Query<AtSite>) -> Answer {
    let once = ctx.kernel().world().secret();
    let fields = ReportForm { site, ..ReportForm::default() };
    show_form(&ctx, fields, FormErrors::default(), once, &FormPhotos::default()).await
}

async fn located(ctx: &Ctx, code: &str) -> Result<Option<Located>> {
    if code.is_empty() {
        return Ok(None);
    }
    let (kernel, tenant, code) = (ctx.kernel().clone(), ctx.tenant.id, code.to_uppercase());
    let db = kernel.db().clone();
    db.read(tenant, move |read| kernel.locate(read, tenant, &code)).await
}

async fn show_form(ctx: &Ctx, mut fields: ReportForm, errors: FormErrors, once: String, photos: &FormPhotos) -> Answer {
    let names = read_names(ctx, ctx.locale()).await?;
    let site = located(ctx, &fields.site).await?;
    let unknown_site = site.is_none() && !fields.site.is_empty();
    if unknown_site {
        fields.site.clear();
    }
    let body = ReportPage {
        w: ctx.words.clone(),
        csrf: ctx.csrf(),
        once,
        categories: category_groups(ctx, names.categories(), &fields.category),
        at_site: site.map(|site| site.name.to(ctx.locale()).to_owned()).unwrap_or_default(),
        unknown_site,
        longest: LONGEST_WORDS,
        for_caller: channel(&ctx.who, Channel::Web) == Channel::Staff,
        kept: photos.shown(ctx).await?,
        calls: emergencies(&ctx.words),
        map_script: asset_url("map.js"),
        map_worker: asset_url("map-worker.js"),
        fields,
        errors,
    };
    let page = Page::new(Face::Street, ctx.words.t("requests-report-title"));
    let page = if body.errors.is_empty() { page } else { page.failed(StatusCode::UNPROCESSABLE_ENTITY) };
    page.show(ctx, &body)
}

/// What becomes of a form that was sent.
enum Next {
    Sent { token: String, joined: bool },
    Review { urgent: bool, known: Vec<Similar> },
}

pub(super) async fn report(ctx: Ctx, form: Form<ReportForm, MOST_PHOTOS>) -> Answer {
    let Form { fields, once, files, left_out } = form;
    let photos = FormPhotos::take(&ctx, (&fields.kept, &fields.dropped), files, left_out, MOST_PHOTOS).await?;
    if !fields.edit.is_empty() {
        return show_form(&ctx, fields, FormErrors::default(), once, &photos).await;
    }
    match decide(&ctx, &fields, &photos, &once).await {
        Ok(Next::Sent { token, joined }) => {
            Ok(see_other(&format!("/r/{token}?sent={}", if joined { "joined" } else { "1" })))
        }
        Ok(Next::Review { urgent, known }) => show_review(&ctx, fields, (urgent, known), once, &photos).await,
        Err(error) => {
            let errors = FormErrors::take(&ctx.words, error)?;
            // Nothing was done under the key, and its refusal is kept: what is sent next is another report.
            let once = ctx.kernel().world().secret();
            show_form(&ctx, fields, errors, once, &photos).await
        }
    }
}

async fn decide(ctx: &Ctx, fields: &ReportForm, photos: &FormPhotos, once: &str) -> Result<Next> {
    let report = photos.with(fields.report())?;
    let kernel = ctx.kernel();
    let token = |report| actions::link_token(kernel, &ctx.tenant.code, report);
    if !fields.join.is_empty() {
        let id = request_id(&fields.join)?;
        let join =
            Join { words: report.words, place: report.place, contact: report.contact, photos: photos.ids.clone() };
        // A key of its own: to join one matter and to send another are two acts of one form.
        let received = actions::join(kernel, ctx.call_once(&format!("{once}-{id}"))?, id, join).await?;
        return Ok(Next::Sent { token: token(received.report), joined: true });
    }
    let call = ctx.call_once(once)?;
    // A form that was answered before is answered again: it would find itself among the like ones.
    if fields.sure.is_empty() && !kernel.was_answered(&call).await? {
        let (urgent, known) = (report.urgent(), actions::similar(kernel, ctx.tenant.id, &report).await?);
        if urgent || !known.is_empty() {
            return Ok(Next::Review { urgent, known });
        }
    }
    let channel = channel(&ctx.who, Channel::Web);
    let received = actions::report_with(kernel, call, report, channel, &photos.ids).await?;
    Ok(Next::Sent { token: token(received.report), joined: false })
}

/// How long ago, in the largest unit that says something.
fn age(w: &Words, at: Time, now: Time) -> String {
    let minutes = now.since(at).as_secs() / 60;
    match minutes {
        0..60 => w.t1("requests-age-minutes", "n", minutes.max(1)),
        60..1440 => w.t1("requests-age-hours", "n", minutes / 60),
        _ => w.t1("requests-age-days", "n", minutes / 1440),
    }
}

async fn show_review(
    ctx: &Ctx,
    fields: ReportForm,
    (urgent, found): (bool, Vec<Similar>),
    once: String,
    photos: &FormPhotos,
) -> Answer {
    let names = read_names(ctx, ctx.locale()).await?;
    let (w, now) = (&ctx.words, ctx.kernel().world().now());
    let mut known = Vec::with_capacity(found.len());
    for similar in found {
        let site = located(ctx, similar.site.as_deref().unwrap_or_default()).await?;
        let unit = names.unit(&similar.unit_path).name;
        known.push(Known {
            id: similar.id.to_string(),
            category: names.category(&similar.category).name,
            place: site.map_or(unit, |site| site.name.to(ctx.locale()).to_owned()),
            age: age(w, similar.created_at, now),
            at: similar.created_at.to_string(),
            reporters: w.t1("requests-known-reporters", "count", similar.reporters),
            distance: similar.distance_m.map(|m| w.t1("requests-distance", "metres", m)).unwrap_or_default(),
            status: request_sign(w, similar.status),
        });
    }
    let title = if known.is_empty() { "requests-review-urgent-title" } else { "requests-review-title" };
    let body = ReviewPage {
        csrf: ctx.csrf(),
        once,
        kept: photos.shown(ctx).await?,
        calls: emergencies(w),
        w: w.clone(),
        fields,
        urgent,
        known,
    };
    Page::new(Face::Street, w.t(title)).show(ctx, &body)
}
