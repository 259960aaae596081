use std::io::Write;
use std::process::ExitCode;

use serde::Serialize;

use super::ovsdb::Fault;
use super::tls::MissingTls;
use super::{Format, output};
use crate::causes::chain;
use crate::model::{Code, Printable, Violations};
use crate::ovsdb;
use crate::setup::SetupError;

/// Why a command ends with another status than 0, in the form that people and programs read.
#[derive(Debug, Serialize)]
pub(super) struct Failure {
    /// The contract's code, where it has one for it.
    code: Option<u16>,
    message: String,
    violations: Vec<ViolationView>,
    #[serde(skip)]
    status: u8,
}

#[derive(Debug, Serialize)]
struct ViolationView {
    code: u16,
    path: String,
    message: String,
}

impl Failure {
    /// Something that should not happen: status 1.
    pub(super) fn unexpected(error: impl std::fmt::Display) -> Self {
        Self {
            code: None,
            message: error.to_string(),
            violations: Vec::new(),
            status: 1,
        }
    }

    /// The command line is wrong: status 2.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self {
            code: None,
            message: message.into(),
            violations: Vec::new(),
            status: 2,
        }
    }

    /// Prints to standard error and gives the exit status.
    pub(super) fn print(&self, format: Format) -> ExitCode {
        let text = match format {
            Format::Json => match serde_json::to_string(self) {
                Ok(json) => output::escape(&json),
                Err(_) => self.text(),
            },
            _ => self.text(),
        };
        // With standard error closed there is nobody left to tell.
        let _ = writeln!(std::io::stderr().lock(), "{text}");
        ExitCode::from(self.status)
    }

    fn text(&self) -> String {
        let code = self
            .code
            .map(|code| format!(" (code {code})"))
            .unwrap_or_default();
        let mut text = format!("netswitch: {}{code}", Printable(&self.message));
        for ViolationView {
            code,
            path,
            message,
        } in &self.violations
        {
            let path = Printable(if path.is_empty() { "the request" } else { path });
            text.push_str(&format!("\n  {path} ({code}): {}", Printable(message)));
        }
        text
    }
}

impl From<MissingTls> for Failure {
    fn from(missing: MissingTls) -> Self {
        Self::usage(missing.to_string())
    }
}

impl From<Violations> for Failure {
    fn from(violations: Violations) -> Self {
        let views: Vec<ViolationView> = violations
            .iter()
            .map(|violation| ViolationView {
                code: violation.code.number(),
                path: violation.path.to_string(),
                message: violation.message.clone(),
            })
            .collect();
        let message = match violations.count() {
            1 => "the request is refused".to_owned(),
            count => format!("the request is refused for {count} reasons"),
        };
        Self {
            code: Some(violations.code().number()),
            message,
            violations: views,
            status: 3,
        }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        let (code, status) = (error.code().map(Code::number), error.exit_status());
        match error {
            SetupError::Refused(violations) => violations.into(),
            other => Self {
                code,
                message: chain(&other),
                violations: Vec::new(),
                status,
            },
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast_ref() {
            Some(Fault::Usage(_)) => return Self::usage(format!("{error:#}")),
            Some(Fault::Answer(_) | Fault::NoServer(_) | Fault::Over(_)) => {
                return Self {
                    code: Some(Code::OvsConnection.number()),
                    message: format!("{error:#}"),
                    violations: Vec::new(),
                    status: 3,
                };
            }
            None => {}
        }
        match error.downcast_ref::<ovsdb::Error>() {
            Some(database) => Self {
                message: format!("{error:#}"),
                ..database.clone().into()
            },
            None => Self::unexpected(format!("{error:#}")),
        }
    }
}

impl From<ovsdb::Error> for Failure {
    /// A database that cannot be reached or does not answer as it should: status 3; an operation
    /// that it refused: status 1.
    fn from(error: ovsdb::Error) -> Self {
        let refused = error.transaction_error().is_some() || error.rpc_error().is_some();
        Self {
            code: (!refused).then(|| Code::OvsConnection.number()),
            message: chain(&error),
            violations: Vec::new(),
            status: if refused { 1 } else { 3 },
        }
    }
}
