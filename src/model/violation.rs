use std::fmt::{self, Write as _};

/// Why a request fails: the error codes of VDSM's network API, as the contract lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Code {
    /// Nobody confirmed connectivity after the change.
    LostConnection = 10,
    /// The request is not of the right form, or asks for what does not go together.
    BadParams = 21,
    /// An address, netmask, gateway or name server that cannot be.
    BadAddr = 22,
    /// A NIC that does not exist.
    BadNic = 23,
    /// A NIC that is in use elsewhere.
    UsedNic = 24,
    /// A bond that cannot be, or does not exist.
    BadBonding = 25,
    /// A VLAN that cannot be.
    BadVlan = 26,
    /// A network name that cannot be, or a network that does not exist.
    BadBridge = 27,
    /// A network whose device belongs to somebody else, or still carries guests.
    UsedBridge = 28,
    /// An interface that the switch could not set up.
    FailedIfup = 29,
    /// A bond that a network still uses.
    UsedBond = 31,
    /// The OVS database cannot be reached or speaks another schema.
    OvsConnection = 32,
    /// Another setup is running.
    Busy = 40,
    /// A hook failed.
    Hook = 78,
}

impl Code {
    /// The code as management services know it.
    pub const fn number(self) -> u16 {
        self as u16
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}

/// One rule that a request breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which kind of rule.
    pub code: Code,
    /// Where: a JSON pointer (RFC 6901) into the request.
    pub path: String,
    /// What is wrong, for a person.
    pub message: String,
}

impl Violation {
    /// The rule of this kind is broken at `path`.
    pub fn new(code: Code, path: impl fmt::Display, message: impl fmt::Display) -> Self {
        Violation {
            code,
            path: path.to_string(),
            message: message.to_string(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str("request")?;
        }
        // The path holds names as they came; they must not reach into the next line.
        for c in self.path.chars() {
            match c {
                '"' | '\'' | '\\' => f.write_char(c)?,
                other => write!(f, "{}", other.escape_debug())?,
            }
        }
        write!(f, " ({}): {}", self.code, self.message)
    }
}

/// Every rule that a request breaks: at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violations {
    first: Violation,
    rest: Vec<Violation>,
    count: usize,
}

impl Violations {
    /// `Ok` when there are none to tell; `count` is how many there are.
    pub(super) fn check(told: Vec<Violation>, count: usize) -> Result<(), Violations> {
        let mut told = told.into_iter();
        match told.next() {
            None => Ok(()),
            Some(first) => Err(Violations {
                first,
                rest: told.collect(),
                count,
            }),
        }
    }

    /// The code of the request's failure: the first violation's.
    pub fn code(&self) -> Code {
        self.first.code
    }

    /// How many there are, also where they are too many to be told one by one.
    pub fn count(&self) -> usize {
        self.count
    }

    /// All of them, in their order. When they are too many, the last says how many are left out.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

impl From<Violation> for Violations {
    fn from(first: Violation) -> Self {
        Violations {
            first,
            rest: Vec::new(),
            count: 1,
        }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        self.rest
            .iter()
            .try_for_each(|violation| write!(f, "\n{violation}"))
    }
}

impl std::error::Error for Violations {}
