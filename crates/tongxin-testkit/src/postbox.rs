//! A postbox instead of a mail server: takes every letter, in words, to be looked at.

use std::sync::{Arc, Mutex, PoisonError};

use tongxin_kernel::{Letter, Mailer, NoticeId, Sending};
use tongxin_web::{App, Mail};

/// What links in its letters begin with.
pub const PUBLIC_URL: &str = "https://tongxin.example.cn";

/// A letter that was posted.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Which notice it carries.
    pub id: NoticeId,
    /// To what address.
    pub to: String,
    /// What it says.
    pub mail: Mail,
}

impl Posted {
    /// The path that its first link leads to.
    pub fn path(&self) -> String {
        let link = self.mail.text.split_whitespace().find_map(|word| word.strip_prefix(PUBLIC_URL));
        link.expect("a letter has a link").to_owned()
    }
}

/// Takes every letter.
pub struct Postbox {
    app: App,
    posted: Mutex<Vec<Posted>>,
}

impl Postbox {
    pub(crate) fn of(app: &App) -> Arc<Self> {
        let postbox = Arc::new(Self { app: app.clone(), posted: Mutex::default() });
        app.kernel().set_mailer(Arc::clone(&postbox) as Arc<dyn Mailer>);
        postbox
    }

    /// The letters since it was last emptied; now it is empty.
    pub fn empty(&self) -> Vec<Posted> {
        std::mem::take(&mut self.posted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Mailer for Postbox {
    fn send(&self, letter: Letter) -> Sending<'_> {
        let mail = self.app.letter(&letter, PUBLIC_URL);
        let posted = Posted { id: letter.notice.id, to: letter.address.email, mail };
        self.posted.lock().unwrap_or_else(PoisonError::into_inner).push(posted);
        Box::pin(async { Ok(()) })
    }
}
