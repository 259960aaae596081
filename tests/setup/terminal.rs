//! What people see on a terminal, and programs never do.

use std::fs;

use serde_json::json;

use crate::background::Background;
use crate::host::{Ended, request, wait_for};
use crate::support::{Sandbox, Streaming};

const NETSWITCH: &str = env!("CARGO_BIN_EXE_netswitch");

/// Erases the line that the cursor is in (ECMA-48, EL).
const ERASE: &str = "\u{1b}[2K";
const GREEN: &str = "\u{1b}[32m";
const WAITING: &str = "waiting for ovs-vswitchd";

/// A host, and the path of a request for a network on it.
fn host(name: &str) -> (Sandbox, String) {
    let host = Sandbox::up_with(name, &["eth0"], true);
    let file = host.folder().join("request.json");
    fs::write(&file, wanted()).unwrap();
    let file = file.display().to_string();
    (host, file)
}

fn wanted() -> String {
    request(json!({"lan": {"nic": "eth0"}}), json!({}))
}

#[test]
fn progress_shows_while_the_switch_is_slow() {
    let (host, file) = host("progress");
    host.stop_switch();
    let mut terminal = Terminal::run(&host, &format!("{NETSWITCH} setup {file}"));
    terminal.wait_for(WAITING);
    // It goes on for as long as nothing comes.
    terminal.wait_for(WAITING);
    host.resume_switch();
    let (status, shown) = terminal.end();
    assert_eq!(status, Some(0), "{shown:?}");
    let (progress, result) = shown.rsplit_once(ERASE).unwrap();
    assert!(!progress.contains("done"), "{shown:?}");
    assert!(!result.contains(WAITING), "it is gone: {shown:?}");
    assert!(result.contains(&format!("{GREEN}+ bridge nsw-eth0")));
    assert!(result.contains("done in "), "{shown:?}");
}

/// The progress is seen, and the file is as a pipe gets it.
#[test]
fn progress_is_not_in_a_file() {
    let (host, file) = host("file");
    let plan: Ended = host.netswitch(&["plan", &file], "").into();
    let command = format!("{NETSWITCH} setup {file} >{file}.done");
    host.stop_switch();
    let mut terminal = Terminal::run(&host, &command);
    terminal.wait_for(WAITING);
    host.resume_switch();
    let (status, shown) = terminal.end();
    assert_eq!(status, Some(0), "{shown:?}");
    assert!(!shown.contains("nsw-eth0"), "{shown:?}");
    let done = fs::read_to_string(format!("{file}.done")).unwrap();
    let (did, _) = done.split_once("done in ").unwrap();
    assert_eq!(did, plan.stdout);
}

#[test]
fn no_progress_where_nobody_looks() {
    let (host, _) = host("nobody");
    host.stop_switch();
    let setup = Background::set_up(&host, &wanted(), &[]);
    wait_for(&host, "Bridge", &["nsw-eth0"]);
    host.resume_switch();
    let ended = setup.end();
    assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
    assert!(!ended.stdout.contains(['\u{1b}', '\r']), "{ended:?}");
}

/// `NO_COLOR` asks for none when it is not empty (no-color.org).
#[test]
fn colours_unless_nobody_wants_them() {
    let (host, file) = host("colours");
    let log = "NETSWITCH_LOG=netswitch=debug";
    for (environment, verb, is_coloured) in [
        ("", format!("plan {file}"), true),
        ("NO_COLOR=", format!("plan {file}"), true),
        ("NO_COLOR=1", format!("plan {file}"), false),
        (log, format!("plan {file} --format json"), true),
        (&format!("{log} NO_COLOR=1"), format!("plan {file}"), false),
        ("NO_COLOR=1", format!("setup {file}"), false),
        ("NO_COLOR=1", "report --format tree".to_owned(), false),
        ("", "report --format tree".to_owned(), true),
    ] {
        let command = format!("{environment} {NETSWITCH} {verb}");
        let (status, shown) = Terminal::run(&host, &command).end();
        assert_eq!(status, Some(0), "{command}: {shown:?}");
        assert_eq!(has_colours(&shown), is_coloured, "{command}: {shown:?}");
    }
}

/// Whether there is a `CSI … m` (ECMA-48, SGR). Others, such as for progress, are no colours.
fn has_colours(shown: &str) -> bool {
    shown.split("\u{1b}[").skip(1).any(|sequence| {
        let parameters = sequence.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        parameters.starts_with('m')
    })
}

/// A command on a terminal of its own, which script(1) makes.
struct Terminal(Streaming);

impl Terminal {
    fn run(host: &Sandbox, command: &str) -> Terminal {
        let mut script = host.inside("script");
        script
            .args(["--quiet", "--return", "--command", command, "/dev/null"])
            .env_remove("NO_COLOR");
        Terminal(Streaming::start(script))
    }

    /// Waits until a text is shown, and for another one the next time.
    fn wait_for(&mut self, text: &str) {
        self.0.wait_for_next(text);
    }

    /// Waits for the command's end; gives its status and all that was shown.
    fn end(self) -> (Option<i32>, String) {
        let ended = self.0.end();
        (
            ended.status.code(),
            String::from_utf8(ended.stdout).unwrap(),
        )
    }
}
