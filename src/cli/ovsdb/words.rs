use clap::Args;

use super::Fault;
use super::connection::Server;
use crate::cli::Global;
use crate::ovsdb::{RemoteError, Remotes};

/// What follows a verb, in the order of ovsdb-client(1): the server, the database where the verb
/// is about one, and the verb's own arguments.
#[derive(Debug, Args)]
pub(super) struct Words {
    /// In this order: the server (unix:PATH or tcp:HOST:PORT; without it that of --db), the
    /// database (without it Open_vSwitch if the server has it), and what the verb needs besides
    #[arg(value_name = "ARGUMENT")]
    words: Vec<String>,
    #[arg(from_global)]
    no_leader_only: bool,
}

impl Words {
    /// The server that is meant, and the words behind it, of which the verb needs `required`.
    pub(super) fn server(
        mut self,
        global: &Global,
        required: usize,
    ) -> Result<(Server, Vec<String>), Fault> {
        let named = take_remotes(&mut self.words, required)?;
        if self.words.len() < required {
            let problem = "an argument is missing; --help tells which there are";
            return Err(Fault::Usage(problem.to_owned()));
        }
        let remotes = named.unwrap_or_else(|| global.db.clone());
        let tls = global
            .tls_for(&remotes)
            .map_err(|error| Fault::Usage(error.to_string()))?;
        let leader_only = !self.no_leader_only;
        let server = Server::new(remotes, tls, leader_only, global.limit());
        Ok((server, self.words))
    }

    /// The server, and exactly the words that a verb takes that is about no database.
    pub(super) fn exactly<const N: usize>(
        self,
        global: &Global,
    ) -> Result<(Server, [String; N]), Fault> {
        let (server, words) = self.server(global, N)?;
        let words = words.try_into();
        let words = words.map_err(|words: Vec<String>| Fault::extra(words.get(N..)))?;
        Ok((server, words))
    }
}

/// Takes the server off the words. As with ovsdb-client, the first is one if it looks like one and
/// enough words follow.
fn take_remotes(words: &mut Vec<String>, required: usize) -> Result<Option<Remotes>, Fault> {
    let is_remote =
        |word: &String| word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.contains(':');
    if words.len() <= required || !words.first().is_some_and(is_remote) {
        return Ok(None);
    }
    let remotes = words.remove(0).parse();
    remotes
        .map(Some)
        .map_err(|error: RemoteError| Fault::Usage(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_stands_first_or_not_at_all() {
        for (line, required, remotes, rest) in [
            ("unix:a Odd", 0, Some("unix:a"), "Odd"),
            ("unix:a,tcp:b:1 T", 1, Some("unix:a,tcp:b:1"), "T"),
            ("Odd T", 1, None, "Odd T"),
            ("unix:a", 1, None, "unix:a"),
            ("T unix:a", 0, None, "T unix:a"),
            ("[\"db:\"]", 0, None, "[\"db:\"]"),
        ] {
            let mut words = line.split(' ').map(str::to_owned).collect();
            let taken = take_remotes(&mut words, required).unwrap();
            assert_eq!(taken.map(|it| it.to_string()).as_deref(), remotes, "{line}");
            assert_eq!(words.join(" "), rest);
        }
        let mut words = vec!["http://a".to_owned()];
        let error = take_remotes(&mut words, 0).unwrap_err().to_string();
        assert!(error.contains("http://a"), "{error}");
    }
}
