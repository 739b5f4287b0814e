//! Rows of XML, as Open311 writes them: each `request` is a row, its children are the fields. Entities of a document's own
//! are not looked up, and nothing is fetched.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use tongxin_base::Result;

use super::intake::Intake;
use super::table::{Cell, MOST_COLUMNS, unreadable};

/// The names of elements that are a row.
const ROWS: [&str; 3] = ["request", "service_request", "issue"];
/// How deep elements may be nested.
const DEEPEST: usize = 20;

/// Reads all rows of a document.
pub(super) fn read(text: &str, intake: &mut Intake) -> Result<()> {
    intake.begin("item".to_owned());
    let mut reader = quick_xml::Reader::from_str(text);
    let mut row: Option<Vec<(String, Cell)>> = None;
    // The elements within the row, and what was said since the last of them began.
    let (mut path, mut said): (Vec<String>, String) = (Vec::new(), String::new());
    let (mut number, mut depth) = (0, 0_usize);
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let why = format!("{error}, {}", reader.error_position());
                return unreadable("requests-unread-broken", &[("kind", &"XML"), ("why", &why)]);
            }
        };
        match event {
            Event::Eof if depth > 0 => return unreadable("requests-unread-ends", &[]),
            Event::Eof => break,
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return unreadable("requests-unread-deep", &[("most", &DEEPEST)]);
                }
                let name = start.local_name().as_ref().to_owned();
                said.clear();
                if row.is_some() {
                    path.push(name);
                } else if ROWS.contains(&name.as_str()) {
                    row = Some(Vec::new());
                }
            }
            Event::Text(text) => said.push_str(&text.xml10_content()),
            Event::CData(text) => said.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(sign)) => said.push(sign),
                Ok(None) => said.push_str(resolve_predefined_entity(&entity).unwrap_or_default()),
                Err(error) => return unreadable("requests-unread-broken", &[("kind", &"XML"), ("why", &error)]),
            },
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if path.is_empty() {
                    if let Some(fields) = row.take() {
                        number += 1;
                        intake.record(number, fields)?;
                    }
                } else {
                    let cell = Cell::text(&said);
                    let fields = row.get_or_insert_default();
                    // An element that only holds others says nothing itself.
                    let inner = format!("{}.", path.join("."));
                    let holds = fields.iter().any(|(name, _)| name.starts_with(&inner));
                    if fields.len() < MOST_COLUMNS && !holds {
                        fields.push((path.join("."), cell));
                    }
                    path.pop();
                    said.clear();
                }
            }
            _ => {}
        }
    }
    if number == 0 {
        intake.say_empty();
    }
    intake.end()
}
