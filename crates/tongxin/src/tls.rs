//! HTTPS without a proxy: a listener that speaks TLS, with a certificate that may be renewed while we serve.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use std::{fmt, io};

use anyhow::{Context, Result};
use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::server::TlsStream;
use tongxin_base::FieldError;

use crate::config::TlsFiles;

/// Who does not get through the handshake by then is let go.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes under way at one time; more wait in the kernel's queue.
const HANDSHAKES: usize = 256;
/// The files are looked at so often; renewing programs leave weeks.
const LOOK: Duration = Duration::from_secs(60);

/// The certificate in force. Connections that stand keep the one they began with.
#[derive(Debug)]
pub struct Certificate {
    files: TlsFiles,
    current: RwLock<(Arc<CertifiedKey>, Stamp)>,
}

type Stamp = [Option<SystemTime>; 2];

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// Says which file is wrong, and what it should hold.
    pub fn read(files: &TlsFiles) -> Result<Arc<Self>, Flaw> {
        let current = RwLock::new((Arc::new(certified(files)?), stamp(files)));
        Ok(Arc::new(Self { files: files.clone(), current }))
    }

    /// Reads the files again. Where they are wrong the old certificate stays.
    fn renew(&self) {
        let seen = stamp(&self.files);
        let read = certified(&self.files);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(read) => {
                *current = (Arc::new(read), seen);
                tracing::info!("the certificate was read again");
            }
            Err(error) => {
                current.1 = seen;
                tracing::error!("the certificate stays as it was: {error}");
            }
        }
    }

    fn is_stale(&self) -> bool {
        self.current.read().unwrap_or_else(PoisonError::into_inner).1 != stamp(&self.files)
    }

    /// Reads the files again when they change, and when told to by SIGHUP.
    pub async fn keep_fresh(self: Arc<Self>) {
        let mut told = told_to();
        loop {
            tokio::select! {
                () = told.recv() => self.renew(),
                () = tokio::time::sleep(LOOK) => if self.is_stale() { self.renew() },
            }
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner).0))
    }
}

/// SIGHUP, where there is such a thing.
struct Told {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

fn told_to() -> Told {
    Told {
        #[cfg(unix)]
        signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
    }
}

impl Told {
    async fn recv(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}

/// When the files were last written.
fn stamp(files: &TlsFiles) -> Stamp {
    [&files.cert, &files.key].map(|path| std::fs::metadata(path).and_then(|about| about.modified()).ok())
}

fn provider() -> CryptoProvider {
    ring::default_provider()
}

fn certified(files: &TlsFiles) -> Result<CertifiedKey, Flaw> {
    let (cert, key) = (files.cert.clone(), files.key.clone());
    let read = CertificateDer::pem_file_iter(&cert).and_then(Iterator::collect);
    let chain: Vec<CertificateDer<'static>> =
        read.map_err(|error| Flaw { what: What::Certificate, file: cert.clone(), why: error.to_string() })?;
    if chain.is_empty() {
        return Err(Flaw { what: What::Certificate, file: cert, why: "there is none in it".to_owned() });
    }
    let secret = PrivateKeyDer::from_pem_file(&key).map_err(|error| Flaw {
        what: What::Key,
        file: key.clone(),
        why: error.to_string(),
    })?;
    CertifiedKey::from_der(chain, secret, &provider()).map_err(|error| Flaw {
        what: What::Pair,
        file: key,
        why: error.to_string(),
    })
}

/// What is wrong with a certificate's files.
#[derive(Debug, Clone)]
pub struct Flaw {
    what: What,
    file: PathBuf,
    why: String,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Certificate,
    Key,
    Pair,
}

impl Flaw {
    /// The same for a form.
    pub fn of_form(&self) -> FieldError {
        let (field, key) = match self.what {
            What::Certificate => ("tls_cert", "setup-tls-no-cert"),
            What::Key => ("tls_key", "setup-tls-no-key"),
            What::Pair => ("tls_key", "setup-tls-no-pair"),
        };
        FieldError::new(field, key).with("file", self.file.display())
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, why) = (self.file.display(), &self.why);
        match self.what {
            What::Certificate => write!(
                f,
                "the certificate {file} cannot be used: {why}; it is a PEM file with its chain that begins with -----BEGIN CERTIFICATE-----"
            ),
            What::Key => write!(f, "the key {file} cannot be read: {why}; it is a PEM file without a password"),
            What::Pair => write!(f, "the key {file} and the certificate do not belong together or are damaged: {why}"),
        }
    }
}

impl std::error::Error for Flaw {}

/// A listener that speaks TLS; handshakes go on beside one another, so that a slow one holds up nobody.
pub struct TlsListener {
    local: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsListener {
    /// Around a listener that is bound already.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn new(listener: TcpListener, certificate: Arc<Certificate>) -> Result<Self> {
        let config = ServerConfig::builder_with_provider(Arc::new(provider()));
        let config = config.with_safe_default_protocol_versions().context("TLS cannot be set up")?;
        let mut config = config.with_no_client_auth().with_cert_resolver(certificate);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let (acceptor, local) = (TlsAcceptor::from(Arc::new(config)), listener.local_addr()?);
        let (done, ready) = mpsc::channel(HANDSHAKES);
        tokio::spawn(welcome(listener, acceptor, done));
        Ok(Self { local, ready })
    }
}

async fn welcome(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    done: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let places = Arc::new(Semaphore::new(HANDSHAKES));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let (stream, from) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = done.closed() => return,
        };
        let (acceptor, done) = (acceptor.clone(), done.clone());
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await;
            drop(place);
            if let Ok(Ok(stream)) = shaken {
                drop(done.send((stream, from)).await);
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.local)
    }
}
