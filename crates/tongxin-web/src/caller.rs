//! Where a caller is in the network: the peer of the connection or, behind a proxy that we trust, whom the proxy names. It is
//! for slowing somebody down, in memory alone; it is never written anywhere.

use std::net::IpAddr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use ipnet::{IpNet, Ipv6Net};

/// The peer of a connection. The server puts one on every request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A caller's network: an IPv4 address, or the /64 of an IPv6 one, since a household has at least that.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Caller(Option<IpAddr>);

/// How far away a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distance {
    /// No connection: the house itself.
    Within,
    /// This machine.
    Here,
    /// Anywhere else.
    Afar,
}

impl std::fmt::Debug for Caller {
    /// Nothing: an address is never logged.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Caller(..)")
    }
}

impl Caller {
    /// The caller of a request.
    pub(crate) fn of(parts: &Parts, trusted: &[IpNet]) -> Self {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0.to_canonical());
        Self(peer.map(|peer| network(behind(peer, &parts.headers, trusted))))
    }

    /// How far away they are.
    pub(crate) fn distance(self) -> Distance {
        match self.0 {
            None => Distance::Within,
            Some(address) if address.is_loopback() => Distance::Here,
            Some(_) => Distance::Afar,
        }
    }

    /// The bytes of the network, as a key in memory; empty where it is not known.
    pub fn bytes(&self) -> Vec<u8> {
        match self.0 {
            None => Vec::new(),
            Some(IpAddr::V4(address)) => address.octets().to_vec(),
            Some(IpAddr::V6(address)) => address.octets().to_vec(),
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(whole) => IpAddr::V6(Ipv6Net::new(whole, 64).map_or(whole, |net| net.network())),
        IpAddr::V4(_) => address,
    }
}

/// Who is behind the proxies we trust: read from the right, the first that is none of them. Where the two headers that say so
/// disagree, a stranger wrote one of them, and the proxy itself counts.
fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let walk = |chain: Vec<Option<IpAddr>>| {
        let mut last = peer;
        for named in chain.into_iter().rev() {
            let Some(named) = named else { break };
            last = named;
            if !is_trusted(&named) {
                break;
            }
        }
        last
    };
    let (listed, told) = (x_forwarded_for(headers), forwarded(headers));
    match (listed.is_empty(), told.is_empty()) {
        (_, true) => walk(listed),
        (true, false) => walk(told),
        (false, false) => {
            let (one, other) = (walk(listed), walk(told));
            if one == other { one } else { peer }
        }
    }
}

/// The elements of a header that is a list, over all its lines.
fn elements<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?")).flat_map(|line| line.split(','))
}

fn x_forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    elements(headers, &header::HeaderName::from_static("x-forwarded-for")).map(address).collect()
}

fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let named = |element: &str| {
        let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("for")).and_then(|(_, node)| address(node))
    };
    elements(headers, &header::FORWARDED).map(named).collect()
}

/// `192.0.2.1`, `192.0.2.1:80`, `"[2001:db8::1]:80"`, `2001:db8::1`.
fn address(written: &str) -> Option<IpAddr> {
    let bare = written.trim().trim_matches('"');
    let host = match bare.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None if bare.matches(':').count() == 1 => bare.split(':').next()?,
        None => bare,
    };
    host.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn caller(peer: &str, headers: &[(&str, &str)], trusted: &[&str]) -> String {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        parts.extensions.insert(Peer(peer.parse().expect("an address")));
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().expect("a network")).collect();
        Caller::of(&parts, &trusted).0.expect("a caller").to_string()
    }

    #[test]
    fn without_a_proxy_nobody_is_believed() {
        assert_eq!(caller("203.0.113.9", &[("x-forwarded-for", "198.51.100.1")], &[]), "203.0.113.9");
        assert_eq!(caller("203.0.113.9", &[("forwarded", "for=198.51.100.1")], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn behind_a_proxy_the_rightmost_stranger_counts() {
        let nets = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(
            caller("10.0.0.1", &[("x-forwarded-for", "1.2.3.4, 198.51.100.1, 10.9.9.9")], &nets),
            "198.51.100.1"
        );
        assert_eq!(
            caller("10.0.0.1", &[("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "5.6.7.8")], &nets),
            "5.6.7.8"
        );
        assert_eq!(
            caller("fd00::1", &[("forwarded", "for=\"[2001:db8:1:2:3::4]:80\";proto=https")], &nets),
            "2001:db8:1:2::"
        );
        assert_eq!(caller("::ffff:10.0.0.1", &[("x-forwarded-for", "198.51.100.1:4711")], &nets), "198.51.100.1");
        assert_eq!(caller("10.0.0.1", &[("x-forwarded-for", "10.0.0.2")], &nets), "10.0.0.2");
        assert_eq!(caller("10.0.0.1", &[], &nets), "10.0.0.1");
    }

    #[test]
    fn what_cannot_be_read_or_contradicts_itself_counts_as_the_proxy() {
        let nets = ["10.0.0.0/8"];
        assert_eq!(caller("10.0.0.1", &[("x-forwarded-for", "1.2.3.4, unknown")], &nets), "10.0.0.1");
        assert_eq!(
            caller("10.0.0.1", &[("x-forwarded-for", "1.2.3.4"), ("forwarded", "for=5.6.7.8")], &nets),
            "10.0.0.1"
        );
        assert_eq!(
            caller("10.0.0.1", &[("x-forwarded-for", "1.2.3.4"), ("forwarded", "for=1.2.3.4")], &nets),
            "1.2.3.4"
        );
    }

    #[test]
    fn a_household_is_one_caller() {
        assert_eq!(caller("2001:db8:1:2:3:4:5:6", &[], &[]), "2001:db8:1:2::");
    }
}
