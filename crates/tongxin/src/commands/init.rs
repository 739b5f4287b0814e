//! `tongxin init`: an empty installation with its first administrator. What is missing is asked for on a terminal, and named
//! anywhere else.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use tongxin_base::{Error, FieldError, World};
use tongxin_kernel::{Kernel, Pack};
use tongxin_web::setup::{Answers, NewHouse};
use tongxin_web::{Words, words_of};

use crate::commands::programme::{check, reader};
use crate::config::{Config, TlsFiles};
use crate::founding::{Settings, found, programme_of};
use crate::tls::Certificate;
use crate::{MODULES, house};

/// The answers of `tongxin init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The subdistrict's name, such as 滨河街道 [default: that of the programme]
    #[arg(long)]
    name: Option<String>,
    /// Its name in English
    #[arg(long)]
    name_en: Option<String>,
    /// Its code: nine digits, with or without the noughts of a longer one behind them [default: that of the programme]
    #[arg(long)]
    code: Option<String>,
    /// The short code that secret links begin with: two to eight small letters or digits
    #[arg(long)]
    short_code: Option<String>,
    /// The folder of a programme [default: the basic one]
    #[arg(long, value_name = "DIR")]
    programme: Option<PathBuf>,
    /// A proxy in front of us brings HTTPS
    #[arg(long)]
    behind_proxy: bool,
    /// The first administrator's login [default: admin]
    #[arg(long, value_name = "LOGIN")]
    admin: Option<String>,
    /// The first administrator's name [default: 管理员]
    #[arg(long, value_name = "NAME")]
    admin_name: Option<String>,
    /// The time zone [default: Asia/Shanghai]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// The telephone number at the foot of every page [default: 12345]
    #[arg(long, value_name = "NUMBER")]
    service_phone: Option<String>,
    /// The result as JSON
    #[arg(long)]
    json: bool,
}

/// The flag behind a question.
fn flag(field: &str) -> &str {
    match field {
        "name" => "--name",
        "name_en" => "--name-en",
        "code" => "--code",
        "short_code" => "--short-code",
        "zone" => "--timezone",
        "phone" => "--service-phone",
        "reach" => "--behind-proxy, or --tls-cert and --tls-key",
        "public_url" => "--public-url",
        "tls_cert" => "--tls-cert",
        "tls_key" => "--tls-key",
        "login" => "--admin",
        "admin_name" => "--admin-name",
        "programme" => "--programme",
        // A place in a file of the pack.
        place => place,
    }
}

/// Makes the installation.
///
/// # Errors
/// Says what is missing or wrong, and what to do about it.
pub async fn run(config: &Config, asked: Init) -> Result<()> {
    let words = words_of(MODULES, reader()).map_err(|error| anyhow!("{error}"))?;
    // Where nothing is yet, nothing is made before the answers hold.
    let mut kernel = None;
    if config.database.is_some() || config.data.join("tongxin.db").exists() {
        let opened = house::open(config, World::system()).await?;
        refuse_a_second(&opened)?;
        kernel = Some(opened);
    }
    let pack = asked.programme.as_deref().map(Pack::folder).transpose().map_err(|why| anyhow!("{why}"))?;
    let mut answers = Answers::default();
    if let Some(pack) = &pack {
        let programme = check(pack).into_result().map_err(|error| complaint(&words, error))?;
        for (field, text) in [
            ("name", &programme.name.zh),
            ("name_en", &programme.name.en),
            ("code", &programme.code),
            ("short_code", &programme.short_code),
            ("zone", &programme.settings.zone),
            ("phone", &programme.settings.service_phone),
        ] {
            answers.set(field, text);
        }
    }
    take(config, &asked, &mut answers);
    let terminal = std::io::stdin().is_terminal() && !asked.json;
    if terminal {
        ask(&words, &mut answers, &asked)?;
    }
    let house = NewHouse::parse(&answers).map_err(|error| complaint(&words, error))?;
    let programme = programme_of(&house, pack.as_ref()).map_err(|error| complaint(&words, error))?;
    if let Some(files) = crate::founding::tls(&house).map_err(|error| complaint(&words, error))? {
        Certificate::read(&files)?;
    }
    let settings = Settings::of(config, &house).map_err(|error| complaint(&words, error))?;
    settings.check().map_err(|error| complaint(&words, error))?;
    let kernel = match kernel {
        Some(kernel) => kernel,
        None => house::open(config, World::system()).await?,
    };
    let stands = found(&kernel, &house, programme, &settings).await.map_err(|error| complaint(&words, error))?;
    if asked.json {
        let said = serde_json::json!({
            "name": house.name.zh, "code": house.code, "short_code": house.short_code, "login": house.admin.login, "link": stands.link, "settings": config.file, "added": stands.added,
        });
        println!("{said}");
        return Ok(());
    }
    if !stands.added.is_empty() {
        let (file, names) = (settings.file().display(), stands.added.join(", "));
        println!("{}", words.t2("setup-note-written", "file", file, "names", names));
    }
    if settings.without_database {
        println!("{}", words.t("setup-note-database"));
    }
    println!("{} ({}) is set up.", house.name.zh, house.code);
    println!("\nThe link for {}, good once and for seven days; it is not shown again:\n", house.admin.login);
    println!("  {}\n", stands.link);
    println!("Start the server with `tongxin serve`, then open it.");
    Ok(())
}

