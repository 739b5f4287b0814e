//! Lists of requests for the desk, by filter or by words.

use tongxin_base::{Error, Locale, Result, Time};
use tongxin_db::Read;
use tongxin_kernel::{Scope, Tenant, search};

use super::{Names, RequestView, request_view};
use crate::domain::{RequestId, SUBJECT};
use crate::store::imports;
use crate::store::lists::{self, Filter, Mark, Sorted};
use crate::store::requests::{self, Request};

/// A list of requests for the desk, each with its words, and where it goes on. Words are looked for from the newest on.
///
/// # Errors
/// As `Read::rows`.
pub fn list(
    read: &mut Read<'_>,
    house: &Tenant,
    scope: &Scope,
    (filter, query): (&Filter, &str),
    (place, limit): ((Sorted, Mark), i64),
    (locale, now): (Locale, Time),
) -> Result<(Vec<RequestView>, Option<Mark>)> {
    let tenant = house.id;
    let found = if query.trim().is_empty() {
        lists::in_scope(read, tenant, scope, filter, place, limit)?
    } else {
        matching(read, house, scope, (filter, query.trim()), place.1, limit)?
    };
    let next = (i64::try_from(found.len()) == Ok(limit)).then(|| found.last().map(Mark::after)).flatten();
    let names = Names::load(read, house, locale)?;
    let mut views = Vec::with_capacity(found.len());
    for request in &found {
        let mut view = request_view(request, &names, now);
        if let Some(report) = requests::reports(read, tenant, request.id)?.into_iter().next() {
            view.description = report.words;
            view.place = report.place;
        }
        views.push(view);
    }
    Ok((views, next))
}

/// Requests whose number is the query, or whose text contains it. The index names candidates; the text decides.
fn matching(
    read: &mut Read<'_>,
    house: &Tenant,
    scope: &Scope,
    (filter, query): (&Filter, &str),
    mut mark: Mark,
    limit: i64,
) -> Result<Vec<Request>> {
    /// Rounds of candidates looked at before the reader is better asked for a longer query.
    const ROUNDS: usize = 5;
    /// So many of the newest are read without the index.
    const NEWEST: i64 = 50;
    let tenant = house.id;
    let fits = |request: &Request| scope.has(&request.unit_path) && filter.fits(request);
    if let Some(request) = lists::by_number(read, tenant, query)? {
        return Ok(if fits(&request) && request.id < mark.id { vec![request] } else { Vec::new() });
    }
    let names = Names::load(read, house, Locale::default())?;
    let wanted = query.to_lowercase();
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    let mut found = Vec::new();
    let contains = |read: &mut Read<'_>, request: &Request| -> Result<bool> {
        let mut text = request.number.to_lowercase();
        for report in requests::reports(read, tenant, request.id)? {
            text.push_str(&report.words.to_lowercase());
            text.push_str(&report.place.unwrap_or_default().to_lowercase());
        }
        text.push_str(&names.around(request).to_lowercase());
        text.push_str(&imports::number_elsewhere(read, tenant, request)?.unwrap_or_default().to_lowercase());
        Ok(wanted.iter().all(|word| text.contains(word)))
    };
    // What was just reported may not be in the index yet: the newest are looked at themselves.
    let newest = lists::in_scope(read, tenant, scope, filter, (Sorted::Newest, mark), NEWEST)?;
    if let Some(last) = newest.last() {
        mark = Mark::after(last);
    }
    let mut before: RequestId = mark.id;
    for request in newest {
        if contains(read, &request)? {
            found.push(request);
            if i64::try_from(found.len()) == Ok(limit) {
                return Ok(found);
            }
        }
    }
    for _ in 0..ROUNDS {
        let candidates = search(read, tenant, SUBJECT, query, before, 200)?;
        let Some(last) = candidates.last().copied() else { break };
        for id in candidates {
            let request = match requests::one(read, tenant, id) {
                Ok(request) => request,
                Err(Error::NotFound) => continue,
                Err(error) => return Err(error),
            };
            if !fits(&request) {
                continue;
            }
            if contains(read, &request)? {
                found.push(request);
                if i64::try_from(found.len()) == Ok(limit) {
                    return Ok(found);
                }
            }
        }
        before = last;
    }
    Ok(found)
}
