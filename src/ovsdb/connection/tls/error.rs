use std::io;
use std::path::PathBuf;

use rustls_pki_types::ServerName;
use tokio_rustls::rustls::{self, AlertDescription, CertificateError};

use super::file::FileError;

/// Why an `ssl:` remote cannot be talked to. The remote is "it".
#[derive(Debug, thiserror::Error)]
pub(in crate::ovsdb) enum TlsError {
    #[error("ssl needs a private key, a certificate and a ca certificate, and none were given")]
    Unconfigured,
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the private key {} is not that of the certificate {}", .private_key.display(),
            .certificate.display())]
    KeyMismatch {
        private_key: PathBuf,
        certificate: PathBuf,
    },
    #[error("the private key {} cannot be used", .private_key.display())]
    Key {
        private_key: PathBuf,
        source: rustls::Error,
    },
    #[error("the ca certificate vanished while it was read")]
    Vanished,
    #[error("the ca certificate that it sent cannot be saved as {}", .path.display())]
    Save { path: PathBuf, source: io::Error },
    #[error(
        "it does not send a ca certificate that could be saved: the last certificate of its \
         chain is not self-signed"
    )]
    NoCa,
    #[error(transparent)]
    Socket(io::Error),
    #[error("it closed the connection in the middle of the tls handshake")]
    Closed,
    #[error("it does not speak tls")]
    Garbage(#[source] rustls::Error),
    #[error("its certificate is refused")]
    Certificate(#[source] Fault),
    #[error("it breaks off the tls session, as {}", reason(*.0))]
    Alert(AlertDescription),
    #[error("tls fails")]
    Session(#[source] rustls::Error),
}

/// What is wrong with a server's certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::ovsdb) enum Fault {
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    NotYetValid,
    #[error("a certificate of its chain has expired or is not valid yet")]
    ChainNotValid,
    #[error("the ca certificate that it comes from has expired or is not valid yet")]
    CaNotValid,
    #[error("it comes from another ca than {}", .0.display())]
    UnknownIssuer(PathBuf),
    #[error("it is self-signed, and not in {}", .0.display())]
    SelfSigned(PathBuf),
    #[error("it is not for {}", .0.to_str())]
    OtherHost(ServerName<'static>),
    #[error("it cannot be verified")]
    Unusable(#[source] webpki::Error),
}

impl TlsError {
    /// What a connection's error says of the TLS session in it.
    pub(super) fn from_io(error: io::Error) -> Self {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        match inner {
            Some(inner) => Self::from_rustls(inner),
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::Closed,
            None => Self::Socket(error),
        }
    }

    fn from_rustls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::AlertReceived(alert) => Self::Alert(*alert),
            rustls::Error::InvalidMessage(_) => Self::Garbage(error.clone()),
            rustls::Error::InvalidCertificate(CertificateError::Other(other)) => {
                match other.0.downcast_ref::<Fault>() {
                    Some(fault) => Self::Certificate(fault.clone()),
                    None => Self::Session(error.clone()),
                }
            }
            _ => Self::Session(error.clone()),
        }
    }
}

/// How a fault passes through the TLS session.
impl From<Fault> for rustls::Error {
    fn from(fault: Fault) -> Self {
        CertificateError::Other(rustls::OtherError(std::sync::Arc::new(fault))).into()
    }
}

/// An alert in words (RFC 8446, section 6.2).
fn reason(alert: AlertDescription) -> String {
    let known = match alert {
        AlertDescription::UnknownCA => "it does not know the ca of our certificate",
        AlertDescription::CertificateExpired => "our certificate has expired",
        AlertDescription::CertificateRevoked => "our certificate was revoked",
        AlertDescription::CertificateRequired => "it misses our certificate",
        AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnsupportedCertificate => "it does not take our certificate",
        AlertDescription::DecryptError => "a signature does not hold",
        AlertDescription::ProtocolVersion => "it speaks neither tls 1.2 nor 1.3",
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            "there is no cipher that both take"
        }
        AlertDescription::AccessDenied => "we may not",
        other => return format!("alert {other:?} says"),
    };
    known.to_owned()
}
