//! 处理问题: what happens while somebody is at it: waiting for others, and what is used up.

use serde_json::json;
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Act, Call, Kernel};

use super::round::{OrderMoved, moved};
use super::{Held, Moved, hold, pause, resume, subject};
use crate::domain::{LONGEST_LINE, MaterialId, MessageId, MessageWay, OrderId, OrderState, PhraseKind, required_text};
use crate::store::orders::{self, Material, Order};
use crate::store::phrases;
use crate::store::requests::{self, Message};

/// An order that somebody is at, held still with its request.
fn under_way(act: &mut Act<'_, '_>, id: OrderId, action: &str) -> Result<(Held, Order)> {
    let tenant = act.call.tenant.id;
    let request = orders::one(act.tx, tenant, id)?.request_id;
    let held = hold(act, request, None)?;
    held.require(act, action)?;
    let order = orders::one(act.tx, tenant, id)?;
    if !matches!(order.state, OrderState::Grabbed | OrderState::Working) {
        return Err(Error::conflict("requests-order-wrong-state").with("status", order.state));
    }
    Ok((held, order))
}

/// The work waits for others: the clock stands still, with a reason out of the list and words where they help.
///
/// # Errors
/// `Invalid` for an unknown reason; `Conflict` where it waits already or nobody is at it; else as [`super::start`].
pub async fn wait(kernel: &Kernel, call: Call, id: OrderId, reason: &str, words: &str) -> Result<OrderMoved> {
    let (reason, words) = (reason.trim().to_owned(), words.trim().to_owned());
    if !words.is_empty() {
        required_text("text", &words, LONGEST_LINE)?;
    }
    if reason.is_empty() {
        return Err(Error::field("reason", "form-required"));
    }
    let note: MessageId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let tenant = act.call.tenant.id;
        phrases::chosen(act.tx, tenant, PhraseKind::Wait, &reason, "reason")?;
        let (held, order) = under_way(act, id, "orders.wait")?;
        // Who has not begun has nothing to wait for: they give it back.
        if order.state != OrderState::Working {
            return Err(Error::conflict("requests-order-wrong-state").with("status", order.state));
        }
        let mut request = held.request;
        if request.paused_at.is_some() {
            return Err(Error::conflict("requests-waits-already").with("number", &request.number));
        }
        pause(act, &mut request, &reason)?;
        if !words.is_empty() {
            let person_id = act.call.who.person().map(|person| person.id);
            let note = Message {
                id: note,
                way: MessageWay::Note,
                person_id,
                report_id: None,
                text: words.clone(),
                at: act.call.now,
            };
            requests::add_messages(act.tx, tenant, &[(request.id, note)])?;
        }
        requests::save(act.tx, tenant, &request)?;
        let payload = json!({"order": id, "reason": reason});
        act.journal("orders.wait", &subject(request.id), payload, Some(&json!({"words": words})))?;
        act.event("requests.waiting", &subject(request.id), json!({"order": id, "reason": reason}));
        moved(act, &order, Moved::saved(&request))
    };
    kernel.act(call, "orders.wait", act).await
}

/// The work goes on, and the clock with it.
///
/// # Errors
/// `Conflict` where it does not wait; else as [`wait`].
pub async fn resume_work(kernel: &Kernel, call: Call, id: OrderId) -> Result<OrderMoved> {
    let act = move |act: &mut Act<'_, '_>| {
        let (held, order) = under_way(act, id, "orders.wait")?;
        let mut request = held.request;
        if request.paused_at.is_none() {
            return Err(Error::conflict("requests-waits-not").with("number", &request.number));
        }
        resume(act, &mut request)?;
        requests::save(act.tx, act.call.tenant.id, &request)?;
        act.journal("orders.resume", &subject(request.id), json!({"order": id}), None)?;
        act.event("requests.resumed", &subject(request.id), json!({"order": id}));
        moved(act, &order, Moved::saved(&request))
    };
    kernel.act(call, "orders.resume", act).await
}

/// Something that was used up, as it is written down.
#[derive(Debug, Clone, Default)]
pub struct NewMaterial {
    /// What.
    pub name: String,
    /// How much, in words: `2`, `3 m`.
    pub amount: String,
    /// What it cost.
    pub cost: Cost,
}

/// What something cost, as it comes in.
#[derive(Debug, Clone)]
pub enum Cost {
    /// In yuan with at most two decimals, as people write it; empty where it is not known.
    Yuan(String),
    /// In fen, as programs write it.
    Fen(Option<i64>),
}

impl Default for Cost {
    fn default() -> Self {
        Self::Fen(None)
    }
}

impl Cost {
    /// In fen, none where it is not known; `Err` for what is no cost.
    fn fen(&self) -> std::result::Result<Option<i64>, ()> {
        match self {
            Self::Yuan(text) if text.trim().is_empty() => Ok(None),
            Self::Yuan(text) => fen(text.trim()).map(Some).ok_or(()),
            Self::Fen(None) => Ok(None),
            Self::Fen(Some(fen)) => (0..=DEAREST_FEN).contains(fen).then_some(Some(*fen)).ok_or(()),
        }
    }
}

/// The dearest single thing that is written down here, in fen: a million yuan.
const DEAREST_FEN: i64 = 100_000_000;

/// `12`, `12.5` or `12.50` yuan in fen.
fn fen(text: &str) -> Option<i64> {
    let (yuan, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if yuan.is_empty() || !digits(yuan) || !digits(part) || part.len() > 2 {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part).filter(|fen| *fen <= DEAREST_FEN)
}

/// Writes down what was used.
///
/// # Errors
/// `Invalid` naming every wrong field; else as [`wait`].
pub async fn add_material(kernel: &Kernel, call: Call, id: OrderId, new: NewMaterial) -> Result<OrderMoved> {
    let mut wrong = Vec::new();
    let mut line = |field: &'static str, text: &str| {
        required_text(field, text, LONGEST_LINE).unwrap_or_else(|error| {
            if let Error::Invalid(fields) = error {
                wrong.extend(fields);
            }
            String::new()
        })
    };
    let (name, amount) = (line("name", &new.name), line("amount", &new.amount));
    let cost_fen = new.cost.fen().unwrap_or_else(|()| {
        wrong.push(FieldError::new("cost", "requests-bad-cost"));
        None
    });
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let material: MaterialId = kernel.world().id();
    let act = move |act: &mut Act<'_, '_>| {
        let (held, order) = under_way(act, id, "orders.wait")?;
        let (tenant, request) = (act.call.tenant.id, held.request);
        let used = Material {
            id: material,
            order_id: id,
            name: name.clone(),
            amount: amount.clone(),
            cost_fen,
            at: act.call.now,
        };
        let by = act.call.who.person().map(|person| person.id);
        orders::add_material(act.tx, tenant, request.id, by, &used)?;
        let payload = json!({"order": id, "name": name, "amount": amount, "cost_fen": cost_fen});
        act.journal("orders.material", &subject(request.id), payload, None)?;
        requests::save(act.tx, tenant, &request)?;
        moved(act, &order, Moved::saved(&request))
    };
    kernel.act(call, "orders.material", act).await
}

#[cfg(test)]
mod tests {
    use super::fen;

    #[test]
    fn yuan_become_fen() {
        for (text, is) in [("12", 1200), ("12.5", 1250), ("0.05", 5), ("1000000", 100_000_000)] {
            assert_eq!(fen(text), Some(is), "{text}");
        }
        for text in ["", "-1", "1.234", "1e3", "99999999999999999999", "1000000.01", "一"] {
            assert_eq!(fen(text), None, "{text}");
        }
    }
}
