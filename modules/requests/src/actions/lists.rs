//! The lists that staff choose from, as administrators keep them: phrases and categories. Nothing is ever deleted: what is
//! retired cannot be chosen any more, and stays readable where it was.

use serde_json::json;
use tongxin_base::calendar::Limit;
use tongxin_base::{Error, FieldError, Id, Label, Result};
use tongxin_kernel::{Act, Call, Facts, Kernel, ReadOrNot, Subject};

use crate::domain::{Category, LONGEST_LINE, LONGEST_WORDS, Phrase, PhraseKind};
use crate::store::lists_admin::{self, Listed};
use crate::store::phrases;

/// The longest name of a phrase or a category, in characters: it must stand in a list.
const LONGEST_NAME: usize = 60;
/// The longest code of a category, in characters.
const LONGEST_CODE: usize = 20;
/// Two matters farther apart than this are never one, in metres.
const WIDEST_M: i64 = 5_000;

/// Who may change the phrases of a kind: what is written to reporters is the community's own, the rest the administrator's.
pub const fn may_change(kind: PhraseKind) -> &'static str {
    match kind {
        PhraseKind::Reply => "phrases.reply",
        _ => "phrases.change",
    }
}

fn require(act: &Act<'_, '_>, action: &str) -> Result<()> {
    act.kernel.access().require(&act.call.who, action, ReadOrNot::Known, &Facts::default())
}

/// A phrase, as it is written.
#[derive(Debug, Clone, Default)]
pub struct RawPhrase {
    /// What is chosen.
    pub name: String,
    /// The same in English; may be empty.
    pub name_en: String,
    /// What the reporter reads; may be empty.
    pub text: String,
    /// The same in English; may be empty.
    pub text_en: String,
}

fn text(wrong: &mut Vec<FieldError>, field: &'static str, said: &str, longest: usize, needed: bool) -> String {
    let said = said.trim();
    if needed && said.is_empty() {
        wrong.push(FieldError::new(field, "form-required"));
    }
    if said.chars().count() > longest {
        wrong.push(FieldError::new(field, "form-too-long").with("max", longest));
    }
    said.to_owned()
}

impl RawPhrase {
    /// The phrase it is, if all of it holds.
    ///
    /// # Errors
    /// `Invalid` with every field that does not.
    pub(crate) fn parse(&self, kind: PhraseKind, code: &str) -> Result<Phrase> {
        let mut wrong = Vec::new();
        let name = text(&mut wrong, "name", &self.name, LONGEST_NAME, true);
        let name_en = text(&mut wrong, "name_en", &self.name_en, LONGEST_LINE, false);
        let words = text(&mut wrong, "text", &self.text, LONGEST_WORDS, kind == PhraseKind::Reply);
        let words_en = text(&mut wrong, "text_en", &self.text_en, LONGEST_WORDS, false);
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let (name, text) = (Label::new(name, name_en), Label::new(words, words_en));
        Ok(Phrase { kind, code: code.to_owned(), name, text, active: true })
    }
}

/// What a list is in the journal: there is one of each.
fn list(kind: &str) -> Subject {
    Subject::new(kind, Id::<()>::NONE)
}

/// Adds a phrase at the end of its list, or changes the one with this code.
///
/// # Errors
/// `Invalid`; `NotFound` for a code that is not in the list; `Forbidden`.
pub async fn put_phrase(
    kernel: &Kernel,
    call: Call,
    (kind, code): (PhraseKind, Option<String>),
    raw: &RawPhrase,
) -> Result<String> {
    let fresh: String = kernel.world().secret().chars().take(10).collect();
    let phrase = raw.parse(kind, code.as_deref().unwrap_or(&fresh))?;
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        require(act, may_change(kind))?;
        let all = lists_admin::phrases(act.tx, tenant, kind)?;
        let found = all.iter().zip(0_i64..).find(|(known, _)| known.code == phrase.code);
        let (before, at) = match found {
            Some((known, at)) => (Some(known), at),
            None if code.is_none() => (None, i64::try_from(all.len()).unwrap_or(i64::MAX)),
            None => return Err(Error::NotFound),
        };
        let after = Phrase { active: before.is_none_or(|known| known.active), ..phrase.clone() };
        phrases::put(act.tx, tenant, &after, at)?;
        let say = |p: &Phrase| json!({"name": p.name, "text": p.text});
        let payload = json!({"kind": kind, "code": after.code, "from": before.map(say), "to": say(&after)});
        act.journal("phrases.change", &list("phrase"), payload, None)?;
        Ok(after.code)
    };
    kernel.act(call, "phrases.change", act).await
}

/// What is done to a phrase of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// One place up.
    Up,
    /// One place down.
    Down,
    /// It cannot be chosen any more.
    Retire,
    /// It can be chosen again.
    Use,
}

impl Shift {
    /// From the word of a path.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "up" => Self::Up,
            "down" => Self::Down,
            "retire" => Self::Retire,
            "use" => Self::Use,
            _ => return None,
        })
    }
}

