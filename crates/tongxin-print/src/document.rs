//! What an official document holds. How it is laid out (GB/T 9704-2012) is the template's.

use serde::Serialize;

/// An official document.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    /// The BCP 47 tag of its words.
    pub lang: String,
    /// The name in red at its head: the office's, with 文件 behind it where that is the custom.
    pub head: String,
    /// Its number, such as `滨街办发〔2026〕12号`; empty where it has none.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Whom it is to, with the colon; empty where it is to nobody by name.
    pub to: String,
    /// Its text.
    pub parts: Vec<Part>,
    /// Who says it.
    pub from: String,
    /// The day, in words.
    pub date: String,
    /// 版记, at the foot of its last page.
    pub imprint: Imprint,
}

/// 版记: who else has it, who sends it out and when.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Imprint {
    /// Who gets a copy, with the word before it; empty where nobody does.
    pub copies: String,
    /// The office that prints and sends it.
    pub by: String,
    /// The day it is sent, in words.
    pub sent: String,
}

/// A part of the text.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Part {
    /// Its heading, with its number; empty where it has none.
    pub heading: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// The heads of a table below them.
    pub heads: Vec<String>,
    /// The table's rows, each as long as the heads; no rows, no table.
    pub rows: Vec<Vec<String>>,
}
