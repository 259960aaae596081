//! The generator and `describe` over a schema with every shape of column.
//!
//! `BLESS=1 cargo test -p ovsdb-schema` writes what is expected anew. netswitch's own tests
//! compile and use the expected code.

#![allow(
    clippy::unwrap_used,
    reason = "clippy takes only functions marked #[test] for tests"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[test]
fn generated_code_is_as_expected() {
    let expected = golden("lab");
    if bless() {
        assert!(generate(&expected, &[]).status.success());
    }
    let output = generate(&expected, &["--check"]);
    let stale = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stale}BLESS=1 accepts");
}

#[test]
fn description_is_as_expected() {
    let description = run(&["describe", path(&golden("lab.ovsschema"))]);
    assert!(description.status.success());
    let expected = golden("lab.txt");
    if bless() {
        fs::write(&expected, &description.stdout).unwrap();
    }
    let description = String::from_utf8(description.stdout).unwrap();
    assert_eq!(
        description,
        fs::read_to_string(expected).unwrap(),
        "BLESS=1 accepts"
    );
}

#[test]
fn check_names_what_is_stale_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("tables");

    let output = generate(&out, &["--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!out.exists());

    assert!(generate(&out, &[]).status.success());
    assert!(generate(&out, &["--check"]).status.success());

    fs::write(out.join("rack.rs"), "// edited\n").unwrap();
    fs::write(out.join("stray.rs"), "").unwrap();
    fs::remove_file(out.join("qos.rs")).unwrap();
    let output = generate(&out, &["--check"]);
    assert_eq!(output.status.code(), Some(1));
    let stale = String::from_utf8(output.stdout).unwrap();
    let stale: Vec<_> = stale
        .lines()
        .map(|line| line.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(stale, ["qos.rs", "rack.rs", "stray.rs"]);
    assert!(out.join("stray.rs").exists());

    assert!(generate(&out, &[]).status.success());
    assert!(!out.join("stray.rs").exists());
    assert!(generate(&out, &["--check"]).status.success());
}

#[test]
fn the_file_of_a_malformed_schema_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("bad.ovsschema");
    fs::write(&schema, r#"{"name": "Lab", "version": "1"}"#).unwrap();
    let output = run(&["describe", path(&schema)]);
    assert!(!output.status.success());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("bad.ovsschema"), "{message}");
    assert!(message.contains("/version: expected"), "{message}");
}

fn generate(out: &Path, more: &[&str]) -> Output {
    let schema = golden("lab.ovsschema");
    let mut arguments = vec!["generate", "--schema", path(&schema), "--out", path(out)];
    arguments.extend(more);
    run(&arguments)
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ovsdb-schema"))
        .args(arguments)
        .output()
        .unwrap()
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn bless() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}
