//! The newest published month in three figures, for the home page.

use askama::Template;
use tongxin_base::{Error, Result};
use tongxin_web::{Ctx, Words, grouped};

use crate::everybody::{OpenRate, open_rates};
use crate::open::{month_words, published};

/// A rate, as it is said to everybody.
struct Said {
    label: String,
    percent: String,
    parts: String,
}

#[derive(Template)]
#[template(path = "board/news.html")]
struct News {
    w: Words,
    month: String,
    rates: Vec<Said>,
}

/// The piece of the home page; nothing before the first month is published, nor where all of it is hidden.
pub(crate) async fn news(ctx: Ctx) -> Result<String> {
    let months = published(&ctx, 1).await?;
    let Some(month) = months.first() else { return Ok(String::new()) };
    let said = |rate: &OpenRate| {
        let newest = rate.months.first()?;
        Some(Said {
            label: ctx.words.t(&format!("rate-{}", rate.name)),
            percent: format!("{:.1}", newest.share? * 100.0),
            parts: format!("{} / {}", grouped(newest.numerator?), grouped(newest.denominator?)),
        })
    };
    let rates: Vec<Said> = open_rates(&ctx, std::slice::from_ref(month)).iter().filter_map(said).collect();
    if rates.is_empty() {
        return Ok(String::new());
    }
    News { month: month_words(month.month()), rates, w: ctx.words }.render().map_err(Error::internal)
}
