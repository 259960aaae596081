use sha1::{Digest, Sha1};

/// A header is shorter.
const LONGEST_HEADER: usize = 100;

/// Writes a record of a database file as ovsdb-server keeps it: a line with the length and the
/// SHA-1 digest of the data, and the data, a line of JSON.
pub(super) fn record(json: &str) -> String {
    let data = format!("{json}\n");
    format!("OVSDB JSON {} {}\n{data}", data.len(), digest(&data))
}

/// The records of a database file.
#[derive(Debug)]
pub(super) struct Records<'a> {
    rest: &'a str,
    at: usize,
    number: usize,
}

/// A record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    /// From 1.
    pub(super) number: usize,
    /// The first byte of its header in the file.
    pub(super) at: usize,
    pub(super) json: &'a str,
}

/// A file is no database file, or not one any more.
#[derive(Debug, thiserror::Error)]
#[error("record {number} (at byte {at}): {problem}")]
pub(super) struct RecordError {
    number: usize,
    at: usize,
    problem: Problem,
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("it begins with no line OVSDB JSON LENGTH SHA1")]
    Header,
    #[error("it is of a cluster's server; take a file that backup or ovsdb-tool makes of it")]
    Clustered,
    #[error("{length} bytes were to follow")]
    Short { length: usize },
    #[error("its data do not have the digest that it tells")]
    Digest,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            at: 0,
            number: 0,
        }
    }

    fn read(&mut self) -> Result<Record<'a>, Problem> {
        let (header, rest) = self.rest.split_once('\n').ok_or(Problem::Header)?;
        if header.len() > LONGEST_HEADER {
            return Err(Problem::Header);
        }
        let words: Vec<&str> = header.split(' ').collect();
        let (length, told) = match words.as_slice() {
            ["OVSDB", "JSON", length, told] => (length, told),
            ["OVSDB", "CLUSTER", ..] => return Err(Problem::Clustered),
            _ => return Err(Problem::Header),
        };
        let length = length.parse().map_err(|_| Problem::Header)?;
        let (json, rest) = match rest.split_at_checked(length) {
            Some(split) => split,
            None if length > rest.len() => return Err(Problem::Short { length }),
            // In the middle of a character.
            None => return Err(Problem::Digest),
        };
        if digest(json) != *told {
            return Err(Problem::Digest);
        }
        let (number, at) = (self.number, self.at);
        self.at += self.rest.len() - rest.len();
        self.rest = rest;
        Ok(Record { number, at, json })
    }
}

/// Nothing follows after an error.
impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        self.number += 1;
        let (number, at) = (self.number, self.at);
        Some(self.read().map_err(|problem| {
            self.rest = "";
            RecordError {
                number,
                at,
                problem,
            }
        }))
    }
}

fn digest(data: &str) -> String {
    let digest = Sha1::digest(data.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As ovsdb-client backup of Open vSwitch 3.1 wrote it.
    const WRITTEN: &str = "OVSDB JSON 89 b7897dfc9199b44d355be58573d689dc3dbfc175\n\
         {\"_date\":1795366276809,\"_comment\":\"produced by \\\"ovsdb-client backup\\\"\",\"_is_diff\":true}\n";

    fn read(text: &str) -> Result<Vec<&str>, String> {
        let records = Records::new(text).map(|record| record.map(|it| it.json));
        records
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())
    }

    #[test]
    fn records_are_written_and_read() {
        let (_, json) = WRITTEN.split_once('\n').unwrap();
        assert_eq!(record(json.trim_end()), WRITTEN);
        let both = WRITTEN.to_owned() + &record("{\"é\":1}");
        assert_eq!(read(&both).unwrap(), [json, "{\"é\":1}\n"]);
        assert_eq!(read("").unwrap(), [""; 0]);
    }

    #[test]
    fn damage_is_located() {
        let second = WRITTEN.len();
        for (text, why) in [
            ("{}", "record 1 (at byte 0): it begins with no line"),
            (
                "OVSDB CLUSTER 9 0\n",
                "record 1 (at byte 0): it is of a cluster",
            ),
            ("OVSDB JSON -1 0\n", "it begins with no line"),
            ("OVSDB JSON 3 0\n{}\n", "do not have the digest"),
            ("OVSDB JSON 9 0\n{}\n", "9 bytes were to follow"),
            ("OVSDB JSON 1 0\né\n", "do not have the digest"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(why), "{error}");
            let error = read(&(WRITTEN.to_owned() + text)).unwrap_err();
            assert!(
                error.contains(&format!("record 2 (at byte {second})")),
                "{error}"
            );
        }
    }
}
