//! `ssl:` remotes: TLS 1.2 and 1.3 with certificates on both sides.

mod bootstrap;
mod credentials;
mod error;
mod file;
mod halves;
mod verifier;

use std::path::PathBuf;
use std::sync::Arc;

use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use credentials::Credentials;
use verifier::{Authority, Verifier};

pub(in crate::ovsdb) use error::TlsError;
pub(super) use halves::split;

/// Who we are to an `ssl:` remote, and whom we believe: PEM files of at most 1 MiB, read anew for
/// every connection.
///
/// The server's certificate must come from the CA, be valid now and, where it says what it is for,
/// be for servers. Its name is not looked at unless `verify_host` asks for it, as Open vSwitch
/// itself does not: whoever has a certificate of that CA is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Our private key, without a passphrase: RSA of 2,048 bits or more, ECDSA or Ed25519. As ssh
    /// does, a file that others than its owner can read is refused, but that root's may be read by
    /// its group. `ovs-vsctl --private-key`.
    pub private_key: PathBuf,
    /// The certificate of that key, followed by those that lead to its CA, if any.
    /// `ovs-vsctl --certificate`.
    pub certificate: PathBuf,
    /// Who signs the certificates of servers.
    pub ca: CaCertificate,
    /// Whether the server's certificate must be for the host that the remote names, by its
    /// `subjectAltName`. Open vSwitch has no such option; certificates made by ovs-pki(8) pass
    /// only if they were made with `--unique` and the host for a name.
    pub verify_host: bool,
}

/// A file with the certificates of those whose word is taken for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaCertificate {
    /// CA certificates, or a server's own that it signed itself. `ovs-vsctl --ca-cert`.
    File(PathBuf),
    /// The same if the file exists. If not, the first server that is reached tells its CA
    /// certificate, which is kept in this file, with mode 0644, and from then on all must come from
    /// it: whoever answers that first time is believed. `ovs-vsctl --bootstrap-ca-cert`.
    Bootstrap(PathBuf),
}

/// Reaches a server and proves who both are.
pub(super) async fn open(
    host: &str,
    port: u16,
    tls: Option<&Tls>,
) -> Result<TlsStream<TcpStream>, TlsError> {
    let tls = tls.ok_or(TlsError::Unconfigured)?;
    let target = Target {
        host,
        port,
        verify_host: tls.verify_host,
    };
    let credentials = read_aside(tls, Credentials::read).await?;
    let authority = match read_aside(tls, Authority::read).await? {
        Some(authority) => authority,
        None => {
            bootstrap::save_ca(&target, &credentials, tls.ca.path()).await?;
            // What is in the file now is what counts, also if another process was faster.
            let authority = read_aside(tls, Authority::read).await?;
            authority.ok_or(TlsError::Vanished)?
        }
    };
    let verifier = Verifier::new(authority, tls.verify_host);
    target.shake_hands(&credentials, verifier).await
}

impl CaCertificate {
    fn path(&self) -> &PathBuf {
        match self {
            CaCertificate::File(path) | CaCertificate::Bootstrap(path) => path,
        }
    }
}

/// Whom to connect to.
struct Target<'a> {
    host: &'a str,
    port: u16,
    verify_host: bool,
}

impl Target<'_> {
    async fn shake_hands(
        &self,
        credentials: &Credentials,
        verifier: Verifier,
    ) -> Result<TlsStream<TcpStream>, TlsError> {
        let config = credentials.config(verifier)?;
        let socket = TcpStream::connect((self.host, self.port))
            .await
            .map_err(TlsError::Socket)?;
        socket.set_nodelay(true).map_err(TlsError::Socket)?;
        let name = self.name(&socket)?;
        let connector = TlsConnector::from(Arc::new(config));
        let shaken = connector.connect(name, socket).await;
        shaken.map_err(TlsError::from_io)
    }

    /// What the server is called, which it is told unless it is an address. An address with a
    /// scope (`fe80::1%eth0`) is none to TLS; the socket knows it without.
    fn name(&self, socket: &TcpStream) -> Result<ServerName<'static>, TlsError> {
        match ServerName::try_from(self.host) {
            Ok(name) => Ok(name.to_owned()),
            Err(_) => Ok(socket.peer_addr().map_err(TlsError::Socket)?.ip().into()),
        }
    }
}

/// Files may be slow: they are read where that blocks nobody.
async fn read_aside<T: Send + 'static>(
    tls: &Tls,
    read: impl FnOnce(&Tls) -> Result<T, TlsError> + Send + 'static,
) -> Result<T, TlsError> {
    let tls = tls.clone();
    let reading = tokio::task::spawn_blocking(move || read(&tls));
    reading
        .await
        .map_err(|error| TlsError::Socket(error.into()))?
}
