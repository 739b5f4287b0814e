//! The requests of an Open311 service, page by page and, where days are named, in windows the standard allows.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use axum::body::Bytes;
use axum::http::StatusCode;
use tongxin_base::calendar::{Date, TimeZone};
use tongxin_base::{Error, Time};
use tongxin_kernel::{Ask, NoAnswer, Outside};
use tongxin_requests::import::Intake;

use crate::modules::in_words;

/// GeoReport v2: a range of dates may span at most 90 days.
const WINDOW_DAYS: i64 = 90;
/// Requests asked for at a time; a server may give fewer.
const PAGE_SIZE: usize = 200;
/// Pages of one import; with two hundred rows each, more than an import takes.
const MOST_PAGES: usize = 20_000;
/// One page, in bytes; servers that ignore the page size send all they have.
const LARGEST_PAGE: usize = 64 << 20;
/// A page must be there within this time; servers that count their rows first are slow.
const PATIENCE: Duration = Duration::from_secs(60);
/// A request is made so often before we give up, with growing pauses between.
const ATTEMPTS: u32 = 4;
/// A server that asks for a longer pause is asked again another day.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// An address that points on so often points in a circle.
const MOST_REDIRECTS: usize = 5;

/// Which days are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Windows {
    /// The first; without it the service gives what it gives.
    pub from: Option<Date>,
    /// The last; today where it is left out.
    pub to: Option<Date>,
    /// Now.
    pub today: Time,
}

impl Windows {
    /// The ranges to ask for, as the standard's `start_date` and `end_date`; one empty range for "whatever there is".
    fn ranges(&self) -> Result<Vec<String>> {
        let Some(from) = self.from else {
            return match self.to {
                None => Ok(vec![String::new()]),
                Some(_) => bail!("--to needs --from: say the first day too"),
            };
        };
        let to = self.to.unwrap_or_else(|| self.today.in_zone(&TimeZone::UTC).date());
        if to < from {
            bail!("--from {from} is after --to {to}");
        }
        let (mut ranges, mut first) = (Vec::new(), from);
        while first <= to {
            let next = first.saturating_add(jiff::Span::new().days(WINDOW_DAYS));
            let last = to.min(next.yesterday()?);
            ranges.push(format!("start_date={first}T00:00:00Z&end_date={last}T23:59:59Z"));
            first = next;
        }
        Ok(ranges)
    }
}

/// An address as it may be kept: without what might be a key.
pub fn without_secrets(address: &str) -> String {
    let (base, query) = address.split_once('?').unwrap_or((address, ""));
    let base = match base.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit('@').next().unwrap_or(host);
            format!("{scheme}://{host}/{path}")
        }
        None => base.to_owned(),
    };
    let secret =
        |name: &str| ["key", "token", "secret", "password"].iter().any(|word| name.to_lowercase().contains(word));
    let kept: Vec<&str> =
        query.split('&').filter(|part| !part.is_empty() && !secret(part.split('=').next().unwrap_or(part))).collect();
    if kept.is_empty() { base } else { format!("{base}?{}", kept.join("&")) }
}

/// The address of one page of one range.
fn page_address(address: &str, range: &str, page: usize) -> String {
    let (base, query) = address.split_once('?').unwrap_or((address, ""));
    let has = |name: &str| query.split('&').any(|part| part.split('=').next() == Some(name));
    let mut parts: Vec<String> = query.split('&').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if !range.is_empty() {
        parts.push(range.to_owned());
    }
    if !has("page") {
        parts.push(format!("page={page}"));
    }
    if !["page_size", "per_page"].iter().any(|name| has(name)) {
        parts.push(format!("page_size={PAGE_SIZE}"));
    }
    format!("{base}?{}", parts.join("&"))
}

/// Reads all requests of a service into an import.
///
/// # Errors
/// Says which page could not be had or read, and why.
pub async fn requests(outside: &dyn Outside, address: &str, windows: Windows, intake: &mut Intake) -> Result<()> {
    let ranges = windows.ranges()?;
    if windows.from.is_some() && ["start_date=", "end_date="].iter().any(|word| address.contains(word)) {
        bail!("the address names days itself; leave --from and --to out, or start_date and end_date");
    }
    let one_page =
        address.split_once('?').is_some_and(|(_, query)| query.split('&').any(|part| part.starts_with("page=")));
    let mut pages = 0;
    for range in &ranges {
        let mut before = Bytes::new();
        for page in 1.. {
            let wanted = page_address(address, range, page);
            let shown = without_secrets(&wanted);
            pages += 1;
            if pages > MOST_PAGES {
                bail!(
                    "{shown}: there are more than {MOST_PAGES} pages; import fewer days at a time with --from and --to"
                );
            }
            // Behind the last page some servers say that there is none.
            let Some(bytes) = get(outside, &wanted, pages > 1).await.with_context(|| shown.clone())? else { break };
            if bytes == before {
                break;
            }
            let known = intake.fresh();
            intake.add_page(&bytes, pages).map_err(|error| match error {
                Error::Internal(why) => anyhow!("{shown}: {why}"),
                Error::Invalid(fields) => anyhow!("{shown}: {}", in_words(&fields)),
                Error::TooLarge => anyhow!("{shown}: that is too much at once; import fewer days with --from and --to"),
                other => anyhow!("{shown}: {other}"),
            })?;
            if one_page || intake.fresh() == known {
                break;
            }
            before = bytes;
        }
    }
    Ok(())
}

