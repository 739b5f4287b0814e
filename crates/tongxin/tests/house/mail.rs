//! Letters in a real SMTP conversation: with a server that takes them, one that is busy, one that will not have them, and
//! one that hangs up.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tongxin::mail::{MailServer, Post};
use tongxin_testkit::{TestApp, engines};

use crate::town::{by, report_by, town};

/// What the server does with one letter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mood {
    /// Takes it.
    Take,
    /// Asks to come again (greylisting).
    Busy,
    /// Will not have it.
    Refuse,
    /// Reads it, and hangs up before it says so.
    HangUp,
}

/// A mail server of a few lines: what it took, and how it feels about the next ones.
#[derive(Clone, Default)]
pub(crate) struct Server {
    moods: Arc<Mutex<VecDeque<Mood>>>,
    read: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts one; with the mail settings that lead to it.
    pub(crate) async fn start(moods: &[Mood]) -> (Self, MailServer) {
        let server = Self { moods: Arc::new(Mutex::new(moods.iter().copied().collect())), ..Self::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let settings = MailServer::parse(&format!("smtp://127.0.0.1:{port}"), "tongxin@example.cn", "");
        let talking = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talking.clone().talk(stream));
            }
        });
        (server, settings.expect("settings").expect("a server"))
    }

    async fn talk(self, stream: TcpStream) -> Option<()> {
        let mood = self.moods.lock().unwrap_or_else(PoisonError::into_inner).pop_front().unwrap_or(Mood::Take);
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 mail.example.cn ready\r\n").await.ok()?;
        loop {
            let line = lines.next_line().await.ok()??;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match (verb.as_str(), mood) {
                ("EHLO", _) => "250-mail.example.cn\r\n250 8BITMIME\r\n",
                ("RCPT", Mood::Busy) => "450 4.2.0 greylisted, come again\r\n",
                ("RCPT", Mood::Refuse) => "550 5.1.1 no such mailbox\r\n",
                ("DATA", _) => {
                    writing.write_all(b"354 go ahead\r\n").await.ok()?;
                    let mut letter = String::new();
                    while let Some(line) = lines.next_line().await.ok()? {
                        if line == "." {
                            break;
                        }
                        letter.push_str(line.strip_prefix('.').unwrap_or(&line));
                        letter.push('\n');
                    }
                    self.read.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
                    if matches!(mood, Mood::HangUp) {
                        return None;
                    }
                    "250 2.0.0 taken\r\n"
                }
                ("QUIT", _) => {
                    writing.write_all(b"221 bye\r\n").await.ok()?;
                    return None;
                }
                _ => "250 2.0.0 fine\r\n",
            };
            writing.write_all(answer.as_bytes()).await.ok()?;
        }
    }

    /// The letters it read.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|raw| Letter::read(raw)).collect()
    }
}

/// A letter as its reader's program reads it.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    head: String,
    pub(crate) text: String,
}

impl Letter {
    fn read(raw: &str) -> Self {
        let (head, body) = raw.split_once("\n\n").expect("a head and a body");
        let head = head.replace("\n ", " ");
        let text = if head.to_lowercase().contains("transfer-encoding: base64") {
            base64(body)
        } else {
            quoted(&body.replace("=\n", ""))
        };
        Self { head, text }
    }

