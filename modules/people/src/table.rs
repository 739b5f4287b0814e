//! A table of people: who they are and at which posts, a post a row. Read whole before anybody is let in.

use std::collections::{BTreeMap, HashMap};

use tongxin_base::{FieldError, parse_email};
use tongxin_kernel::{Held, Role, Unit, UnitTree};

use crate::domain::LONGEST;

/// The columns, in the order in which they are named to people.
pub const COLUMNS: [&str; 6] = ["login", "name", "public_name", "role", "unit", "email"];
/// More rows than any subdistrict has posts.
const MOST_ROWS: usize = 5000;

/// Somebody of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The line they come up in first; the header is line 1.
    pub line: u64,
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
    /// The name others see.
    pub public_name: String,
    /// Their posts.
    pub posts: Vec<Held>,
    /// Their address, where one is given.
    pub email: Option<String>,
}

/// A cell that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongCell {
    /// Its line in the file; the header is line 1.
    pub line: u64,
    /// Its column, and what is wrong with it; the column is `file` where it is the table as a whole.
    pub error: FieldError,
}

fn wrong(line: u64, error: FieldError) -> WrongCell {
    WrongCell { line, error }
}

/// Reads a table: everybody, in the order they come up, or every cell that is wrong.
///
/// # Errors
/// The wrong cells.
pub fn parse(bytes: &[u8], units: &UnitTree) -> Result<Vec<Listed>, Vec<WrongCell>> {
    let whole = |line: u64, key: &'static str| vec![wrong(line, FieldError::new("file", key))];
    let text = std::str::from_utf8(bytes).map_err(|_| whole(1, "people-table-encoding"))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| whole(1, "people-table-broken"))?.clone();
    let mut faults: Vec<WrongCell> = Vec::new();
    for stranger in header.iter().filter(|name| !COLUMNS.contains(name)).take(1) {
        let error = FieldError::new("file", "people-table-column").with("column", stranger);
        faults.push(wrong(1, error.with("columns", COLUMNS.join(", "))));
    }
    for name in ["login", "name", "role"] {
        if !header.iter().any(|column| column == name) {
            faults.push(wrong(1, FieldError::new("file", "people-table-missing").with("column", name)));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut everybody: Vec<Listed> = Vec::new();
    let mut place_of: HashMap<String, (usize, u64)> = HashMap::new();
    let mut whose: HashMap<String, (String, u64)> = HashMap::new();
    for (count, record) in reader.records().enumerate() {
        let record =
            record.map_err(|error| whole(error.position().map_or(0, csv::Position::line), "people-table-broken"))?;
        let line = line_of(text, &record);
        if count >= MOST_ROWS {
            faults.push(wrong(line, FieldError::new("file", "people-table-rows").with("most", MOST_ROWS)));
            break;
        }
        let cells: BTreeMap<&str, &str> = header.iter().zip(record.iter()).collect();
        if cells.values().all(|cell| cell.is_empty()) {
            continue;
        }
        let row = Row { line, cells };
        let Some(listed) = row.listed(units, &mut faults) else { continue };
        if let Some(error) = taken(&mut whose, &listed, line) {
            faults.push(wrong(line, error));
        }
        match place_of.get(&listed.login) {
            None => {
                place_of.insert(listed.login.clone(), (everybody.len(), line));
                everybody.push(listed);
            }
            Some((place, first)) => {
                let before = &mut everybody[*place];
                let say = |column, key| {
                    let error = FieldError::new(column, key).with("login", &listed.login).with("line", first);
                    wrong(line, error)
                };
                if before.name != listed.name {
                    faults.push(say("name", "people-table-two-names"));
                } else if listed.posts.iter().any(|post| before.posts.contains(post)) {
                    faults.push(say("unit", "people-table-twice"));
                } else if is_another(before.email.as_deref(), listed.email.as_deref()) {
                    faults.push(say("email", "people-table-two-addresses"));
                } else {
                    before.posts.extend(listed.posts);
                    before.email = before.email.take().or(listed.email);
                }
            }
        }
    }
    if faults.is_empty() { Ok(everybody) } else { Err(faults) }
}

/// The line a row stands in, as an editor counts it: the reader counts the empty lines before a row to the row.
pub fn line_of(text: &str, record: &csv::StringRecord) -> u64 {
    let Some(at) = record.position() else { return 0 };
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| **byte == b'\n');
    at.line() + u64::try_from(empty.count()).unwrap_or(0)
}

/// Whether two addresses differ by more than capitals.
fn is_another(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.to_lowercase() != other.to_lowercase())
}

/// What is to be said where an address is somebody else's already: a link back in may go there, and both would read it.
fn taken(whose: &mut HashMap<String, (String, u64)>, listed: &Listed, line: u64) -> Option<FieldError> {
    let address = listed.email.as_ref()?.to_lowercase();
    let (login, first) = whose.entry(address).or_insert_with(|| (listed.login.clone(), line));
    let error = || FieldError::new("email", "people-table-address-taken").with("login", &*login).with("line", *first);
    (*login != listed.login).then(error)
}

