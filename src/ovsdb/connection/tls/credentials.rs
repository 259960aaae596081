use std::path::PathBuf;
use std::sync::Arc;

use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{self, ClientConfig};

use super::file::{Problem, Role, read_certificates, read_private_key};
use super::verifier::{Standing, Verifier};
use super::{Tls, TlsError};

/// Who we are.
pub(super) struct Credentials {
    private_key: PrivateKeyDer<'static>,
    /// Our certificate, and those that lead to its CA.
    chain: Vec<CertificateDer<'static>>,
    private_key_path: PathBuf,
    certificate_path: PathBuf,
}

impl Credentials {
    /// Reads them from their files.
    pub(super) fn read(tls: &Tls) -> Result<Self, TlsError> {
        let private_key = read_private_key(&tls.private_key)?;
        let chain = read_certificates(Role::Certificate, &tls.certificate)?;
        // Servers refuse it too, but under TLS 1.3 only after the handshake.
        let standing = chain
            .first()
            .map(|ours| Standing::of(ours, UnixTime::now()));
        if let Some(Ok(Standing {
            lapse: Some(problem),
            ..
        })) = standing
        {
            return Err(Role::Certificate
                .error(&tls.certificate, problem.into())
                .into());
        }
        Ok(Self {
            private_key,
            chain,
            private_key_path: tls.private_key.clone(),
            certificate_path: tls.certificate.clone(),
        })
    }

    /// How to shake hands with a server.
    pub(super) fn config(&self, verifier: Verifier) -> Result<ClientConfig, TlsError> {
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Session)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_auth_cert(self.chain.clone(), self.private_key.clone_key())
            .map_err(|source| self.unusable(source))?;
        // Each connection has its own configuration: there is nothing to resume.
        config.resumption = Resumption::disabled();
        Ok(config)
    }

    fn unusable(&self, source: rustls::Error) -> TlsError {
        let private_key = self.private_key_path.clone();
        let certificate = self.certificate_path.clone();
        match source {
            rustls::Error::InconsistentKeys(_) => TlsError::KeyMismatch {
                private_key,
                certificate,
            },
            rustls::Error::InvalidCertificate(_) => {
                let problem = Problem::Certificate(webpki::Error::BadDer);
                Role::Certificate.error(&certificate, problem).into()
            }
            source => TlsError::Key {
                private_key,
                source,
            },
        }
    }
}
