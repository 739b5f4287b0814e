//! A table of people: who they are and at which posts, a post a row. Read whole before anybody is let in.

use std::collections::{BTreeMap, HashMap};

use tongxin_base::parse_email;
use tongxin_kernel::{Held, Role, UnitTree};

use crate::units_file::line_of;

/// The columns, in the order in which they are named to people.
const COLUMNS: [&str; 6] = ["login", "name", "public_name", "role", "unit", "email"];
/// The longest name or login, in characters.
const LONGEST: usize = 40;
/// More rows than any subdistrict has posts.
const MOST_ROWS: usize = 5000;

/// Somebody of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
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
    /// Its column.
    pub column: &'static str,
    /// What is wrong, and what would be right.
    pub wrong: String,
}

/// Reads a table: everybody, in the order they come up, or every cell that is wrong.
///
/// # Errors
/// The wrong cells.
pub fn parse(bytes: &[u8], units: &UnitTree) -> Result<Vec<Listed>, Vec<WrongCell>> {
    let whole = |line: u64, wrong: &str| vec![WrongCell { line, column: "", wrong: wrong.to_owned() }];
    let text =
        std::str::from_utf8(bytes).map_err(|_| whole(1, "the file is not UTF-8; save the table as \"CSV UTF-8\""))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| whole(1, &error.to_string()))?.clone();
    let mut wrong: Vec<WrongCell> = Vec::new();
    if let Some(stranger) = header.iter().find(|name| !COLUMNS.contains(name)) {
        wrong.extend(whole(1, &format!("there is no column {stranger:?}; they are {}", COLUMNS.join(", "))));
    }
    for name in ["login", "name", "role"] {
        if !header.iter().any(|column| column == name) {
            wrong.extend(whole(1, &format!("the column {name} is missing")));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut everybody: Vec<Listed> = Vec::new();
    let mut place_of: HashMap<String, (usize, u64)> = HashMap::new();
    let mut whose: HashMap<String, (String, u64)> = HashMap::new();
    for (count, record) in reader.records().enumerate() {
        let record =
            record.map_err(|error| whole(error.position().map_or(0, csv::Position::line), &error.to_string()))?;
        let line = line_of(text, &record);
        if count >= MOST_ROWS {
            wrong.extend(whole(line, &format!("a table has at most {MOST_ROWS} rows; split it")));
            break;
        }
        let cells: BTreeMap<&str, &str> = header.iter().zip(record.iter()).collect();
        if cells.values().all(|cell| cell.is_empty()) {
            continue;
        }
        let row = Row { line, cells };
        let Some(listed) = row.listed(units, &mut wrong) else { continue };
        if let Some(said) = taken(&mut whose, &listed, line) {
            wrong.push(WrongCell { line, column: "email", wrong: said });
        }
        match place_of.get(&listed.login) {
            None => {
                place_of.insert(listed.login.clone(), (everybody.len(), line));
                everybody.push(listed);
            }
            Some((place, first)) => {
                let before = &mut everybody[*place];
                if before.name != listed.name {
                    let said =
                        format!("{} is {} in line {first}; two people need two logins", listed.login, before.name);
                    wrong.push(WrongCell { line, column: "name", wrong: said });
                } else if listed.posts.iter().any(|post| before.posts.contains(post)) {
                    let said = "this person has this post in an earlier line already".to_owned();
                    wrong.push(WrongCell { line, column: "unit", wrong: said });
                } else if is_another(before.email.as_deref(), listed.email.as_deref()) {
                    let said = format!("{} has another address in line {first}; write one of the two", listed.login);
                    wrong.push(WrongCell { line, column: "email", wrong: said });
                } else {
                    before.posts.extend(listed.posts);
                    before.email = before.email.take().or(listed.email);
                }
            }
        }
    }
    if wrong.is_empty() { Ok(everybody) } else { Err(wrong) }
}

/// Whether two addresses differ by more than capitals.
fn is_another(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.to_lowercase() != other.to_lowercase())
}

/// What is to be said where an address is somebody else's already: a link back in may go there, and both would read it.
fn taken(whose: &mut HashMap<String, (String, u64)>, listed: &Listed, line: u64) -> Option<String> {
    let address = listed.email.as_ref()?.to_lowercase();
    let (login, first) = whose.entry(address).or_insert_with(|| (listed.login.clone(), line));
    (*login != listed.login).then(|| {
        format!(
            "{login} has this address in line {first}; a link back in may go there, so it is one person's: leave one empty"
        )
    })
}

struct Row<'a> {
    line: u64,
    cells: BTreeMap<&'a str, &'a str>,
}

impl Row<'_> {
    fn get(&self, column: &str) -> &str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    fn listed(&self, units: &UnitTree, wrong: &mut Vec<WrongCell>) -> Option<Listed> {
        let before = wrong.len();
        let mut say = |column, said: String| wrong.push(WrongCell { line: self.line, column, wrong: said });
        let login = self.get("login");
        if !is_login(login) {
            say("login", format!("{login:?} is no login; it has 2 to {LONGEST} characters and no blanks"));
        }
        let name = self.get("name");
        if name.is_empty() || name.chars().count() > LONGEST {
            say("name", format!("a name has 1 to {LONGEST} characters"));
        }
        let public_name = if self.get("public_name").is_empty() { name } else { self.get("public_name") };
        if public_name.chars().count() > LONGEST {
            say("public_name", format!("a name has at most {LONGEST} characters"));
        }
        let role = Role::parse(self.get("role"));
        if role.is_none() {
            let roles = Role::ALL.map(Role::as_str).join(", ");
            say("role", format!("{:?} is no role; take one of {roles}", self.get("role")));
        }
        let unit = match self.get("unit") {
            "" => units.root(),
            code => units.by_code(code),
        };
        if unit.is_none() {
            say("unit", format!("there is no unit {:?}; `tongxin import units` brings units in", self.get("unit")));
        }
        let email = Some(self.get("email")).filter(|text| !text.is_empty());
        let parsed = email.and_then(parse_email);
        if email.is_some() && parsed.is_none() {
            say("email", format!("{:?} is no address; it is like name@example.com", self.get("email")));
        }
        let (role, unit) = (role?, unit?);
        (wrong.len() == before).then(|| Listed {
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
        let cells: Vec<(u64, &str)> = wrong.iter().map(|cell| (cell.line, cell.column)).collect();
        assert_eq!(
            cells,
            [(2, "login"), (3, "name"), (4, "role"), (4, "unit"), (4, "email"), (6, "name"), (7, "unit")]
        );
        let wrong = parse(b"login,password\nx,y\n", &units()).expect_err("no such columns");
        assert!(wrong[0].wrong.contains("password") && wrong.len() == 3, "{wrong:?}");
        assert!(parse(b"login,name,role\n\xff,a,b\n", &units()).expect_err("no UTF-8")[0].wrong.contains("UTF-8"));
    }
}
