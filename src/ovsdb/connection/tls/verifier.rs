use std::path::{Path, PathBuf};

use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::{self, DigitallySignedStruct, SignatureScheme};
use webpki::{EndEntityCert, KeyUsage};

use super::error::Fault;
use super::file::{Problem, Role, read_certificates};
use super::{CaCertificate, Tls, TlsError};

/// Looks at a server's certificate as Open vSwitch does: where it comes from, when it is valid,
/// what it is for and whether the signatures hold; at its name only if asked to.
#[derive(Debug)]
pub(super) struct Verifier {
    /// Without one, anybody is believed.
    authority: Option<Authority>,
    verify_host: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

/// Whose word is taken. Certificates count as for OpenSSL: a CA's that it signed itself is where
/// chains end; any other CA's helps to get there; anybody else's that he signed himself speaks for
/// him alone.
#[derive(Debug)]
pub(super) struct Authority {
    path: PathBuf,
    self_signed: Vec<CertificateDer<'static>>,
    others: Vec<CertificateDer<'static>>,
    anchors: Vec<TrustAnchor<'static>>,
    /// Anchors whose time is not now: they vouch for nobody, but errors can name them.
    lapsed: Vec<TrustAnchor<'static>>,
}

/// What a certificate is by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Why it is not valid now, if so.
    pub(super) lapse: Option<Lapse>,
    /// Not known of one that is not valid now.
    is_ca: bool,
    /// Whether it says so.
    pub(super) is_self_signed: bool,
}

/// When a certificate is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lapse {
    Over,
    ToCome,
}

impl Verifier {
    /// Believes whoever this authority vouches for.
    pub(super) fn new(authority: Authority, verify_host: bool) -> Self {
        Self {
            authority: Some(authority),
            verify_host,
            algorithms: ring::default_provider().signature_verification_algorithms,
        }
    }

    /// Believes anybody who has the key to the certificate that he shows.
    pub(super) fn credulous() -> Self {
        Self {
            authority: None,
            verify_host: false,
            algorithms: ring::default_provider().signature_verification_algorithms,
        }
    }

    /// Looks at a certificate and what came with it.
    pub(super) fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Fault> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let algorithms = self.algorithms.all;
        authority.verify(certificate, intermediates, now, algorithms)?;
        if self.verify_host {
            let parsed = EndEntityCert::try_from(certificate).map_err(Fault::Unusable)?;
            let named = parsed.verify_is_valid_for_subject_name(name);
            named.map_err(|_| Fault::OtherHost(name.to_owned()))?;
        }
        Ok(())
    }
}

impl Authority {
    /// Reads it from its file; none if it is yet to be bootstrapped.
    pub(super) fn read(tls: &Tls) -> Result<Option<Self>, TlsError> {
        let path = tls.ca.path();
        if let CaCertificate::Bootstrap(path) = &tls.ca
            && is_missing(path)
        {
            return Ok(None);
        }
        let certificates = read_certificates(Role::CaCertificate, path)?;
        let authority = Self::new(path, certificates, UnixTime::now());
        let refused = |source| Role::CaCertificate.error(path, Problem::Certificate(source));
        Ok(Some(authority.map_err(refused)?))
    }

    pub(super) fn new(
        path: &Path,
        certificates: Vec<CertificateDer<'static>>,
        now: UnixTime,
    ) -> Result<Self, webpki::Error> {
        let mut authority = Self {
            path: path.to_owned(),
            self_signed: Vec::new(),
            others: Vec::new(),
            anchors: Vec::new(),
            lapsed: Vec::new(),
        };
        for certificate in certificates {
            let anchor = webpki::anchor_from_trusted_cert(&certificate)?.to_owned();
            match Standing::of(&certificate, now) {
                Ok(standing) if !standing.is_self_signed => {
                    authority.others.push(certificate);
                    continue;
                }
                Ok(Standing { lapse: Some(_), .. }) => authority.lapsed.push(anchor),
                Ok(Standing { is_ca: false, .. }) => {}
                // One of version 1 has no other way to be looked at.
                Ok(_) | Err(_) => authority.anchors.push(anchor),
            }
            authority.self_signed.push(certificate);
        }
        Ok(authority)
    }

    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
        algorithms: &[&dyn rustls_pki_types::SignatureVerificationAlgorithm],
    ) -> Result<(), Fault> {
        let standing = Standing::of(certificate, now).map_err(Fault::Unusable)?;
        match standing.lapse {
            Some(Lapse::Over) => return Err(Fault::Expired),
            Some(Lapse::ToCome) => return Err(Fault::NotYetValid),
            None => {}
        }
        // Mostly it says that it is a CA's, which webpki takes from no server.
        if standing.is_self_signed {
            let is_known = self.self_signed.contains(certificate);
            let unknown = || Fault::SelfSigned(self.path.clone());
            return is_known.then_some(()).ok_or_else(unknown);
        }
        let parsed = EndEntityCert::try_from(certificate).map_err(Fault::Unusable)?;
        let steps: Vec<_> = intermediates.iter().chain(&self.others).cloned().collect();
        let leads_to = |anchors: &[TrustAnchor<'_>]| {
            let usage = KeyUsage::server_auth();
            parsed
                .verify_for_usage(algorithms, anchors, &steps, now, usage, None, None)
                .map(drop)
        };
        leads_to(&self.anchors).map_err(|error| match error {
            webpki::Error::UnknownIssuer if leads_to(&self.lapsed).is_ok() => Fault::CaNotValid,
            webpki::Error::UnknownIssuer
            | webpki::Error::InvalidSignatureForPublicKey
            | webpki::Error::EndEntityUsedAsCa => Fault::UnknownIssuer(self.path.clone()),
            webpki::Error::CertExpired { .. } | webpki::Error::CertNotValidYet { .. } => {
                Fault::ChainNotValid
            }
            other => Fault::Unusable(other),
        })
    }
}

impl Standing {
    /// What a certificate is, whoever may have signed it: webpki verifies its time first, and then
    /// whether it is a CA's.
    pub(super) fn of(
        certificate: &CertificateDer<'_>,
        now: UnixTime,
    ) -> Result<Self, webpki::Error> {
        let parsed = EndEntityCert::try_from(certificate)?;
        let usage = KeyUsage::server_auth();
        let verified = parsed.verify_for_usage(&[], &[], &[], now, usage, None, None);
        let lapse = match verified {
            Err(webpki::Error::CertExpired { .. }) => Some(Lapse::Over),
            Err(webpki::Error::CertNotValidYet { .. }) => Some(Lapse::ToCome),
            _ => None,
        };
        Ok(Self {
            lapse,
            is_ca: matches!(verified, Err(webpki::Error::CaUsedAsEndEntity)),
            is_self_signed: parsed.issuer() == parsed.subject(),
        })
    }
}

fn is_missing(path: &Path) -> bool {
    matches!(path.metadata(), Err(error) if error.kind() == std::io::ErrorKind::NotFound)
}

impl From<Lapse> for Problem {
    fn from(lapse: Lapse) -> Self {
        match lapse {
            Lapse::Over => Problem::Expired,
            Lapse::ToCome => Problem::NotYetValid,
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.verify(end_entity, intermediates, server_name, now)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
