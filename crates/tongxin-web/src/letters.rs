//! Notices in words: for a list on a page, and for a letter. The kernel knows keys; here they meet the dictionary.

use std::borrow::Cow;

use tongxin_base::{Arg, Locale};
use tongxin_kernel::{Letter, Notice, Recipient};

use crate::words::Words;

/// A letter, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its subject, one line.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// Who it says it is from.
    pub sender: String,
}

/// A push, ready to be sealed: that there is something new, and what kind of thing it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nudge {
    /// That there is something new.
    pub title: String,
    /// Of which kind.
    pub text: String,
}

/// Puts a push into words; they stand on a locked screen and say nothing of anybody.
pub(crate) fn nudge(words: &Words, notice: &Notice) -> Nudge {
    let kind = format!("push-about-{}", notice.subject.kind);
    let text = words.t(if words.has(&kind) { &kind } else { "push-about-other" });
    Nudge { title: words.t("push-new"), text }
}

fn args(notice: &Notice, locale: Locale) -> Vec<Arg> {
    notice.args.iter().map(|(name, value)| (Cow::Owned(name.clone()), value.to(locale).to_owned())).collect()
}

/// What a notice says, in one line.
pub(crate) fn title(words: &Words, notice: &Notice) -> String {
    words.with(&notice.key, &args(notice, words.locale()))
}

/// What to do about it; empty where there is nothing to do.
pub(crate) fn more(words: &Words, notice: &Notice) -> String {
    let key = format!("{}-words", notice.key);
    if words.has(&key) { words.with(&key, &args(notice, words.locale())) } else { String::new() }
}

/// Puts a letter into words: what happened, what to do, the link, who sends it and why. `public_url` is how the house is
/// reached from outside, without a slash at its end.
pub(crate) fn compose(words: &Words, letter: &Letter, public_url: &str) -> Mail {
    let place = letter.tenant.name.to(words.locale());
    let why = match letter.notice.to {
        Recipient::Person(_) => words.t1("letter-why-asked", "url", format!("{public_url}/me")),
        Recipient::Reachable(_) => words.t1("letter-why-left", "place", place),
    };
    let mut parts = vec![title(words, &letter.notice)];
    let more = more(words, &letter.notice);
    if !more.is_empty() {
        parts.push(more);
    }
    if !letter.path.is_empty() {
        parts.push(format!("{}\n{public_url}{}", words.t("letter-open"), letter.path));
    }
    let sender = words.t1("letter-sender", "place", place);
    let phone = words.t1("letter-no-reply", "phone", &letter.tenant.settings.service_phone);
    parts.push(format!("-- \n{sender}\n{why}\n{phone}"));
    Mail { subject: title(words, &letter.notice), text: parts.join("\n\n") + "\n", sender }
}
