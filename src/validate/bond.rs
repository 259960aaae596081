//! The rules of bonds.

use super::bridge::Going;
use super::device::Vlans;
use super::mtu::Limits;
use super::{Judge, listed};
use crate::model::{Bond, BondName, Change, Code, KernelBond, NicName, Quoted, SwitchType, Uplink};

/// How many networks a message looks for.
const SOME: usize = 6;

impl<'a> Judge<'a> {
    /// Judges every bond of the request.
    pub(super) fn bonds(&mut self, host: SwitchType, bridges: &mut Going<'a>, vlans: &Vlans<'a>) {
        let desired = self.desired;
        for (name, change) in &desired.bonds {
            match change {
                Change::Set(bond) => {
                    self.bond_name(name, bond.switch);
                    self.bond_switch(name, bond, host);
                    self.has_members(name, bond);
                    for nic in &bond.members {
                        self.member_is_free(name, nic);
                    }
                    self.primary_is_member(name, bond);
                    self.hwaddr_stays(name, bond);
                    self.members_take_mtu(name, bond);
                }
                Change::Remove => {
                    self.bond_removal(name);
                    self.has_no_vlans_of_others(name, vlans);
                }
            }
            bridges.judge_bond(self, name);
        }
    }

    /// 21: a bond has NICs.
    fn has_members(&mut self, name: &BondName, bond: &Bond) {
        if bond.members.is_empty() && !self.is_flawed_bond(name) {
            self.bond(
                Code::BadParams,
                name,
                "nics",
                "a bond needs at least one NIC",
            );
        }
    }

    /// 23, 24: a NIC exists and is nobody else's in the resulting host.
    fn member_is_free(&mut self, name: &BondName, nic: &NicName) {
        if let Err((code, message)) = self.check_nic(nic) {
            return self.bond(code, name, "nics", message);
        }
        // Of two bonds of the request, the later one is told.
        let first = self
            .resulting
            .first_bond(nic)
            .filter(|first| *first != name);
        let other = self.resulting.staying_bond(nic).or(first);
        if let Some(other) = other {
            let message = format!("{} belongs to {other}", Quoted(nic.as_str()));
            return self.bond(Code::UsedNic, name, "nics", message);
        }
        let networks = self
            .resulting
            .some_networks(&Uplink::Nic(nic.clone()), SOME);
        if !networks.is_empty() {
            let networks = listed(networks.into_iter().map(|network| network.as_str()));
            let message = format!("{} is the uplink of {networks}", Quoted(nic.as_str()));
            self.bond(Code::UsedNic, name, "nics", message);
        }
    }

    /// 25: the NIC that is preferred is one of the bond's.
    fn primary_is_member(&mut self, name: &BondName, bond: &Bond) {
        let Some(primary) = bond.options.primary() else {
            return;
        };
        if !bond.members.contains(primary) && !self.is_flawed_bond(name) {
            let message = format!("primary: {} is not in nics", Quoted(primary.as_str()));
            self.bond(Code::BadBonding, name, "options", message);
        }
    }

    /// 25: a bond whose address is that of the member in use is given none.
    fn hwaddr_stays(&mut self, name: &BondName, bond: &Bond) {
        let kernel = bond.options.kernel();
        let wanders = kernel.is_some_and(KernelBond::has_the_active_members_mac);
        if wanders && bond.hwaddr.is_some() {
            let message = "with fail_over_mac=active, the address is the active member's";
            self.bond(Code::BadBonding, name, "hwaddr", message);
        }
    }

    /// 21: the NICs take the MTU of the networks that the request does not name; those that it
    /// names are judged on their own.
    fn members_take_mtu(&mut self, name: &BondName, bond: &Bond) {
        let uplink = Uplink::Bond(name.clone());
        let Some(mtu) = self.resulting.staying_mtu(&uplink) else {
            return;
        };
        let limits = Limits::of(&bond.members, &self.observed.links);
        if let Err(message) = limits.check(mtu) {
            self.bond(Code::BadParams, name, "nics", message);
        }
    }

    /// 25, 31: a bond that is removed is there, and no network uses it.
    fn bond_removal(&mut self, name: &BondName) {
        let networks = self
            .resulting
            .some_networks(&Uplink::Bond(name.clone()), SOME);
        if self.observed.bond(name).is_none() {
            let message = format!("there is no bond {name} to remove");
            self.bond(Code::BadBonding, name, "", message);
        } else if !networks.is_empty() {
            let networks = listed(networks.into_iter().map(|network| network.as_str()));
            let message = format!("{name} is still the uplink of {networks}");
            self.bond(Code::UsedBond, name, "", message);
        }
    }
}
