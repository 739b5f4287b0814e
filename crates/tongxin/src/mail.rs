//! Letters by SMTP: where the mail server is, and how one letter is handed to it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tongxin_kernel::{Letter, Mailer, Sending, Undelivered};
use tongxin_web::App;

/// One answer of the server takes at most this long.
const ANSWER: Duration = Duration::from_secs(10);
/// One letter takes at most this long, as the kernel wants it.
const LONGEST: Duration = Duration::from_secs(25);

/// The mail server that takes our letters.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Encrypted from the first byte (`smtps`), or by STARTTLS where the server offers it (`smtp`).
    pub encrypted: bool,
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who we are there; empty where it asks nobody.
    pub user: String,
    /// Our password there.
    pub password: Option<String>,
    /// The address our letters come from.
    pub from: String,
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailServer({} from {})", self.url(), self.from)
    }
}

impl MailServer {
    /// Reads `smtp://USER@HOST:PORT` or `smtps://..`; `None` where it is empty. The address the letters come from may be left
    /// out where the user is one.
    ///
    /// # Errors
    /// Says what is wrong and how it is written.
    pub fn parse(url: &str, from: &str, password: &str) -> Result<Option<Self>> {
        if url.is_empty() {
            return Ok(None);
        }
        let wrong = "write smtp://USER@HOST:PORT, or smtps:// where the server wants encryption from the start";
        let (scheme, rest) = url.split_once("://").context(wrong)?;
        let encrypted = match scheme {
            "smtp" => false,
            "smtps" => true,
            _ => bail!(wrong),
        };
        let (login, place) = rest.trim_end_matches('/').rsplit_once('@').unwrap_or(("", rest.trim_end_matches('/')));
        let (user, beside) = login.split_once(':').unwrap_or((login, ""));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().context("the port is a number, such as 587")?),
            None => (place, if encrypted { 465 } else { 587 }),
        };
        let from = if from.is_empty() { user } else { from };
        if host.is_empty() {
            bail!(wrong);
        }
        if from.parse::<Address>().is_err() {
            bail!("mail_from = {from:?}: write the address that letters come from, such as tongxin@example.cn");
        }
        let password = [password, beside].into_iter().find(|word| !word.is_empty()).map(str::to_owned);
        let (host, user, from) = (host.to_owned(), user.to_owned(), from.to_owned());
        Ok(Some(Self { encrypted, host, port, user, password, from }))
    }

    /// Where it is, without the password.
    pub fn url(&self) -> String {
        let scheme = if self.encrypted { "smtps" } else { "smtp" };
        let user = if self.user.is_empty() { String::new() } else { format!("{}@", self.user) };
        format!("{scheme}://{user}{}:{}", self.host, self.port)
    }

    fn transport(&self, domain: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
        let parameters =
            || TlsParameters::new(self.host.clone()).context("encryption cannot be set up on this machine");
        let nearby = ["localhost", "127.0.0.1", "[::1]"].contains(&self.host.as_str());
        let tls = match (self.encrypted, &self.password) {
            (true, _) => Tls::Wrapper(parameters()?),
            // A password goes over the wire encrypted or not at all.
            (false, Some(_)) if !nearby => Tls::Required(parameters()?),
            (false, _) => Tls::Opportunistic(parameters()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .hello_name(ClientId::Domain(domain.to_owned()))
            .timeout(Some(ANSWER))
            .tls(tls);
        if let Some(password) = &self.password {
            builder = builder.credentials(Credentials::new(self.user.clone(), password.clone()));
        }
        Ok(builder.build())
    }
}

/// Hands letters to a mail server.
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    app: App,
    public_url: String,
}

impl Post {
    /// A post that hands letters to this server. `public_url` is what links in letters begin with.
    ///
    /// # Errors
    /// Where encryption cannot be set up.
    pub fn new(server: &MailServer, app: App, public_url: &str) -> Result<Arc<Self>> {
        let from: Address = server.from.parse().context("the address that letters come from")?;
        let transport = server.transport(from.domain())?;
        Ok(Arc::new(Self { transport, from, app, public_url: public_url.to_owned() }))
    }

    /// The letter as the server gets it. A letter that goes a second time is the same, byte by byte but for the encoding's
    /// own marks, and has the same Message-ID.
    fn message(&self, letter: &Letter) -> Result<Message, Undelivered> {
        let never = |error: &dyn fmt::Display| Undelivered::Never(error.to_string());
        let to: Address = letter.address.email.parse().map_err(|error| never(&error))?;
        let mail = self.app.letter(letter, &self.public_url);
        let (id, domain) = (letter.notice.id, self.from.domain());
        let made = u64::try_from(letter.notice.created_at.micros()).unwrap_or_default();
        Message::builder()
            .message_id(Some(format!("<{id}@{domain}>")))
            .date(UNIX_EPOCH + Duration::from_micros(made))
            .from(Mailbox::new(Some(mail.sender), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(mail.subject)
            // No answering machine should answer a machine (RFC 3834).
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text)
            .map_err(|error| never(&error))
    }

    async fn hand_over(&self, letter: Letter) -> Result<(), Undelivered> {
        let message = self.message(&letter)?;
        let sent = tokio::time::timeout(LONGEST, self.transport.send(message)).await;
        let error = match sent {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error,
            Err(_) => return Err(Undelivered::Later("the mail server took too long".to_owned())),
        };
        let said = cause(&error);
        // What it says of us, not of the letter: who runs the installation will mend it, and the letter goes then.
        let about_us = error.status().is_some_and(|code| [530, 534, 535, 538].contains(&u16::from(code)));
        if error.is_permanent() && !about_us { Err(Undelivered::Never(said)) } else { Err(Undelivered::Later(said)) }
    }
}

/// Sends a text that is nobody's notice: what an operator has sent to addresses of their own.
///
/// # Errors
/// Says what the server said.
pub async fn send_plain(server: &MailServer, to: &str, title: &str, text: &str) -> Result<()> {
    let from: Address = server.from.parse().context("the address that letters come from")?;
    let to: Address = to.parse().with_context(|| format!("{to:?} is no address"))?;
    let transport = server.transport(from.domain())?;
    let message = Message::builder()
        .from(Mailbox::new(None, from))
        .to(Mailbox::new(None, to))
        .subject(title)
        .header(ContentType::TEXT_PLAIN)
        .body(text.to_owned())?;
    let sent = tokio::time::timeout(LONGEST, transport.send(message)).await.context("the mail server took too long")?;
    sent.map(drop).map_err(|error| anyhow::anyhow!("the mail server: {}", cause(&error)))
}

/// An error with what is behind it: the server's own words.
fn cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(behind) => format!("{error}: {}", cause(behind)),
        None => error.to_string(),
    }
}

impl Mailer for Post {
    fn send(&self, letter: Letter) -> Sending<'_> {
        Box::pin(self.hand_over(letter))
    }
}
