//! Connections, and how much of this machine each may take: a head that does not come to its end, a line without an end, or more
//! connections than the system gives us holds up nobody else.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::serve::Listener;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::Semaphore;
use tongxin_web::Peer;
use tower::ServiceExt;

/// A request's head is here by then; a connection on which none comes is given up.
const HEAD: Duration = Duration::from_secs(15);
/// The largest head, in bytes, and the most lines in it.
const LARGEST_HEAD: usize = 32 << 10;
const LINES: usize = 100;
/// Requests under way on one connection of HTTP/2.
const STREAMS: u32 = 100;
/// A connection of HTTP/2 is asked whether anybody is still there after so long, and has as long again to say so.
const STILL_THERE: Duration = Duration::from_secs(20);
/// Open files we ask the system for, and what it gives where it does not say.
const FILES: u64 = 16_384;
const FEW_FILES: u64 = 1024;

/// Serves until `stop`; then requests under way are still answered.
pub async fn serve<L>(mut listener: L, router: Router, stop: impl Future<Output = ()>)
where
    L: Listener<Addr = SocketAddr>,
{
    let (server, ending) = (builder(), GracefulShutdown::new());
    // The rest is for the database and for photos.
    let files = rlimit::increase_nofile_limit(FILES).unwrap_or(FEW_FILES);
    let places = Arc::new(Semaphore::new(usize::try_from(files / 4 * 3).unwrap_or(1)));
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, (stream, from)) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(from.ip()));
            router.clone().oneshot(request.map(Body::new))
        });
        let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let connection = ending.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::trace!(%error, "a connection broke off");
            }
            drop(place);
        });
    }
    ending.shutdown().await;
}

fn builder() -> Builder<TokioExecutor> {
    let mut server = Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LARGEST_HEAD).max_headers(LINES);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(LARGEST_HEAD as u32)
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(STILL_THERE)
        .keep_alive_timeout(STILL_THERE);
    server
}
