//! HTTPS without a proxy: a browser's handshake, HTTP/2, a certificate that is renewed while we serve, one host name, and the
//! way from plain HTTP.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tongxin_testkit::Engine;

use crate::setup::{INIT, Place, Server, browser, free_port, page, send};

/// A new certificate for localhost, as two files; answers it as PEM.
fn certificate(folder: &Path) -> String {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).expect("a file");
    std::fs::write(folder.join("cert.pem"), cert.pem()).expect("a file");
    cert.pem()
}

/// A handshake with somebody who trusts this certificate alone.
async fn shake(port: u16, trusted: &str, alpn: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.as_bytes()).expect("a certificate")).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("TLS");
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![alpn.as_bytes().to_vec()];
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// The answer to `GET path`, head and body, on a connection that ends with it.
async fn get(stream: impl AsyncReadExt + AsyncWriteExt, host: &str, path: &str) -> String {
    tokio::pin!(stream);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer).await);
    String::from_utf8_lossy(&answer).into_owned()
}

/// An installation with a certificate, whose address is this port.
fn installed(port: u16) -> (Place, String) {
    let place = Place::new(Engine::Sqlite);
    let pem = certificate(place.path());
    let url = format!("https://localhost:{port}");
    let mut arguments = INIT.to_vec();
    *arguments.last_mut().expect("the address") = &url;
    arguments.extend(["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let (ok, _, complaint) = place.run(&arguments);
    assert!(ok, "{complaint}");
    (place, pem)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_our_own() {
    let port = free_port();
    let (place, pem) = installed(port);
    let settings = std::fs::read_to_string(place.path().join("tongxin.toml")).expect("settings");
    assert!(settings.contains("cert.pem") && settings.contains(&format!("listen = \"0.0.0.0:{port}\"")), "{settings}");

    let plain = free_port();
    let redirect = format!("{settings}http_redirect = \"127.0.0.1:{plain}\"\n");
    std::fs::write(place.path().join("tongxin.toml"), redirect).expect("settings");
    let server = Server::start_at(&place, port, &[]);
    assert_eq!(server.base, format!("https://localhost:{port}"));

    let stream = shake(port, &pem, "http/1.1").await.expect("a handshake");
    let host = format!("localhost:{port}");
    let home = get(stream, &host, "/sign-in").await;
    assert!(home.starts_with("HTTP/1.1 200"), "{home}");
    assert!(home.contains("strict-transport-security: max-age=31536000"), "{home}");
    let stream = shake(port, &pem, "h2").await.expect("a handshake");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));

    // No other name is answered, and no other certificate is shown.
    let stream = shake(port, &pem, "http/1.1").await.expect("a handshake");
    let elsewhere = get(stream, "other.example.cn", "/sign-in?back=/desk").await;
    assert!(elsewhere.starts_with("HTTP/1.1 307"), "{elsewhere}");
    assert!(elsewhere.contains(&format!("location: https://{host}/sign-in?back=/desk")), "{elsewhere}");
    let stream = shake(port, &pem, "http/1.1").await.expect("a handshake");
    assert!(get(stream, "other.example.cn", "/api/v1/categories").await.starts_with("HTTP/1.1 421"));

    let way = get(TcpStream::connect(("127.0.0.1", plain)).await.expect("plain HTTP"), "x", "/r/abc?x=1").await;
    assert!(way.starts_with("HTTP/1.1 307") && way.contains(&format!("location: https://{host}/r/abc?x=1")), "{way}");

    // A program is not led on: it is told.
    let told = get(TcpStream::connect(("127.0.0.1", plain)).await.expect("plain HTTP"), "x", "/api/v1/orders").await;
    assert!(told.starts_with("HTTP/1.1 403") && told.contains("HTTPS alone"), "{told}");

    // Somebody who never says a word holds up nobody.
    let silent = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    drop(shake(port, &pem, "http/1.1").await.expect("a handshake beside it"));
    drop(silent);

    // Renewed: a torn pair changes nothing, a good one is shown after the signal, without a restart.
    let before = std::fs::read_to_string(place.path().join("key.pem")).expect("a key");
    let newer = certificate(place.path());
    let key = std::fs::read_to_string(place.path().join("key.pem")).expect("a key");
    std::fs::write(place.path().join("key.pem"), before).expect("a file");
    server.hang_up();
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(shake(port, &pem, "http/1.1").await.expect("the old one still"));
    std::fs::write(place.path().join("key.pem"), key).expect("a file");
    server.hang_up();
    let mut renewed = false;
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        renewed |= shake(port, &newer, "http/1.1").await.is_ok();
        if renewed {
            break;
        }
    }
    assert!(renewed, "the new certificate is shown");
    assert!(shake(port, &pem, "http/1.1").await.is_err(), "the old one is not");
    assert!(server.stop(), "it ends well when it is told to");
}