/// What came of asking once.
enum Asked {
    Got(Bytes),
    None,
    /// It may go better in a while.
    Later(String, Option<Duration>),
}

/// One document; nothing where there is none and there may be none.
async fn get(outside: &dyn Outside, address: &str, may_be_missing: bool) -> Result<Option<Bytes>> {
    for attempt in 1.. {
        match ask(outside, address, may_be_missing).await? {
            Asked::Got(bytes) => return Ok(Some(bytes)),
            Asked::None => return Ok(None),
            Asked::Later(why, _) if attempt == ATTEMPTS => bail!("{why}; tried {ATTEMPTS} times"),
            Asked::Later(why, pause) => {
                let pause = pause.unwrap_or(Duration::from_secs(u64::from(attempt) * 2));
                if pause > LONGEST_PAUSE {
                    bail!("{why}; it wants to be left alone for {} s", pause.as_secs());
                }
                tokio::time::sleep(pause).await;
            }
        }
    }
    Ok(None)
}

async fn ask(outside: &dyn Outside, address: &str, may_be_missing: bool) -> Result<Asked> {
    let wanted = "application/json, text/xml;q=0.9, application/xml;q=0.9, */*;q=0.1";
    let page = Ask { largest: LARGEST_PAGE, patience: PATIENCE, redirects: MOST_REDIRECTS, ..Ask::get(address) };
    let answer = match outside.ask(page.with("accept", wanted)).await {
        Ok(answer) => answer,
        Err(NoAnswer::Away(why)) => return Ok(Asked::Later(why, None)),
        Err(NoAnswer::TooLarge(most)) => {
            bail!("the answer is larger than {} MB; ask for fewer days or a smaller page_size", most >> 20)
        }
        Err(NoAnswer::Refused(why)) => bail!(why),
    };
    if answer.status == 404 && may_be_missing {
        return Ok(Asked::None);
    }
    let status = StatusCode::from_u16(answer.status)?;
    if matches!(answer.status, 429 | 502 | 503 | 504) {
        let pause = answer.header("retry-after").and_then(|text| text.parse().ok()).map(Duration::from_secs);
        return Ok(Asked::Later(format!("the server answers {status}"), pause));
    }
    if !status.is_success() {
        let way = match answer.status {
            401 | 403 => "; it may want an api_key in the address",
            404 => "; is it the address of the requests, such as https://.../open311/v2/requests.json?",
            400 => "; it may want a jurisdiction_id in the address",
            300..=399 => "; it points on, but not where",
            _ => "",
        };
        bail!("the server answers {status}{way}");
    }
    Ok(Asked::Got(Bytes::from(answer.body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(from: &str, to: &str) -> Vec<String> {
        let day = |text: &str| Some(text.parse().expect("a day")).filter(|_| !text.is_empty());
        Windows { from: day(from), to: day(to), today: Time::from_micros(0) }.ranges().expect("ranges")
    }

    #[test]
    fn windows_are_no_longer_than_the_standard_allows_and_leave_no_day_out() {
        assert_eq!(
            windows("2026-01-01", "2026-01-01"),
            ["start_date=2026-01-01T00:00:00Z&end_date=2026-01-01T23:59:59Z"]
        );
        let year = windows("2025-01-01", "2025-12-31");
        assert_eq!(year.len(), 5);
        assert_eq!(year[0], "start_date=2025-01-01T00:00:00Z&end_date=2025-03-31T23:59:59Z");
        assert_eq!(year[1], "start_date=2025-04-01T00:00:00Z&end_date=2025-06-29T23:59:59Z");
        assert_eq!(year[4], "start_date=2025-12-27T00:00:00Z&end_date=2025-12-31T23:59:59Z");
    }

    #[test]
    fn addresses_keep_what_they_say_and_lose_their_keys() {
        let page = page_address("http://h/requests.json?status=open&per_page=50", "", 3);
        assert_eq!(page, "http://h/requests.json?status=open&per_page=50&page=3");
        assert_eq!(page_address("http://h/r.xml", "a=b", 1), "http://h/r.xml?a=b&page=1&page_size=200");
        assert_eq!(without_secrets("https://u:p@h/r?api_key=1&x=2&Token=3"), "https://h/r?x=2");
        assert_eq!(without_secrets("http://h/r"), "http://h/r");
    }
}
