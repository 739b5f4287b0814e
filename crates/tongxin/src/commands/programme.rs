//! `tongxin programme`: a subdistrict's pack is checked and put in place.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use clap::Subcommand;
use serde_json::json;
use tongxin_base::{Error, Locale, TenantId, World};
use tongxin_kernel::{Checked, Pack, Programme, Remark, read_programme};
use tongxin_web::{Words, words_of};

use crate::config::Config;
use crate::{MODULES, house};

/// What can be done with a programme pack.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong with a pack, line by line; nothing is changed
    Check {
        /// The folder of the pack
        folder: PathBuf,
        /// The result as JSON
        #[arg(long)]
        json: bool,
    },
    /// Set the subdistrict up as a pack says, all or nothing; again where the pack has changed
    Apply {
        /// The folder of the pack
        folder: PathBuf,
        /// The result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Checks a pack or puts it in place. Exit code 1 where it cannot be used.
///
/// # Errors
/// Says what cannot be opened or written.
pub async fn run(config: &Config, command: Command) -> Result<ExitCode> {
    let (folder, json, apply) = match command {
        Command::Check { folder, json } => (folder, json, false),
        Command::Apply { folder, json } => (folder, json, true),
    };
    let words = words_of(MODULES, reader())?;
    let pack = Pack::folder(&folder).map_err(|why| anyhow!("{why}"))?;
    let checked = check(&pack);
    let wrong = checked.remarks.iter().filter(|remark| remark.wrong).count() + checked.more;
    if json && (checked.programme.is_none() || !apply) {
        let remarks: Vec<_> = checked.remarks.iter().map(|remark| as_json(&words, remark)).collect();
        println!("{}", json!({"wrong": wrong, "remarks": remarks, "more": checked.more}));
    } else if !json {
        tell(&words, &checked);
    }
    let Some(programme) = checked.programme else { return Ok(ExitCode::FAILURE) };
    if apply {
        put_in_place(config, &words, programme, json).await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a pack as our rooms understand it.
pub fn check(pack: &Pack) -> Checked {
    let rooms: Vec<_> = MODULES.iter().map(|module| module.room).collect();
    read_programme(pack, &rooms, &World::system())
}

/// The language of who sits at the terminal.
pub(crate) fn reader() -> Locale {
    let named =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|x| !x.is_empty()));
    if named.is_some_and(|named| named.starts_with("zh")) { Locale::ZhCn } else { Locale::En }
}

async fn put_in_place(config: &Config, words: &Words, programme: Programme, json: bool) -> Result<()> {
    let kernel = house::open(config, World::system()).await?;
    let id = kernel.tenants().first().map_or(TenantId(1), |tenant| tenant.id);
    let (tenant, applied) = kernel.apply_programme(id, Arc::new(programme)).await.map_err(|error| match error {
        Error::Conflict(key, args) => anyhow!("{}", words.with(&key, &args)),
        other => anyhow!("{other}"),
    })?;
    if json {
        println!("{}", json!({"code": tenant.code, "name": tenant.name, "units_left": applied.units_left}));
        return Ok(());
    }
    println!("{}", words.t1("programme-applied", "name", tenant.name.to(words.locale())));
    if !applied.units_left.is_empty() {
        let (count, codes) = (applied.units_left.len(), applied.units_left.join(", "));
        println!("{}", words.t2("programme-units-left", "count", count, "codes", codes));
    }
    Ok(())
}

/// `units.csv:17 parent`: where a remark belongs.
pub(crate) fn place(remark: &Remark) -> String {
    let line = remark.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{}{line} {}", remark.file, remark.what.field).trim_end().to_owned()
}

fn as_json(words: &Words, remark: &Remark) -> serde_json::Value {
    json!({
        "file": remark.file, "line": remark.line, "column": remark.what.field, "wrong": remark.wrong,
        "says": words.field_error(&remark.what),
    })
}

/// All that was found, a line each, in the words of who sits at the terminal.
///
/// # Errors
/// Where our own words cannot be read.
pub fn put_in_words(checked: &Checked) -> Result<String> {
    Ok(lines(&words_of(MODULES, reader())?, checked).join("\n"))
}

fn lines(words: &Words, checked: &Checked) -> Vec<String> {
    let line = |remark: &Remark| {
        let said = words.field_error(&remark.what);
        let advice = if remark.wrong { String::new() } else { format!(" ({})", words.t("programme-advice")) };
        format!("{}{advice}: {said}", place(remark))
    };
    let mut lines: Vec<String> = checked.remarks.iter().map(line).collect();
    if checked.more > 0 {
        lines.push(words.t1("programme-more", "count", checked.more));
    }
    if checked.programme.is_none() {
        let wrong = checked.remarks.iter().filter(|remark| remark.wrong).count() + checked.more;
        lines.push(words.t1("programme-bad", "count", wrong));
    }
    lines
}

fn tell(words: &Words, checked: &Checked) {
    // Who pipes it into `head` has seen enough.
    let mut out = std::io::stderr().lock();
    let _told = lines(words, checked).iter().try_for_each(|line| writeln!(out, "{line}"));
    drop(out);
    if let Some(programme) = &checked.programme {
        let name = programme.name.to(words.locale());
        println!("{}", words.t2("programme-good", "name", name, "code", &programme.code));
        for (what, count) in &programme.counts {
            println!("  {}", words.t1(&format!("programme-count-{what}"), "count", count));
        }
    }
}
