use crate::model::NicName;

/// A device's speed in Mbit/s, where its driver tells one: not while it has no carrier, and not
/// for most virtual devices.
///
/// rtnetlink does not carry it; this reads `/sys/class/net/NAME/speed` of the network namespace
/// that `/sys` was mounted in (Documentation/ABI/testing/sysfs-class-net).
pub fn speed(name: &NicName) -> Option<u32> {
    // A device's name has no "/" and is not "..": it cannot lead out of the folder.
    let text = std::fs::read_to_string(format!("/sys/class/net/{name}/speed")).ok()?;
    parse(&text)
}

/// Unknown is -1, or that in 32 bits without a sign (`SPEED_UNKNOWN`, linux/ethtool.h).
fn parse(text: &str) -> Option<u32> {
    let speed = text.trim().parse().ok()?;
    (speed != 0 && speed != u32::MAX).then_some(speed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_speed_is_none() {
        assert_eq!(parse("10000\n"), Some(10_000));
        for unknown in ["-1\n", "4294967295\n", "0\n", "", "fast"] {
            assert_eq!(parse(unknown), None, "{unknown:?}");
        }
    }
}
