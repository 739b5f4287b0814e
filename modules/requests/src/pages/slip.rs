//! 回执: what a caller without a phone takes home on paper: the number, and a code that leads to their link.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use qrcode::QrCode;
use qrcode::render::svg;
use tongxin_base::Error;
use tongxin_kernel::Purpose;
use tongxin_web::{Answer, Ctx, Face, Page, Words};

use super::street::behind;
use crate::actions;
use crate::api::read_detail;
use crate::domain::RequestId;

/// The pixels of one dot: a printer makes of them what it likes.
const DOT: u32 = 8;

/// The address of a secret link as a code to be scanned, black on white in every look of the page.
pub(super) async fn code(ctx: Ctx, Path(token): Path<String>) -> Answer {
    behind(&ctx, &token).await?;
    let link = format!("{}/r/{token}", ctx.origin);
    let code = QrCode::new(link.as_bytes()).map_err(Error::internal)?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .module_dimensions(DOT, DOT)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "private, max-age=3600")], drawn)
        .into_response())
}

#[derive(Template)]
#[template(path = "requests/slip.html")]
struct SlipPage {
    w: Words,
    number: String,
    category: String,
    link: String,
    origin: String,
    phone: String,
    back: String,
}

/// The slip of the first reporter, for a desk to print. Whoever prints it can use the link, so it is written down that
/// they had it.
pub(super) async fn show(ctx: &Ctx, id: RequestId) -> Answer {
    let call = ctx.kernel().call(&ctx.tenant, &ctx.who);
    actions::reveal(ctx.kernel(), call, id, (actions::Shown::Link, Purpose::Hand)).await?;
    let detail = read_detail(ctx, id, None).await?;
    let report = detail.reports.first().ok_or(Error::NotFound)?;
    let token = actions::link_token(ctx.kernel(), &ctx.tenant.code, report.id);
    let body = SlipPage {
        number: detail.view.number.clone(),
        category: detail.view.category.name,
        link: format!("/r/{token}"),
        origin: ctx.origin.clone(),
        phone: ctx.tenant.settings.service_phone.clone(),
        back: format!("/desk/requests/{id}"),
        w: ctx.words.clone(),
    };
    Page::new(Face::Desk, ctx.words.t1("requests-slip-title", "number", &detail.view.number)).show(ctx, &body)
}
