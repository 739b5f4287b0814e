//! What a programme brings to the board: its tree and its aims.

use tongxin_base::FieldError;
use tongxin_kernel::{PackFile, Part, ProgrammeReader, Reading};

use crate::store::{self, Node, Target};

const TREE: PackFile =
    PackFile { name: "tree.csv", columns: &["code", "parent", "name", "name_en", "text", "text_en"] };
const TARGETS: PackFile = PackFile {
    name: "targets.csv",
    columns: &["code", "node", "name", "name_en", "target", "unit", "unit_en", "measure"],
};
/// The longest name, in characters.
const LONGEST_NAME: usize = 60;
/// The longest sentence about a part, in characters.
const LONGEST_TEXT: usize = 400;

/// See [`ProgrammeReader`].
pub const READER: ProgrammeReader = ProgrammeReader { files: &[TREE, TARGETS], read };

fn read(reading: &mut Reading<'_>) -> Part {
    let nodes = read_nodes(reading);
    let targets = read_targets(reading, &nodes);
    Part {
        counts: vec![("tree", nodes.len()), ("targets", targets.len())],
        put: Box::new(move |act| store::replace(act.tx, act.call.tenant.id, &nodes, &targets)),
    }
}

fn read_nodes(reading: &mut Reading<'_>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for line in reading.table(TREE.name, TREE.columns, &["code", "parent", "name"]) {
        let node = Node {
            code: line.get("code").to_owned(),
            parent: line.some("parent"),
            name: line.label("name", "name_en"),
            text: line.label("text", "text_en"),
        };
        if node.code.is_empty() || node.code.len() > 20 {
            line.wrong(reading, "code", "programme-code");
        }
        if nodes.iter().any(|other| other.code == node.code) {
            line.wrong(reading, "code", "programme-twice");
        }
        if node.name.zh.is_empty() || node.name.zh.chars().count() > LONGEST_NAME {
            line.wrong(reading, "name", "programme-name");
        }
        if node.text.zh.chars().count() > LONGEST_TEXT || node.text.en.chars().count() > 2 * LONGEST_TEXT {
            line.wrong_with(reading, FieldError::new("text", "form-too-long").with("max", LONGEST_TEXT));
        }
        if let Some(parent) = &node.parent {
            match nodes.iter().find(|other| other.code == *parent) {
                None => line.wrong(reading, "parent", "programme-unknown-parent"),
                Some(above) if above.parent.is_some() => line.wrong(reading, "parent", "board-pack-third-level"),
                Some(_) => {}
            }
        }
        nodes.push(node);
    }
    nodes
}

fn read_targets(reading: &mut Reading<'_>, nodes: &[Node]) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for line in reading.table(TARGETS.name, TARGETS.columns, &["code", "node", "name", "target"]) {
        let wanted = line.get("target").parse::<i64>().ok().filter(|wanted| *wanted > 0);
        let target = Target {
            code: line.get("code").to_owned(),
            node: line.get("node").to_owned(),
            name: line.label("name", "name_en"),
            target: wanted.unwrap_or(1),
            unit: line.label("unit", "unit_en"),
            measure: line.some("measure"),
        };
        if target.code.is_empty() || target.code.len() > 20 {
            line.wrong(reading, "code", "programme-code");
        }
        if targets.iter().any(|other| other.code == target.code) {
            line.wrong(reading, "code", "programme-twice");
        }
        if !nodes.iter().any(|node| node.code == target.node) {
            line.wrong(reading, "node", "board-pack-node");
        }
        if target.name.zh.is_empty() || target.name.zh.chars().count() > LONGEST_NAME {
            line.wrong(reading, "name", "programme-name");
        }
        if wanted.is_none() {
            line.wrong(reading, "target", "board-pack-target");
        }
        if target.measure.as_ref().is_some_and(|measure| !reading.measures.contains(&measure.as_str())) {
            let known = reading.measures.join(", ");
            let what = FieldError::new("measure", "board-pack-measure").with("value", line.get("measure"));
            line.wrong_with(reading, what.with("known", known));
        }
        targets.push(target);
    }
    targets
}
