//! A client that talks to the router without a socket, and what it gets back.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tongxin_web::Peer;
use tower::ServiceExt;

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body byte by byte.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// A text inside the JSON body, by pointer (`/order/id`).
    pub fn at(&self, pointer: &str) -> String {
        match self.json().pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("nothing at {pointer} in {}", self.text),
        }
    }

    /// The reply itself, if its status is as it should be; else the test fails.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Somebody who asks.
#[derive(Clone)]
pub struct Client {
    router: Router,
    token: Option<String>,
    headers: Vec<(String, String)>,
    peer: Option<Peer>,
}

impl Client {
    /// Somebody at a router, with a bearer token or without.
    pub fn new(router: Router, token: Option<String>) -> Self {
        Self { router, token, headers: Vec::new(), peer: None }
    }

    /// The same with one more header on every request.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same at another place in the network.
    #[must_use]
    pub fn at(mut self, address: std::net::IpAddr) -> Self {
        self.peer = Some(Peer(address));
        self
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None, Body::empty()).await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send("POST", path, Some("application/json"), Body::from(body.to_string())).await
    }

    /// `POST path` with a body of any kind.
    pub async fn post_raw(&self, path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
        self.send("POST", path, Some(kind), Body::from(body.into())).await
    }

    /// `POST path` with a form, its token fetched from `page` first as a browser would.
    pub async fn submit(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let shown = self.get(page).await;
        let token = hidden(&shown.text, "csrf").unwrap_or_default();
        let once = hidden(&shown.text, "once").unwrap_or_default();
        let fields = fields.iter().copied().chain([("csrf", token.as_str()), ("once", once.as_str())]);
        let body = fields.map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&");
        self.send("POST", path, Some("application/x-www-form-urlencoded"), Body::from(body)).await
    }

    /// As [`Client::submit`], with files: field, file name, bytes.
    pub async fn submit_files(
        &self,
        page: &str,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Reply {
        let shown = self.get(page).await;
        let (token, once) = (hidden(&shown.text, "csrf"), hidden(&shown.text, "once"));
        let ours = [("csrf", token.as_deref()), ("once", once.as_deref())];
        let ours = ours.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let fields: Vec<(&str, &str)> = ours.chain(fields.iter().copied()).collect();
        let (kind, body) = multipart(&fields, files);
        self.post_raw(path, &kind, body).await
    }

    /// `POST path` with a body that comes piece by piece.
    pub async fn post_stream(&self, path: &str, kind: &str, body: Body) -> Reply {
        self.send("POST", path, Some(kind), body).await
    }

    async fn send(&self, method: &str, path: &str, kind: Option<&str>, body: Body) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(peer) = self.peer {
            request = request.extension(peer);
        }
        let request = request.body(body).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Reply { status: parts.status, headers: parts.headers, text, bytes: bytes.to_vec() }
    }
}

/// A form with files, as a browser writes it: its content type and its bytes.
pub fn multipart(fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> (String, Vec<u8>) {
    const LINE: &str = "----between-two-parts";
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, file, bytes) in files {
        let head = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"");
        body.extend_from_slice(format!("--{LINE}\r\n{head}\r\nContent-Type: image/jpeg\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{LINE}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={LINE}"), body)
}

/// The value of a hidden field on a page.
pub fn hidden(html: &str, name: &str) -> Option<String> {
    let from = html.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
    Some(from.split('"').next()?.to_owned())
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
