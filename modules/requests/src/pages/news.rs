//! What was done lately, for the home page: the newest matters that staff released with their outcome.

use askama::Template;
use tongxin_base::{Error, Result};
use tongxin_web::{Ctx, Words};

use super::shared::{Row, with_outcome};

/// As many as one looks at in passing.
const SHOWN: i64 = 3;

#[derive(Template)]
#[template(path = "requests/news.html")]
struct News {
    w: Words,
    rows: Vec<Row>,
}

/// The piece of the home page; nothing where nothing was released yet.
pub(crate) async fn news(ctx: Ctx) -> Result<String> {
    let rows = with_outcome(&ctx, SHOWN).await?;
    if rows.is_empty() {
        return Ok(String::new());
    }
    News { rows, w: ctx.words }.render().map_err(Error::internal)
}
