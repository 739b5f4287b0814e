//! The diagrams in the README are what the tables in `domain.rs` say.

use std::path::PathBuf;

use tongxin_requests::domain::{ORDER, REQUEST};

#[test]
fn the_readme_draws_what_the_tables_say() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path).expect("the README");
    let mut parts: Vec<String> = text.split("```mermaid\n").map(str::to_owned).collect();
    assert_eq!(parts.len(), 3, "two diagrams");
    for (part, diagram) in parts[1..].iter_mut().zip([REQUEST.diagram(), ORDER.diagram()]) {
        let (_, rest) = part.split_once("```").expect("the end of a diagram");
        *part = format!("{diagram}```{rest}");
    }
    let drawn = parts.join("```mermaid\n");
    if std::env::var("UPDATE_DIAGRAMS").is_ok() {
        std::fs::write(&path, &drawn).expect("the README is written");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("the README"), drawn, "run with UPDATE_DIAGRAMS=1");
}
