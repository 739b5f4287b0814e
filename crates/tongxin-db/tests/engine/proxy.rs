//! A network that fails when it is told to: a TCP proxy between the engine and PostgreSQL that knows a COMMIT when it
//! sees one.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tongxin_db::Options;

/// What the proxy does at the next COMMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Fault {
    /// Nothing.
    None,
    /// Cuts the connection without passing the COMMIT on.
    BeforeCommit,
    /// Passes it on, waits until PostgreSQL has done it, and cuts the connection without passing that on.
    AfterCommit,
    /// Swallows it: the connection stays, and no answer ever comes.
    Silence,
}

pub struct Proxy {
    pub options: Options,
    next: Arc<AtomicU64>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Proxy {
    /// Cuts every connection and takes no new one.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Proxy {
    /// A proxy in front of these options.
    pub fn before(options: &Options) -> Self {
        let Options::Postgres { url } = options else { panic!("a proxy stands before PostgreSQL") };
        let (_, rest) = url.split_once('@').expect("a user");
        let (server, name) = rest.split_once('/').expect("a database");
        let server: SocketAddr = server.parse().expect("an address");
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
        let next = Arc::new(AtomicU64::new(0));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::clone(&next);
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("a socket");
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server, Arc::clone(&shared)));
            }
        });
        let (user, _) = url.split_once('@').expect("a user");
        let options = Options::Postgres { url: format!("{user}@127.0.0.1:{port}/{name}") };
        Self { options, next, runtime: Some(runtime) }
    }

    /// At the next COMMIT, whoever it comes from, this happens, once.
    pub fn set(&self, fault: Fault) {
        self.next.store(fault as u64, Ordering::SeqCst);
    }

    /// Whether it has happened.
    pub fn done(&self) -> bool {
        self.next.load(Ordering::SeqCst) == Fault::None as u64
    }
}

async fn pass(mut client: TcpStream, server: SocketAddr, next: Arc<AtomicU64>) -> Option<()> {
    let mut server = TcpStream::connect(server).await.ok()?;
    let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let bytes = &up[..read.ok().filter(|n| *n > 0)?];
                let commit = bytes.windows(7).any(|window| window == b"COMMIT\0");
                let fault = if commit { next.swap(Fault::None as u64, Ordering::SeqCst) } else { Fault::None as u64 };
                if fault == Fault::BeforeCommit as u64 {
                    return None;
                }
                if fault == Fault::Silence as u64 {
                    std::future::pending::<()>().await;
                }
                server.write_all(bytes).await.ok()?;
                if fault == Fault::AfterCommit as u64 {
                    let mut heard = Vec::new();
                    while !heard.windows(7).any(|window| window == b"COMMIT\0") {
                        let n = server.read(&mut down).await.ok().filter(|n| *n > 0)?;
                        heard.extend_from_slice(&down[..n]);
                    }
                    return None;
                }
            }
            read = server.read(&mut down) => {
                let n = read.ok().filter(|n| *n > 0)?;
                client.write_all(&down[..n]).await.ok()?;
            }
        }
    }
}
