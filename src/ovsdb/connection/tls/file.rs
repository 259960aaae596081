use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// Bytes in a file; a bundle of all public CAs has 200 KiB.
const SIZE_LIMIT: u64 = 1 << 20;

/// The owner who may let a group read a private key.
const ROOT: u32 = 0;

/// A file that a connection needs is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("the {role} {} cannot be used", path.display())]
pub(in crate::ovsdb) struct FileError {
    role: Role,
    path: PathBuf,
    #[source]
    problem: Problem,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    PrivateKey,
    Certificate,
    CaCertificate,
}

/// What is wrong with a file, "it".
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("it cannot be read")]
    Read(#[source] io::Error),
    #[error("it is a folder")]
    Folder,
    #[error("it is no regular file")]
    Special,
    #[error("it is larger than {SIZE_LIMIT} bytes")]
    TooLarge,
    #[error("others than its owner can read or write it (mode {0:04o}); \"chmod 600\" helps")]
    Exposed(u32),
    #[error("it needs a passphrase, which cannot be given")]
    Encrypted,
    #[error("it holds none in pem form")]
    Empty,
    #[error("it is not in pem form")]
    Pem(#[source] pem::Error),
    #[error("it has a certificate that cannot be understood")]
    Certificate(#[source] webpki::Error),
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    NotYetValid,
}

impl Role {
    /// This problem with the file of this role.
    pub(super) fn error(self, path: &Path, problem: Problem) -> FileError {
        FileError {
            role: self,
            path: path.to_owned(),
            problem,
        }
    }
}

/// Reads the certificates of a PEM file, at least one.
pub(super) fn read_certificates(
    role: Role,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, FileError> {
    let error = |problem| role.error(path, problem);
    let text = read(path, |_| Ok(())).map_err(error)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(error(Problem::Empty)),
        Ok(certificates) => Ok(certificates),
        Err(source) => Err(error(Problem::Pem(source))),
    }
}

/// Reads the private key of a PEM file that nobody else can read.
pub(super) fn read_private_key(path: &Path) -> Result<PrivateKeyDer<'static>, FileError> {
    let error = |problem| Role::PrivateKey.error(path, problem);
    let text = read(path, check_private).map_err(error)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|source| {
        let is_encrypted = memchr::memmem::find(&text, b"ENCRYPTED").is_some();
        error(match source {
            _ if is_encrypted => Problem::Encrypted,
            pem::Error::NoItemsFound => Problem::Empty,
            source => Problem::Pem(source),
        })
    })
}

fn read(
    path: &Path,
    check: impl FnOnce(&Metadata) -> Result<(), Problem>,
) -> Result<Vec<u8>, Problem> {
    // Before it is opened: that alone would wait for a pipe's other end.
    let metadata = path.metadata().map_err(Problem::Read)?;
    if metadata.is_dir() {
        return Err(Problem::Folder);
    }
    if !metadata.is_file() {
        return Err(Problem::Special);
    }
    let file = File::open(path).map_err(Problem::Read)?;
    check(&file.metadata().map_err(Problem::Read)?)?;
    let mut content = Vec::new();
    file.take(SIZE_LIMIT + 1)
        .read_to_end(&mut content)
        .map_err(Problem::Read)?;
    if content.len() as u64 > SIZE_LIMIT {
        return Err(Problem::TooLarge);
    }
    Ok(content)
}

/// The rule of ssh, with libpq's exception: root's key may be read by a group, such as Debian's
/// `ssl-cert`.
fn check_private(metadata: &Metadata) -> Result<(), Problem> {
    let forbidden = if metadata.uid() == ROOT { 0o037 } else { 0o077 };
    let mode = metadata.mode() & 0o7777;
    if mode & forbidden == 0 {
        Ok(())
    } else {
        Err(Problem::Exposed(mode))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::PrivateKey => "private key",
            Role::Certificate => "certificate",
            Role::CaCertificate => "ca certificate",
        })
    }
}
