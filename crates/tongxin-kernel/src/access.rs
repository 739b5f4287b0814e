//! Who may do what: Cedar policies, one file per room, deny by default, and rules of a house that forbid more. A decision looks only at the roles that count
//! for the thing at hand, so its answers can be kept by those few facts.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, RestrictedExpression};
use cedar_policy::{Effect, PolicyId};
use tongxin_base::{Error, FieldError, Result, TenantId};

use crate::people::{Held, Role, Who};
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

    /// Whether a unit and all below it is in it.
    pub fn has_all(&self, unit_path: &str) -> bool {
        let (from, to) = subtree(unit_path);
        self.ranges.iter().any(|(low, high)| *low <= from && to <= *high && low < high)
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
    /// Whose house, where it has rules of its own.
    house: Option<TenantId>,
    action: String,
    roles: BTreeSet<Role>,
    anywhere: BTreeSet<Role>,
    signed_in: bool,
    /// It stands at the root of the tree: nobody has said yet to which part it belongs.
    unplaced: bool,
    own: bool,
    handler: bool,
}

/// The longest text of a house's own rules, in bytes; some hundred rules.
const LONGEST_RULES: usize = 16 << 10;

/// A rule that took part in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Whose it is: a room's name, or `house`.
    pub room: String,
    /// Its text.
    pub text: String,
}

/// A decision and what it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What was decided.
    pub allowed: bool,
    /// The rules that decided: those that permit, or those that forbid what others permit.
    pub rules: Vec<Rule>,
    /// The posts that count for this thing.
    pub counted: Vec<Held>,
    /// Posts held elsewhere.
    pub elsewhere: Vec<Held>,
    /// Whether the token that was shown covers the action.
    pub covered: bool,
    /// Roles that would be enough, each by itself, held over the thing's unit.
    pub enough: Vec<Role>,
    /// Whether its own reporter, or whoever works on it, may.
    pub own: bool,
    /// The same for whoever works on it.
    pub handler: bool,
}