#[test]
fn a_certificate_that_is_no_good_is_named() {
    let (place, _) = installed(free_port());
    for (file, text, said) in [("cert.pem", "nothing", "there is none in it"), ("key.pem", "nothing", "cannot be read")]
    {
        certificate(place.path());
        std::fs::write(place.path().join(file), text).expect("a file");
        let (ok, _, complaint) = place.run(&["serve"]);
        assert!(!ok && complaint.contains(said) && complaint.contains(file), "{complaint}");
    }
    let pem = certificate(place.path());
    certificate(place.path());
    std::fs::write(place.path().join("cert.pem"), pem).expect("a file");
    let (ok, _, complaint) = place.run(&["serve"]);
    assert!(!ok && complaint.contains("do not belong together"), "{complaint}");
    let (ok, _, complaint) = place.run(&["serve", "--config", "nowhere.toml"]);
    assert!(!ok && complaint.contains("nowhere.toml"), "{complaint}");
}

/// The listener changes, so the server is started again, as its last page says; until then it serves nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_given_in_the_browser() {
    let place = Place::new(Engine::Sqlite);
    let pem = certificate(place.path());
    let server = Server::start(&place, &[]);
    let at = |path: &str| format!("{}{path}", server.base);
    let admin = browser();
    admin.get(server.set_up.clone().expect("a link")).send().await.expect("in");
    let port = free_port();
    let url = format!("https://localhost:{port}");
    let steps = [
        (
            "subdistrict",
            vec![("name", "康宁街道"), ("code", "150603009"), ("zone", "Asia/Shanghai"), ("phone", "12345")],
        ),
        ("programme", vec![("programme", "basic")]),
        ("reach", vec![("reach", "cert"), ("public_url", &url), ("tls_cert", "cert.pem"), ("tls_key", "key.pem")]),
        ("admin", vec![("login", "bai"), ("admin_name", "白主任")]),
    ];
    for (step, fields) in steps {
        let path = at(&format!("/setup/{step}"));
        let (status, _, shown) = send(&admin, &path, &path, &fields).await;
        assert_eq!(status, 303, "{step}: {shown}");
    }
    let (status, _, shown) = send(&admin, &at("/setup/review"), &at("/setup/found"), &[]).await;
    assert!(status == 200 && shown.contains("tongxin serve --config tongxin.toml"), "{shown}");
    assert!(shown.contains(&format!("{url}/welcome/tx-")), "{shown}");
    let (status, shown) = page(&admin, &at("/setup/review")).await;
    assert!(status == 409 && shown.contains("set up already"), "{shown}");
    assert_eq!(page(&admin, &at("/readyz")).await.0, 503);
    assert!(server.stop());

    let server = Server::start_at(&place, port, &[]);
    assert!(server.set_up.is_none() && server.base == url);
    let stream = shake(port, &pem, "http/1.1").await.expect("a handshake");
    let home = get(stream, &format!("localhost:{port}"), "/").await;
    assert!(home.starts_with("HTTP/1.1 200") && home.contains("康宁街道"), "{home}");
}
