//! E-mail addresses, looked at as far as it makes sense to: whether one is alive only its server can say.

/// The longest address we keep, in characters.
const LONGEST: usize = 200;

/// Reads an address: something, one `@`, and something with a dot or `localhost`; no blanks, nothing that lists or hides
/// addresses. `None` where it is none.
pub fn parse_email(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, host) = text.split_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"@".contains(c);
    let dotted = |text: &str| !text.split('.').any(str::is_empty);
    let good = text.chars().count() <= LONGEST
        && !name.chars().chain(host.chars()).any(odd)
        && dotted(name)
        && dotted(host)
        && (host.contains('.') || host == "localhost");
    good.then(|| text.to_owned())
}

/// An address as it may be shown to those whom it does not concern: `l***@example.com`.
pub fn masked_email(address: &str) -> String {
    let (name, host) = address.split_once('@').unwrap_or((address, ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}***@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_words() {
        for good in ["li@example.com", " li.na+x@mail.example.cn ", "李@例子.中国", "a@localhost"] {
            assert_eq!(parse_email(good).as_deref(), Some(good.trim()));
        }
        let long = format!("{}@example.com", "a".repeat(200));
        for bad in [
            "",
            "li",
            "@",
            "li@",
            "@x.cn",
            "a b@x.cn",
            "a@b@x.cn",
            "a@x",
            "a@x..cn",
            "a@x.cn,b@x.cn",
            "<a@x.cn>",
            &long,
        ] {
            assert_eq!(parse_email(bad), None, "{bad}");
        }
        assert_eq!(parse_email("a@x.cn\r\nBcc: b@x.cn"), None);
        assert_eq!(masked_email("李娜@example.com"), "李***@example.com");
    }
}