/// Moves a phrase within its list, retires it, or brings it back.
///
/// # Errors
/// `NotFound`; `Forbidden`.
pub async fn shift_phrase(kernel: &Kernel, call: Call, (kind, code): (PhraseKind, String), shift: Shift) -> Result<()> {
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        require(act, may_change(kind))?;
        let all = lists_admin::phrases(act.tx, tenant, kind)?;
        let at = all.iter().position(|phrase| phrase.code == code).ok_or(Error::NotFound)?;
        let mut codes: Vec<String> = all.iter().map(|phrase| phrase.code.clone()).collect();
        match shift {
            Shift::Up if at > 0 => codes.swap(at, at - 1),
            Shift::Down if at + 1 < codes.len() => codes.swap(at, at + 1),
            Shift::Up | Shift::Down => return Ok(()),
            Shift::Retire | Shift::Use => {
                let phrase = Phrase { active: shift == Shift::Use, ..all[at].clone() };
                phrases::put(act.tx, tenant, &phrase, i64::try_from(at).unwrap_or(i64::MAX))?;
            }
        }
        lists_admin::order_phrases(act.tx, tenant, kind, &codes)?;
        let word = match shift {
            Shift::Up => "up",
            Shift::Down => "down",
            Shift::Retire => "retire",
            Shift::Use => "use",
        };
        act.journal("phrases.shift", &list("phrase"), json!({"kind": kind, "code": code, "shift": word}), None)
    };
    kernel.act(call, "phrases.shift", act).await
}

/// A category, as it is written.
#[derive(Debug, Clone, Default)]
pub struct RawCategory {
    /// Its code; of one that is there it cannot be changed.
    pub code: String,
    /// The code of the category above it; empty for none.
    pub parent: String,
    /// Its name.
    pub name: String,
    /// The same in English; may be empty.
    pub name_en: String,
    /// Limits, as `2wh`, `5wd`, `24h`.
    pub contact: String,
    /// See `contact`.
    pub grab: String,
    /// See `contact`.
    pub start: String,
    /// See `contact`.
    pub finish: String,
    /// Metres within which two matters may be one.
    pub radius: String,
    /// The code of the skill its orders ask for; empty for none.
    pub skill: String,
    /// Whether something new may be reported as it.
    pub active: bool,
}

impl RawCategory {
    /// The category it is, and whether it is in use, if all of it holds.
    ///
    /// # Errors
    /// `Invalid` with every field that does not.
    pub(crate) fn parse(&self) -> Result<(Category, bool)> {
        let mut wrong = Vec::new();
        let code = text(&mut wrong, "code", &self.code, LONGEST_CODE, true);
        if !code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            wrong.push(FieldError::new("code", "requests-bad-code"));
        }
        let name = text(&mut wrong, "name", &self.name, LONGEST_NAME, true);
        let name_en = text(&mut wrong, "name_en", &self.name_en, LONGEST_LINE, false);
        let mut limit = |field: &'static str, said: &str| {
            let found: Option<Limit> = said.trim().parse().ok();
            if found.is_none() {
                wrong.push(FieldError::new(field, "requests-bad-limit"));
            }
            found
        };
        let (contact, grab) = (limit("contact", &self.contact), limit("grab", &self.grab));
        let (start, finish) = (limit("start", &self.start), limit("finish", &self.finish));
        let radius = self.radius.trim().parse::<i64>().ok().filter(|metres| (0..=WIDEST_M).contains(metres));
        if radius.is_none() {
            wrong.push(FieldError::new("radius", "form-out-of-range").with("min", 0).with("max", WIDEST_M));
        }
        let some = |said: &str| Some(said.trim().to_owned()).filter(|said| !said.is_empty());
        match (contact, grab, start, finish, radius) {
            (Some(contact_limit), Some(grab_limit), Some(start_limit), Some(finish_limit), Some(radius_m))
                if wrong.is_empty() =>
            {
                let (parent, skill, name) = (some(&self.parent), some(&self.skill), Label::new(name, name_en));
                let category = Category {
                    code,
                    parent,
                    name,
                    contact_limit,
                    grab_limit,
                    start_limit,
                    finish_limit,
                    radius_m,
                    skill,
                };
                Ok((category, self.active))
            }
            _ => Err(Error::Invalid(wrong)),
        }
    }
}

/// Adds a category, or with `changes` changes the one with its code. What is under way keeps the limits it was promised.
///
/// # Errors
/// `Invalid`; `NotFound` where there is none to change; `Forbidden`.
pub async fn put_category(kernel: &Kernel, call: Call, raw: &RawCategory, changes: bool) -> Result<()> {
    let (category, active) = raw.parse()?;
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        require(act, "categories.change")?;
        let all = lists_admin::categories(act.tx, tenant)?;
        let before = all.iter().find(|listed| listed.category.code == category.code);
        match (before, changes) {
            (None, true) => return Err(Error::NotFound),
            (Some(_), false) => return Err(Error::field("code", "requests-code-taken")),
            _ => {}
        }
        let above = |code: &String| all.iter().any(|l| l.category.code == *code && l.category.parent.is_none());
        if category.parent.as_ref().is_some_and(|parent| !above(parent) || *parent == category.code) {
            return Err(Error::field("parent", "form-unknown-choice"));
        }
        if let Some(skill) = &category.skill
            && before.and_then(|listed| listed.category.skill.as_ref()) != Some(skill)
        {
            phrases::chosen(act.tx, tenant, PhraseKind::Skill, skill, "skill")?;
        }
        let last = all.iter().map(|listed| listed.position).max().unwrap_or(-1);
        let position = before.map_or(last + 1, |listed| listed.position);
        let after = Listed { category: category.clone(), position, active };
        if before == Some(&after) {
            return Ok(());
        }
        lists_admin::put_category(act.tx, tenant, &after)?;
        let say = |listed: &Listed| {
            let c = &listed.category;
            json!({
                "parent": c.parent, "name": c.name, "contact_limit": c.contact_limit, "grab_limit": c.grab_limit,
                "start_limit": c.start_limit, "finish_limit": c.finish_limit, "radius_m": c.radius_m, "skill": c.skill,
                "active": listed.active,
            })
        };
        let payload = json!({"code": category.code, "from": before.map(say), "to": say(&after)});
        act.journal("categories.change", &list("category"), payload, None)
    };
    kernel.act(call, "categories.change", act).await
}
