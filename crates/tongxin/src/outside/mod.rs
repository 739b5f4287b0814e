//! Going to other servers: the one place where this house opens a connection because an address was written somewhere. A name
//! is looked up once, what it stands for is checked, and the connection goes to the very address that was checked; where a
//! server points on, all of this begins again.

mod addresses;

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::body::Bytes;
use axum::http::{Method, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioExecutor;
use tongxin_kernel::{Ask, Asking, Errand, NoAnswer, Outside, Told};
use tower::Service;

pub use addresses::{Allowed, is_open, passable};

/// A server that does not even answer the door is not there.
const CONNECT: Duration = Duration::from_secs(10);

type Web = Client<HttpsConnector<HttpConnector<Lookup>>, Full<Bytes>>;

/// Looks a name up and lets through only what may be gone to.
#[derive(Clone)]
struct Lookup(Arc<Allowed>);

type Found = std::vec::IntoIter<SocketAddr>;

impl Service<Name> for Lookup {
    type Response = Found;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = std::io::Result<Found>> + Send>>;

    fn poll_ready(&mut self, _: &mut Task<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        // The port is not known here; a host that was named with one is compared before, in `check`.
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let open = passable(found, allowed.names_any_port(name.as_str()));
            if open.is_empty() {
                return Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, refused(name.as_str())));
            }
            Ok(open.into_iter())
        })
    }
}

fn refused(host: &str) -> String {
    format!(
        "{host} is an address of this machine or of an inner network; if it may be gone to, name it in outside_allowed"
    )
}

/// Who goes to other servers.
pub struct Gate {
    web: Web,
    allowed: Arc<Allowed>,
}

impl Gate {
    /// One that goes to the open internet, and to the hosts that are named.
    ///
    /// # Errors
    /// Where the machine's list of certificate authorities cannot be read.
    pub fn new(allowed: Allowed) -> Result<Arc<Self>> {
        let allowed = Arc::new(allowed);
        let mut connector = HttpConnector::new_with_resolver(Lookup(Arc::clone(&allowed)));
        connector.set_connect_timeout(Some(CONNECT));
        connector.enforce_http(false);
        let https = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
            .context("the machine's list of certificate authorities cannot be read")?
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        Ok(Arc::new(Self { web: Client::builder(TokioExecutor::new()).build(https), allowed }))
    }

    /// What can be said of an address before its name is looked up.
    fn check(&self, uri: &Uri) -> Result<(), NoAnswer> {
        let no = |why: String| Err(NoAnswer::Refused(why));
        let default = match uri.scheme_str() {
            Some("http") => 80,
            Some("https") => 443,
            _ => return no(format!("{uri} is no address of the web; it begins with https:// or http://")),
        };
        let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
            return no(format!("{uri} names no host"));
        };
        if authority.as_str().contains('@') {
            return no("a name and a password do not belong into an address".to_owned());
        }
        let (host, port) = (authority.host(), authority.port_u16().unwrap_or(default));
        if self.allowed.names(host, port) {
            return Ok(());
        }
        // A name may be allowed with another port only: then what it stands for must be open.
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) if !is_open(address) => no(refused(host)),
            Err(_) if self.allowed.names_any_port(host) => no(refused(authority.as_str())),
            _ => Ok(()),
        }
    }

    async fn go(&self, ask: Ask) -> Result<Told, NoAnswer> {
        let (mut at, mut left) = (parsed(&ask.url)?, ask.redirects);
        loop {
            self.check(&at)?;
            let answer = self.once(&ask, &at).await?;
            let points_on = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
            let to = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
            match to.filter(|_| points_on && ask.errand == Errand::Get && ask.redirects > 0) {
                None => return read(answer, ask.largest).await,
                Some(to) if left == 0 => {
                    let most = ask.redirects;
                    return Err(NoAnswer::Refused(format!("it points on more than {most} times, at last to {to}")));
                }
                Some(to) => {
                    left -= 1;
                    at = parsed(&joined(&at, &to)?)?;
                }
            }
        }
    }

    async fn once(&self, ask: &Ask, at: &Uri) -> Result<Response<hyper::body::Incoming>, NoAnswer> {
        let method = match ask.errand {
            Errand::Get => Method::GET,
            Errand::Post => Method::POST,
        };
        let agent = concat!("tongxin/", env!("CARGO_PKG_VERSION"));
        let mut request = Request::builder().method(method).uri(at.clone()).header(header::USER_AGENT, agent);
        // A key that was meant for one host goes to no other.
        let elsewhere = parsed(&ask.url)?.authority() != at.authority();
        for (name, value) in &ask.headers {
            if !(elsewhere && name.eq_ignore_ascii_case("authorization")) {
                request = request.header(name, value);
            }
        }
        let body = Full::new(Bytes::from(ask.body.clone()));
        let request = request.body(body).map_err(|error| NoAnswer::Refused(error.to_string()))?;
        self.web.request(request).await.map_err(|error| {
            let why = chain(&error);
            let denied = is_denied(&error);
            if denied { NoAnswer::Refused(why) } else { NoAnswer::Away(format!("it cannot be reached ({why})")) }
        })
    }
}

impl Outside for Gate {
    fn ask(&self, ask: Ask) -> Asking<'_> {
        Box::pin(async move {
            let patience = ask.patience;
            let late = |_| NoAnswer::Away(format!("no answer within {} s", patience.as_secs()));
            tokio::time::timeout(patience, self.go(ask)).await.map_err(late)?
        })
    }
}

