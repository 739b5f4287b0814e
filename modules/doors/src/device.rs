//! The device somebody signs in with: its kind in plain words for the list of sessions, and the mark it gets once somebody
//! signed in with it, so that strangers' wrong tries never hold it up. The mark says nothing of who that was.

use axum::http::{HeaderMap, header};
use tongxin_kernel::{Kernel, PersonId};

/// The cookie of a device's mark.
pub const COOKIE: &str = "tongxin_device";
/// It is kept for a year.
pub const KEPT_SECONDS: u32 = 365 * 24 * 3600;
/// Accounts that one device is known to; the newest.
const ACCOUNTS: usize = 5;

fn seal(kernel: &Kernel, nonce: &str, person: PersonId) -> String {
    kernel.secret().code(&[b"device", nonce.as_bytes(), person.uuid().as_bytes()])
}

/// The part of a mark that is the device's own, if this person signed in with it before.
pub fn known<'a>(kernel: &Kernel, mark: Option<&'a str>, person: PersonId) -> Option<&'a str> {
    let mut parts = mark?.split('.');
    let nonce = parts.next()?;
    let wanted = seal(kernel, nonce, person);
    parts.take(ACCOUNTS).any(|known| known == wanted).then_some(nonce)
}

/// The mark of a device that this person has just signed in with.
pub fn mark(kernel: &Kernel, old: Option<&str>, person: PersonId) -> String {
    let mut parts: Vec<String> = old.unwrap_or_default().split('.').map(str::to_owned).collect();
    let own = |part: &String| part.len() == 26 && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts.retain(own);
    let nonce = if parts.is_empty() { kernel.world().secret() } else { parts.remove(0) };
    let seal = seal(kernel, &nonce, person);
    parts.retain(|known| *known != seal);
    parts.insert(0, seal);
    parts.truncate(ACCOUNTS);
    parts.insert(0, nonce);
    parts.join(".")
}

/// The browser and the system a device says it has, as words of ours: `chrome windows`. Versions are left out: they help
/// nobody to know their own device.
pub fn kind(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(sign, _)| agent.contains(sign)).map_or("other", |(_, word)| word)
    };
    // In this order: most say that they are several.
    let browser = first(&[
        ("MicroMessenger", "wechat"),
        ("Edg", "edge"),
        ("Firefox", "firefox"),
        ("Chrome", "chrome"),
        ("Safari", "safari"),
    ]);
    let system = first(&[
        ("iPhone", "iphone"),
        ("iPad", "ipad"),
        ("Harmony", "harmony"),
        ("Android", "android"),
        ("Windows", "windows"),
        ("Mac OS", "mac"),
        ("Linux", "linux"),
    ]);
    format!("{browser} {system}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_plainly() {
        for (agent, word) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
                "chrome windows",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "edge windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1 MicroMessenger/8.0", "wechat iphone"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "firefox linux"),
            ("curl/8", "other other"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, agent.parse().expect("a header"));
            assert_eq!(kind(&headers), word);
        }
        assert_eq!(kind(&HeaderMap::new()), "other other");
    }
}
