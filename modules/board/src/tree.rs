//! The programme's parts as the board shows them: each with its aims, how far they are and how they moved.

use tongxin_base::{Error, Result, TenantId};
use tongxin_db::Read;
use tongxin_kernel::{Measure, Unit};
use tongxin_web::{Ctx, grouped, url_escape};

use crate::open::Published;
use crate::pages::Lists;
use crate::rings::{self, Segment};
use crate::store::{self, Node, Target};
use crate::trend::{Standing, Trend, Weeks, line_of_counts};

/// An aim of the programme, and how far it is.
pub(crate) struct Aim {
    pub(crate) name: String,
    pub(crate) of: String,
    pub(crate) target: i64,
    /// What is counted; nothing where no room counts it yet, or not everybody may know it.
    pub(crate) counted: Option<Counted>,
    /// Why nothing is, in a word and in a sentence.
    pub(crate) none: (String, String),
}

/// What is counted for an aim.
pub(crate) struct Counted {
    /// The list it counts.
    pub(crate) href: String,
    pub(crate) now: i64,
    /// The same as it is read: "at least" so many, where more are known of but not shown.
    pub(crate) shown: String,
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
    pub(crate) code: String,
    /// Why there is no figure where there is no aim.
    none: String,
}

impl Part {
    /// The first aim that somebody counts stands for the part in the picture.
    pub(crate) fn first(&self) -> Option<(&Aim, &Counted)> {
        self.aims.iter().find_map(|aim| aim.counted.as_ref().map(|counted| (aim, counted)))
    }

    /// Why the part has no figure.
    pub(crate) fn none(&self) -> &str {
        self.aims.first().map_or(&self.none, |aim| &aim.none.0)
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

/// The programme as rings, with the words of what is chosen beside them.
pub(crate) struct Programme {
    pub(crate) tree: Vec<Part>,
    pub(crate) reached: usize,
    pub(crate) aims: usize,
    /// The whole programme again, nothing chosen.
    pub(crate) whole: String,
    chosen: String,
}

impl Programme {
    /// A tree with a part chosen, or none.
    pub(crate) fn new(tree: Vec<Part>, whole: String, chosen: &str) -> Result<Self> {
        if !chosen.is_empty() && find(&tree, chosen).is_none() {
            return Err(Error::NotFound);
        }
        let (reached, aims) = tree.iter().map(Part::reached).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        Ok(Self { tree, reached, aims, whole, chosen: chosen.to_owned() })
    }

    pub(crate) fn segments(&self) -> Vec<Segment<'_>> {
        rings::segments(&self.tree)
    }

    pub(crate) fn chosen(&self) -> Option<&Part> {
        find(&self.tree, &self.chosen)
    }
}

/// The tree as it is kept, and what its aims stand at.
pub(crate) struct Kept {
    nodes: Vec<Node>,
    pub(crate) aims: Vec<(Target, Option<Standing>)>,
}

/// Reads the tree and counts those of its aims that are asked for, by their measures, under a unit.
pub(crate) fn read(
    read: &mut Read<'_>,
    tenant: TenantId,
    under: &str,
    weeks: &Weeks,
    wanted: impl Fn(&str) -> bool,
) -> Result<Kept> {
    let nodes = store::nodes(read, tenant)?;
    let mut aims = Vec::new();
    for target in store::targets(read, tenant)? {
        let measure = target.measure.as_deref().filter(|name| wanted(name));
        let standing = measure.map(|name| Standing::of(read, tenant, name, under, weeks));
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
    /// What is known of people by the months that were published; nothing where the reader may know more.
    pub(crate) published: Option<&'a Published<'a>>,
    /// The board's address, up to the part that is chosen.
    pub(crate) board: &'a str,
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
            none: self.ctx.words.t("board-uncounted"),
        }
    }

    fn aim(&self, target: &Target, standing: Option<&Standing>) -> Aim {
        let (w, unit) = (&self.ctx.words, target.unit.to(self.ctx.locale()));
        let name = target.name.to(self.ctx.locale()).to_owned();
        let measure = self.measures.iter().find(|measure| Some(measure.name) == target.measure.as_deref());
        let counted = measure.zip(standing).map(|(measure, standing)| Counted {
            href: self.lists.of_measure(measure, self.unit),
            now: standing.now,
            shown: grouped(standing.now),
            change: match standing.change() {
                0 => String::new(),
                change => format!("{change:+}"),
            },
            trend: line_of_counts(standing, self.weeks, w.t1("board-trend", "name", &name)),
        });
        let published = || self.published.and_then(|published| published.counted(w, measure?, &name));
        // Whether somebody counts it is for everybody to know; what is hidden says so, and is not called uncounted.
        let none = match (measure, self.published) {
            (Some(_), Some(_)) => (w.t("board-hidden"), w.t("board-target-hidden")),
            _ => (w.t("board-uncounted"), w.t("board-target-uncounted")),
        };
        Aim {
            of: w.t2("board-target-of", "target", target.target, "unit", unit),
            counted: counted.or_else(published),
            target: target.target,
            name,
            none,
        }
    }

    /// The board with a part chosen.
    fn address(&self, code: &str) -> String {
        format!("{}part={}#programme", self.board, url_escape(code))
    }
}

/// The chosen part, wherever it hangs.
pub(crate) fn find<'a>(parts: &'a [Part], code: &str) -> Option<&'a Part> {
    parts.iter().find_map(|part| if part.code == code { Some(part) } else { find(&part.parts, code) })
}