    fn header(&self, name: &str) -> String {
        let line = self.head.lines().find(|line| line.starts_with(&format!("{name}: ")));
        let value = line.unwrap_or_else(|| panic!("{name} in {}", self.head)).split_once(": ").expect("a value").1;
        // RFC 2047: words in base 64, with blanks between them that do not count.
        let mut parts = value.split("=?utf-8?b?");
        let plain = parts.next().unwrap_or_default().to_owned();
        let decoded = std::iter::once(plain).chain(parts.map(|part| {
            let (word, rest) = part.split_once("?=").expect("a word ends");
            base64(word) + if rest == " " { "" } else { rest }
        }));
        decoded.collect()
    }
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let Some(value) = LETTERS.iter().position(|known| *known == letter) else { continue };
        bits = bits << 6 | u32::try_from(value).expect("six bits");
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).expect("eight bits"));
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn quoted(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut parts = text.split('=');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two digits"));
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// A house that hands its letters to a server of these moods, and one letter that waits to go.
async fn with_a_letter(engine: tongxin_testkit::Engine, moods: &[Mood]) -> (TestApp, Server, String) {
    let app = town(engine).await;
    let (server, settings) = Server::start(moods).await;
    let post = Post::new(&settings, app.app.clone(), "https://tongxin.example.cn").expect("a post");
    app.kernel().set_mailer(post);
    let (id, token) = report_by(&app.anyone(), "东门那盏坏了三天", json!({"email": "li@example.com"})).await;
    by(&app, "secretary").post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
    app.work_off().await;
    (app, server, token)
}

/// What the outbox says, as an administrator sees it.
async fn outbox(app: &TestApp) -> String {
    app.signed_in("admin").await.get("/admin/outbox").await.expect(200).text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_says_who_what_where_and_why() {
    for engine in engines() {
        let (app, server, token) = with_a_letter(engine, &[Mood::Take]).await;
        let letters = server.letters();
        assert_eq!(letters.len(), 1);
        let letter = &letters[0];
        assert!(letter.header("Subject").starts_with("您反映的“路灯不亮”已受理（2026"), "{letter:?}");
        assert_eq!(letter.header("To"), "li@example.com");
        assert!(letter.header("From").ends_with("<tongxin@example.cn>"), "{letter:?}");
        assert!(letter.header("Message-ID").ends_with("@example.cn>"), "{letter:?}");
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert!(letter.header("Content-Type").contains("utf-8"), "{letter:?}");
        assert!(letter.text.contains(&format!("https://tongxin.example.cn/r/{token}\r\n")), "{letter:?}");
        assert!(letter.text.contains("留下了这个邮箱") && letter.text.contains("滨河街道"), "{letter:?}");
        assert!(!letter.text.contains("三天"), "nobody's words go by mail");
        let page = outbox(&app).await;
        assert!(page.contains("l***@example.com") && !page.contains("li@example.com"), "addresses are masked");
        app.work_off().await;
        assert_eq!(server.letters().len(), 1, "once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_asked_again() {
    for engine in engines() {
        let (app, server, _) = with_a_letter(engine, &[Mood::Busy, Mood::Take]).await;
        assert!(server.letters().is_empty());
        assert!(outbox(&app).await.contains("greylisted"), "the server's words are shown");
        app.work_off().await;
        assert!(server.letters().is_empty(), "not at once");
        app.pass(Duration::from_secs(30));
        app.work_off().await;
        assert_eq!(server.letters().len(), 1);
        assert!(!outbox(&app).await.contains("greylisted"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_set_aside_until_somebody_looks() {
    for engine in engines() {
        let (app, server, _) = with_a_letter(engine, &[Mood::Refuse, Mood::Take]).await;
        app.pass(Duration::from_secs(3600));
        app.work_off().await;
        assert!(server.letters().is_empty());
        let page = outbox(&app).await;
        assert!(page.contains("no such mailbox"), "{page}");
        let retry =
            page.split("action=\"").find_map(|rest| rest.split('"').next().filter(|path| path.ends_with("/retry")));
        let retry = retry.expect("a button");
        app.signed_in("secretary").await.submit("/me", retry, &[]).await.expect(403);
        app.signed_in("admin").await.submit("/admin/outbox", retry, &[]).await.expect(303);
        app.work_off().await;
        assert_eq!(server.letters().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_goes_twice_can_be_recognised() {
    for engine in engines() {
        let (app, server, _) = with_a_letter(engine, &[Mood::HangUp, Mood::Take]).await;
        app.pass(Duration::from_secs(30));
        app.work_off().await;
        let letters = server.letters();
        assert_eq!(letters.len(), 2, "nobody knows whether the first one arrived");
        for header in ["Message-ID", "Date", "Subject"] {
            assert_eq!(letters[0].header(header), letters[1].header(header));
        }
        assert_eq!(letters[0].text, letters[1].text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_letters_wait() {
    for engine in engines() {
        let app = town(engine).await;
        let (id, _) = report_by(&app.anyone(), "东门那盏坏了三天", json!({"email": "li@example.com"})).await;
        by(&app, "secretary").post(&format!("/api/v1/requests/{id}/accept"), json!({})).await.expect(200);
        app.work_off().await;
        let page = outbox(&app).await;
        assert!(page.contains("No mail server is set up") && page.contains("Waiting"), "{page}");
        let nowhere =
            MailServer::parse("smtp://127.0.0.1:1", "tongxin@example.cn", "").expect("settings").expect("one");
        let post = Post::new(&nowhere, app.app.clone(), "https://tongxin.example.cn").expect("a post");
        app.kernel().set_mailer(post);
        app.work_off().await;
        let page = outbox(&app).await;
        assert!(page.contains("Waiting") && !page.contains("No mail server"), "{page}");
    }
}