fn parsed(address: &str) -> Result<Uri, NoAnswer> {
    address.parse().map_err(|error| NoAnswer::Refused(format!("this is no address: {error}")))
}

async fn read(answer: Response<hyper::body::Incoming>, largest: usize) -> Result<Told, NoAnswer> {
    let (parts, body) = answer.into_parts();
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    match Limited::new(body, largest).collect().await {
        Ok(body) => Ok(Told { status: parts.status.as_u16(), headers, body: body.to_bytes().to_vec() }),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(NoAnswer::TooLarge(largest)),
        Err(error) => Err(NoAnswer::Away(format!("the answer broke off ({error})"))),
    }
}

/// Where an address points on to. From an encrypted one it may not lead to one that is not.
fn joined(from: &Uri, to: &str) -> Result<String, NoAnswer> {
    let wrong = |error: url::ParseError| NoAnswer::Refused(format!("it points on to {to:?}: {error}"));
    let next = url::Url::parse(&from.to_string()).and_then(|from| from.join(to)).map_err(wrong)?;
    if from.scheme_str() == Some("https") && next.scheme() != "https" {
        return Err(NoAnswer::Refused(format!("it points on to {next}, which is not encrypted")));
    }
    Ok(next.to_string())
}

/// Whether our own look-up said no.
fn is_denied(error: &(dyn std::error::Error + 'static)) -> bool {
    let own = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    own == Some(std::io::ErrorKind::PermissionDenied) || error.source().is_some_and(is_denied)
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::routing::get;
    use tokio::net::TcpListener;

    #[test]
    fn where_an_address_points_on_to() {
        let from: Uri = "https://h:8/a/b.json?x=1".parse().expect("an address");
        assert_eq!(joined(&from, "/c").expect("here"), "https://h:8/c");
        assert_eq!(joined(&from, "c.json").expect("here"), "https://h:8/a/c.json");
        assert_eq!(joined(&from, "//o/c").expect("there"), "https://o/c");
        assert!(joined(&from, "http://h/c").is_err());
    }

    async fn server() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let routes = Router::new()
            .route("/big", get(|| async { "x".repeat(10_000) }))
            .route("/away", get(|| async { ([(header::LOCATION, "http://169.254.169.254/latest")], ()) }))
            .route(
                "/inward",
                get(|| async {
                    (axum::http::StatusCode::FOUND, [(header::LOCATION, "http://169.254.169.254/latest")])
                }),
            )
            .route("/slow", get(std::future::pending::<()>))
            .route("/circle", get(|| async { (axum::http::StatusCode::FOUND, [(header::LOCATION, "/circle")]) }));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        at
    }

    fn gate(allowed: &[&str]) -> Arc<Gate> {
        Gate::new(Allowed::parse(allowed.iter().copied()).expect("a list")).expect("a gate")
    }

    #[tokio::test]
    async fn nobody_is_sent_inside() {
        let at = server().await;
        let gate = gate(&[]);
        let port = at.port();
        for url in [
            format!("http://127.0.0.1:{port}/big"),
            format!("http://localhost:{port}/big"),
            format!("http://[::1]:{port}/big"),
            format!("http://[::ffff:127.0.0.1]:{port}/big"),
            format!("http://2130706433:{port}/big"),
            format!("http://0x7f.1:{port}/big"),
            "http://0/big".to_owned(),
            "http://user:word@example.org/".to_owned(),
            "file:///etc/passwd".to_owned(),
            "gopher://example.org/".to_owned(),
            "no address".to_owned(),
        ] {
            let said = gate.ask(Ask::get(&url)).await.expect_err("it is refused");
            assert!(matches!(said, NoAnswer::Refused(_)), "{url}: {said:?}");
        }
    }

    #[tokio::test]
    async fn what_is_allowed_has_limits() {
        let at = server().await;
        let gate = gate(&[&at.to_string()]);
        let to = |path: &str| Ask::get(format!("http://{at}{path}"));
        let told = gate.ask(to("/big")).await.expect("an answer");
        assert_eq!((told.status, told.body.len()), (200, 10_000));
        let small = Ask { largest: 9_999, ..to("/big") };
        assert_eq!(gate.ask(small).await.expect_err("too large"), NoAnswer::TooLarge(9_999));
        let hurried = Ask { patience: Duration::from_millis(50), ..to("/slow") };
        assert!(matches!(gate.ask(hurried).await, Err(NoAnswer::Away(_))));
        let inward = Ask { redirects: 5, ..to("/inward") };
        assert!(matches!(gate.ask(inward).await, Err(NoAnswer::Refused(_))), "each pointer is checked again");
        let circle = Ask { redirects: 3, ..to("/circle") };
        assert!(matches!(gate.ask(circle).await, Err(NoAnswer::Refused(_))));
        assert_eq!(gate.ask(to("/circle")).await.expect("no pointer is followed").status, 302);
    }

    #[tokio::test]
    async fn a_certificate_that_nobody_vouches_for_is_none() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a server");
        tokio::spawn(async move {
            let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
            while let Ok((stream, _)) = listener.accept().await {
                drop(acceptor.accept(stream).await);
            }
        });
        let gate = gate(&["localhost"]);
        let said = gate.ask(Ask::get(format!("https://localhost:{}/", at.port()))).await.expect_err("no trust");
        assert!(said.to_string().to_lowercase().contains("certificate"), "{said}");
    }
}
