//! Text messages: what is sent to a telephone, and who carries it. The binary brings a carrier where a gateway is set up; the
//! demo's shows what it was given on a page of its own.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// A code for a telephone.
#[derive(Clone, PartialEq, Eq)]
pub struct TextMessage {
    /// The number.
    pub number: String,
    /// The code.
    pub code: String,
    /// How many minutes it is good.
    pub minutes: u64,
}

impl fmt::Debug for TextMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextMessage(..)")
    }
}

/// A future of a message on its way; its error is for operators.
pub type Texting<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Who carries text messages.
pub trait Texter: Send + Sync + 'static {
    /// Sends one; `Ok` once a gateway took it over.
    fn send(&self, message: TextMessage) -> Texting<'_>;

    /// What was sent, the newest first, where that may be shown: in the demo alone.
    fn shown(&self) -> Option<Vec<TextMessage>> {
        None
    }
}
