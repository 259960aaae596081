//! The kernel's own bridges, bonds and VLANs on paper: what a step makes of the devices. What the
//! kernel would refuse fails the test.

use netswitch::model::observed::{BondLink, Link, LinkData, Links, Membership};
use netswitch::model::{
    BondValue, Device, DeviceKind, KernelBond, KernelBondOption, MacAddress, NicName, Standstill,
};
use netswitch::plan::DeviceStep;

/// Makes a step.
pub(crate) fn make(links: &mut Links, step: &DeviceStep) {
    match step {
        DeviceStep::Add(device) => add(links, device),
        DeviceStep::Remove(device) => remove(links, &device.name),
        DeviceStep::Change { from, to } => change(links, from, to),
        DeviceStep::Join { from, to } | DeviceStep::Leave { from, to } => {
            let only = Device {
                master: to.master.clone(),
                ..Device::clone(from)
            };
            change(links, from, &only);
            let now = links.device(to.name.as_str()).unwrap();
            assert_eq!((now.up, &now.master), (to.up, &to.master), "{}", to.name);
        }
    }
}

fn add(links: &mut Links, device: &Device) {
    let name = &device.name;
    assert!(
        links.get(name.as_str()).is_none(),
        "{name} is there already"
    );
    let index = links.iter().map(|link| link.index).max().unwrap_or(0) + 1;
    let mut link = Link {
        name: name.clone(),
        index,
        kind: device.kind.name().map(str::to_owned),
        mac: device.mac,
        permanent_mac: None,
        mtu: device.mtu,
        min_mtu: 68,
        max_mtu: 65535,
        up: device.up,
        carrier: true,
        loopback: false,
        ipv6: true,
        accept_ra: true,
        autoconf: true,
        master: None,
        lower: None,
        alias: None,
        group: 0,
        data: LinkData::None,
        membership: None,
    };
    match &device.kind {
        DeviceKind::Bridge(options) => link.data = LinkData::Bridge(options.clone()),
        DeviceKind::Vlan { lower, id } => {
            let lower = links
                .get(lower.as_str())
                .expect("the device below is there");
            assert!(
                link.mtu <= lower.mtu,
                "{name} is larger than {}",
                lower.name
            );
            let twin = links.iter().find(|other| {
                other.lower == Some(lower.index) && other.data == LinkData::Vlan(*id)
            });
            assert!(twin.is_none(), "VLAN {id} of {} is there", lower.name);
            link.lower = Some(lower.index);
            link.mac = lower.mac;
            link.data = LinkData::Vlan(*id);
        }
        DeviceKind::Bond(options) => {
            link.mac = link.mac.or(Some(random_mac(name)));
            link.data = LinkData::Bond(Box::default());
            set_options(links, &mut link, options);
        }
        DeviceKind::Other => panic!("{name} is of no kind that can be made"),
    }
    assert!(link.mac.is_some(), "{name} has a MAC address");
    links.put(link);
    if let Some(master) = &device.master {
        enslave(links, name, master);
    }
}

/// The device that a VLAN is on. Other kinds have something else there, as veth its peer.
fn below<'a>(links: &'a Links, link: &Link) -> Option<&'a Link> {
    match link.data {
        LinkData::Vlan(_) => links.by_index(link.lower?),
        _ => None,
    }
}

fn is_on(link: &Link, index: u32) -> bool {
    matches!(link.data, LinkData::Vlan(_)) && link.lower == Some(index)
}

fn random_mac(name: &NicName) -> MacAddress {
    MacAddress::derived(&[name.as_str().as_bytes(), b"random"])
}

fn remove(links: &mut Links, name: &NicName) {
    let link = links.get(name.as_str()).expect("it is there").clone();
    let on_it = links.iter().find(|other| is_on(other, link.index));
    assert!(on_it.is_none(), "{name} goes under {on_it:?}");
    let members: Vec<NicName> = links.members(&link).map(|it| it.name.clone()).collect();
    assert!(members.is_empty(), "{name} goes with {members:?}");
    *links = links
        .iter()
        .filter(|other| other.name != *name)
        .cloned()
        .collect();
}

