//! The page on which a backup is asked for.

use askama::Template;
use serde::Deserialize;
use serde_json::json;
use tongxin_base::Error;
use tongxin_kernel::{Act, Subject};
use tongxin_web::{Answer, Ctx, Face, Form, Page, Words, see_other};

use crate::{BACKUP, backer};

#[derive(Template)]
#[template(path = "backups/backup.html")]
struct BackupPage {
    w: Words,
    csrf: String,
    once: String,
    /// The public key it is sealed for; empty where the settings name none.
    key: String,
}

/// `GET /admin/backup`.
pub(crate) async fn show(ctx: Ctx) -> Answer {
    let key = backer(ctx.kernel()).map(|(_, key)| key).unwrap_or_default();
    let body = BackupPage { w: ctx.words.clone(), csrf: ctx.csrf(), once: ctx.kernel().world().secret(), key };
    Page::new(Face::Desk, ctx.words.t("backups-title")).show(&ctx, &body)
}

#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// `POST /admin/backup`: has one made, and says so in the journal.
pub(crate) async fn make(ctx: Ctx, form: Form<Nothing>) -> Answer {
    let (_, key) = backer(ctx.kernel()).ok_or(Error::rule("backups-no-key"))?;
    let chore = ctx.kernel().ask_chore(ctx.call_once(&form.once)?, BACKUP.kind, json!({}), None).await?;
    let subject = Subject::new("chore", chore);
    let said = move |act: &mut Act<'_, '_>| act.journal("backups.make", &subject, json!({"for": key}), None);
    ctx.kernel().act(ctx.call(&[])?, "backups.make", said).await?;
    Ok(see_other("/me/chores?done=started"))
}
