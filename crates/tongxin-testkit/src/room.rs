//! What must hold for every room, whatever it does: one call in its tests, and a mistake is named with its place.

use std::collections::BTreeSet;

use tongxin_base::Locale;
use tongxin_db::ColumnKind;
use tongxin_kernel::PersonalField;
use tongxin_web::Module;

use crate::app::TestApp;

/// Checks the kernel's own part of the field register: every text column of a table that is no room's is in it.
///
/// # Panics
/// With every column that is missing.
pub fn check_kernel(app: &TestApp) {
    let columns = app.kernel().db().columns().expect("the engine tells its columns");
    let rooms: Vec<String> = app.kernel().rooms().iter().map(|room| format!("{}_", room.name)).collect();
    let declared: BTreeSet<&str> = tongxin_kernel::FIELDS.iter().map(PersonalField::column).collect();
    let missing: Vec<String> = columns
        .iter()
        .filter(|column| column.kind == ColumnKind::Text && !rooms.iter().any(|room| column.table.starts_with(room)))
        .map(|column| format!("{}.{}", column.table, column.name))
        .filter(|column| !declared.contains(column.as_str()))
        .collect();
    assert!(missing.is_empty(), "not in the kernel's field register: {}", missing.join(", "));
}

/// Checks what a room brought to a running house: every statement is good SQL on this engine, every text column of its tables
/// is in the field register and nothing else is, every gate, link and card is
/// one that a policy knows, and whatever is shown by key has its words.
///
/// # Panics
/// With every finding, one a line.
pub fn check_room(app: &TestApp, module: &Module) {
    let room = module.room;
    let db = app.kernel().db();
    let mut findings = db.check_statements().expect("the engine prepares statements");
    let columns = db.columns().expect("the engine tells its columns");
    let own = format!("{}_", room.name);
    let texts: BTreeSet<String> = columns
        .iter()
        .filter(|column| column.table.starts_with(&own) && column.kind == ColumnKind::Text)
        .map(|column| format!("{}.{}", column.table, column.name))
        .collect();
    let declared: BTreeSet<String> = room.fields.iter().map(|field| field.column().to_owned()).collect();
    let known: BTreeSet<String> = columns.iter().map(|column| format!("{}.{}", column.table, column.name)).collect();
    findings.extend(texts.difference(&declared).map(|column| format!("{column} is not in the room's field register")));
    findings.extend(
        declared.difference(&known).map(|column| format!("{column} is registered, but there is no such column")),
    );
    for column in columns.iter().filter(|column| column.table.starts_with(&own) && column.name == "tenant_id") {
        if column.key_position != 1 {
            findings.push(format!("the primary key of {} does not begin with tenant_id", column.table));
        }
    }
    let access = app.kernel().access();
    let bar = module.bar.iter().map(|item| item.action);
    let asked = module.nav.iter().map(|item| item.action).chain(bar).chain(module.cards.iter().map(|card| card.action));
    let gates = app.app.route_table().into_iter().filter_map(|row| match row.gate {
        tongxin_web::Gate::May(action) => Some(action),
        tongxin_web::Gate::Public => None,
    });
    for action in asked.chain(gates).filter(|action| !action.is_empty()).collect::<BTreeSet<_>>() {
        if !access.knows(action) {
            findings.push(format!("no policy speaks of {action}"));
        }
    }
    let links = module.nav.iter().map(|item| item.label).chain(module.bar.iter().map(|item| item.label));
    let links = links.map(str::to_owned);
    let cards = module.cards.iter().flat_map(|card| [card.title.to_owned(), format!("{}-words", card.title)]);
    let measures = room.measures.iter().map(|measure| format!("measure-{}", measure.name.replace(['.', '_'], "-")));
    let rates = room.rates.iter().map(|rate| format!("rate-{}", rate.name));
    for key in links.chain(cards).chain(measures).chain(rates) {
        for locale in Locale::OURS {
            if !app.app.words(locale).has(&key) {
                findings.push(format!("there are no words for {key} in {}", locale.tag()));
            }
        }
    }
    assert!(findings.is_empty(), "{} on {:?}:\n{}", room.name, app.database, findings.join("\n"));
}