fn change(links: &mut Links, from: &Device, to: &Device) {
    let name = &to.name;
    let now = links.device(name.as_str()).expect("it is there");
    let of_kind = |device: &Device| std::mem::discriminant(&device.kind);
    assert_eq!(of_kind(from), of_kind(to), "{name} stays what it is");
    assert_eq!(now.master, from.master, "{name} before");
    if from.mtu != 0 {
        assert_eq!(now.mtu, from.mtu, "{name} before");
    }
    // What is on a device comes up with it.
    let came_up = now.up && matches!(now.kind, DeviceKind::Vlan { .. });
    assert!(now.up == from.up || came_up, "{name} before");
    if from.master != to.master {
        if let Some(master) = &from.master {
            release(links, name, master);
        }
        if let Some(master) = &to.master {
            enslave(links, name, master);
        }
    }
    let mut link = links.get(name.as_str()).unwrap().clone();
    if let (DeviceKind::Bond(from), DeviceKind::Bond(to)) = (&from.kind, &to.kind)
        && from != to
    {
        let members = links.members(&link).count();
        match from.standstill(to) {
            Standstill::None => {}
            Standstill::Down => assert!(!link.up, "{name} is up"),
            Standstill::Memberless => assert!(!link.up && members == 0, "{name} has members"),
        }
        set_options(links, &mut link, to);
    }
    if let DeviceKind::Bridge(options) = &to.kind {
        link.data = LinkData::Bridge(options.clone());
    }
    if from.mac != to.mac {
        link.mac = to.mac.or(link.mac);
    }
    if from.mtu != to.mtu {
        set_mtu(links, &mut link, to.mtu);
    }
    if from.priority != to.priority {
        link.membership.as_mut().expect("a member").priority = to.priority;
    }
    if from.up != to.up {
        let lower = below(links, &link);
        let is_open = !to.up || lower.is_none_or(|lower| lower.up);
        assert!(
            is_open,
            "{name} comes up before {:?}",
            lower.map(|it| &it.name)
        );
        link.up = to.up;
    }
    if from.ipv6 != to.ipv6 {
        assert_eq!(
            from,
            &Device {
                ipv6: from.ipv6,
                ..to.clone()
            },
            "that alone"
        );
        link.ipv6 = to.ipv6;
    }
    link.alias.clone_from(&to.alias);
    let changed_mac = links.get(name.as_str()).unwrap().mac != link.mac;
    let (index, mac) = (link.index, link.mac);
    let changed_up = from.up != to.up;
    links.put(link);
    if changed_up {
        // What is on it goes with it.
        each(links, |other| is_on(other, index), |other| other.up = to.up);
    }
    if changed_mac {
        each(links, |other| is_on(other, index), |other| other.mac = mac);
        each(
            links,
            |other| other.master == Some(index),
            |other| {
                if other.membership.is_some() {
                    other.mac = mac;
                }
            },
        );
    }
}

fn each(links: &mut Links, is: impl Fn(&Link) -> bool, change: impl Fn(&mut Link)) {
    let names: Vec<NicName> = links
        .iter()
        .filter(|it| is(it))
        .map(|it| it.name.clone())
        .collect();
    for name in names {
        links.change(name.as_str(), &change);
    }
}

/// Members have the MTU of their bond; what is on a device is not larger than it.
fn set_mtu(links: &mut Links, link: &mut Link, mtu: u32) {
    let lower = below(links, link);
    let fits = lower.is_none_or(|lower| mtu <= lower.mtu);
    assert!(
        fits,
        "{} is larger than {:?}",
        link.name,
        lower.map(|it| &it.name)
    );
    let over = links
        .iter()
        .find(|it| is_on(it, link.index) && it.mtu > mtu);
    assert!(over.is_none(), "{} is smaller than {over:?}", link.name);
    link.mtu = mtu;
    if matches!(link.data, LinkData::Bond(_)) {
        let index = link.index;
        each(links, |it| it.master == Some(index), |it| it.mtu = mtu);
    }
}

fn set_options(links: &Links, link: &mut Link, options: &KernelBond) {
    let mut bond = options.with_active(None);
    bond.custom.clear();
    let primary = bond.primary().cloned();
    for (name, none) in [
        ("primary", BondValue::Device(None)),
        ("prio", BondValue::Priority(None)),
    ] {
        bond.set(KernelBondOption::find(name).unwrap(), none);
    }
    let primary = primary.map(|name| links.get(name.as_str()).expect("it is there").index);
    link.data = LinkData::Bond(Box::new(BondLink {
        bond,
        primary,
        ..BondLink::default()
    }));
}

fn enslave(links: &mut Links, name: &NicName, master: &NicName) {
    let master = links
        .get(master.as_str())
        .expect("the master is there")
        .clone();
    let mut link = links.get(name.as_str()).unwrap().clone();
    assert_eq!(link.master, None, "{name} is somebody else's");
    link.master = Some(master.index);
    if let LinkData::Bond(_) = master.data {
        assert!(!link.up, "{name} is up");
        let is_first = links.members(&master).next().is_none();
        let has_random = master.mac == Some(random_mac(&master.name));
        if is_first && has_random {
            let own = link.mac;
            links.change(master.name.as_str(), |master| master.mac = own);
        }
        link.permanent_mac = link.permanent_mac.or(link.mac);
        link.mac = links.get(master.name.as_str()).unwrap().mac;
        link.mtu = master.mtu;
        link.up = true;
        link.membership = Some(Membership::default());
    } else {
        assert!(
            matches!(master.data, LinkData::Bridge(_)),
            "{} is no master",
            master.name
        );
    }
    links.put(link);
}

fn release(links: &mut Links, name: &NicName, master: &NicName) {
    let master = links
        .get(master.as_str())
        .expect("the master is there")
        .clone();
    let mut link = links.get(name.as_str()).unwrap().clone();
    assert_eq!(link.master, Some(master.index));
    link.master = None;
    if let LinkData::Bond(_) = master.data {
        link.mac = link.permanent_mac.or(link.mac);
        link.mtu = 1500;
        link.up = false;
        link.membership = None;
        if links.members(&master).count() == 1 {
            let random = random_mac(&master.name);
            links.change(master.name.as_str(), |master| master.mac = Some(random));
        }
    }
    links.put(link);
}
