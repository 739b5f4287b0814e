//! Approval: an act that cannot be undone, or that decides who may do what, is asked for by one person and done by another.
//! What was asked for is done in the very write in which the second one says yes.

use serde_json::Value;
use tongxin_base::{Error, Id, Result, TenantId, Time};
use tongxin_db::{Read, Row, params, sql};

use crate::access::{Facts, ReadOrNot};
use crate::act::{Act, Call};
use crate::kernel::Kernel;
use crate::people::{PersonId, Who};
use crate::subject::Subject;

/// Nobody said yes within this time: it must be asked for again.
const GOOD_FOR: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 3600);
/// A list shows so many.
const PAGE: i64 = 100;
/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// A marker for the id of an approval.
#[derive(Debug)]
pub enum ApprovalKind {}

/// The id of an approval.
pub type ApprovalId = Id<ApprovalKind>;

/// An act that needs a second person.
#[derive(Clone, Copy)]
pub struct Dangerous {
    /// The action of the policies; both who asks and who approves must be allowed it.
    pub action: &'static str,
    /// Whether what is asked for can be done as things stand; looked at when it is asked for.
    pub check: fn(&mut Act<'_, '_>, &Subject, &Value) -> Result<()>,
    /// Does it.
    pub run: fn(&mut Act<'_, '_>, &Subject, &Value) -> Result<()>,
}

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalState {
    /// Nobody has decided yet.
    Waiting,
    /// It was approved, and done.
    Approved,
    /// It was refused.
    Refused,
    /// Who asked took it back.
    Withdrawn,
}

impl ApprovalState {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Approved, Self::Refused, Self::Withdrawn].into_iter().find(|it| it.as_str() == word)
    }
}

/// Something that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Approval {
    /// Which one.
    pub id: ApprovalId,
    /// The action.
    pub action: String,
    /// To what.
    pub subject: Subject,
    /// With what.
    pub args: Value,
    /// Why.
    pub reason: String,
    /// Who asked; nobody where it was the command line.
    pub asked_by: Option<PersonId>,
    /// When.
    pub asked_at: Time,
    /// Until when it can be decided.
    pub ends_at: Time,
    /// Where it stands.
    pub state: ApprovalState,
    /// Who decided.
    pub decided_by: Option<PersonId>,
    /// When.
    pub decided_at: Option<Time>,
    /// Why it was refused.
    pub answer: Option<String>,
}

/// What the second person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is done, here and now.
    Approve,
    /// It is not done, and this is why.
    Refuse(String),
}

/// A reason, as it is kept.
fn reason_of(text: &str, field: &'static str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field(field, "form-required"));
    }
    if text.chars().count() > LONGEST_REASON {
        let long = tongxin_base::FieldError::new(field, "form-too-long").with("max", LONGEST_REASON);
        return Err(Error::Invalid(vec![long]));
    }
    Ok(text.to_owned())
}

impl Approval {
    /// Whether it can still be decided.
    pub fn is_open(&self, now: Time) -> bool {
        self.state == ApprovalState::Waiting && now < self.ends_at
    }
}

fn approval(row: &mut Row) -> Result<Approval> {
    let (id, action) = (row.take()?, row.take()?);
    let subject = Subject { kind: row.take()?, id: row.take()? };
    let args: String = row.take()?;
    let (reason, asked_by, asked_at, ends_at) = (row.take()?, row.take()?, row.take()?, row.take()?);
    let state: String = row.take()?;
    Ok(Approval {
        id,
        action,
        subject,
        args: serde_json::from_str(&args).map_err(Error::internal)?,
        reason,
        asked_by,
        asked_at,
        ends_at,
        state: ApprovalState::parse(&state).ok_or_else(|| Error::internal(format!("approval {state}")))?,
        decided_by: row.take()?,
        decided_at: row.take()?,
        answer: row.take()?,
    })
}

