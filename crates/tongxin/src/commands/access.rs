//! `tongxin access`: why somebody may or may not do something, by the very policies that decide.

use anyhow::{Result, anyhow};
use clap::Subcommand;
use serde_json::json;
use tongxin_base::{Error, World};
use tongxin_people::explain::explain;
use tongxin_web::words_of;

use super::programme::reader;
use crate::config::Config;
use crate::{MODULES, house};

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say whether somebody may do something, and by which rule
    Explain {
        /// A login, or `anyone`
        person: String,
        /// An action, such as requests.reveal
        action: String,
        /// To what: the number of a request, the code of a site or of a unit
        thing: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the actions that the policies speak of
    Actions,
}

/// Runs the command.
///
/// # Errors
/// Says which of person, action and thing there is not.
pub async fn run(config: &Config, command: Command) -> Result<()> {
    let kernel = house::open(config, World::system()).await?;
    let tenant = house::tenant(&kernel)?;
    let Command::Explain { person, action, thing, json } = command else {
        for action in kernel.access().actions() {
            println!("{action}");
        }
        return Ok(());
    };
    let words = words_of(MODULES, reader())?;
    let thing = thing.unwrap_or_default();
    let answered = explain(&kernel, &tenant, (&person, &action, &thing)).await.map_err(|error| match error {
        Error::Invalid(wrong) => {
            let said: Vec<String> =
                wrong.iter().map(|field| format!("{}: {}", field.field, words.field_error(field))).collect();
            anyhow!("{}", said.join("; "))
        }
        other => anyhow!("{other}"),
    })?;
    let explained = &answered.explained;
    if json {
        let posts = |posts: &[tongxin_kernel::Held]| -> Vec<String> {
            posts.iter().map(|post| format!("{} {}", post.role, post.unit_path)).collect()
        };
        let rules: Vec<_> = explained.rules.iter().map(|rule| json!({"room": rule.room, "text": rule.text})).collect();
        let thing = answered.thing.as_ref().map(|thing| {
            json!({"kind": thing.kind, "name": thing.name, "unit": thing.unit_path, "own": thing.own, "handler": thing.handler})
        });
        println!(
            "{}",
            json!({
                "allowed": explained.allowed, "thing": thing, "counted": posts(&explained.counted),
                "elsewhere": posts(&explained.elsewhere), "enough": explained.enough, "rules": rules,
            })
        );
        return Ok(());
    }
    let why = tongxin_people::explain::said(&words, &tenant, kernel.world().now(), answered);
    println!("{}", why.title);
    for reason in &why.reasons {
        println!("  {reason}");
    }
    for (room, text) in &why.rules {
        println!("\n{}\n{text}", words.t1("people-why-rule", "room", room));
    }
    Ok(())
}
