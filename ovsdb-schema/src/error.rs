use std::fmt;

/// What is wrong with a schema, and where.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct Error {
    path: Path,
    #[source]
    problem: Problem,
}

impl Error {
    pub(crate) fn new(path: Path, problem: Problem) -> Self {
        Self { path, problem }
    }

    /// Where in the schema, as a JSON pointer (RFC 6901): `/tables/Port/columns/tag`.
    ///
    /// Empty for the schema as a whole.
    pub fn path(&self) -> &str {
        &self.path.0
    }

    /// What is wrong there.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

/// What can be wrong at one place of a schema.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// An object has the same member twice, which RFC 7159 leaves undefined.
    #[error("given twice")]
    Duplicate,
    /// A member that RFC 7047 does not define, or not beside the other members.
    #[error("unknown or not allowed here")]
    UnexpectedMember,
    /// A member that RFC 7047 requires.
    #[error("missing")]
    Missing,
    /// Something else belongs here.
    #[error("expected {0}")]
    Expected(&'static str),
    /// An `<id>` is letters, digits and underscores, and does not begin with a digit.
    #[error("`{0}` is not an identifier: letters, digits and `_`, not beginning with a digit")]
    NotAnIdentifier(String),
    /// `_uuid`, `_version` and whatever else begins with an underscore belongs to the server.
    #[error("names beginning with `_` are reserved")]
    Reserved,
    /// A lower bound above its upper bound.
    #[error("{minimum} exceeds {maximum}")]
    EmptyRange {
        /// The member with the lower bound.
        minimum: &'static str,
        /// The member with the upper bound.
        maximum: &'static str,
    },
    /// A reference to a table that the schema does not have.
    #[error("no table is named `{0}`")]
    UnknownTable(String),
    /// An index over a column that the table does not have.
    #[error("no column is named `{0}`")]
    UnknownColumn(String),
    /// Ephemeral columns may not be part of indexes (RFC 7047, section 3.2).
    #[error("the column `{0}` is ephemeral and may not be part of an index")]
    EphemeralIndex(String),
    /// Two names of the schema become one name in Rust.
    #[error("becomes `{name}` in Rust, as {other} does; tell them apart in names.rs")]
    SameRustName {
        /// The name in Rust.
        name: String,
        /// What has that name already.
        other: String,
    },
    /// Generated tokens are not Rust: a defect of this generator.
    #[error("the generated code does not parse as Rust: {0}")]
    NotRust(String),
}

/// A place in a JSON document, written as a JSON pointer (RFC 6901).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Path(String);

impl Path {
    pub(crate) fn member(&self, name: &str) -> Self {
        let name = name.replace('~', "~0").replace('/', "~1");
        Self(format!("{}/{name}", self.0))
    }

    pub(crate) fn element(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    pub(crate) fn error(&self, problem: Problem) -> Error {
        Error::new(self.clone(), problem)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "/" } else { &self.0 })
    }
}
