//! Certificates for `ssl:` remotes, made by ovs-pki and openssl.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::limited::text;

/// When a certificate is valid, as `openssl ca` takes it.
const PAST: [&str; 2] = ["20200101000000Z", "20200201000000Z"];
const FUTURE: [&str; 2] = ["20990101000000Z", "20990201000000Z"];

/// A folder with ovs-pki's two CAs, `controllerca` for servers and `switchca` for their clients.
pub(crate) struct Pki {
    folder: TempDir,
}

/// A private key and its certificate.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) private_key: PathBuf,
    pub(crate) certificate: PathBuf,
}

impl Pki {
    pub(crate) fn new() -> Pki {
        let folder = TempDir::with_prefix("nsw-").unwrap();
        let pki = Pki { folder };
        pki.ovs_pki(&["init"]);
        pki
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The certificate of the CA of `controller` or `switch`.
    pub(crate) fn ca(&self, of: &str) -> PathBuf {
        self.path(&format!("pki/{of}ca/cacert.pem"))
    }

    /// A key with a certificate from the CA of `controller` or `switch`, with this name in it.
    pub(crate) fn identity(&self, name: &str, of: &str) -> Identity {
        self.ovs_pki(&["--unique", "--batch", "req+sign", name, of]);
        self.named(name)
    }

    /// As [`Pki::identity`], with a name as ovs-pki makes them by itself: no host's.
    pub(crate) fn anonymous(&self, name: &str, of: &str) -> Identity {
        self.ovs_pki(&["--batch", "req+sign", name, of]);
        self.named(name)
    }

    /// A key with a certificate that it signed itself, as ovs-pki makes them.
    pub(crate) fn self_signed(&self, name: &str) -> Identity {
        self.ovs_pki(&["--unique", "req", name]);
        self.ovs_pki(&["self-sign", name]);
        self.named(name)
    }

    /// A key with a certificate that it signed itself, as openssl makes them: that of a CA.
    pub(crate) fn own_ca(&self, name: &str) -> Identity {
        let identity = self.named(name);
        let subject = format!("/CN={name}");
        self.openssl(
            self.folder.path(),
            &["req", "-x509", "-newkey", "rsa:2048", "-noenc"],
            &["-subj", &subject],
            &[
                ("-keyout", &identity.private_key),
                ("-out", &identity.certificate),
            ],
        );
        identity
    }

    /// A key with a certificate that this one has signed, be it a CA or not.
    pub(crate) fn signed_by(&self, name: &str, issuer: &Identity) -> Identity {
        self.ovs_pki(&["--unique", "req", name]);
        let identity = self.named(name);
        let (request, extensions) = (format!("{name}-req.pem"), self.path("extensions"));
        fs::write(&extensions, "basicConstraints = CA:FALSE\n").unwrap();
        self.openssl(
            self.folder.path(),
            &["x509", "-req", "-CAcreateserial", "-in", &request],
            &[],
            &[
                ("-CA", &issuer.certificate),
                ("-CAkey", &issuer.private_key),
                ("-extfile", &extensions),
                ("-out", &identity.certificate),
            ],
        );
        identity
    }

    /// A certificate for the same key and name, of a time that is over.
    pub(crate) fn expired(&self, name: &str, of: &str) -> Identity {
        self.signed_for(name, of, PAST)
    }

    /// A certificate for the same key and name, of a time that is to come.
    pub(crate) fn not_yet_valid(&self, name: &str, of: &str) -> Identity {
        self.signed_for(name, of, FUTURE)
    }

    /// The certificate of the CA of `controller` or `switch` as it would be if its time were over.
    pub(crate) fn expired_ca(&self, of: &str) -> PathBuf {
        let path = self.path(&format!("{of}ca-expired.pem"));
        let key = Path::new("private/cakey.pem");
        let request = Path::new("careq.pem");
        let files = [("-in", request), ("-keyfile", key), ("-out", &path)];
        self.sign(of, &["-extensions", "ca_cert", "-selfsign"], PAST, &files);
        path
    }

    /// A configuration of OpenSSL that takes no older protocol than this.
    pub(crate) fn at_least(&self, protocol: &str) -> PathBuf {
        let path = self.path("openssl.cnf");
        let sections = format!(
            "openssl_conf = it\n[it]\nssl_conf = ssl\n[ssl]\nsystem_default = system\n\
             [system]\nMinProtocol = {protocol}\n"
        );
        fs::write(&path, sections).unwrap();
        path
    }

    fn signed_for(&self, name: &str, of: &str, valid: [&str; 2]) -> Identity {
        let certificate = self.path(&format!("{name}-{}.pem", valid[0]));
        let request = self.path(&format!("{name}-req.pem"));
        let files: [(&str, &Path); 2] = [("-in", &request), ("-out", &certificate)];
        self.sign(of, &["-extensions", "usr_cert"], valid, &files);
        Identity {
            certificate,
            ..self.named(name)
        }
    }

    /// What the CA of `controller` or `switch` signs, valid from one time to the other.
    fn sign(&self, of: &str, options: &[&str], valid: [&str; 2], files: &[(&str, &Path)]) {
        let ca = ["ca", "-config", "ca.cnf", "-batch"];
        let [start, end] = valid;
        let options = [options, &["-startdate", start, "-enddate", end]].concat();
        self.openssl(&self.path(&format!("pki/{of}ca")), &ca, &options, files);
    }

    fn named(&self, name: &str) -> Identity {
        Identity {
            private_key: self.path(&format!("{name}-privkey.pem")),
            certificate: self.path(&format!("{name}-cert.pem")),
        }
    }

    fn ovs_pki(&self, arguments: &[&str]) {
        let path = |name: &str| self.path(name).display().to_string();
        text(
            Command::new("ovs-pki")
                .current_dir(self.folder.path())
                .args(["--dir", &path("pki"), "--log", &path("log")])
                .args(arguments),
        );
    }

    fn openssl(&self, folder: &Path, verb: &[&str], options: &[&str], files: &[(&str, &Path)]) {
        let mut openssl = Command::new("openssl");
        openssl.current_dir(folder).args(verb).args(options);
        for (option, file) in files {
            openssl.arg(option).arg(file);
        }
        text(&mut openssl);
    }
}

impl Identity {
    /// ovsdb-server's options for it, with the CA of its clients.
    pub(crate) fn options(&self, ca: &Path) -> Vec<String> {
        vec![
            format!("--private-key={}", self.private_key.display()),
            format!("--certificate={}", self.certificate.display()),
            format!("--ca-cert={}", ca.display()),
        ]
    }
}
