//! `tongxin language`: a further language of the pages is begun, and held against the words of the house.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::json;
use tongxin_base::Locale;
use tongxin_web::{guide_files, judge, word_files};

use crate::config::Config;
use crate::{MODULES, languages};

/// Keys of each kind that are written out; the rest is counted.
const SHOWN: usize = 20;

/// What can be done with a language.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write all words and the guide into a folder of their own, to be translated
    New {
        /// Its tag, such as mn-Mong
        tag: String,
        /// The language to translate from: zh-CN or en
        #[arg(long, default_value = "zh-CN")]
        from: String,
    },
    /// Say what the languages of this installation lack, and what is wrong with them
    Check {
        /// The result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Begins a language or checks those there are. Exit code 1 where something is wrong with one.
///
/// # Errors
/// Says what cannot be read or written.
pub fn run(config: &Config, command: Command) -> Result<ExitCode> {
    match command {
        Command::New { tag, from } => begin(config, &tag, &from),
        Command::Check { json } => check(config, json),
    }
}

fn begin(config: &Config, tag: &str, from: &str) -> Result<ExitCode> {
    let english = match from {
        "zh-CN" => false,
        "en" => true,
        _ => bail!("--from {from}: zh-CN or en"),
    };
    if tag.parse::<unic_langid::LanguageIdentifier>().is_err() || Locale::OURS.iter().any(|ours| ours.tag() == tag) {
        bail!("{tag:?}: write the tag of a language that is not there yet, such as mn-Mong");
    }
    let folder = config.languages.join(tag);
    if folder.exists() {
        bail!("{} is there already; nothing was written", folder.display());
    }
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for (name, zh, en) in word_files(MODULES) {
        fs::write(folder.join(format!("{name}.ftl")), if english { en } else { zh })?;
    }
    for (name, zh, en) in guide_files() {
        fs::write(folder.join(format!("{name}.md")), if english { en } else { zh })?;
    }
    println!("{}", folder.display());
    println!(
        "Translate what stands behind each =, keep the keys and the $values; a line that is left out is said in Chinese."
    );
    println!("`tongxin language check` says how far it is; pages speak it after a start.");
    Ok(ExitCode::SUCCESS)
}

fn check(config: &Config, as_json: bool) -> Result<ExitCode> {
    let all = languages::read(&config.languages)?;
    if all.is_empty() && !as_json {
        println!("There are no languages in {}; `tongxin language new TAG` begins one.", config.languages.display());
    }
    let (mut wrong, mut told) = (false, Vec::new());
    for language in all {
        let language = Box::leak(Box::new(language)); // as pages hold it: until the program ends
        let judged = match judge(&word_files(MODULES), language) {
            Ok(judged) => judged,
            Err(error) => {
                eprintln!("{}: {error}", language.tag);
                wrong = true;
                continue;
            }
        };
        wrong |= !judged.unknown.is_empty() || !judged.values.is_empty();
        let said = judged.all - judged.missing.len();
        if as_json {
            let (missing, unknown, values) = (&judged.missing, &judged.unknown, &judged.values);
            let language = &language.tag;
            told.push(json!({"language": language, "words": judged.all, "said": said, "missing": missing, "unknown": unknown, "values": values}));
            continue;
        }
        println!("{}: {said} of {} words", language.tag, judged.all);
        list("said in Chinese, because it lacks them", &judged.missing);
        list("asked for by no page", &judged.unknown);
        list("naming other values than ours", &judged.values);
    }
    if as_json {
        println!("{}", json!(told));
    }
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn list(what: &str, keys: &[String]) {
    if keys.is_empty() {
        return;
    }
    println!("  {} {what}:", keys.len());
    for key in keys.iter().take(SHOWN) {
        println!("    {key}");
    }
    if keys.len() > SHOWN {
        println!("    and {} more (--json has all)", keys.len() - SHOWN);
    }
}
