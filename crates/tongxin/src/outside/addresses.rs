//! Which addresses may be gone to: those of the open internet, and those of hosts that the operator named. An address that a
//! stranger wrote must not lead into the machine, its network or its cloud's own services (OWASP ASVS 5.0, 1.3.6).

use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

use anyhow::{Result, bail};
use ipnet::{IpNet, Ipv6Net};

/// What the IANA registries of special-purpose addresses name and is not for everybody, and what carries another address
/// inside (6to4, Teredo, NAT64), which would be a way around this list.
const SPECIAL: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
];

static REFUSED: LazyLock<Vec<IpNet>> =
    LazyLock::new(|| SPECIAL.iter().map(|net| net.parse().expect("a network of the list")).collect());

/// The only part of IPv6 that is given out to everybody; loopback, link-local, unique local, multicast and mapped
/// addresses are outside it.
static GIVEN_OUT: LazyLock<Ipv6Net> = LazyLock::new(|| "2000::/3".parse().expect("a network"));

/// Whether an address is one of the open internet.
pub fn is_open(address: IpAddr) -> bool {
    let given_out = match address {
        IpAddr::V4(_) => true,
        IpAddr::V6(address) => GIVEN_OUT.contains(&address),
    };
    given_out && !REFUSED.iter().any(|net| net.contains(&address))
}

/// Hosts that may be gone to wherever they are: `idp.example.cn`, `10.0.0.5:8443`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(Vec<(String, Option<u16>)>);

impl Allowed {
    /// Reads a list.
    ///
    /// # Errors
    /// Names the entry that is none.
    pub fn parse<'a>(written: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut hosts = Vec::new();
        for entry in written {
            let authority: axum::http::uri::Authority = match entry.parse() {
                Ok(authority) if !entry.contains(['@', '/', '*']) => authority,
                _ => bail!("{entry:?} is no host; write a name or an address, with a port or without: 10.0.0.5:8443"),
            };
            hosts.push((plain(authority.host()), authority.port_u16()));
        }
        Ok(Self(hosts))
    }

    /// Whether this host was named.
    pub fn names(&self, host: &str, port: u16) -> bool {
        let host = plain(host);
        self.0.iter().any(|(known, at)| *known == host && at.is_none_or(|at| at == port))
    }

    /// Whether this host was named, with whatever port.
    pub fn names_any_port(&self, host: &str) -> bool {
        let host = plain(host);
        self.0.iter().any(|(known, _)| *known == host)
    }
}

fn plain(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

/// Of what a name stands for, where one may go: all of it, where the operator named the host, else what is of the open
/// internet. A name that stands for both kinds is not to be trusted and leads nowhere.
pub fn passable(found: Vec<SocketAddr>, allowed: bool) -> Vec<SocketAddr> {
    if allowed || found.iter().all(|address| is_open(address.ip())) { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn open(written: &str) -> bool {
        is_open(written.parse().expect("an address"))
    }

    #[test]
    fn inner_addresses_are_refused() {
        for inner in [
            "0.0.0.0",
            "10.1.2.3",
            "100.100.100.200",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "5f00::1",
        ] {
            assert!(!open(inner), "{inner}");
        }
        for outer in ["1.1.1.1", "8.8.8.8", "172.32.0.1", "192.169.0.1", "223.5.5.5", "2400:3200::1", "2606:4700::1111"]
        {
            assert!(open(outer), "{outer}");
        }
    }

    #[test]
    fn a_name_with_one_inner_address_leads_nowhere() {
        let both: Vec<SocketAddr> = ["8.8.8.8:80", "127.0.0.1:80"].map(|at| at.parse().expect("an address")).to_vec();
        assert!(passable(both.clone(), false).is_empty());
        assert_eq!(passable(both.clone(), true), both);
    }

    #[test]
    fn hosts_are_named_with_a_port_or_without() {
        let allowed = Allowed::parse(["IdP.example.cn", "127.0.0.1:9000", "[::1]:80"]).expect("a list");
        assert!(allowed.names("idp.example.cn", 443) && allowed.names("idp.example.cn.", 80));
        assert!(allowed.names("127.0.0.1", 9000) && !allowed.names("127.0.0.1", 9001));
        assert!(allowed.names("[::1]", 80) && !allowed.names("::1", 81));
        assert!(!allowed.names("other.example.cn", 443));
        for wrong in ["http://h/", "a@b", "*.example.cn", ""] {
            assert!(Allowed::parse([wrong]).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn an_inner_address_in_another_s_clothes_is_refused(inner in any::<u32>()) {
            let address = Ipv4Addr::from(inner);
            let octets = address.octets();
            let dressed = [
                address.to_ipv6_mapped(),
                address.to_ipv6_compatible(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, u16::from_be_bytes([octets[0], octets[1]]), u16::from_be_bytes([octets[2], octets[3]])),
                Ipv6Addr::new(0x2002, u16::from_be_bytes([octets[0], octets[1]]), u16::from_be_bytes([octets[2], octets[3]]), 0, 0, 0, 0, 1),
            ];
            for address in dressed {
                prop_assert!(!is_open(address.into()));
            }
        }

        #[test]
        fn the_standard_s_own_words_agree(bits in any::<u32>()) {
            let address = Ipv4Addr::from(bits);
            let inner = address.is_loopback() || address.is_private() || address.is_link_local() || address.is_multicast()
                || address.is_unspecified() || address.is_broadcast() || address.is_documentation();
            prop_assert!(!(inner && is_open(address.into())));
        }

        #[test]
        fn the_standard_s_own_words_agree_on_six(bits in any::<u128>()) {
            let address = Ipv6Addr::from(bits);
            let inner = address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
                || address.is_multicast() || address.is_unspecified() || address.to_ipv4_mapped().is_some();
            prop_assert!(!(inner && is_open(address.into())));
        }
    }
}
