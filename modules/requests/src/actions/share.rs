//! Letting everybody read of a matter: the words of its reporter are private until staff release them, in words of their own choice.

use serde_json::json;
use tongxin_base::{Error, FieldError, Result};
use tongxin_kernel::{Act, Call, Kernel, find_telling};

use super::{hold, subject};
use crate::domain::{LONGEST_WORDS, RequestId, required_text};
use crate::store::shared;

/// What everybody will read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sharing {
    /// What it was about.
    pub words: String,
    /// What was done; may be empty.
    pub outcome: String,
    /// Who releases it has looked at what seems to tell who somebody is, and says that it does not.
    pub sure: bool,
}

/// Releases a matter for everybody to read.
///
/// # Errors
/// `Invalid` where the words seem to tell who somebody is and nobody has said that they do not; `Rule` for what is held back.
pub async fn share(kernel: &Kernel, call: Call, id: RequestId, sharing: Sharing) -> Result<()> {
    let words = required_text("words", &sharing.words, LONGEST_WORDS)?;
    let outcome = sharing.outcome.trim().to_owned();
    if outcome.chars().count() > LONGEST_WORDS {
        return Err(Error::Invalid(vec![FieldError::new("outcome", "form-too-long").with("max", LONGEST_WORDS)]));
    }
    let telling = |name: &'static str, text: &str| {
        let found: Vec<String> = find_telling(text).into_iter().map(|hit| text[hit.range].to_owned()).collect();
        (!found.is_empty()).then(|| FieldError::new(name, "requests-share-telling").with("what", found.join(" · ")))
    };
    let wrong: Vec<FieldError> =
        [telling("words", &words), telling("outcome", &outcome)].into_iter().flatten().collect();
    if !wrong.is_empty() && !sharing.sure {
        return Err(Error::Invalid(wrong));
    }
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, id, None)?;
        held.require(act, "requests.share")?;
        if held.request.held.is_some() {
            return Err(Error::rule("requests-share-held"));
        }
        let by = act.call.who.person().map(|person| person.id);
        shared::put(act.tx, act.call.tenant.id, id, (&words, &outcome), (by, act.call.now))?;
        let personal = json!({"words": words, "outcome": outcome});
        act.journal("requests.share", &subject(id), json!({"sure": sharing.sure}), Some(&personal))
    };
    kernel.act(call, "requests.share", act).await
}

/// Takes what was released back.
///
/// # Errors
/// `NotFound` where nothing was.
pub async fn unshare(kernel: &Kernel, call: Call, id: RequestId) -> Result<()> {
    let act = move |act: &mut Act<'_, '_>| {
        let held = hold(act, id, None)?;
        held.require(act, "requests.share")?;
        if crate::store::rights::take_back(act.tx, act.call.tenant.id, id)? == 0 {
            return Err(Error::NotFound);
        }
        act.journal("requests.unshare", &subject(id), json!({}), None)
    };
    kernel.act(call, "requests.unshare", act).await
}
