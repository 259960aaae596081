//! The way from what devices are to what they shall be, in an order that the kernel takes: a device
//! is made after those that it is on, goes before them, and is never larger.

use std::collections::BTreeMap;

use super::Target;
use crate::model::observed::Links;
use crate::model::{BridgeValue, Device, DeviceKind, KernelBond, Mtu, NicName, Standstill};
use crate::plan::DeviceStep;

/// The steps there.
pub(in crate::switch::legacy) fn lead(target: &Target, links: &Links) -> Vec<DeviceStep> {
    let there = target.keys().filter_map(|name| links.device(name.as_str()));
    let mut way = Way {
        target,
        now: there.map(|device| (device.name.clone(), device)).collect(),
        steps: Vec::new(),
    };
    way.go();
    way.steps
}

struct Way<'a> {
    target: &'a Target,
    /// What each touched device is once the steps so far were made.
    now: BTreeMap<NicName, Device>,
    steps: Vec<DeviceStep>,
}

impl Way<'_> {
    fn go(&mut self) {
        // What goes, from the top.
        self.remove(|kind| matches!(kind, DeviceKind::Vlan { .. }));
        self.detach();
        self.remove(|kind| matches!(kind, DeviceKind::Bridge(_)));
        self.remove(|kind| matches!(kind, DeviceKind::Bond(_)));
        self.shrink(Device::is_bridge);
        self.shrink(is_vlan);
        self.shrink(is_uplink);
        // What comes, from the bottom.
        self.bonds();
        self.raise_uplinks();
        self.add(Device::is_bridge);
        self.finish(Device::is_bridge);
        self.add(is_vlan);
        self.attach();
        self.finish(is_vlan);
        self.finish(is_uplink);
    }

    /// The devices of a kind that stay or come, as they shall be.
    fn all(&self, is: fn(&Device) -> bool) -> Vec<Device> {
        let staying = self.target.values().flatten();
        staying.filter(|device| is(device)).cloned().collect()
    }

    /// Whether a device is a member of a bond, and as large as that: the bond sees to it.
    fn follows(&self, now: &Device) -> bool {
        now.master.as_ref().is_some_and(|master| {
            let target = self.target.get(master).and_then(Option::as_ref);
            self.is_bond(master) || target.is_some_and(is_bond)
        })
    }

    /// Changes a device, if that changes anything.
    fn change(&mut self, name: &NicName, change: impl FnOnce(&mut Device)) {
        let Some(now) = self.now.get_mut(name) else {
            return;
        };
        let (from, mtu) = (now.clone(), now.mtu);
        change(now);
        if from != *now {
            self.steps.push(DeviceStep::Change {
                from: Box::new(from),
                to: Box::new(now.clone()),
            });
            // A device whose MTU was too small for IPv6 gets it from the kernel when it is not any
            // more (`addrconf_notify`, net/ipv6/addrconf.c).
            let least = u32::from(Mtu::MIN_IPV6);
            now.ipv6 |= (1..least).contains(&mtu) && now.mtu >= least;
        }
    }

    /// Changes the devices of a kind that are there towards what they shall be.
    fn each(&mut self, is: fn(&Device) -> bool, change: impl Fn(&mut Device, &Device)) {
        for then in self.all(is) {
            self.change(&then.name, |now| change(now, &then));
        }
    }

    fn remove(&mut self, is: fn(&DeviceKind) -> bool) {
        for (name, then) in self.target {
            if then.is_none()
                && let Some(now) = self.now.get(name)
                && is(&now.kind)
                && let Some(device) = self.now.remove(name)
            {
                self.steps.push(DeviceStep::Remove(Box::new(device)));
            }
        }
    }

    /// Takes devices out of what they shall not belong to, and out of a bond that must be without
    /// members for a while.
    fn detach(&mut self) {
        for (name, then) in self.target {
            let Some(master) = self.now.get(name).and_then(|now| now.master.clone()) else {
                continue;
            };
            let stays = then.as_ref().and_then(|then| then.master.as_ref()) == Some(&master);
            if stays && !self.is_emptied(&master) {
                continue;
            }
            if !self.is_bond(&master) {
                self.change(name, |now| now.master = None);
                continue;
            }
            self.leave(name);
            // With its last member, a bond loses its address.
            let is_member = |device: &Device| device.master.as_ref() == Some(&master);
            if !self.now.values().any(is_member) {
                self.change(&master, |bond| bond.mac = None);
            }
        }
    }

    /// Takes a device out of its bond (`__bond_release_one`, drivers/net/bonding/bond_main.c).
    fn leave(&mut self, name: &NicName) {
        let Some(now) = self.now.get_mut(name) else {
            return;
        };
        let from = now.clone();
        now.master = None;
        now.up = false;
        now.priority = 0;
        // Those that it had before it joined.
        now.mac = None;
        now.mtu = 0;
        self.steps.push(DeviceStep::Leave {
            from: Box::new(from),
            to: Box::new(now.clone()),
        });
    }

    /// Makes a device part of a bond (`bond_enslave`, drivers/net/bonding/bond_main.c).
    fn join(&mut self, name: &NicName, bond: &NicName) {
        // The bond takes none that is up.
        self.change(name, |now| now.up = false);
        let size = self.now.get(bond).map(|bond| (bond.mtu, bond.mac));
        let (Some(now), Some((mtu, mac))) = (self.now.get_mut(name), size) else {
            return;
        };
        let from = now.clone();
        now.master = Some(bond.clone());
        now.up = true;
        now.mtu = mtu;
        now.mac = mac;
        self.steps.push(DeviceStep::Join {
            from: Box::new(from),
            to: Box::new(now.clone()),
        });
    }

    /// Whether a bond must be without members to become what it shall be.
    fn is_emptied(&self, bond: &NicName) -> bool {
        let now = self.now.get(bond).and_then(bond_options);
        let then = self.target.get(bond).and_then(Option::as_ref);
        let then = then.and_then(bond_options);
        match (now, then) {
            (Some(now), Some(then)) => now.standstill(then) == Standstill::Memberless,
            _ => false,
        }
    }

    /// Makes the devices of a kind smaller that shall be. The members of a bond follow it.
    fn shrink(&mut self, is: fn(&Device) -> bool) {
        for then in self.all(is) {
            let smaller = |now: &mut Device| now.mtu = now.mtu.min(then.mtu);
            let follows = self
                .now
                .get(&then.name)
                .is_some_and(|now| self.follows(now));
            match self.now.get_mut(&then.name) {
                Some(now) if follows => smaller(now),
                _ => self.change(&then.name, smaller),
            }
        }
    }

    /// Makes uplinks as large as they shall be, and sets them up.
    fn raise_uplinks(&mut self) {
        for then in self.all(is_uplink) {
            let follows = self
                .now
                .get(&then.name)
                .is_some_and(|now| self.follows(now));
            if let Some(now) = self.now.get_mut(&then.name)
                && follows
            {
                now.mtu = then.mtu;
            }
            self.change(&then.name, |now| {
                now.mtu = then.mtu;
                now.up = then.up;
            });
        }
    }

    /// Makes bonds and brings those that are there in line, with their members.
    fn bonds(&mut self) {
        for then in self.all(is_bond) {
            let Some(options) = bond_options(&then) else {
                continue;
            };
            match self.now.get(&then.name).and_then(bond_options) {
                None => self.make(&then),
                Some(now) => {
                    let standstill = now.standstill(options);
                    if standstill > Standstill::None {
                        self.change(&then.name, |now| now.up = false);
                    }
                    self.change(&then.name, |now| set_options(now, options));
                }
            }
        }
        for then in self.all(is_uplink) {
            let Some(bond) = then.master.as_ref().filter(|it| self.is_bond(it)) else {
                continue;
            };
            let is_member = |now: &Device| now.master.as_ref() == Some(bond);
            if !self.now.get(&then.name).is_some_and(is_member) {
                self.join(&then.name, bond);
            }
            self.change(&then.name, |now| now.priority = then.priority);
        }
        self.silence(is_bond);
        self.each(is_bond, |now, then| {
            now.mac = then.mac;
            now.up = then.up;
        });
    }

    fn is_bond(&self, name: &NicName) -> bool {
        self.now.get(name).is_some_and(is_bond)
    }

    /// Makes the devices of a kind that are not there.
    fn add(&mut self, is: fn(&Device) -> bool) {
        for then in self.all(is) {
            if !self.now.contains_key(&then.name) {
                self.make(&then);
            }
        }
        self.each(is, |now, then| now.ipv6 = then.ipv6);
    }

    fn make(&mut self, then: &Device) {
        let bare = then.bare();
        self.now.insert(then.name.clone(), bare.clone());
        self.steps.push(DeviceStep::Add(Box::new(bare)));
    }

    /// Makes devices part of the bridges that they shall belong to.
    fn attach(&mut self) {
        for then in self.all(|device| !device.is_bridge()) {
            self.change(&then.name, |now| now.master.clone_from(&then.master));
        }
    }

    /// Sets what is left to set.
    fn finish(&mut self, is: fn(&Device) -> bool) {
        self.silence(is);
        self.stop_spanning(is);
        self.each(is, |now, then| {
            now.kind = then.kind.clone();
            if then.kind != DeviceKind::Other {
                now.mac = then.mac.or(now.mac);
            }
            now.mtu = then.mtu;
            now.up = then.up;
            now.alias.clone_from(&then.alias);
        });
        self.silence(is);
    }

    /// Turns IPv6 of devices of ours on or off.
    fn silence(&mut self, is: fn(&Device) -> bool) {
        self.each(is, |now, then| {
            if then.kind != DeviceKind::Other {
                now.ipv6 = then.ipv6;
            }
        });
    }

    /// Turns the spanning tree protocol off first: with it, times have other limits
    /// (`br_set_forward_delay`, net/bridge/br_stp.c).
    fn stop_spanning(&mut self, is: fn(&Device) -> bool) {
        let off = BridgeValue::Number(0);
        self.each(is, |now, then| {
            if let (DeviceKind::Bridge(now), DeviceKind::Bridge(then)) = (&mut now.kind, &then.kind)
                && then.get("stp_state") == Some(off)
            {
                now.set("stp_state", off);
            }
        });
    }
}

fn is_vlan(device: &Device) -> bool {
    matches!(device.kind, DeviceKind::Vlan { .. })
}

fn is_bond(device: &Device) -> bool {
    matches!(device.kind, DeviceKind::Bond(_))
}

/// A bond, or a NIC.
fn is_uplink(device: &Device) -> bool {
    !device.is_bridge() && !is_vlan(device)
}

fn bond_options(device: &Device) -> Option<&KernelBond> {
    match &device.kind {
        DeviceKind::Bond(options) => Some(options),
        _ => None,
    }
}

/// The member in use can only be chosen among those that are there: that comes last.
fn set_options(now: &mut Device, options: &KernelBond) {
    if let DeviceKind::Bond(now) = &mut now.kind {
        let active = now.active.clone();
        **now = options.with_active(active);
    }
}