/// What waits and what was decided, newest first.
///
/// # Errors
/// As [`Read::rows`].
pub fn approvals(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<Approval>> {
    read.rows(
        sql!(
            "SELECT id, act, subject_kind, subject_id, args, reason, asked_by, asked_at, ends_at, state, decided_by, decided_at, answer
             FROM approval WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2"
        ),
        params![tenant, PAGE],
        approval,
    )
}

fn one(read: &mut Read<'_>, tenant: TenantId, id: ApprovalId) -> Result<Approval> {
    let found = read.maybe(
        sql!(
            "SELECT id, act, subject_kind, subject_id, args, reason, asked_by, asked_at, ends_at, state, decided_by, decided_at, answer
             FROM approval WHERE tenant_id = $1 AND id = $2"
        ),
        params![tenant, id],
        approval,
    )?;
    found.ok_or(Error::NotFound)
}

/// Takes names, reasons and what was asked for out of decisions older than `before`; answers how many.
pub(crate) fn forget(tx: &mut tongxin_db::Tx<'_>, tenant: TenantId, before: Time) -> Result<u64> {
    tx.exec(sql!("DELETE FROM approval WHERE tenant_id = $1 AND asked_at < $2"), params![tenant, before])
}

impl Kernel {
    /// The act that needs a second person, by its action.
    pub fn dangerous(&self, action: &str) -> Option<Dangerous> {
        self.rooms().iter().flat_map(|room| room.dangerous).find(|one| one.action == action).copied()
    }

    /// Asks for an act that needs a second person.
    ///
    /// # Errors
    /// What the policies and the act's own check say; `Invalid` without a reason.
    pub async fn ask_approval(
        &self,
        call: Call,
        action: &'static str,
        subject: Subject,
        args: Value,
        reason: &str,
    ) -> Result<ApprovalId> {
        let dangerous = self.dangerous(action).ok_or_else(|| Error::internal(format!("nothing does {action}")))?;
        let (id, reason): (ApprovalId, String) = (self.world().id(), reason_of(reason, "reason")?);
        self.act(call, "approvals.ask", move |act| {
            let (tenant, now) = (act.call.tenant.id, act.call.now);
            allowed(act, action)?;
            (dangerous.check)(act, &subject, &args)?;
            let args = args.to_string();
            let asked = act.tx.maybe(
                sql!(
                    "SELECT id FROM approval WHERE tenant_id = $1 AND act = $2 AND subject_id = $3 AND args = $4
                     AND state = 'waiting' AND ends_at > $5"
                ),
                params![tenant, action, subject.id, &args, now],
                Row::take::<ApprovalId>,
            )?;
            if asked.is_some() {
                return Err(Error::conflict("approvals-asked"));
            }
            act.tx.exec(
                sql!(
                    "INSERT INTO approval(tenant_id, id, act, subject_kind, subject_id, args, reason, asked_by, asked_at, ends_at, state)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting')"
                ),
                params![
                    tenant,
                    id,
                    action,
                    &subject.kind,
                    subject.id,
                    &args,
                    &reason,
                    act.call.who.person().map(|person| person.id),
                    now,
                    now + GOOD_FOR
                ],
            )?;
            let payload = serde_json::json!({"approval": id, "action": action});
            act.journal("approvals.ask", &subject, payload.clone(), Some(&serde_json::json!({"reason": reason})))?;
            act.event("approvals.asked", &subject, payload);
            Ok(id)
        })
        .await
    }

    /// Decides on what somebody else asked for.
    ///
    /// # Errors
    /// `Invalid` for a refusal without a reason; `Rule` for who asked; `Conflict` where it is decided or has run out; else what the act itself says.
    pub async fn decide_approval(&self, call: Call, id: ApprovalId, decision: Decision) -> Result<()> {
        let answer = match decision {
            Decision::Approve => None,
            Decision::Refuse(why) => Some(reason_of(&why, "answer")?),
        };
        self.act(call, "approvals.decide", move |act| {
            let (tenant, now) = (act.call.tenant.id, act.call.now);
            let asked = one(act.tx, tenant, id)?;
            allowed(act, &asked.action)?;
            let decider = act.call.who.person().map(|person| person.id);
            if decider == asked.asked_by {
                return Err(Error::rule("approvals-own"));
            }
            if decider.is_some_and(|me| asked.subject.typed() == me) {
                return Err(Error::rule("approvals-about-oneself"));
            }
            let yes = answer.is_none();
            let state = if yes { ApprovalState::Approved } else { ApprovalState::Refused };
            settle(act, &asked, state, answer.as_deref())?;
            let payload = serde_json::json!({"approval": id, "action": asked.action, "approved": yes});
            act.journal("approvals.decide", &asked.subject, payload.clone(), None)?;
            act.event("approvals.decided", &asked.subject, payload);
            if !yes {
                return Ok(());
            }
            let dangerous = act.kernel.dangerous(&asked.action).ok_or(Error::NotFound)?;
            debug_assert!(asked.is_open(now));
            (dangerous.run)(act, &asked.subject, &asked.args)
        })
        .await
    }

    /// Takes back what one asked for.
    ///
    /// # Errors
    /// `NotFound` for what others asked for; `Conflict` where it is decided.
    pub async fn withdraw_approval(&self, call: Call, id: ApprovalId) -> Result<()> {
        self.act(call, "approvals.withdraw", move |act| {
            let asked = one(act.tx, act.call.tenant.id, id)?;
            if act.call.who.person().map(|person| person.id) != asked.asked_by {
                return Err(Error::NotFound);
            }
            settle(act, &asked, ApprovalState::Withdrawn, None)?;
            act.journal("approvals.withdraw", &asked.subject, serde_json::json!({"approval": id}), None)
        })
        .await
    }
}

/// The command line on its own machine may be one of the two, never both.
fn allowed(act: &mut Act<'_, '_>, action: &str) -> Result<()> {
    if act.call.who == Who::System {
        return Ok(());
    }
    act.kernel.access().require(&act.call.who, action, ReadOrNot::Known, &Facts::default())
}

/// The row decides: of two who decide at once, one is first.
fn settle(act: &mut Act<'_, '_>, asked: &Approval, state: ApprovalState, answer: Option<&str>) -> Result<()> {
    let settled = act.tx.exec(
        sql!(
            "UPDATE approval SET state = $3, decided_by = $4, decided_at = $5, answer = $6
             WHERE tenant_id = $1 AND id = $2 AND state = 'waiting' AND ends_at > $5"
        ),
        params![
            act.call.tenant.id,
            asked.id,
            state.as_str(),
            act.call.who.person().map(|person| person.id),
            act.call.now,
            answer
        ],
    )?;
    if settled == 0 {
        return Err(Error::conflict("approvals-over"));
    }
    Ok(())
}
