//! The files that keys and certificates are read from.

use super::*;

/// Files are read anew for each connection, before anything is said to the server.
#[tokio::test]
async fn files_that_are_not_what_they_should_be() {
    let pki = Pki::new();
    let good = pki.anonymous("client", "switch");
    let other = pki.identity("other", "switch");
    let expired = pki.expired("other", "switch");
    let (folder, broken, empty) = (pki.path("pki"), pki.path("broken"), pki.path("empty"));
    fs::write(
        &broken,
        "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    fs::write(&empty, "").unwrap();
    let garbage = pki.path("garbage");
    fs::write(
        &garbage,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let huge = pki.path("huge");
    fs::File::create(&huge).unwrap().set_len(1 << 30).unwrap();
    let pipe = pki.path("pipe");
    text(Command::new("mkfifo").arg(&pipe));
    for private in [&broken, &empty, &huge] {
        fs::set_permissions(private, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let exposed = pki.path("exposed.pem");
    fs::copy(&good.private_key, &exposed).unwrap();
    fs::set_permissions(&exposed, fs::Permissions::from_mode(0o644)).unwrap();
    let encrypted = pki.path("encrypted.pem");
    encrypt(&good.private_key, &encrypted);
    let missing = pki.path("missing");

    for (path, reason) in [
        (&missing, "it cannot be read: No such file"),
        (&folder, "it is a folder"),
        (&pipe, "it is no regular file"),
        (&huge, "it is larger than 1048576 bytes"),
        (&empty, "it holds none in pem form"),
    ] {
        let with_ca = tls(&good, path);
        let with_certificate = Tls {
            certificate: path.clone(),
            ..tls(&good, pki.ca("switch"))
        };
        let with_key = Tls {
            private_key: path.clone(),
            ..tls(&good, pki.ca("switch"))
        };
        for (role, tls) in [
            ("ca certificate", with_ca),
            ("certificate", with_certificate),
            ("private key", with_key),
        ] {
            let message = refused(LOOPBACK, 1, &tls).await;
            let expected = format!("the {role} {} cannot be used: {reason}", path.display());
            assert!(message.contains(&expected), "{message}");
        }
    }
    for (path, reason) in [
        (
            &exposed,
            "others than its owner can read or write it (mode 0644)",
        ),
        (&encrypted, "it needs a passphrase"),
        (&other.private_key, "is not that of the certificate"),
    ] {
        let with_key = Tls {
            private_key: path.clone(),
            ..tls(&good, pki.ca("switch"))
        };
        let message = refused(LOOPBACK, 1, &with_key).await;
        assert!(message.contains(&path.display().to_string()), "{message}");
        assert!(message.contains(reason), "{message}");
    }
    for (path, reason) in [
        (&broken, "it is not in pem form"),
        (&garbage, "it has a certificate that cannot be understood"),
    ] {
        let message = refused(LOOPBACK, 1, &tls(&good, path)).await;
        assert!(message.contains(reason), "{message}");
    }
    let message = refused(LOOPBACK, 1, &tls(&expired, pki.ca("switch"))).await;
    assert!(
        message.contains("cannot be used: it has expired"),
        "{message}"
    );
}

/// As ssh: root's own key may not be for all, but for a group, such as Debian's ssl-cert.
#[tokio::test]
async fn a_group_may_read_a_key_of_root() {
    use std::os::unix::fs::MetadataExt;

    let served = Served::start();
    let key = &served.client.private_key;
    let is_root = key.metadata().unwrap().uid() == 0;
    fs::set_permissions(key, fs::Permissions::from_mode(0o640)).unwrap();
    if is_root {
        served.served(&served.tls()).await;
    } else {
        assert!(served.refused(&served.tls()).await.contains("mode 0640"));
    }
}
