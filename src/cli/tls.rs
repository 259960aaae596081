use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;

use super::Global;
use crate::ovsdb::{CaCertificate, Remote, Remotes, Tls};

/// What `ssl:` remotes take, as ovs-vsctl(8), "Public Key Infrastructure Options", has it.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options for ssl: remotes")]
pub struct TlsArguments {
    /// Our private key, PEM, which nobody else can read
    #[arg(
        short,
        long,
        global = true,
        value_name = "FILE",
        env = "NETSWITCH_PRIVATE_KEY"
    )]
    pub private_key: Option<PathBuf>,
    /// The certificate of that key, PEM
    #[arg(
        short,
        long,
        global = true,
        value_name = "FILE",
        env = "NETSWITCH_CERTIFICATE"
    )]
    pub certificate: Option<PathBuf>,
    /// The certificate of the CA that the server's must come from, PEM
    #[arg(
        short = 'C',
        long,
        global = true,
        value_name = "FILE",
        env = "NETSWITCH_CA_CERT"
    )]
    pub ca_cert: Option<PathBuf>,
    /// The same, but if the file does not exist, what the server sends as its CA's certificate is
    /// believed, once, and saved there
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "NETSWITCH_BOOTSTRAP_CA_CERT",
        conflicts_with = "ca_cert"
    )]
    pub bootstrap_ca_cert: Option<PathBuf>,
    /// Take a server's certificate only if it is for the HOST of ssl:HOST:PORT (Open vSwitch
    /// itself never looks)
    #[arg(
        long,
        global = true,
        env = "NETSWITCH_VERIFY_HOST",
        value_parser = BoolishValueParser::new()
    )]
    pub verify_host: bool,
}

/// An `ssl:` remote without all that it takes.
#[derive(Debug, thiserror::Error)]
#[error(
    "{remote} needs {missing}; ssl takes --private-key, --certificate and --ca-cert or \
     --bootstrap-ca-cert"
)]
pub(super) struct MissingTls {
    remote: Remote,
    missing: &'static str,
}

impl Global {
    /// What `ssl:` remotes of `--db` are reached with, if all of it is given.
    ///
    /// # Errors
    /// Something is missing, and there is such a remote.
    pub(super) fn tls(&self) -> Result<Option<Tls>, MissingTls> {
        self.tls_for(&self.db)
    }

    /// The same for other remotes.
    ///
    /// # Errors
    /// Something is missing, and there is an `ssl:` remote among them.
    pub(super) fn tls_for(&self, remotes: &Remotes) -> Result<Option<Tls>, MissingTls> {
        let ssl = remotes
            .iter()
            .find(|remote| matches!(remote, Remote::Ssl { .. }));
        match (self.tls.complete(), ssl) {
            (Ok(tls), _) => Ok(Some(tls)),
            (Err(_), None) => Ok(None),
            (Err(missing), Some(remote)) => Err(MissingTls {
                remote: remote.clone(),
                missing,
            }),
        }
    }
}

impl TlsArguments {
    /// All of it, or the first option that is missing.
    fn complete(&self) -> Result<Tls, &'static str> {
        let private_key = self.private_key.clone().ok_or("--private-key")?;
        let certificate = self.certificate.clone().ok_or("--certificate")?;
        let ca = match (&self.ca_cert, &self.bootstrap_ca_cert) {
            (Some(path), _) => CaCertificate::File(path.clone()),
            (None, Some(path)) => CaCertificate::Bootstrap(path.clone()),
            (None, None) => return Err("--ca-cert"),
        };
        Ok(Tls {
            private_key,
            certificate,
            ca,
            verify_host: self.verify_host,
        })
    }
}
