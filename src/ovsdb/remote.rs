use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The port that IANA has for OVSDB (RFC 7047, section 8), taken where a remote names none.
const DEFAULT_PORT: u16 = 6640;

/// Where a database server listens (ovsdb(7), "Active Connection Methods").
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Remote {
    /// `unix:PATH`, a Unix stream socket. A relative path is relative to the working directory.
    Unix(PathBuf),
    /// `tcp:HOST[:PORT]`, port 6640 if none is named. An IPv6 address is written in brackets: `tcp:[::1]:6640`.
    Tcp {
        /// A name or an address, without brackets.
        host: String,
        /// 1 to 65535.
        port: u16,
    },
    /// `ssl:HOST[:PORT]`, as `tcp` with TLS ([`Options::tls`](super::Options::tls)).
    Ssl {
        /// A name or an address, without brackets.
        host: String,
        /// 1 to 65535.
        port: u16,
    },
}

/// Several servers of the same database, separated by commas and tried in their order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Remotes(Vec<Remote>);

/// A text is not a remote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not a database remote: {problem}")]
pub struct RemoteError {
    text: String,
    problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("expected unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT")]
    Form,
    #[error("it is where a server listens, use the form without the p")]
    Passive,
    #[error("the path is empty")]
    Path,
    #[error("the host is empty")]
    Host,
    #[error("an ipv6 address must stand in brackets")]
    Brackets,
    #[error("the port must be 1 to 65535")]
    Port,
}

impl Remotes {
    /// The remotes in the order in which they are tried; never empty.
    pub fn iter(&self) -> std::slice::Iter<'_, Remote> {
        self.0.iter()
    }
}

impl Remote {
    /// Whether it is on this host for certain: its end shows at once.
    pub(super) const fn is_local(&self) -> bool {
        matches!(self, Remote::Unix(_))
    }
}

impl From<Remote> for Remotes {
    fn from(remote: Remote) -> Self {
        Self(vec![remote])
    }
}

impl FromStr for Remotes {
    type Err = RemoteError;

    fn from_str(text: &str) -> Result<Self, RemoteError> {
        let remotes = text.split(',').map(|remote| remote.trim().parse());
        remotes.collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Remotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, remote) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{remote}")?;
        }
        Ok(())
    }
}

impl FromStr for Remote {
    type Err = RemoteError;

    fn from_str(text: &str) -> Result<Self, RemoteError> {
        parse(text).map_err(|problem| RemoteError {
            text: text.to_owned(),
            problem,
        })
    }
}

fn parse(text: &str) -> Result<Remote, Problem> {
    let (method, rest) = text.split_once(':').ok_or(Problem::Form)?;
    match method {
        "unix" if rest.is_empty() => Err(Problem::Path),
        "unix" => Ok(Remote::Unix(PathBuf::from(rest))),
        "tcp" => parse_host(rest).map(|(host, port)| Remote::Tcp { host, port }),
        "ssl" => parse_host(rest).map(|(host, port)| Remote::Ssl { host, port }),
        "punix" | "ptcp" | "pssl" => Err(Problem::Passive),
        _ => Err(Problem::Form),
    }
}

/// Takes `HOST[:PORT]` apart.
fn parse_host(text: &str) -> Result<(String, u16), Problem> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or(Problem::Brackets)?;
            let port = match rest.strip_prefix(':') {
                Some(port) => Some(port),
                None if rest.is_empty() => None,
                None => return Err(Problem::Form),
            };
            (host, port)
        }
        None => match text.split_once(':') {
            Some((_, port)) if port.contains(':') => return Err(Problem::Brackets),
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    if host.is_empty() {
        return Err(Problem::Host);
    }
    if host.contains(|c: char| c.is_whitespace() || c.is_control() || "[]/".contains(c)) {
        return Err(Problem::Form);
    }
    let port = match port {
        None => DEFAULT_PORT,
        Some(digits) if digits.starts_with('+') => return Err(Problem::Port),
        Some(digits) => match digits.parse() {
            Ok(0) | Err(_) => return Err(Problem::Port),
            Ok(port) => port,
        },
    };
    Ok((host.to_owned(), port))
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, host, port) = match self {
            Remote::Unix(path) => return write!(f, "unix:{}", path.display()),
            Remote::Tcp { host, port } => ("tcp", host, port),
            Remote::Ssl { host, port } => ("ssl", host, port),
        };
        if host.contains(':') {
            write!(f, "{method}:[{host}]:{port}")
        } else {
            write!(f, "{method}:{host}:{port}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_how_they_are_written() {
        for (text, written) in [
            (
                "unix:/run/openvswitch/db.sock",
                "unix:/run/openvswitch/db.sock",
            ),
            ("unix:db.sock", "unix:db.sock"),
            ("unix:/odd:path", "unix:/odd:path"),
            ("tcp:127.0.0.1:6641", "tcp:127.0.0.1:6641"),
            ("tcp:db.example", "tcp:db.example:6640"),
            ("tcp:[::1]:1", "tcp:[::1]:1"),
            ("tcp:[fe80::1%eth0]", "tcp:[fe80::1%eth0]:6640"),
            ("ssl:db.example", "ssl:db.example:6640"),
            ("ssl:[::1]:6641", "ssl:[::1]:6641"),
            ("tcp:a:1, unix:b", "tcp:a:1,unix:b"),
        ] {
            assert_eq!(text.parse::<Remotes>().unwrap().to_string(), written);
        }
    }

    #[test]
    fn nonsense_is_named() {
        for (text, problem) in [
            ("", Problem::Form),
            ("/run/db.sock", Problem::Form),
            ("http://host", Problem::Form),
            ("unix:", Problem::Path),
            ("ssl:", Problem::Host),
            ("ssl:::1:6640", Problem::Brackets),
            ("ssl:host:0", Problem::Port),
            ("pssl:6640", Problem::Passive),
            ("punix:/run/db.sock", Problem::Passive),
            ("ptcp:6640", Problem::Passive),
            ("tcp:", Problem::Host),
            ("tcp::6640", Problem::Host),
            ("tcp:[]:6640", Problem::Host),
            ("tcp:::1:6640", Problem::Brackets),
            ("tcp:[::1:6640", Problem::Brackets),
            ("tcp:[::1]6640", Problem::Form),
            ("tcp:host/x:1", Problem::Form),
            ("tcp:host:", Problem::Port),
            ("tcp:host:0", Problem::Port),
            ("tcp:host:65536", Problem::Port),
            ("tcp:host:+1", Problem::Port),
            ("tcp:host:x", Problem::Port),
        ] {
            assert_eq!(
                text.parse::<Remote>().unwrap_err().problem,
                problem,
                "{text}"
            );
        }
        assert!("unix:a,".parse::<Remotes>().is_err());
        assert!("unix:a,,unix:b".parse::<Remotes>().is_err());
    }
}