fn refuse_a_second(kernel: &Kernel) -> Result<()> {
    let Some(there) = kernel.tenants().into_iter().next() else { return Ok(()) };
    bail!(
        "there is a house here already: {} ({}); `tongxin user add` lets somebody in, and another house needs a --data or --database of its own",
        there.name.zh,
        there.code
    );
}

/// What was said on the command line and in the settings.
fn take(config: &Config, asked: &Init, answers: &mut Answers) {
    let mut set = |field: &str, text: Option<&str>| {
        if let Some(text) = text {
            answers.set(field, text);
        }
    };
    set("name", asked.name.as_deref());
    set("name_en", asked.name_en.as_deref());
    set("code", asked.code.as_deref());
    set("short_code", asked.short_code.as_deref());
    set("zone", asked.timezone.as_deref());
    set("phone", asked.service_phone.as_deref());
    set("login", asked.admin.as_deref());
    set("admin_name", Some(asked.admin_name.as_deref().unwrap_or("管理员")));
    let url = config.own_url();
    set("public_url", url.as_deref());
    let local = url.as_deref().is_some_and(|url| url.starts_with("http://"));
    if let Some(tls) = &config.tls {
        set("reach", Some("cert"));
        set("tls_cert", Some(&tls.cert.display().to_string()));
        set("tls_key", Some(&tls.key.display().to_string()));
    } else if asked.behind_proxy {
        set("reach", Some("proxy"));
    } else if local {
        set("reach", Some("local"));
    }
}

/// Asks for what nobody gave; again where the answer does not hold.
fn ask(words: &Words, answers: &mut Answers, asked: &Init) -> Result<()> {
    let mut questions: Vec<&'static str> = Vec::new();
    let mut want = |field: &'static str, given: bool| {
        if !given {
            questions.push(field);
        }
    };
    want("name", !answers.of("name").is_empty());
    want("name_en", !answers.of("name_en").is_empty() || asked.name.is_some());
    want("code", !answers.of("code").is_empty());
    want("public_url", !answers.of("public_url").is_empty());
    want("reach", !answers.of("reach").is_empty());
    want("login", asked.admin.is_some());
    want("admin_name", asked.admin_name.is_some());
    let mut at = 0;
    while let Some(field) = questions.get(at).copied() {
        answers.set(field, &prompt(words, field, answers.of(field))?);
        // A certificate needs its two files.
        if field == "reach" && answers.of("reach") == "cert" {
            questions.splice(at + 1..at + 1, ["tls_cert", "tls_key"]);
        }
        let files = TlsFiles { cert: answers.of("tls_cert").into(), key: answers.of("tls_key").into() };
        match wrong(answers, field) {
            Some(error) => eprintln!("  {}", words.field_error(&error)),
            None => match (field == "tls_key").then(|| Certificate::read(&files)) {
                // Both files are asked for again.
                Some(Err(flaw)) => {
                    eprintln!("  {}", words.field_error(&flaw.of_form()));
                    at -= 1;
                }
                _ => at += 1,
            },
        }
    }
    Ok(())
}

fn wrong(answers: &Answers, field: &str) -> Option<FieldError> {
    match NewHouse::parse(answers) {
        Err(Error::Invalid(all)) => all.into_iter().find(|error| error.field == field),
        _ => None,
    }
}

fn prompt(words: &Words, field: &str, default: &str) -> Result<String> {
    let label = match field {
        "reach" => {
            "Who brings HTTPS: cert (this server), proxy (in front of it), local (nobody, this machine only)".to_owned()
        }
        _ => words.t(&format!("setup-field-{}", field.replace('_', "-"))),
    };
    if default.is_empty() {
        eprint!("{label}: ");
    } else {
        eprint!("{label} [{default}]: ");
    }
    std::io::stderr().flush()?;
    let mut line = String::new();
    if std::io::stdin().lock().read_line(&mut line).context("no answer")? == 0 {
        bail!("broken off; nothing was made");
    }
    let line = line.trim();
    Ok(if line.is_empty() { default.to_owned() } else { line.to_owned() })
}

/// What is wrong, by the flags that would be right.
fn complaint(words: &Words, error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(wrong) => {
            let line = |error: &FieldError| match error.field.as_str() {
                "review" => words.field_error(error),
                field => format!("{}: {}", flag(field), words.field_error(error)),
            };
            anyhow!(
                "something is missing or does not hold:\n  {}",
                wrong.iter().map(line).collect::<Vec<_>>().join("\n  ")
            )
        }
        Error::Conflict(key, args) => anyhow!("{}", words.with(&key, &args)),
        Error::Internal(why) => anyhow!("{why}"),
        other => anyhow!("{other}"),
    }
}
