//! `netswitch` and a database that is reached over TLS.

use std::fs;

use serde_json::json;

use crate::host::{Ended, attempt, request};
use crate::support::{Pki, Sandbox};
use crate::witness::{Witness, assert_unchanged};

const REMOTE: &str = "ssl:127.0.0.1:6640";

/// A host whose database listens for TLS too, as an operator sets it up.
fn listening(name: &str, pki: &Pki) -> Sandbox {
    let host = Sandbox::up(name);
    let server = pki.anonymous("server", "controller");
    host.vsctl(&[
        "set-ssl",
        server.private_key.to_str().unwrap(),
        server.certificate.to_str().unwrap(),
        pki.ca("controller").to_str().unwrap(),
        "--",
        "set-manager",
        "pssl:6640:127.0.0.1",
    ]);
    host
}

/// Every verb; the CA is bootstrapped by the first of them.
#[test]
fn a_setup_over_ssl() {
    let pki = Pki::new();
    let host = listening("ssl", &pki);
    let client = pki.anonymous("client", "controller");
    let kept = pki.path("kept.pem");
    let options = [
        "--db",
        REMOTE,
        "--private-key",
        client.private_key.to_str().unwrap(),
        "-c",
        client.certificate.to_str().unwrap(),
        "--bootstrap-ca-cert",
        kept.to_str().unwrap(),
    ];
    let wanted = request(json!({"lan": {"nic": "eth0", "vlan": 7}}), json!({}));
    let with = |verb: &[&str], stdin: &str| -> Ended {
        let ended: Ended = host.netswitch(&[verb, &options].concat(), stdin).into();
        assert_eq!(
            (ended.status, ended.stderr.as_str()),
            (Some(0), ""),
            "{ended:?}"
        );
        ended
    };
    let plan = with(&["plan", "-"], &wanted);
    assert!(plan.stdout.contains("nsw-eth0"), "{plan:?}");
    let written = fs::read(&kept).unwrap();
    with(&["setup", "-"], &wanted);
    assert_eq!(host.vsctl(&["port-to-br", "lan"]), "nsw-eth0");
    assert!(host.link("lan").is_some());
    let report = with(&["report", "--format", "json"], "");
    assert!(report.stdout.contains("\"lan\""), "{report:?}");
    let databases = with(&["ovsdb", "list-dbs"], "");
    assert_eq!(databases.stdout, "Open_vSwitch\n_Server\n");
    assert_eq!(fs::read(&kept).unwrap(), written);
}

#[test]
fn options_that_are_missing_or_refused() {
    let pki = Pki::new();
    let host = listening("options", &pki);
    let client = pki.anonymous("client", "controller");
    let other = Pki::new();
    let (key, certificate) = (client.private_key.to_str(), client.certificate.to_str());
    let identity = ["-p", key.unwrap(), "-c", certificate.unwrap()];
    let wanted = request(json!({"lan": {"nic": "eth0"}}), json!({}));
    let before = Witness::of(&host);
    for (given, missing) in [
        (&[][..], "--private-key"),
        (&identity[..2], "--certificate"),
        (&identity, "--ca-cert"),
    ] {
        for verb in [
            &["setup", "-"][..],
            &["plan", "-"],
            &["report"],
            &["ovsdb", "list-dbs"],
        ] {
            let ended: Ended = host
                .netswitch(&[verb, &["--db", REMOTE], given].concat(), &wanted)
                .into();
            assert_eq!(
                (ended.status, ended.stdout.as_str()),
                (Some(2), ""),
                "{ended:?}"
            );
            let expected = format!("{REMOTE} needs {missing}; ssl takes --private-key, ");
            assert!(ended.stderr.contains(&expected), "{ended:?}");
        }
    }
    let stranger = other.ca("controller");
    let arguments = [
        "--db",
        REMOTE,
        "-C",
        stranger.to_str().unwrap(),
        "--format",
        "json",
    ];
    let refused = attempt(&host, &wanted, &[&arguments[..], &identity].concat());
    assert_eq!(refused.status, Some(3), "{refused:?}");
    let error = refused.error();
    assert_eq!(error["code"], 32, "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("it comes from another ca than"),
        "{message}"
    );
    assert_unchanged(&Witness::of(&host), &before);

    let both = ["-C", "a", "--bootstrap-ca-cert", "b"];
    let conflict = attempt(&host, &wanted, &both);
    assert_eq!(conflict.status, Some(2), "{conflict:?}");
    assert!(
        conflict.stderr.contains("cannot be used with"),
        "{conflict:?}"
    );

    // What ssl takes does not disturb other remotes, and may come from the environment.
    let output = host
        .inside("env")
        .arg(format!(
            "NETSWITCH_PRIVATE_KEY={}",
            client.private_key.display()
        ))
        .arg(format!(
            "NETSWITCH_CERTIFICATE={}",
            client.certificate.display()
        ))
        .arg(format!(
            "NETSWITCH_CA_CERT={}",
            pki.ca("controller").display()
        ))
        .arg(env!("CARGO_BIN_EXE_netswitch"))
        .args(["ovsdb", "list-dbs", "--db", REMOTE])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let done = attempt(&host, &wanted, &identity[..2]);
    assert_eq!(done.status, Some(0), "{done:?}");
}
