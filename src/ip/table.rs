//! The routing table of a network.

use crate::model::NetworkName;

/// The kernel's own tables, and those that people number by hand, are smaller.
const FIRST: u32 = 0x4000_0000;

/// The number of a network's table: made of its name, so that it stays whatever its address is.
pub(super) fn number(name: &NetworkName) -> u32 {
    // FNV-1a, 32 bits (draft-eastlake-fnv).
    let hash = name.as_str().bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    FIRST | (hash & (FIRST - 1))
}
