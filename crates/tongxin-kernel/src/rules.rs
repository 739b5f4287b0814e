//! The rules of one's own house: what the rooms permit, an office may forbid. A change needs two people, and holds at once on this
//! server and within a minute on the others.

use serde_json::{Value, json};
use tongxin_base::{Error, Result};

use crate::act::Act;
use crate::approval::Dangerous;
use crate::subject::Subject;
use crate::tenant;
use tongxin_base::Id;

/// The action of the policies.
pub const CHANGE_RULES: &str = "policies.change";

/// Changing them, as an act that needs a second person; the text is in `rules` of its arguments.
pub const CHANGE: Dangerous = Dangerous { action: CHANGE_RULES, check, run };

/// What the change is about: the one set of rules of the tenant.
pub fn subject() -> Subject {
    Subject::new("rules", Id::<()>::NONE)
}

fn text(args: &Value) -> Result<&str> {
    args.get("rules").and_then(Value::as_str).ok_or_else(|| Error::field("rules", "form-required"))
}

fn check(act: &mut Act<'_, '_>, _: &Subject, args: &Value) -> Result<()> {
    act.kernel.access().check_house_rules(text(args)?)
}

fn run(act: &mut Act<'_, '_>, subject: &Subject, args: &Value) -> Result<()> {
    let (tenant, rules) = (act.call.tenant.id, text(args)?);
    act.kernel.access().check_house_rules(rules)?;
    tenant::set_house_rules(act.tx, tenant, rules)?;
    act.journal("policies.change", subject, json!({"from": act.call.tenant.house_rules, "to": rules}), None)
}
