use std::fmt;
use std::str::FromStr;

use super::Quoted;

/// An Ethernet address of 6 bytes (EUI-48).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddress([u8; 6]);

impl MacAddress {
    /// The address with these bytes.
    pub const fn new(bytes: [u8; 6]) -> Self {
        Self(bytes)
    }

    /// Whether it can be a device's: not a group address, not all zeros.
    pub fn is_unicast(self) -> bool {
        let [first, ..] = self.0;
        first & 1 == 0 && self.0 != [0; 6]
    }

    /// A locally administered unicast address that depends on `seeds` alone: the same for the
    /// same seeds, on every run and every machine.
    pub fn derived(seeds: &[&[u8]]) -> Self {
        // FNV-1a, 64 bits (RFC draft-eastlake-fnv): stable, which the standard hasher is not.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for seed in seeds {
            for byte in seed.iter().chain(&[0xff]) {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        let [a, b, c, d, e, f, ..] = hash.to_be_bytes();
        Self([(a & 0xfc) | 0x02, b, c, d, e, f])
    }

    /// The address's bytes.
    pub const fn bytes(self) -> [u8; 6] {
        self.0
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, f] = self.0;
        write!(out, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}")
    }
}

/// The text is not six hexadecimal bytes with colons between.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a MAC address like 52:54:00:12:34:56", Quoted(.0))]
pub struct InvalidMacAddress(String);

impl FromStr for MacAddress {
    type Err = InvalidMacAddress;

    fn from_str(text: &str) -> Result<Self, InvalidMacAddress> {
        let invalid = || InvalidMacAddress(text.to_owned());
        let mut bytes = [0; 6];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let part = parts
                .next()
                .filter(|part| part.len() == 2)
                .ok_or_else(invalid)?;
            *byte = u8::from_str_radix(part, 16).map_err(|_| invalid())?;
        }
        match parts.next() {
            None => Ok(Self(bytes)),
            Some(_) => Err(invalid()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        let text = "52:54:00:12:34:5f";
        assert_eq!(text.parse::<MacAddress>().unwrap().to_string(), text);
        for bad in [
            "",
            "52:54:00:12:34",
            "52:54:00:12:34:5f:00",
            "5:54:00:12:34:5f",
            "+1:0",
        ] {
            assert!(bad.parse::<MacAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn derived_addresses_are_local_and_differ() {
        let a = MacAddress::derived(&[b"x", b"y"]);
        assert_eq!(a, MacAddress::derived(&[b"x", b"y"]));
        assert_ne!(a, MacAddress::derived(&[b"xy", b""]));
        assert!(a.is_unicast());
        assert_eq!(a.bytes()[0] & 2, 2);
    }
}
