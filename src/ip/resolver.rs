//! The host's name servers (resolv.conf(5)).

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::model::observed::Resolver;

/// Where the resolver looks.
const FILE: &str = "/etc/resolv.conf";

/// Why name servers cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum ResolverError {
    /// The file cannot be written.
    #[error("cannot write {FILE}")]
    Write(#[source] io::Error),
}

/// What the resolver uses now. A file that is not there names no servers.
pub fn read_resolver() -> Resolver {
    let text = fs::read_to_string(FILE).unwrap_or_default();
    let servers = text.lines().filter_map(nameserver);
    Resolver {
        nameservers: servers.map(str::to_owned).collect(),
        manager: manager(),
    }
}

/// Who writes the file, if it is a link to somebody's.
fn manager() -> Option<String> {
    let target = fs::read_link(FILE).ok()?;
    let target = target.to_string_lossy().into_owned();
    Some(target)
}

fn nameserver(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    (words.next() == Some("nameserver")).then(|| words.next())?
}

/// Lets the resolver use these servers. The file's other lines stay. Gives what it held before.
///
/// # Errors
/// The file cannot be written.
pub fn write_nameservers(servers: &[String]) -> Result<String, ResolverError> {
    let text = fs::read_to_string(FILE).unwrap_or_default();
    write_resolver(&edited(&text, servers))?;
    Ok(text)
}

/// Writes the file.
///
/// # Errors
/// It cannot be written.
pub fn write_resolver(text: &str) -> Result<(), ResolverError> {
    write(Path::new(FILE), text).map_err(ResolverError::Write)
}

/// The text with these servers, where the first of the old ones was, or at its end.
fn edited(text: &str, servers: &[String]) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| nameserver(line).is_some());
    let place = first.unwrap_or(lines.len());
    let (before, after) = lines.split_at(place);
    let ours = servers
        .iter()
        .map(|server| format!("nameserver {server}\n"));
    let others = |lines: &[&str]| -> String {
        let others = lines.iter().filter(|line| nameserver(line).is_none());
        others.map(|line| format!("{line}\n")).collect()
    };
    others(before) + &ours.collect::<String>() + &others(after)
}

/// Writes a new file in the place of the old one; where that cannot be, as it is mounted over
/// another, the old one itself.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let new = file.with_extension("conf.netswitch");
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&new)
        .and_then(|mut to| {
            to.write_all(text.as_bytes())?;
            to.sync_all()?;
            if let Ok(old) = fs::metadata(file) {
                fs::set_permissions(&new, old.permissions())?;
            }
            fs::rename(&new, file)
        });
    match written {
        Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
            let _ = fs::remove_file(&new);
            let mut to = OpenOptions::new().write(true).truncate(true).open(file)?;
            to.write_all(text.as_bytes())?;
            to.sync_all()
        }
        Err(error) => {
            let _ = fs::remove_file(&new);
            Err(error)
        }
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_lines_stay() {
        let text =
            "# mine\nsearch example.net\nnameserver 192.0.2.1\noptions ndots:2\nnameserver ::1\n";
        let servers = ["192.0.2.7".to_owned(), "2001:db8::7".to_owned()];
        let expected = "# mine\nsearch example.net\nnameserver 192.0.2.7\nnameserver 2001:db8::7\n\
            options ndots:2\n";
        assert_eq!(edited(text, &servers), expected);
        assert_eq!(edited("", &servers[..1]), "nameserver 192.0.2.7\n");
        assert_eq!(
            edited(expected, &[]),
            "# mine\nsearch example.net\noptions ndots:2\n"
        );
        assert_eq!(edited("nameservers x\n", &[]), "nameservers x\n");
    }
}
