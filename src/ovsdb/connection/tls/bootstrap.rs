use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustls_pki_types::{CertificateDer, UnixTime};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::credentials::Credentials;
use super::error::Fault;
use super::verifier::{Authority, Standing, Verifier};
use super::{Target, TlsError};

/// For everybody: a CA certificate is no secret.
const MODE: u32 = 0o644;

/// Bytes in a line of PEM, before they are encoded (RFC 7468, section 2).
const LINE: usize = 48;

/// Asks the server for its CA certificate and saves it. That connection ends, as does
/// ovs-vsctl's: it proved nothing.
///
/// Stricter than ovs-vsctl, which saves any self-signed certificate that the server sends last:
/// it must vouch for the server as it will have to from then on.
pub(super) async fn save_ca(
    target: &Target<'_>,
    credentials: &Credentials,
    path: &Path,
) -> Result<(), TlsError> {
    let mut stream = target
        .shake_hands(credentials, Verifier::credulous())
        .await?;
    let (socket, session) = stream.get_ref();
    let (Some([certificate, intermediates @ ..]), name) =
        (session.peer_certificates(), target.name(socket)?)
    else {
        return Err(TlsError::NoCa);
    };
    let ca = intermediates.last().unwrap_or(certificate);
    let now = UnixTime::now();
    if !Standing::of(ca, now).is_ok_and(|standing| standing.is_self_signed) {
        return Err(TlsError::NoCa);
    }
    let ca = ca.clone();
    let authority = Authority::new(path, vec![ca.clone()], now)
        .map_err(|error| TlsError::Certificate(Fault::Unusable(error)))?;
    Verifier::new(authority, target.verify_host)
        .verify(certificate, intermediates, &name, now)
        .map_err(TlsError::Certificate)?;
    // What is wrong with it from here on does not matter.
    let _ = stream.shutdown().await;

    let path = path.to_owned();
    let saving = tokio::task::spawn_blocking(move || {
        save(&ca, &path).map_err(|source| TlsError::Save { path, source })
    });
    saving
        .await
        .map_err(|error| TlsError::Socket(error.into()))?
}

/// Writes the whole file or none, and never over another: who comes second leaves the first's.
fn save(certificate: &CertificateDer<'_>, path: &Path) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut aside = std::ffi::OsString::from(".");
    aside.push(name);
    aside.push(format!(".{}", Uuid::new_v4()));
    let aside = path.with_file_name(aside);
    let written = write(&aside, &pem(certificate)).and_then(|()| fs::hard_link(&aside, path));
    // Nothing depends on it any more.
    let _ = fs::remove_file(&aside);
    match written {
        Ok(()) => {
            tracing::info!(path = %path.display(), "saved the ca certificate of the first server");
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    // Whatever the umask is.
    file.set_permissions(fs::Permissions::from_mode(MODE))?;
    file.sync_all()
}

/// A certificate in its textual form (RFC 7468, section 5).
fn pem(certificate: &CertificateDer<'_>) -> String {
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in certificate.chunks(LINE) {
        for group in line.chunks(3) {
            encode(group, &mut text);
        }
        text.push('\n');
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}

/// One to three bytes in base 64 (RFC 4648, section 4).
fn encode(group: &[u8], text: &mut String) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let byte = |index| u32::from(group.get(index).copied().unwrap_or(0));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (digit, shift) in [18, 12, 6, 0].into_iter().enumerate() {
        let index = (bits >> shift & 0x3f) as usize;
        let letter = ALPHABET.get(index).filter(|_| digit <= group.len());
        text.push(letter.map_or('=', |letter| char::from(*letter)));
    }
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::pem::PemObject;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for length in [0, 1, 2, 3, 47, 48, 49, 50, 1000] {
            let bytes: Vec<u8> = (0..length).map(|number: u32| (number * 7) as u8).collect();
            let certificate = CertificateDer::from(bytes);
            let text = pem(&certificate);
            assert!(text.lines().all(|line| line.len() <= 64));
            let again = CertificateDer::from_pem_slice(text.as_bytes()).unwrap();
            assert_eq!(again, certificate);
        }
    }

    #[test]
    fn nothing_is_replaced_and_nothing_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        for certificate in [&b"first"[..], b"second"] {
            save(&CertificateDer::from(certificate), &path).unwrap();
        }
        let kept = CertificateDer::from_pem_file(&path).unwrap();
        assert_eq!(&*kept, b"first");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, MODE);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let missing = folder.path().join("missing/ca.pem");
        assert!(save(&kept, &missing).is_err());
    }
}
