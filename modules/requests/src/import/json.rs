//! Rows of JSON: an array of objects, an object with such an array in it, or a collection of GeoJSON features. Elements are
//! read one after another; nested fields are named by a dotted path.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use tongxin_base::{Error, Result};

use super::intake::Intake;
use super::table::{Cell, MOST_COLUMNS, unreadable};

/// How deep an array of rows may lie, and how deep fields within a row.
const DEEPEST: usize = 5;

/// Reads all rows of a document.
pub(super) fn read(text: &str, intake: &mut Intake) -> Result<()> {
    intake.begin("item".to_owned());
    let mut at = At { intake, row: 0, failure: None };
    let mut document = serde_json::Deserializer::from_str(text);
    let read = Rows { at: &mut at, depth: 0 }.deserialize(&mut document).and_then(|()| document.end());
    if let Some(failure) = at.failure {
        return Err(failure);
    }
    if let Err(error) = read {
        return unreadable("requests-unread-broken", &[("kind", &"JSON"), ("why", &error)]);
    }
    if at.row == 0 {
        intake.say_empty();
    }
    intake.end()
}

/// Where the reading is.
struct At<'a> {
    intake: &'a mut Intake,
    row: u64,
    failure: Option<Error>,
}

/// Looks for arrays of objects, and gives their elements on.
struct Rows<'a, 'b> {
    at: &'a mut At<'b>,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Rows<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<Value>()? {
            let Value::Object(fields) = item else { continue };
            self.at.row += 1;
            let taken = self.at.intake.record(self.at.row, flat(fields));
            if let Err(failure) = taken {
                self.at.failure = Some(failure);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while fields.next_key::<IgnoredAny>()?.is_some() {
            if self.depth + 1 < DEEPEST {
                fields.next_value_seed(Rows { at: self.at, depth: self.depth + 1 })?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// The fields of an object under their paths. Of a GeoJSON feature: its properties, and its point as `lat` and `lon`.
fn flat(mut object: Map<String, Value>) -> Vec<(String, Cell)> {
    let mut fields = Vec::new();
    if object.get("type").and_then(Value::as_str) == Some("Feature") {
        if let Some(Value::Object(properties)) = object.remove("properties") {
            flatten("", properties, 0, &mut fields);
        }
        let point = object.get("geometry").filter(|geometry| geometry["type"] == "Point");
        for (name, at) in [("lon", 0), ("lat", 1)] {
            let known = fields.iter().any(|(have, _)| have == name);
            if let (false, Some(degrees)) = (known, point.and_then(|point| point["coordinates"][at].as_f64())) {
                fields.push((name.to_owned(), Cell::Number(degrees)));
            }
        }
        if let (Some(id), false) = (object.remove("id"), fields.iter().any(|(have, _)| have == "id")) {
            fields.push(("id".to_owned(), scalar(&id).unwrap_or(Cell::Empty)));
        }
        return fields;
    }
    flatten("", object, 0, &mut fields);
    fields
}

fn flatten(prefix: &str, object: Map<String, Value>, depth: usize, fields: &mut Vec<(String, Cell)>) {
    for (name, value) in object {
        if fields.len() >= MOST_COLUMNS {
            return;
        }
        let path = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            Value::Object(inner) if depth + 1 < DEEPEST => flatten(&path, inner, depth + 1, fields),
            Value::Array(items) => {
                let parts: Vec<String> = items.iter().filter_map(|item| scalar(item)?.shown()).collect();
                fields.push((path, Cell::text(&parts.join("; "))));
            }
            other => fields.extend(scalar(&other).map(|cell| (path, cell))),
        }
    }
}

/// A value that is not made of others. Numbers are kept as they are written: ids are longer than a double.
fn scalar(value: &Value) -> Option<Cell> {
    Some(match value {
        Value::Null => Cell::Empty,
        Value::Bool(yes) => Cell::Text(yes.to_string()),
        Value::Number(number) => Cell::Text(number.to_string()),
        Value::String(text) => Cell::text(text),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<(String, String)> {
        let Ok(Value::Object(object)) = serde_json::from_str(text) else { panic!("an object") };
        flat(object).into_iter().map(|(name, cell)| (name, cell.shown().unwrap_or_default())).collect()
    }

    #[test]
    fn nested_fields_have_paths_and_features_a_point() {
        let plain =
            fields(r#"{"id": 12345678901234567890, "request_type": {"title": "Lamp"}, "tags": ["a", 1], "x": null}"#);
        let want = [("id", "12345678901234567890"), ("request_type.title", "Lamp"), ("tags", "a; 1"), ("x", "")];
        assert_eq!(plain, want.map(|(a, b)| (a.to_owned(), b.to_owned())));
        let feature = fields(
            r#"{"type": "Feature", "id": 7, "properties": {"a": "b"}, "geometry": {"type": "Point", "coordinates": [109.7, 39.6]}}"#,
        );
        let want = [("a", "b"), ("lon", "109.7"), ("lat", "39.6"), ("id", "7")];
        assert_eq!(feature, want.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
