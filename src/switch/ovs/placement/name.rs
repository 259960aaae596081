use crate::model::BridgeName;

/// The name of a new bridge for an uplink, or for a network without one: `nsw-` and the name,
/// shortened to what a device name can hold, and different from everything that `taken` knows.
pub fn bridge_name(owner: &str, taken: impl Fn(&str) -> bool) -> BridgeName {
    let plain = BridgeName::new(&format!("nsw-{owner}"))
        .ok()
        .filter(|n| !taken(n.as_str()));
    let numbered = || (0_u32..).find_map(|attempt| shortened(owner, attempt, &taken));
    plain
        .or_else(numbered)
        .unwrap_or_else(|| unreachable!("2^32 names are taken"))
}

/// `nsw-`, the beginning of the name, and six hexadecimal digits that depend on all of it.
fn shortened(owner: &str, attempt: u32, taken: impl Fn(&str) -> bool) -> Option<BridgeName> {
    let digest = crate::model::MacAddress::derived(&[owner.as_bytes(), &attempt.to_be_bytes()]);
    let [.., a, b, c] = digest.bytes();
    let mut head = owner;
    while head.len() > 5 {
        let mut chars = head.chars();
        chars.next_back();
        head = chars.as_str();
    }
    BridgeName::new(&format!("nsw-{head}{a:02x}{b:02x}{c:02x}"))
        .ok()
        .filter(|n| !taken(n.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bridge_names_fit_and_differ() {
        assert_eq!(bridge_name("eth0", |_| false).as_str(), "nsw-eth0");
        let long = bridge_name("enp129s0f1np1v2", |_| false);
        assert_eq!(long.as_str().len(), 15);
        assert_ne!(long, bridge_name("enp129s0f1np1v3", |_| false));
        let other = bridge_name("eth0", |name| name == "nsw-eth0");
        assert_ne!(other.as_str(), "nsw-eth0");
        assert!(bridge_name("ööööööö", |_| false).as_str().len() <= 15);
    }
}
