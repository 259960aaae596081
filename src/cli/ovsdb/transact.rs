use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::table::Printer;
use super::words::Words;
use super::{Fault, input, output};
use crate::cli::Global;

/// What a transaction is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// For what it does.
    Change,
    /// For its results alone: it is aborted behind its last operation (RFC 7047, section 5.2.8).
    Query,
}

/// Runs the transaction and prints its results; an operation that failed is an error too.
pub(super) async fn run(
    words: Words,
    global: &Global,
    printer: &Printer,
    purpose: Purpose,
) -> anyhow::Result<()> {
    let (server, [transaction]) = words.exactly(global)?;
    let text = match transaction.as_str() {
        "-" => input::standard(&server).await?,
        _ => transaction,
    };
    let Transaction {
        database,
        operations,
    } = Transaction::parse(&text)?;
    let abort = RawValue::from_string(r#"{"op":"abort"}"#.to_owned())?;
    let mut sent = operations.clone();
    sent.extend((purpose == Purpose::Query).then_some(&*abort));

    let session = server.connect_for(&database).await?;
    let results = session.transact(&database, &sent).await?;
    let mut results: Value = serde_json::from_str(results.get())?;
    if purpose == Purpose::Query {
        take_abort(&mut results, operations.len());
    }
    output::print(&printer.json(&results)?)?;
    let Some(results) = results.as_array() else {
        bail!(Fault::Answer("the results of a transaction".to_owned()));
    };
    match failure(results, &operations) {
        Some(failure) => bail!(failure),
        None => Ok(()),
    }
}

/// `["DATABASE", OPERATION, …]`, the operations as they stand.
#[derive(Debug)]
struct Transaction<'a> {
    database: String,
    operations: Vec<&'a RawValue>,
}

impl<'a> Transaction<'a> {
    fn parse(text: &'a str) -> Result<Self, Fault> {
        let usage = |problem: String| {
            Fault::Usage(format!(
                "a transaction is [\"DATABASE\", OPERATION, …]: {problem}"
            ))
        };
        let mut operations: Vec<&RawValue> =
            serde_json::from_str(text).map_err(|error| usage(error.to_string()))?;
        if operations.is_empty() {
            return Err(usage("nothing is in it".to_owned()));
        }
        let database = serde_json::from_str(operations.remove(0).get());
        Ok(Self {
            database: database.map_err(|_| usage("the database's name is no string".to_owned()))?,
            operations,
        })
    }
}

/// Fails unless so many operations all succeeded and their transaction committed.
pub(super) fn check(results: &str, operations: usize) -> anyhow::Result<()> {
    let answer = || Fault::Answer("the results of a transaction".to_owned());
    let results: Vec<Value> = serde_json::from_str(results).with_context(answer)?;
    if let Some(reason) = results.iter().find_map(reason) {
        bail!("the transaction did not commit: {reason}");
    }
    if results.len() != operations || !results.iter().all(Value::is_object) {
        bail!(answer());
    }
    Ok(())
}

/// Takes the result of the abort behind so many operations away, if they got as far as that.
fn take_abort(results: &mut Value, operations: usize) {
    let Some(results) = results.as_array_mut() else {
        return;
    };
    let is_aborted = results
        .last()
        .is_some_and(|last| last.get("error").is_some_and(|error| error == "aborted"));
    if results.len() == operations + 1 && is_aborted {
        results.pop();
    }
}

/// Says which of the operations failed, and why. The server tells one error: after it, operations
/// have no result, and one result too many is the commit's (RFC 7047, section 4.1.3).
fn failure(results: &[Value], operations: &[&RawValue]) -> Option<String> {
    let mut results = results.iter().enumerate();
    let (index, reason) = results.find_map(|(index, result)| Some((index, reason(result)?)))?;
    let place = match operations.get(index) {
        Some(operation) => {
            let number = index + 1;
            format!(
                "operation {number} of {}{}",
                operations.len(),
                subject(operation)
            )
        }
        None => "the commit".to_owned(),
    };
    Some(format!("{place}: {reason}"))
}

/// Why an operation failed, if it did.
fn reason(result: &Value) -> Option<String> {
    let error = result.get("error")?;
    let error = error
        .as_str()
        .map_or_else(|| error.to_string(), str::to_owned);
    let details = match result.get("details").and_then(Value::as_str) {
        Some(details) => format!(": {details}"),
        None => String::new(),
    };
    Some(format!("{error}{details}"))
}

/// What an operation does to which table, as far as it says.
fn subject(operation: &RawValue) -> String {
    #[derive(Deserialize)]
    struct Subject {
        op: String,
        table: Option<String>,
    }
    match serde_json::from_str(operation.get()) {
        Ok(Subject {
            op,
            table: Some(table),
        }) => format!(" ({op} {table})"),
        Ok(Subject { op, table: None }) => format!(" ({op})"),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure_of(transaction: &str, results: &str) -> Option<String> {
        let transaction = Transaction::parse(transaction).unwrap();
        let results: Vec<Value> = serde_json::from_str(results).unwrap();
        failure(&results, &transaction.operations)
    }

    #[test]
    fn the_failed_operation_is_named() {
        let transaction = r#"["db", {"op": "comment"}, {"op": "insert", "table": "T"}, 7]"#;
        for (results, said) in [
            (r#"[{}, {"uuid": ["uuid", "…"]}, {}]"#, None),
            (
                r#"[{"error": "not allowed"}, null, null]"#,
                Some("operation 1 of 3 (comment): not allowed"),
            ),
            (
                r#"[{}, {"error": "range error", "details": "too much"}, null]"#,
                Some("operation 2 of 3 (insert T): range error: too much"),
            ),
            (
                r#"[{}, {}, {"error": "syntax error"}]"#,
                Some("operation 3 of 3: syntax error"),
            ),
            (
                r#"[{}, {}, {}, {"error": "constraint violation", "details": "two"}]"#,
                Some("the commit: constraint violation: two"),
            ),
        ] {
            assert_eq!(failure_of(transaction, results).as_deref(), said);
        }
    }

    #[test]
    fn what_is_no_transaction_is_refused() {
        for (text, problem) in [
            ("[1", "EOF"),
            ("{}", "invalid type"),
            ("[]", "nothing is in it"),
            ("[7]", "no string"),
        ] {
            let error = Transaction::parse(text).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
    }

    #[test]
    fn a_transaction_is_done_when_every_operation_says_so() {
        for (results, said) in [
            (r#"[{}, {"count": 1}]"#, None),
            (r#"[{}, null]"#, Some("as ovsdb has it")),
            ("[{}]", Some("as ovsdb has it")),
            ("7", Some("as ovsdb has it")),
            (
                r#"[{}, {}, {"error": "timed out"}]"#,
                Some("the transaction did not commit: timed out"),
            ),
        ] {
            let error = check(results, 2).err().map(|error| error.to_string());
            let is_said = |error: &String| said.is_some_and(|said| error.contains(said));
            assert_eq!(
                error.as_ref().is_some_and(is_said),
                said.is_some(),
                "{error:?}"
            );
            assert_eq!(error.is_some(), said.is_some());
        }
    }
}
