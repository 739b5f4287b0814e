//! A browser without a window: it keeps cookies, and follows nothing by itself.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;

use axum::http::header;
use tongxin_testkit::{Client, Reply, TestApp};

pub struct Browser {
    client: Client,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub fn new(app: &TestApp) -> Self {
        Self::at(app, Ipv4Addr::new(198, 51, 100, 1))
    }

    pub fn at(app: &TestApp, address: Ipv4Addr) -> Self {
        let cookies = BTreeMap::from([("lang".to_owned(), "en".to_owned())]);
        Self { client: app.anyone().at(IpAddr::V4(address)), cookies: Mutex::new(cookies) }
    }

    fn client(&self) -> Client {
        let cookies = self.cookies.lock().expect("cookies");
        let all: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.client.clone().with("cookie", &all.join("; "))
    }

    fn keep(&self, reply: Reply) -> Reply {
        let mut cookies = self.cookies.lock().expect("cookies");
        for set in reply.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("a cookie");
            let (name, rest) = set.split_once('=').expect("a name");
            let value = rest.split(';').next().unwrap_or_default();
            assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
            if set.contains("Max-Age=0") {
                cookies.remove(name)
            } else {
                cookies.insert(name.into(), value.into())
            };
        }
        reply
    }

    pub async fn get(&self, path: &str) -> Reply {
        let reply = self.client().get(path).await;
        self.keep(reply)
    }

    pub async fn submit(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let reply = self.client().submit(page, path, fields).await;
        self.keep(reply)
    }

    pub async fn sign_in(&self, login: &str, password: &str) -> Reply {
        self.submit("/sign-in", "/sign-in", &[("login", login), ("password", password)]).await
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("cookies").get(name).cloned()
    }

    pub fn set(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.into(), value.into());
    }
}

/// What stands between two texts of a page.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split(before)
        .nth(1)
        .and_then(|rest| rest.split(after).next())
        .unwrap_or_else(|| panic!("no {before} in {text}"))
}
