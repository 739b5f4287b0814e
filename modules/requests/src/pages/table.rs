//! The desk's table: which columns it shows, and the same rows as a file. What is on the screen is what is in the file.

use axum::extract::Query;
use axum::response::Response;
use jiff::tz::TimeZone;
use tongxin_web::{Answer, Choice, Ctx, Sheet, Words, moment};

use super::long::offer;
use super::{Clockwork, first_words, limit_sign, request_sign};
use crate::api::read_list;
use crate::narrowed::Narrowed;
use crate::views::RequestView;

/// Rows read at once for a file.
const PIECE: i64 = 500;

/// A column that can be chosen; the number is always there, since it opens the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
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
pub(crate) type Pairs = Vec<(String, String)>;

/// The chosen columns, in the table's order.
pub(crate) struct Columns(pub(super) Vec<Column>);

impl Columns {
    /// Those of an address: `columns=status&columns=due`. A word that is none is passed over.
    pub(crate) fn of(pairs: &Pairs) -> Self {
        let chosen: Vec<&str> =
            pairs.iter().filter(|(name, _)| name == "columns").flat_map(|(_, value)| value.split(' ')).collect();
        let columns: Vec<Column> = Column::ALL.into_iter().filter(|one| chosen.contains(&one.as_str())).collect();
        Self(if columns.is_empty() { Column::USUAL.to_vec() } else { columns })
    }

    /// The heads of a file: the number, and those chosen.
    pub(crate) fn heads(&self, w: &Words) -> Vec<String> {
        std::iter::once(w.t("requests-number")).chain(self.0.iter().map(|one| one.heading(w))).collect()
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
pub(crate) fn line(w: &Words, zone: &TimeZone, columns: &Columns, view: &RequestView) -> Vec<String> {
    let say = |at| moment(w, zone, at);
    let cell = |column: &Column| match column {
        Status => {
            let status = request_sign(w, view.status).words;
            if view.urgent { format!("{status} · {}", w.t("requests-flag-urgent")) } else { status }
        }
        Category => view.category.name.clone(),
        Said => view.description.clone(),
        Place => view.place.clone().unwrap_or_default(),
        Unit => view.unit.name.clone(),
        When => say(view.created_at),
        Due if view.status.is_under_way() => format!("{} · {}", say(view.due_at), limit_sign(w, view.limit).words),
        Due => say(view.due_at),
        Done => view.done_at.map(say).unwrap_or_default(),
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

/// `GET /desk/requests.csv` and `.xlsx`: all rows of the list, from its beginning. What the table cuts short is whole here; what is
/// too long to wait for is made as a chore.
pub(super) async fn file(ctx: Ctx, Query(said): Query<Pairs>, Query(query): Query<Narrowed>) -> Answer<Response> {
    let (columns, most) = (Columns::of(&said), usize::try_from(ctx.rows(PIECE)).unwrap_or(usize::MAX));
    let (mut asked, mut lines) = (Narrowed { cursor: String::new(), ..query }, Vec::new());
    loop {
        let (items, next) = read_list(&ctx, &asked, PIECE).await?;
        lines.extend(items.iter().map(|view| line(&ctx.words, ctx.tenant.zone(), &columns, view)));
        if lines.len() > most {
            return offer(&ctx, most);
        }
        match next {
            Some(cursor) => asked.cursor = cursor,
            None => return Sheet::new(columns.heads(&ctx.words), lines).answer(&ctx).await,
        }
    }
}