/// The policies of all rooms, and the decisions already made.
pub struct Access {
    policies: PolicySet,
    /// The same with the rules of a house laid over them, where it has any.
    houses: RwLock<HashMap<TenantId, PolicySet>>,
    /// The texts of the rooms, as they are shown.
    texts: Vec<(String, String)>,
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
        let texts = files.iter().map(|(room, text)| ((*room).to_owned(), (*text).to_owned())).collect();
        Ok(Self { policies, houses: RwLock::default(), texts, kept: RwLock::default() })
    }

    /// The policies as they are written, with the name of the room of each.
    pub fn texts(&self) -> &[(String, String)] {
        &self.texts
    }

    /// Lays the rules of a house over those of the rooms; they can only forbid.
    ///
    /// # Errors
    /// `Invalid` where they do not parse, permit something, or speak of an action that there is not.
    pub fn set_house_rules(&self, tenant: TenantId, text: &str) -> Result<()> {
        let laid = if text.trim().is_empty() { None } else { Some(self.with_house_rules(text)?) };
        let mut houses = self.houses.write().unwrap_or_else(PoisonError::into_inner);
        match laid {
            None if !houses.contains_key(&tenant) => return Ok(()),
            None => drop(houses.remove(&tenant)),
            Some(laid) if houses.get(&tenant) == Some(&laid) => return Ok(()),
            Some(laid) => drop(houses.insert(tenant, laid)),
        }
        self.kept.write().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    /// Whether a text can be the rules of a house, without laying them over.
    ///
    /// # Errors
    /// As [`Access::set_house_rules`].
    pub fn check_house_rules(&self, text: &str) -> Result<()> {
        if text.trim().is_empty() { Ok(()) } else { self.with_house_rules(text).map(drop) }
    }

    fn with_house_rules(&self, text: &str) -> Result<PolicySet> {
        let wrong = |key, what: String| Error::Invalid(vec![FieldError::new("rules", key).with("what", what)]);
        if text.len() > LONGEST_RULES {
            return Err(Error::Invalid(vec![FieldError::new("rules", "form-too-long").with("max", LONGEST_RULES)]));
        }
        let parsed: PolicySet =
            text.parse().map_err(|e: cedar_policy::ParseErrors| wrong("policies-broken", e.to_string()))?;
        if parsed.templates().next().is_some() {
            return Err(wrong("policies-broken", "?principal".to_owned()));
        }
        let mut laid = self.policies.clone();
        for policy in parsed.policies() {
            let said = policy.to_string();
            if policy.effect() != Effect::Forbid {
                return Err(wrong("policies-permit", said));
            }
            for action in said.split("Action::\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                if !self.knows(action) {
                    return Err(wrong("policies-unknown-action", action.to_owned()));
                }
            }
            laid.add(policy.new_id(PolicyId::new(format!("house.{}", policy.id())))).map_err(Error::internal)?;
        }
        Ok(laid)
    }

    /// What [`Access::allows`] answers, and why.
    pub fn explain(&self, who: &Who, action: &str, facts: &Facts<'_>) -> Explained {
        let question = self.question(who, action, facts);
        let decided = self.asked(&question).ok();
        let rules = decided.iter().flat_map(|(_, rules)| rules.clone()).collect();
        let posts = who.person().map_or(&[][..], |person| &person.posts);
        let (counted, elsewhere) =
            posts.iter().cloned().partition(|post: &Held| facts.unit_path.starts_with(&post.unit_path));
        let nobody = Question {
            roles: BTreeSet::new(),
            anywhere: BTreeSet::new(),
            own: false,
            handler: false,
            ..question.clone()
        };
        let yes = |question: Question| self.asked(&question).is_ok_and(|(allowed, _)| allowed);
        let with = |role: Role| {
            let one = BTreeSet::from([role]);
            yes(Question { roles: one.clone(), anywhere: one, signed_in: true, ..nobody.clone() })
        };
        let covered = self.covered(who, action);
        Explained {
            allowed: covered && decided.is_some_and(|(allowed, _)| allowed),
            rules,
            counted,
            elsewhere,
            covered,
            enough: Role::ALL.into_iter().filter(|role| with(*role)).collect(),
            own: yes(Question { own: true, ..nobody.clone() }),
            handler: yes(Question { handler: true, signed_in: true, ..nobody.clone() }),
        }
    }

    fn house_of(&self, who: &Who) -> Option<TenantId> {
        let tenant = who.person()?.tenant;
        let houses = self.houses.read().unwrap_or_else(PoisonError::into_inner);
        houses.contains_key(&tenant).then_some(tenant)
    }

    fn question(&self, who: &Who, action: &str, facts: &Facts<'_>) -> Question {
        let roles = |wanted: &dyn Fn(&str) -> bool| -> BTreeSet<Role> {
            let posts = who.person().map_or(&[][..], |person| &person.posts);
            posts.iter().filter(|post| wanted(&post.unit_path)).map(|post| post.role).collect()
        };
        Question {
            house: self.house_of(who),
            action: action.to_owned(),
            roles: roles(&|held| facts.unit_path.starts_with(held)),
            anywhere: roles(&|_| true),
            signed_in: who.person().is_some(),
            unplaced: !facts.unit_path.is_empty() && facts.unit_path == root(facts.unit_path),
            own: facts.own,
            handler: facts.handler,
        }
    }

    /// Whether `who` may do `action` to the thing that `facts` tell of.
    pub fn allows(&self, who: &Who, action: &str, facts: &Facts<'_>) -> bool {
        self.covered(who, action) && self.decide(self.question(who, action, facts))
    }

    /// Whether there is anything to which `who` might do `action`: the first gate of a route.
    pub fn anywhere(&self, who: &Who, action: &str) -> bool {
        let roles: BTreeSet<Role> = who.person().iter().flat_map(|p| &p.posts).map(|post| post.role).collect();
        self.covered(who, action)
            && self.decide(Question {
                house: self.house_of(who),
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

    /// Every action that a policy of a room speaks of, in order.
    pub fn actions(&self) -> BTreeSet<String> {
        let texts = self.policies.policies().map(ToString::to_string);
        let named = |text: String| -> Vec<String> {
            text.split("Action::\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
        };
        texts.flat_map(named).collect()
    }

    fn covered(&self, who: &Who, action: &str) -> bool {
        who.person().is_none_or(|person| person.scopes.cover(action))
    }

    fn decide(&self, question: Question) -> bool {
        if let Some(known) = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&question) {
            return *known;
        }
        let answer = self.asked(&question).map(|(allowed, _)| allowed).unwrap_or_else(|why| {
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

    fn asked(&self, question: &Question) -> std::result::Result<(bool, Vec<Rule>), Box<dyn std::error::Error>> {
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
        let houses = self.houses.read().unwrap_or_else(PoisonError::into_inner);
        let policies = question.house.and_then(|house| houses.get(&house)).unwrap_or(&self.policies);
        let response = Authorizer::new().is_authorized(&request, policies, &Entities::empty());
        let rule = |id: &PolicyId| {
            let name = id.to_string();
            let room = name.split('.').next().unwrap_or_default().to_owned();
            policies.policy(id).map(|policy| Rule { room, text: policy.to_string() })
        };
        let rules = response.diagnostics().reason().filter_map(rule).collect();
        Ok((response.decision() == Decision::Allow, rules))
    }
}
