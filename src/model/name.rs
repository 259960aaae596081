use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use super::Quoted;

/// The longest device name that the kernel takes, in bytes (`IFNAMSIZ` - 1, linux/if.h).
const MAX_LENGTH: usize = 15;

/// Why a name cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// There is nothing in it.
    #[error("a name cannot be empty")]
    Empty,
    /// It is longer than a device name can be.
    #[error("{} has {} bytes; a name has {MAX_LENGTH} at most", Quoted(.0), .0.len())]
    TooLong(String),
    /// It has a character that a device name cannot have.
    #[error("{} has {:?}, which a name cannot have", Quoted(.0), .1)]
    Character(String, char),
    /// It begins with a dash, which programs would take for an option.
    #[error("{} begins with \"-\"", Quoted(.0))]
    LeadingDash(String),
    /// The kernel or Open vSwitch has it for something else.
    #[error("{} is a name that no network or NIC can have", Quoted(.0))]
    Reserved(String),
    /// It is not `bond` with word characters behind it.
    #[error("{} is not \"bond\" followed by letters, digits or \"_\"", Quoted(.0))]
    NotBond(String),
}

/// Names that the kernel has for other things below /proc/sys/net/ipv4/conf
/// (`sysctl_dev_name_is_allowed`, include/net/ip.h) and /sys/class/net (drivers/net/bonding).
const RESERVED: [&str; 3] = ["all", "default", "bonding_masters"];

/// The devices of Open vSwitch's datapaths (ovs-vswitchd, ofproto-dpif.c and lib/dpif-netdev.c),
/// which come with their first bridge.
const DATAPATHS: [&str; 2] = ["ovs-system", "ovs-netdev"];

/// What the kernel refuses (`dev_valid_name`, net/core/dev.c), and `%`, with which it makes names
/// up itself.
fn check_device(name: &str) -> Result<(), InvalidName> {
    // The kernel goes by bytes and Latin-1: to its isspace (lib/ctype.c), 0xa0 is a space, also as
    // the second byte of "à".
    let holds_space = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes().contains(&0xa0);
    let forbidden =
        |c: char| "/:%".contains(c) || c.is_whitespace() || c.is_control() || holds_space(c);
    if name.is_empty() {
        return Err(InvalidName::Empty);
    }
    if name.len() > MAX_LENGTH {
        return Err(InvalidName::TooLong(name.to_owned()));
    }
    if RESERVED.contains(&name) {
        return Err(InvalidName::Reserved(name.to_owned()));
    }
    match name.chars().find(|&c| forbidden(c)) {
        Some(c) => Err(InvalidName::Character(name.to_owned(), c)),
        None if name == "." || name == ".." => Err(InvalidName::Character(name.to_owned(), '.')),
        None => Ok(()),
    }
}

fn check_network(name: &str) -> Result<(), InvalidName> {
    check_device(name)?;
    if DATAPATHS.contains(&name) {
        return Err(InvalidName::Reserved(name.to_owned()));
    }
    if name.contains('.') {
        return Err(InvalidName::Character(name.to_owned(), '.'));
    }
    if name.starts_with('-') {
        return Err(InvalidName::LeadingDash(name.to_owned()));
    }
    Ok(())
}

fn check_bond(name: &str) -> Result<(), InvalidName> {
    match name.strip_prefix("bond") {
        Some(rest) if !rest.is_empty() && rest.chars().all(|c| c.is_alphanumeric() || c == '_') => {
            check_device(name)
        }
        _ => Err(InvalidName::NotBond(name.to_owned())),
    }
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes `name` if it can be one.
            ///
            /// # Errors
            /// [`InvalidName`] says why it cannot.
            pub fn new(name: &str) -> Result<Self, InvalidName> {
                $check(name)?;
                Ok(Self(name.into()))
            }

            /// The name itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

name_type! {
    /// A network's name, which is also its device's: 1 to 15 bytes, no `:`, `.`, `/`, `%`, white
    /// space or control character, no leading `-`.
    NetworkName, check_network
}

name_type! {
    /// A bond's name: `bond` and word characters, 15 bytes at most.
    BondName, check_bond
}

name_type! {
    /// The name of a network device that the kernel can have, such as a NIC: 1 to 15 bytes, no
    /// `/`, `:`, `%`, white space or control character.
    NicName, check_device
}

name_type! {
    /// The name of an OVS bridge, which is also its local port's device's.
    BridgeName, check_device
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_must_arrive_unharmed() {
        for name in [
            "a",
            "web",
            "@x",
            "$(x)",
            "a\"b'c",
            "a,b",
            "fifteen-bytes15",
            "nätwörk",
            "=;&",
        ] {
            assert!(NetworkName::new(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn names_that_cannot_be() {
        for name in [
            "",
            "sixteen-bytes-16",
            "a:b",
            "a.b",
            "a/b",
            "a%d",
            "a b",
            "a\n",
            "voilà",
            "-a",
            "\0",
            "all",
            "default",
            "ovs-system",
        ] {
            assert!(NetworkName::new(name).is_err(), "{name:?}");
        }
        for name in [
            "bond",
            "bon0",
            "bond-1",
            "bond 1",
            "bond1234567890123",
            "Bond0",
        ] {
            assert!(BondName::new(name).is_err(), "{name:?}");
        }
        assert!(BondName::new("bond_a1").is_ok());
        assert!(NicName::new("eth0.100").is_ok());
        assert!(NicName::new("..").is_err());
    }
}
