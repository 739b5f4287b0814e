//! Who may do what: Cedar policies, one file per room, deny by default. A decision looks only at the roles that count
//! for the thing at hand, so its answers can be kept by those few facts.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, RestrictedExpression};
use tongxin_base::{Error, Result};

use crate::people::{Role, Who};
use crate::unit::subtree;

/// Kept decisions; each is a set of roles, an action and two flags. Past this many, they are forgotten and made again.
const KEPT: usize = 20_000;
/// A person looks after at most this many separate parts of the tree.
const PARTS: usize = 4;
/// Ranges of a list statement: the parts, and the root alone for what belongs to no part yet.
pub(crate) const RANGES: usize = PARTS + 1;

/// What a decision may look at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The unit the thing belongs to, by path.
    pub unit_path: &'a str,
    /// Whether it is the asker's own: the reporter with the secret link, the person whose page it is.
    pub own: bool,
    /// Whether the asker is the one who works on it.
    pub handler: bool,
}

/// Whether a refusal may admit that the thing exists.
#[derive(Debug, Clone, Copy)]
pub enum ReadOrNot<'a> {
    /// It may, if this action is allowed: else it is "not found".
    If(&'a str),
    /// It may: everybody knows it exists.
    Known,
}

/// The parts of the unit tree that a list may show, as half-open ranges of paths; unused ones are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    ranges: [(String, String); RANGES],
}

impl Scope {
    /// Nothing at all.
    pub fn nothing() -> Self {
        Self { ranges: std::array::from_fn(|_| (String::new(), String::new())) }
    }

    /// Whether nothing is in it.
    pub fn is_nothing(&self) -> bool {
        self.ranges.iter().all(|(low, high)| low == high)
    }

    /// Whether a unit is in it.
    pub fn has(&self, unit_path: &str) -> bool {
        self.ranges.iter().any(|(low, high)| low.as_str() <= unit_path && unit_path < high.as_str())
    }

    /// The same, but only what is under `unit_path` too.
    #[must_use]
    pub fn under(&self, unit_path: &str) -> Self {
        let (low, high) = subtree(unit_path);
        let cut = |(a, b): &(String, String)| {
            let (a, b) = (a.max(&low).clone(), b.min(&high).clone());
            if a < b { (a, b) } else { (String::new(), String::new()) }
        };
        Self { ranges: std::array::from_fn(|i| cut(&self.ranges[i])) }
    }

    /// The bounds of the ranges, for a statement: low and high, five times.
    pub fn bounds(&self) -> [&str; 2 * RANGES] {
        std::array::from_fn(|i| {
            let (low, high) = &self.ranges[i / 2];
            if i % 2 == 0 { low.as_str() } else { high.as_str() }
        })
    }
}

/// The root of the tree that a path is in: its first code.
fn root(unit_path: &str) -> &str {
    unit_path.split_inclusive('/').next().unwrap_or_default()
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    action: String,
    roles: BTreeSet<Role>,
    anywhere: BTreeSet<Role>,
    signed_in: bool,
    /// It stands at the root of the tree: nobody has said yet to which part it belongs.
    unplaced: bool,
    own: bool,
    handler: bool,
}

/// The policies of all rooms, and the decisions already made.
pub struct Access {
    policies: PolicySet,
    kept: RwLock<HashMap<Question, bool>>,
}

impl Access {
    /// From the policy files, each with its room's name.
    ///
    /// # Errors
    /// `Internal` where one does not parse, with Cedar's own words.
    pub fn new(files: &[(&str, &str)]) -> Result<Self> {
        let mut policies = PolicySet::new();
        for (room, text) in files {
            let parsed: PolicySet =
                text.parse().map_err(|e| Error::internal(format!("the policies of {room}: {e}")))?;
            for policy in parsed.policies() {
                let id = cedar_policy::PolicyId::new(format!("{room}.{}", policy.id()));
                policies.add(policy.new_id(id)).map_err(Error::internal)?;
            }
        }
        Ok(Self { policies, kept: RwLock::default() })
    }

    /// Whether `who` may do `action` to the thing that `facts` tell of.
    pub fn allows(&self, who: &Who, action: &str, facts: &Facts<'_>) -> bool {
        let roles = |wanted: &dyn Fn(&str) -> bool| -> BTreeSet<Role> {
            let posts = who.person().map_or(&[][..], |person| &person.posts);
            posts.iter().filter(|post| wanted(&post.unit_path)).map(|post| post.role).collect()
        };
        self.covered(who, action)
            && self.decide(Question {
                action: action.to_owned(),
                roles: roles(&|held| facts.unit_path.starts_with(held)),
                anywhere: roles(&|_| true),
                signed_in: who.person().is_some(),
                unplaced: !facts.unit_path.is_empty() && facts.unit_path == root(facts.unit_path),
                own: facts.own,
                handler: facts.handler,
            })
    }