/// A unit by its code, or by a name that no other has.
fn unit_named<'a>(units: &'a UnitTree, word: &str) -> Option<&'a Unit> {
    if word.is_empty() {
        return units.root();
    }
    let mut named = units.iter().filter(|unit| unit.name.zh == word || unit.name.en == word);
    units.by_code(word).or_else(|| named.next().filter(|_| named.next().is_none()))
}

struct Row<'a> {
    line: u64,
    cells: BTreeMap<&'a str, &'a str>,
}

impl Row<'_> {
    fn get(&self, column: &str) -> &str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    fn listed(&self, units: &UnitTree, faults: &mut Vec<WrongCell>) -> Option<Listed> {
        let before = faults.len();
        let mut say = |error: FieldError| faults.push(wrong(self.line, error));
        let login = self.get("login");
        if !is_login(login) {
            say(FieldError::new("login", "people-bad-login"));
        }
        let name = self.get("name");
        if name.is_empty() {
            say(FieldError::new("name", "form-required"));
        }
        let public_name = if self.get("public_name").is_empty() { name } else { self.get("public_name") };
        for (column, text) in [("name", name), ("public_name", public_name)] {
            let said = self.get(column);
            if !said.is_empty() && text.chars().count() > LONGEST {
                say(FieldError::new(column, "form-too-long").with("max", LONGEST));
            }
        }
        let role = Role::parse(self.get("role"));
        if role.is_none() {
            let roles = Role::ALL.map(Role::as_str).join(", ");
            say(FieldError::new("role", "people-table-role").with("role", self.get("role")).with("roles", roles));
        }
        let unit = unit_named(units, self.get("unit"));
        if unit.is_none() {
            say(FieldError::new("unit", "people-table-unit").with("unit", self.get("unit")));
        }
        let email = Some(self.get("email")).filter(|text| !text.is_empty());
        let parsed = email.and_then(parse_email);
        if email.is_some() && parsed.is_none() {
            say(FieldError::new("email", "form-bad-email"));
        }
        let (role, unit) = (role?, unit?);
        (faults.len() == before).then(|| Listed {
            line: self.line,
            login: login.to_owned(),
            name: name.to_owned(),
            public_name: public_name.to_owned(),
            posts: vec![Held { unit_path: unit.path.clone(), role }],
            email: parsed,
        })
    }
}

/// Whether a text can be a login: something one can type and read out.
pub fn is_login(text: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control();
    (2..=LONGEST).contains(&text.chars().count()) && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use tongxin_base::Label;
    use tongxin_kernel::{Level, Unit};

    use super::*;

    fn units() -> UnitTree {
        let unit = |path: &str, level| {
            let code = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
            Unit {
                path: path.to_owned(),
                code,
                level,
                name: Label::new("x", ""),
                point: None,
                area: None,
                compound: None,
            }
        };
        UnitTree::of(vec![unit("1/", Level::Subdistrict), unit("1/11/", Level::Community)])
    }

    #[test]
    fn a_person_may_have_several_posts() {
        let table = "\u{feff}login,name,public_name,role,unit,email\nwang,王芳,王书记,secretary,11,wang@example.cn\n\
            li,李明,,grid_worker,11,\nwang,王芳,,mediator,,\n\n";
        let all = parse(table.as_bytes(), &units()).expect("people");
        assert_eq!(all.len(), 2);
        let posts: Vec<_> = all[0].posts.iter().map(|post| (post.role.as_str(), post.unit_path.as_str())).collect();
        assert_eq!(posts, [("secretary", "1/11/"), ("mediator", "1/")]);
        assert_eq!((all[1].public_name.as_str(), all[1].email.as_deref()), ("李明", None));
    }

    #[test]
    fn every_wrong_cell_is_named() {
        let table = "login,name,role,unit,email\nw,王芳,secretary,11,\nwang,,secretary,11,\nli,李明,boss,12,x\n\
            zhao,赵强,admin,,\nzhao,赵勇,auditor,,\nzhao,赵强,admin,,\n";
        let wrong = parse(table.as_bytes(), &units()).expect_err("wrong cells");
        let cells: Vec<(u64, &str)> = wrong.iter().map(|cell| (cell.line, cell.error.field.as_str())).collect();
        assert_eq!(
            cells,
            [(2, "login"), (3, "name"), (4, "role"), (4, "unit"), (4, "email"), (6, "name"), (7, "unit")]
        );
        let wrong = parse(b"login,password\nx,y\n", &units()).expect_err("no such columns");
        assert!(wrong[0].error.args[0].1 == "password" && wrong.len() == 3, "{wrong:?}");
        let wrong = parse(b"login,name,role\n\xff,a,b\n", &units()).expect_err("no UTF-8");
        assert_eq!(wrong[0].error.key, "people-table-encoding");
    }
}
