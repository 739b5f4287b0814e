//! Who is at the other end of a connection, put on every request, whichever listener took it.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::connect_info::{Connected, IntoMakeServiceWithConnectInfo};
use axum::extract::{ConnectInfo, Request};
use axum::middleware::map_request;
use axum::serve::IncomingStream;
use tokio::net::TcpListener;
use tongxin_web::Peer;

use crate::tls::TlsListener;

/// The other end of a connection.
#[derive(Clone, Copy)]
pub struct End(SocketAddr);

impl Connected<IncomingStream<'_, TcpListener>> for End {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for End {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

async fn noted(mut request: Request) -> Request {
    if let Some(ConnectInfo(End(address))) = request.extensions().get::<ConnectInfo<End>>().copied() {
        request.extensions_mut().insert(Peer(address.ip()));
    }
    request
}

/// A service that knows its callers' addresses.
pub fn peers(router: Router) -> IntoMakeServiceWithConnectInfo<Router, End> {
    router.layer(map_request(noted)).into_make_service_with_connect_info()
}