    /// Whether there is anything to which `who` might do `action`: the first gate of a route.
    pub fn anywhere(&self, who: &Who, action: &str) -> bool {
        let roles: BTreeSet<Role> = who.person().iter().flat_map(|p| &p.posts).map(|post| post.role).collect();
        self.covered(who, action)
            && self.decide(Question {
                action: action.to_owned(),
                anywhere: roles.clone(),
                roles,
                signed_in: who.person().is_some(),
                unplaced: true,
                own: true,
                handler: who.person().is_some(),
            })
    }

    /// As [`Access::allows`], with the right refusal: who is not signed in is asked to, who may not even see it is told
    /// that there is nothing.
    ///
    /// # Errors
    /// `Unauthenticated`, `Forbidden` or `NotFound`.
    pub fn require(&self, who: &Who, action: &str, known: ReadOrNot<'_>, facts: &Facts<'_>) -> Result<()> {
        if self.allows(who, action, facts) {
            return Ok(());
        }
        let may_know = match known {
            ReadOrNot::Known => true,
            ReadOrNot::If(see) => self.allows(who, see, facts),
        };
        Err(match (who, may_know) {
            (Who::Nobody | Who::System, _) => Error::Unauthenticated,
            (Who::Person(_), true) => Error::Forbidden,
            (Who::Person(_), false) => Error::NotFound,
        })
    }

    /// The part of the unit tree in which `who` may do `action`, whoever it belongs to. A list filtered by it agrees
    /// with [`Access::allows`] on each row.
    ///
    /// # Errors
    /// `Rule` where it falls into more than four parts.
    pub fn scope(&self, who: &Who, action: &str) -> Result<Scope> {
        let posts = who.person().map_or(&[][..], |person| &person.posts);
        // The root alone is a part of its own, for what is unplaced: a blank comes behind it and before every child.
        let tops = posts.iter().map(|post| (root(&post.unit_path).to_owned(), format!("{} ", root(&post.unit_path))));
        let parts = posts.iter().map(|post| subtree(&post.unit_path)).chain(tops).chain([subtree("")]);
        let ends: BTreeSet<String> = parts.flat_map(|(low, high)| [low, high]).collect();
        let mut ranges: Vec<(&String, &String)> = Vec::new();
        // From one end of a post's part to the next the same roles count, so one answer holds for all between.
        for (low, high) in ends.iter().zip(ends.iter().skip(1)) {
            if !self.allows(who, action, &Facts { unit_path: low, ..Facts::default() }) {
                continue;
            }
            match ranges.last_mut() {
                Some((_, end)) if *end == low => *end = high,
                _ => ranges.push((low, high)),
            }
        }
        let parts = ranges.iter().filter(|(low, high)| **high != format!("{low} ")).count();
        if parts > PARTS {
            return Err(Error::rule("error-too-many-parts"));
        }
        let mut scope = Scope::nothing();
        for (range, (low, high)) in scope.ranges.iter_mut().zip(ranges) {
            *range = (low.clone(), high.clone());
        }
        Ok(scope)
    }

    /// Whether any policy speaks of this action at all; for the test that finds misspelt ones.
    pub fn knows(&self, action: &str) -> bool {
        let word = format!("Action::\"{action}\"");
        self.policies.policies().any(|policy| policy.to_string().contains(&word))
    }

    fn covered(&self, who: &Who, action: &str) -> bool {
        who.person().is_none_or(|person| person.scopes.cover(action))
    }

    fn decide(&self, question: Question) -> bool {
        if let Some(known) = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&question) {
            return *known;
        }
        let answer = self.ask(&question).unwrap_or_else(|why| {
            tracing::error!(%why, action = question.action, "a decision could not be made, so it is no");
            false
        });
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(question, answer);
        answer
    }

    fn ask(&self, question: &Question) -> std::result::Result<bool, Box<dyn std::error::Error>> {
        let words = |roles: &BTreeSet<Role>| {
            RestrictedExpression::new_set(roles.iter().map(|r| RestrictedExpression::new_string(r.to_string())))
        };
        let context = Context::from_pairs([
            ("roles".to_owned(), words(&question.roles)),
            ("anywhere".to_owned(), words(&question.anywhere)),
            ("signed_in".to_owned(), RestrictedExpression::new_bool(question.signed_in)),
            ("unplaced".to_owned(), RestrictedExpression::new_bool(question.unplaced)),
            ("own".to_owned(), RestrictedExpression::new_bool(question.own)),
            ("handler".to_owned(), RestrictedExpression::new_bool(question.handler)),
        ])?;
        let entity = |kind: &str, name: &str| -> std::result::Result<EntityUid, Box<dyn std::error::Error>> {
            Ok(EntityUid::from_type_name_and_id(kind.parse()?, name.parse()?))
        };
        let request = Request::new(
            entity("Person", "asker")?,
            entity("Action", &question.action)?,
            entity("Thing", "this")?,
            context,
            None,
        )?;
        let response = Authorizer::new().is_authorized(&request, &self.policies, &Entities::empty());
        Ok(response.decision() == Decision::Allow)
    }
}
