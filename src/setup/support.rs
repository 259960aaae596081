//! What this version cannot carry out yet: asked for, it is refused rather than ignored.

use crate::model::{
    Code, Findings, IpSettings, Ipv4Settings, Ipv6Settings, Observed, Pointer, Violations,
};
use crate::validate::Valid;

/// Whether everything that a request asks for can be carried out.
///
/// # Errors
/// What cannot be: DHCP, host QoS, the connectivity check, and remembering the
/// configuration ([`Code::BadParams`]).
pub fn check_support(valid: &Valid, observed: &Observed) -> Result<(), Violations> {
    let mut missing = Findings::default();
    let networks = Pointer::ROOT.join("networks");
    for (name, settings) in valid.ip() {
        let network = networks.join(name.as_str());
        for attribute in asked(settings) {
            let message = format_args!("{attribute} cannot be carried out yet");
            missing.add(Code::BadParams, network.join(attribute), message);
        }
    }
    for name in valid.networks().keys() {
        let present = observed.network(name).map(|network| network.switch);
        if let Some(present) = present.filter(|present| *present != valid.switch()) {
            let message = format_args!(
                "the network is on {present}: changing the switch cannot be carried out yet"
            );
            missing.add(Code::BadParams, networks.join(name.as_str()), message);
        }
    }
    let bondings = Pointer::ROOT.join("bondings");
    for name in valid.bonds().keys() {
        let present = observed.bond(name).map(|bond| bond.switch);
        if let Some(present) = present.filter(|present| *present != valid.switch()) {
            let message = format_args!(
                "the bond is on {present}: changing the switch cannot be carried out yet"
            );
            missing.add(Code::BadParams, bondings.join(name.as_str()), message);
        }
    }
    for name in valid.host_qos().keys() {
        let network = networks.join(name.as_str());
        let message = "hostQos cannot be carried out yet";
        missing.add(Code::BadParams, network.join("hostQos"), message);
    }
    let options = Pointer::ROOT.join("options");
    for (option, asked) in [
        ("connectivityCheck", valid.options().connectivity_check),
        ("commitOnSuccess", valid.options().commit_on_success),
    ] {
        if asked == Some(true) {
            let message = format_args!("{option} cannot be carried out yet");
            missing.add(Code::BadParams, options.join(option), message);
        }
    }
    missing.check()
}

/// The attributes by which settings ask for what is not there yet.
fn asked(settings: &IpSettings) -> Vec<&'static str> {
    let mut asked = Vec::new();
    asked.extend((settings.v4 == Ipv4Settings::Dhcp).then_some("bootproto"));
    if let Ipv6Settings::Automatic { dhcp: true, .. } = settings.v6 {
        asked.push("dhcpv6");
    }
    asked
}
