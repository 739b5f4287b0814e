//! The desk's table: which columns it shows, and the same rows as a file. What is on the screen is what is in the file.

use axum::extract::Query;
use axum::response::Response;
use tongxin_base::{Error, Result};
use tongxin_web::{Answer, CSV, Choice, Ctx, Sheet, Words, XLSX, saved_as};

use super::{Clockwork, first_words, limit_sign, request_sign};
use crate::api::read_list;
use crate::narrowed::Narrowed;
use crate::views::RequestView;

/// Rows of a file: more than a desk reads, and written within a few seconds.
const MOST: usize = 20_000;
/// Rows read at once for a file.
const PIECE: i64 = 500;

/// A column that can be chosen; the number is always there, since it opens the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Status,
    Category,
    Words,
    Place,
    Unit,
    When,
    Due,
    Done,
    Reporters,
}

use Column::{Category, Done, Due, Place, Reporters, Status, Unit, When, Words as Said};

impl Column {
    const ALL: [Self; 9] = [Status, Category, Said, Place, Unit, When, Due, Done, Reporters];
    /// What is shown where nobody chose.
    const USUAL: [Self; 6] = [Status, Category, Said, Unit, When, Due];

    /// The word in addresses, and in the keys of its heading.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Status => "status",
            Category => "category",
            Said => "words",
            Place => "place",
            Unit => "unit",
            When => "when",
            Due => "due",
            Done => "done",
            Reporters => "reporters",
        }
    }

    pub(super) fn heading(self, w: &Words) -> String {
        w.t(&format!("requests-column-{}", self.as_str()))
    }
}

/// All that an address says, in its order: one name may be there more than once.
pub(super) type Pairs = Vec<(String, String)>;

/// The chosen columns, in the table's order.
pub(super) struct Columns(pub(super) Vec<Column>);

impl Columns {
    /// Those of an address: `columns=status&columns=due`. A word that is none is passed over.
    pub(super) fn of(pairs: &Pairs) -> Self {
        let chosen: Vec<&str> =
            pairs.iter().filter(|(name, _)| name == "columns").flat_map(|(_, value)| value.split(' ')).collect();
        let columns: Vec<Column> = Column::ALL.into_iter().filter(|one| chosen.contains(&one.as_str())).collect();
        Self(if columns.is_empty() { Column::USUAL.to_vec() } else { columns })
    }

    pub(super) fn is_usual(&self) -> bool {
        self.0 == Column::USUAL
    }

    /// For an address; nothing where they are the usual ones.
    pub(super) fn query(&self) -> String {
        if self.is_usual() {
            return String::new();
        }
        self.0.iter().map(|one| format!("columns={}", one.as_str())).collect::<Vec<_>>().join("&")
    }

    pub(super) fn choices(&self, w: &Words) -> Vec<Choice> {
        let choice = |one: Column| Choice {
            value: one.as_str().to_owned(),
            label: one.heading(w),
            chosen: self.0.contains(&one),
            ..Choice::default()
        };
        Column::ALL.into_iter().map(choice).collect()
    }
}

/// `path` with everything that is said behind it.
pub(super) fn address(path: &str, parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    if said.is_empty() { path.to_owned() } else { format!("{path}?{}", said.join("&")) }
}

/// One line of a file.
fn line(ctx: &Ctx, columns: &Columns, view: &RequestView) -> Vec<String> {
    let clock = Clockwork { ctx };
    let cell = |column: &Column| match column {
        Status => {
            let status = request_sign(&ctx.words, view.status).words;
            if view.urgent { format!("{status} · {}", ctx.words.t("requests-flag-urgent")) } else { status }
        }
        Category => view.category.name.clone(),
        Said => view.description.clone(),
        Place => view.place.clone().unwrap_or_default(),
        Unit => view.unit.name.clone(),
        When => clock.say(view.created_at),
        Due if view.status.is_under_way() => {
            format!("{} · {}", clock.say(view.due_at), limit_sign(&ctx.words, view.limit).words)
        }
        Due => clock.say(view.due_at),
        Done => clock.say_if(view.done_at),
        Reporters => view.reporters.to_string(),
    };
    std::iter::once(view.number.clone()).chain(columns.0.iter().map(cell)).collect()
}

/// What stands in the cell of a table on the screen, where it is but a text.
pub(super) fn shown(ctx: &Ctx, column: Column, view: &RequestView) -> String {
    let clock = Clockwork { ctx };
    match column {
        Category => view.category.name.clone(),
        Said => first_words(&view.description),
        Place => first_words(view.place.as_deref().unwrap_or_default()),
        Unit => view.unit.name.clone(),
        Done => clock.say_if(view.done_at),
        Reporters => view.reporters.to_string(),
        Status | When | Due => String::new(),
    }
}

/// All rows of the list, from its beginning; a list that is too long for a file is refused before it is half written.
async fn sheet(ctx: &Ctx, query: Narrowed, columns: &Columns) -> Result<Sheet> {
    let w = &ctx.words;
    let heads = std::iter::once(w.t("requests-number")).chain(columns.0.iter().map(|one| one.heading(w))).collect();
    let (mut asked, mut lines) = (Narrowed { cursor: String::new(), ..query }, Vec::new());
    loop {
        let (items, next) = read_list(ctx, &asked, PIECE).await?;
        lines.extend(items.iter().map(|view| line(ctx, columns, view)));
        if lines.len() > MOST {
            return Err(Error::rule("requests-file-too-long").with("most", MOST));
        }
        match next {
            Some(cursor) => asked.cursor = cursor,
            None => return Ok(Sheet { heads, lines }),
        }
    }
}

fn name(ctx: &Ctx, ending: &str) -> String {
    let day = ctx.kernel().world().now().in_zone(ctx.tenant.zone()).strftime("%Y%m%d-%H%M").to_string();
    format!("matters-{day}.{ending}")
}

/// `GET /desk/requests.csv`.
pub(super) async fn csv(ctx: Ctx, Query(said): Query<Pairs>, Query(query): Query<Narrowed>) -> Answer<Response> {
    let sheet = sheet(&ctx, query, &Columns::of(&said)).await?;
    Ok(saved_as(&name(&ctx, "csv"), CSV, sheet.csv()))
}

/// `GET /desk/requests.xlsx`.
pub(super) async fn xlsx(ctx: Ctx, Query(said): Query<Pairs>, Query(query): Query<Narrowed>) -> Answer<Response> {
    let sheet = sheet(&ctx, query, &Columns::of(&said)).await?;
    Ok(saved_as(&name(&ctx, "xlsx"), XLSX, sheet.xlsx().await?))
}
