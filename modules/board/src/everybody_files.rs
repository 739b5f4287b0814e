//! The board for everybody as JSON, CSV and a workbook: the same figures as on its page, hidden where they are hidden there.

use axum::Json;
use tongxin_web::{Answer, Ctx, Sheet};

use crate::everybody::{OpenBoard, known};
use crate::open::month_words;
use crate::pages::dashed;

/// A file is as wide as this: what is counted, of what, when, how many, of how many.
const HEADS: [&str; 7] = ["figure", "code", "name", "month", "count", "of", "at_least"];

/// Show the open board
///
/// What everybody may know: the programme's aims, the three rates of the published months, the communities. Figures about people
/// are those of published months: what counts fewer than ten, or would tell of fewer than ten, is null.
#[utoipa::path(get, path = "/api/v1/board", tag = "board", responses((status = 200, body = OpenBoard)))]
pub(crate) async fn show_board(ctx: Ctx) -> Answer<Json<OpenBoard>> {
    Ok(Json(known(&ctx).await?.board))
}

/// The board as rows: its files are the page's own address with another ending.
pub(crate) fn sheet(ctx: &Ctx, board: &OpenBoard) -> Sheet {
    let (w, number) = (&ctx.words, |figure: Option<i64>| figure.map(|figure| figure.to_string()).unwrap_or_default());
    let month = board.month.map(month_words).unwrap_or_default();
    let line = |cells: [&str; 7]| cells.map(str::to_owned).to_vec();
    let mut lines = Vec::new();
    for aim in &board.aims {
        let at_least = if aim.at_least { "1" } else { "" };
        let (count, target) = (number(aim.count), aim.target.to_string());
        lines.push(line(["aim", &aim.aim, &aim.part, "", &count, &target, at_least]));
    }
    for rate in &board.rates {
        let label = w.t(&format!("rate-{}", rate.name));
        for one in &rate.months {
            let (count, of) = (number(one.numerator), number(one.denominator));
            lines.push(line(["rate", rate.name, &label, &month_words(one.month), &count, &of, ""]));
        }
    }
    for unit in &board.units {
        let known = ctx.tenant.units.by_code(&unit.unit);
        let name = known.map(|unit| unit.name.to(ctx.locale())).unwrap_or_default();
        for (figure, count) in [("received", unit.received), ("solved", unit.solved)] {
            lines.push(line([figure, &unit.unit, name, &month, &number(count), "", ""]));
        }
        for count in &unit.now {
            lines.push(line([&dashed(count.measure), &unit.unit, name, "", &count.count.to_string(), "", ""]));
        }
    }
    Sheet::new(HEADS.map(str::to_owned), lines)
}
