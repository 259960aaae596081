//! IP settings with `ip -batch`: no shell, a line a change on its standard input. A name that a line
//! cannot hold is an argument of a call of its own.

use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::configure::{IpError, Made};
use super::netlink;
use crate::link::{Netlink, Numbers};
use crate::model::IpChange;

/// Makes changes in their order, and stops at the first that fails.
pub(super) async fn configure(
    changes: &[IpChange],
    kernel: &Netlink,
    numbers: &mut Numbers,
    limit: Duration,
) -> Made {
    let mut made = Vec::with_capacity(changes.len());
    let is_parameter = |change: &IpChange| matches!(change, IpChange::Parameter { .. });
    for alike in changes.chunk_by(|one, next| is_parameter(one) == is_parameter(next)) {
        let (more, result) = match alike.first().is_some_and(is_parameter) {
            true => netlink::configure(alike, kernel, numbers, limit).await,
            false => batch(alike, limit).await,
        };
        made.extend(more);
        if result.is_err() {
            return (made, result);
        }
    }
    (made, Ok(()))
}

/// Changes that `ip -batch` can be told of go to it together, each of the others to an `ip` of its own.
async fn batch(changes: &[IpChange], limit: Duration) -> Made {
    let deadline = Instant::now() + limit;
    let told: Vec<(Vec<String>, Vec<String>)> =
        changes.iter().map(|it| (family(it), words(it))).collect();
    let mut made = Vec::with_capacity(changes.len());
    let mut rest = changes;
    let together = |one: &(Vec<String>, Vec<String>), next: &(Vec<String>, Vec<String>)| {
        one.0 == next.0 && fits(&one.1) && fits(&next.1)
    };
    for alike in told.chunk_by(together) {
        let (some, behind) = rest.split_at(alike.len().min(rest.len()));
        rest = behind;
        let left = deadline.saturating_duration_since(Instant::now());
        let (arguments, lines) = match alike {
            [(family, words)] if !fits(words) => {
                ([family.as_slice(), words].concat(), String::new())
            }
            many => {
                let family = many.first().map(|(family, _)| family.clone());
                let batch = ["-batch", "-"].map(str::to_owned);
                let lines = many.iter().map(|(_, words)| words.join(" ") + "\n");
                let arguments = [family.unwrap_or_default().as_slice(), &batch].concat();
                (arguments, lines.collect())
            }
        };
        let output = match timeout(left, run(arguments, lines)).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => return (made, Err(IpError::Program(error))),
            Err(_) => {
                // Any of them may have been done.
                made.extend_from_slice(some);
                return (made, Err(IpError::Late(limit)));
            }
        };
        if output.status.success() {
            made.extend_from_slice(some);
            continue;
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let (done, error) = failure(&said, some);
        made.extend_from_slice(done);
        return (made, Err(error));
    }
    (made, Ok(()))
}

/// What was done before the line that failed ("Command failed -:3" is the third), and why that did.
fn failure<'c>(said: &str, changes: &'c [IpChange]) -> (&'c [IpChange], IpError) {
    let failed = said
        .lines()
        .find_map(|line| line.strip_prefix("Command failed -:"));
    let number = failed.and_then(|number| number.trim().parse::<usize>().ok());
    let done = number.unwrap_or(1).saturating_sub(1).min(changes.len());
    let (made, rest) = changes.split_at(done);
    let message = said
        .lines()
        .find(|line| !line.starts_with("Command failed"));
    let error = match rest.first() {
        Some(change) => IpError::Refused {
            change: Box::new(change.clone()),
            message: message.unwrap_or_default().to_owned(),
        },
        None => IpError::Program(std::io::Error::other(said.to_owned())),
    };
    (made, error)
}

async fn run(arguments: Vec<String>, lines: String) -> std::io::Result<std::process::Output> {
    let mut ip = Command::new("ip")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let stdin = ip.stdin.take();
    let write = async move {
        if let Some(mut stdin) = stdin {
            // It may have ended before it has read all.
            let _ = stdin.write_all(lines.as_bytes()).await;
        }
    };
    let ((), output) = tokio::join!(write, ip.wait_with_output());
    output
}

/// The family, where ip(8) must be told: of a rule it does not see it.
fn family(change: &IpChange) -> Vec<String> {
    match change {
        IpChange::Rule { rule, .. } if rule.is_ipv6() => vec!["-6".to_owned()],
        _ => Vec::new(),
    }
}

/// Whether a line of a batch can hold these words (`getcmdline` and `makeargs`, lib/utils.c of
/// iproute2): `#` begins a comment wherever it is, and a quote at a word's begin is not the word's.
fn fits(words: &[String]) -> bool {
    words
        .iter()
        .all(|word| !word.contains(['#', '\\']) && !word.starts_with(['"', '\'']))
}

/// As ip(8) takes a change, word by word.
fn words(change: &IpChange) -> Vec<String> {
    let verb = |add: &bool| if *add { "add" } else { "del" }.to_owned();
    let mut words = Vec::new();
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            words.extend([name.to_owned(), value]);
        }
    };
    match change {
        IpChange::Address {
            device,
            address,
            add,
        } => {
            option("dev", Some(device.to_string()));
            if let ipnet::IpNet::V4(net) = address
                && *add
                && net.prefix_len() < 31
            {
                option("broadcast", Some(net.broadcast().to_string()));
            }
            let head = ["address".to_owned(), verb(add), address.to_string()];
            [head.to_vec(), words].concat()
        }
        IpChange::Route { route, add } => {
            option("via", route.gateway.map(|it| it.to_string()));
            option("dev", Some(route.device.to_string()));
            option("table", Some(route.table.to_string()));
            option("proto", Some(route.protocol.to_string()));
            option(
                "metric",
                (route.metric > 0).then(|| route.metric.to_string()),
            );
            option("src", route.source.map(|it| it.to_string()));
            let is_near = route.gateway.is_none() && !route.is_ipv6();
            option("scope", is_near.then(|| "link".to_owned()));
            let destination = route.destination.to_string();
            let head = ["route".to_owned(), verb(add), destination];
            [head.to_vec(), words].concat()
        }
        IpChange::Rule { rule, add, .. } => {
            option("priority", Some(rule.priority.to_string()));
            option("from", rule.source.map(|it| it.to_string()));
            option("to", rule.destination.map(|it| it.to_string()));
            option("iif", rule.incoming.as_ref().map(ToString::to_string));
            option("table", Some(rule.table.to_string()));
            option("protocol", Some(rule.protocol.to_string()));
            let head = ["rule".to_owned(), verb(add)];
            [head.to_vec(), words].concat()
        }
        // It is set by ourselves.
        IpChange::Parameter { .. } => words,
    }
}
