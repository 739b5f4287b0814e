//! `GET /events`: something has changed, said as it happens. What has changed the page asks for itself, by the way it always does:
//! so nothing goes out here that a gate would have kept, and a page without a script is only older.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Json;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tongxin_base::{Error, Result, TenantId};
use tongxin_kernel::{Closing, Kernel, News, news};
use tongxin_web::{Answer, Ctx};

/// How often it is looked whether something happened: people see it at once, and a wall screen costs nothing.
const LOOK: Duration = Duration::from_secs(2);
/// Limits end without anything happening, so it is said this often that time has passed.
const TIME_PASSED: Duration = Duration::from_secs(60);
/// A stream lasts so long; the browser then asks again, and whether it still may is asked again with it.
const LASTS: Duration = Duration::from_secs(600);
/// Streams at once: each is a connection held open.
const MOST: usize = 200;

/// How many listen.
#[derive(Default)]
struct Listeners(AtomicUsize);

/// A place among those who listen, given back when it is dropped.
struct Seat(Arc<Listeners>);

impl Seat {
    fn take(kernel: &Kernel) -> Option<Self> {
        let all = kernel.kept::<Listeners>();
        let taken = all.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| (now < MOST).then_some(now + 1));
        taken.is_ok().then(|| Self(all))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Listener {
    kernel: Kernel,
    tenant: TenantId,
    closing: Arc<Closing>,
    /// The newest event that was told; nothing was told yet.
    last: Option<i64>,
    begun: Instant,
    told: Instant,
    _seat: Seat,
}

impl Listener {
    async fn look(&self) -> Result<News> {
        let (tenant, last) = (self.tenant, self.last);
        self.kernel.db().read(tenant, move |read| news(read, tenant, last)).await
    }

    /// The next thing to tell; nothing more after a while, or when the house closes.
    async fn next(mut self) -> Option<(std::result::Result<Event, Infallible>, Self)> {
        let first = self.last.is_none();
        loop {
            if self.begun.elapsed() > LASTS || self.closing.is_set() {
                return None;
            }
            let news = self.look().await.ok()?;
            let changed = self.last != Some(news.last);
            if changed || self.told.elapsed() > TIME_PASSED {
                let name = if first {
                    "here"
                } else if changed {
                    "changed"
                } else {
                    "time"
                };
                let event = Event::default().event(name).id(news.last.to_string()).json_data(&news).ok()?;
                (self.last, self.told) = (Some(news.last), Instant::now());
                return Some((Ok(event), self));
            }
            self.closing.or_after(LOOK).await;
        }
    }
}

/// What the browser was told last.
fn last_of(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

/// Server-sent events, each with the number of the newest event of the house as its id and the topics since the one before:
/// `here` at the beginning, `changed`, and `time` where a minute went by. With `Last-Event-ID` it goes on where it broke off. Who
/// does not ask for a stream (`Accept: text/event-stream`) is told once, as JSON.
pub(crate) async fn events(ctx: Ctx, headers: HeaderMap) -> Answer<Response> {
    let kernel = ctx.kernel().clone();
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/event-stream") {
        let (tenant, last) = (ctx.tenant.id, last_of(&headers));
        return Ok(Json(kernel.db().read(tenant, move |read| news(read, tenant, last)).await?).into_response());
    }
    let seat = Seat::take(&kernel).ok_or(Error::Unavailable)?;
    let last = last_of(&headers);
    let (closing, now) = (kernel.kept::<Closing>(), Instant::now());
    let listener = Listener { tenant: ctx.tenant.id, kernel, closing, last, begun: now, told: now, _seat: seat };
    let stream = stream::unfold(listener, Listener::next);
    // A proxy that gathers answers before it sends them on would keep the news from everybody.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(stream).keep_alive(KeepAlive::default())).into_response())
}
