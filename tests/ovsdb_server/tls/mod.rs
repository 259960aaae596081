//! `ssl:` remotes, with certificates as ovs-pki makes them.

mod bootstrap;
mod certificates;
mod files;
mod sessions;

use std::error::Error as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use netswitch::causes::chain;
use netswitch::ovsdb::{
    self, CaCertificate, Client, Error, Options, Selection, State, Tls, TransactionBuilder,
};
use netswitch::vswitch::{Queue, queue};
use serde_json::json;

use crate::served::{SOON, Vswitch, followed, raw, run};
use crate::support::{Identity, Pki, Server, output_of, text};

const LOOPBACK: &str = "127.0.0.1";

fn tls(client: &Identity, ca: impl Into<PathBuf>) -> Tls {
    Tls {
        private_key: client.private_key.clone(),
        certificate: client.certificate.clone(),
        ca: CaCertificate::File(ca.into()),
        verify_host: false,
    }
}

async fn connect_to(host: &str, port: u16, tls: &Tls) -> Result<Client, Error> {
    let remotes = format!("ssl:{host}:{port}").parse().unwrap();
    let options = Options {
        tls: Some(tls.clone()),
        ..Options::default()
    };
    let (client, connection) = ovsdb::connect(&remotes, &options).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Why nothing comes about: no connection, or one that ends before the first answer.
async fn refused(host: &str, port: u16, tls: &Tls) -> String {
    let error = match connect_to(host, port, tls).await {
        Ok(client) => client.list_databases().await.unwrap_err(),
        Err(error) => {
            assert!(error.is_connect() && !error.is_timeout(), "{error:?}");
            error
        }
    };
    let message = chain(&error);
    assert!(message.contains(&format!("ssl:{host}:{port}")), "{message}");
    message
}

/// How a server's certificate comes about.
type Made = fn(&Pki) -> Identity;

/// Two CAs, a server of the one and a client of the other.
struct Served {
    pki: Pki,
    server: Server,
    client: Identity,
}

impl Served {
    fn start() -> Served {
        Served::start_as(|pki| pki.anonymous("server", "controller"))
    }

    fn start_as(identity: impl FnOnce(&Pki) -> Identity) -> Served {
        let pki = Pki::new();
        let options = identity(&pki).options(&pki.ca("switch"));
        let server = Server::start_ssl(options, None);
        let client = pki.anonymous("client", "switch");
        Served {
            pki,
            server,
            client,
        }
    }

    fn tls(&self) -> Tls {
        tls(&self.client, self.pki.ca("controller"))
    }

    async fn refused(&self, tls: &Tls) -> String {
        refused(LOOPBACK, self.server.port(), tls).await
    }

    async fn served(&self, tls: &Tls) {
        let client = connect_to(LOOPBACK, self.server.port(), tls).await.unwrap();
        client.echo().await.unwrap();
    }
}

/// Whether the server takes this version of TLS from openssl's client.
fn speaks(server: &Server, version: &str, client: &Identity) -> bool {
    let peer = format!("{LOOPBACK}:{}", server.port());
    let mut openssl = Command::new("openssl");
    openssl.args(["s_client", "-connect", &peer, version]);
    openssl.arg("-cert").arg(&client.certificate);
    openssl.arg("-key").arg(&client.private_key);
    output_of(&mut openssl, "").status.success()
}

/// A certificate without the text around it.
fn der(path: &Path) -> String {
    text(Command::new("openssl").args(["x509", "-in"]).arg(path))
}

fn encrypt(key: &Path, encrypted: &Path) {
    text(
        Command::new("openssl")
            .args(["pkcs8", "-topk8", "-passout", "pass:secret", "-in"])
            .arg(key)
            .arg("-out")
            .arg(encrypted),
    );
    fs::set_permissions(encrypted, fs::Permissions::from_mode(0o600)).unwrap();
}
