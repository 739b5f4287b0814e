//! The programme's parts as the board shows them: each with its aims, how far they are and how they moved.

use tongxin_base::{Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{Measure, Unit};
use tongxin_web::{Ctx, url_escape};

use crate::pages::Lists;
use crate::store::{self, Node, Target};
use crate::trend::{Standing, Trend, Weeks, line_of_counts};

/// An aim of the programme, and how far it is.
pub(crate) struct Aim {
    pub(crate) name: String,
    pub(crate) of: String,
    pub(crate) target: i64,
    /// What is counted; nothing where no room counts it yet.
    pub(crate) counted: Option<Counted>,
}

/// What is counted for an aim.
pub(crate) struct Counted {
    /// The list it counts.
    pub(crate) href: String,
    pub(crate) now: i64,
    /// Since a week ago, with its sign; empty where nothing changed.
    pub(crate) change: String,
    pub(crate) trend: Trend,
}

impl Aim {
    pub(crate) fn is_reached(&self) -> bool {
        self.counted.as_ref().is_some_and(|counted| counted.now >= self.target)
    }
}

/// A part of the programme, with what hangs on it.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) aims: Vec<Aim>,
    pub(crate) parts: Vec<Part>,
    /// The reader has chosen it.
    pub(crate) chosen: bool,
    code: String,
}

impl Part {
    /// The first aim that somebody counts stands for the part in the picture.
    pub(crate) fn first(&self) -> Option<(&Aim, &Counted)> {
        self.aims.iter().find_map(|aim| aim.counted.as_ref().map(|counted| (aim, counted)))
    }

    /// How far that aim is, 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "aims are far below 2^53")]
    pub(crate) fn reached_share(&self) -> Option<f64> {
        self.first().map(|(aim, counted)| (counted.now as f64 / aim.target as f64).clamp(0.0, 1.0))
    }

    /// The aims of the part and of all below it: how many are reached, of how many.
    pub(crate) fn reached(&self) -> (usize, usize) {
        let below = self.parts.iter().map(Self::reached);
        let own = (self.aims.iter().filter(|aim| aim.is_reached()).count(), self.aims.len());
        below.fold(own, |(reached, all), (more, of)| (reached + more, all + of))
    }

    #[cfg(test)]
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

/// The tree as it is kept, and what its aims stand at.
pub(crate) struct Kept {
    nodes: Vec<Node>,
    aims: Vec<(Target, Option<Standing>)>,
}

/// Reads the tree and counts its aims under a unit.
pub(crate) fn read(read: &mut Read<'_>, tenant: TenantId, under: &str, weeks: &Weeks) -> Result<Kept> {
    let nodes = store::nodes(read, tenant)?;
    let mut aims = Vec::new();
    for target in store::targets(read, tenant)? {
        let standing = target.measure.as_deref().map(|name| Standing::of(read, tenant, name, under, weeks));
        aims.push((target, standing.transpose()?));
    }
    Ok(Kept { nodes, aims })
}

/// Says a tree in the reader's language.
pub(crate) struct Teller<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) unit: &'a Unit,
    pub(crate) weeks: &'a Weeks,
    pub(crate) measures: &'a [Measure],
    pub(crate) lists: &'a Lists,
    /// The code of the part the reader has chosen.
    pub(crate) chosen: &'a str,
}

impl Teller<'_> {
    pub(crate) fn tell(&self, kept: &Kept) -> Vec<Part> {
        self.below(kept, None)
    }

    fn below(&self, kept: &Kept, above: Option<&str>) -> Vec<Part> {
        let nodes = kept.nodes.iter().filter(|node| node.parent.as_deref() == above);
        nodes.map(|node| self.part(kept, node)).collect()
    }

    fn part(&self, kept: &Kept, node: &Node) -> Part {
        let aims = kept.aims.iter().filter(|(target, _)| target.node == node.code);
        Part {
            href: self.address(&node.code),
            name: node.name.to(self.ctx.locale()).to_owned(),
            text: node.text.to(self.ctx.locale()).to_owned(),
            aims: aims.map(|(target, standing)| self.aim(target, standing.as_ref())).collect(),
            parts: self.below(kept, Some(&node.code)),
            chosen: node.code == self.chosen,
            code: node.code.clone(),
        }
    }

    fn aim(&self, target: &Target, standing: Option<&Standing>) -> Aim {
        let (w, unit) = (&self.ctx.words, target.unit.to(self.ctx.locale()));
        let name = target.name.to(self.ctx.locale()).to_owned();
        let measure = self.measures.iter().find(|measure| Some(measure.name) == target.measure.as_deref());
        let counted = measure.zip(standing).map(|(measure, standing)| Counted {
            href: self.lists.of_measure(measure, self.unit),
            now: standing.now,
            change: match standing.change() {
                0 => String::new(),
                change => format!("{change:+}"),
            },
            trend: line_of_counts(standing, self.weeks, w.t1("board-trend", "name", &name)),
        });
        Aim { of: w.t2("board-target-of", "target", target.target, "unit", unit), name, target: target.target, counted }
    }

    /// The board with a part chosen.
    fn address(&self, code: &str) -> String {
        format!("/board?unit={}&part={}#programme", self.unit.code, url_escape(code))
    }
}

/// The chosen part, wherever it hangs.
pub(crate) fn find<'a>(parts: &'a [Part], code: &str) -> Option<&'a Part> {
    parts.iter().find_map(|part| if part.code == code { Some(part) } else { find(&part.parts, code) })
}
