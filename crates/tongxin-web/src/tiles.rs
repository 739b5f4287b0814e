//! Tiles below our maps, where the office set some: whose they are, the system they lie in, and how far the pages' policy is opened for
//! them, which is by their very host and no further.

use tongxin_base::Coordinates;

/// Tiles of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiles {
    /// Their address, with `{z}`, `{x}` and `{y}`.
    url: String,
    /// Whose they are, as it is read on the map; may be empty.
    words: String,
    /// The system they lie in.
    coordinates: Coordinates,
}

impl Tiles {
    /// From three settings; nothing where no address is set.
    ///
    /// # Errors
    /// In words, the setting that is wrong, and what it should look like.
    pub fn parse(url: &str, words: &str, coordinates: &str) -> Result<Option<Self>, String> {
        let system =
            if coordinates.is_empty() { Some(Coordinates::default()) } else { Coordinates::parse(coordinates) };
        let coordinates =
            system.ok_or_else(|| format!("map_tiles_coordinates = {coordinates:?}: write wgs84 or gcj02"))?;
        if url.is_empty() {
            return Ok(None);
        }
        let tiles = Self { url: url.to_owned(), words: words.to_owned(), coordinates };
        let whole = ["{z}", "{x}", "{y}"].iter().all(|part| url.contains(part));
        let plain = !url.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>;,\\".contains(c));
        let ours = url.starts_with('/') && !url.starts_with("//");
        if whole && plain && (ours || tiles.origin().is_some()) {
            return Ok(Some(tiles));
        }
        Err(format!(
            "map_tiles = {url:?}: write an https address or a path of this host with {{z}}, {{x}} and {{y}}, such as \
             https://tiles.example.cn/{{z}}/{{x}}/{{y}}.png"
        ))
    }

    /// Their address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whose they are.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The system they lie in.
    pub const fn coordinates(&self) -> Coordinates {
        self.coordinates
    }

    /// The host they come from, as a policy names it: `https://tiles.example.cn`; nothing where that is this host. Without HTTPS only a
    /// server on the reader's own machine is one, which is how it is tried out.
    pub fn origin(&self) -> Option<&str> {
        let (scheme, rest) = self.url.split_once("://")?;
        let host = rest.split('/').next()?;
        let name = host.split(':').next()?;
        let plain = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c));
        let safe = scheme == "https" || (scheme == "http" && ["127.0.0.1", "localhost"].contains(&name));
        (plain && safe).then(|| &self.url[..scheme.len() + 3 + host.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_open_the_policy_by_their_host_alone() {
        let tiles = |url| Tiles::parse(url, "", "gcj02").expect("tiles").expect("some");
        assert_eq!(tiles("https://t.example.cn:8443/{z}/{x}/{y}.png?k=1").origin(), Some("https://t.example.cn:8443"));
        assert_eq!(tiles("/tiles/{z}/{x}/{y}.png").origin(), None);
        assert_eq!(tiles("http://127.0.0.1:9000/{z}/{x}/{y}").origin(), Some("http://127.0.0.1:9000"));
        assert_eq!(tiles("/t/{z}/{x}/{y}").coordinates(), Coordinates::Gcj02);
        assert_eq!(Tiles::parse("", "", ""), Ok(None));
    }

    #[test]
    fn what_is_no_address_of_tiles_is_named() {
        for url in [
            "https://t.example.cn/tiles.png",
            "http://t.example.cn/{z}/{x}/{y}",
            "//t.example.cn/{z}/{x}/{y}",
            "https://t.example.cn; script-src *//{z}/{x}/{y}",
            "https://*/{z}/{x}/{y}",
            "https://{z}/{x}/{y}",
            "data:{z}{x}{y}",
        ] {
            assert!(Tiles::parse(url, "", "").is_err(), "{url}");
        }
        assert!(Tiles::parse("/t/{z}/{x}/{y}", "", "mars").expect_err("no system").contains("wgs84 or gcj02"));
    }
}
