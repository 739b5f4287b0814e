//! A `Workflow` is one table: from which state which verb leads where. Rooms declare theirs in `domain.rs`; the tables
//! are what the code asks, what the property tests walk, and what the diagrams in the READMEs are drawn from.

use std::fmt::Display;

/// One row of a workflow.
#[derive(Debug, Clone, Copy)]
pub struct Transition<S, V> {
    /// The state before.
    pub from: S,
    /// What somebody does.
    pub verb: V,
    /// The state after.
    pub to: S,
}

/// The states and verbs of a kind of thing.
#[derive(Debug, Clone, Copy)]
pub struct Workflow<S: 'static, V: 'static> {
    /// The state at birth.
    pub initial: S,
    /// All that can happen; what is not here cannot.
    pub transitions: &'static [Transition<S, V>],
}

impl<S: Copy + Eq + Display, V: Copy + Eq + Display> Workflow<S, V> {
    /// Where `verb` leads from `state`; `None` where it cannot be done.
    pub fn next(&self, state: S, verb: V) -> Option<S> {
        self.transitions.iter().find(|t| t.from == state && t.verb == verb).map(|t| t.to)
    }

    /// The states from which `verb` can be done.
    pub fn sources(&self, verb: V) -> impl Iterator<Item = S> {
        self.transitions.iter().filter(move |t| t.verb == verb).map(|t| t.from)
    }

    /// The diagram for a README, in Mermaid's words.
    pub fn diagram(&self) -> String {
        let mut out = format!("stateDiagram-v2\n    [*] --> {}\n", self.initial);
        for Transition { from, verb, to } in self.transitions {
            out.push_str(&format!("    {from} --> {to}: {verb}\n"));
        }
        for Transition { to, .. } in self.transitions {
            let end = format!("    {to} --> [*]\n");
            if !self.transitions.iter().any(|t| t.from == *to) && !out.contains(&end) {
                out.push_str(&end);
            }
        }
        out
    }
}
