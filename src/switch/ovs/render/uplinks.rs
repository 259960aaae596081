//! Uplinks: single NICs and bonds.

use super::{RenderError, Renderer};
use crate::model::observed::{BondPort, NicPort};
use crate::model::{Mtu, NicName};
use crate::ovsdb::{RowId, Set};
use crate::switch::ovs::{marks, rows};
use crate::vswitch::{Interface, Port, interface, port};

impl Renderer<'_> {
    pub(super) fn insert_nic(&mut self, nic: &NicPort) -> RowId<Port> {
        let device = self.insert_member(&nic.name, nic.mtu, marks::ROLE_NIC);
        self.builder
            .insert::<Port>()
            .set(port::NAME, nic.name.to_string())
            .set(port::INTERFACES, Set::from([device]))
            .set(port::EXTERNAL_IDS, rows::role(marks::ROLE_NIC))
            .id()
    }

    pub(super) fn insert_member(
        &mut self,
        name: &NicName,
        mtu: Option<Mtu>,
        role: &str,
    ) -> RowId<Interface> {
        self.interfaces.push(name.to_string());
        self.builder
            .insert::<Interface>()
            .set(interface::NAME, name.to_string())
            .set(interface::MTU_REQUEST, mtu.map(|mtu| mtu.get().into()))
            .set(interface::EXTERNAL_IDS, rows::role(role))
            .id()
    }

    pub(super) fn insert_bond(&mut self, bond: &BondPort) -> RowId<Port> {
        let mut members = Vec::new();
        for (name, mtu) in &bond.mtus {
            members.push(self.insert_member(name, *mtu, marks::ROLE_BONDING));
        }
        let options = &bond.bond.options;
        self.builder
            .insert::<Port>()
            .set(port::NAME, bond.name.to_string())
            .set(port::INTERFACES, members.into_iter().collect())
            .set(port::BOND_MODE, rows::bond_mode(options))
            .set(port::LACP, rows::lacp(options))
            .set(port::BOND_UPDELAY, options.updelay.into())
            .set(port::BOND_DOWNDELAY, options.downdelay.into())
            .set(port::OTHER_CONFIG, rows::bond_config(options))
            .set(port::EXTERNAL_IDS, rows::bond_ids(&bond.bond))
            .id()
    }

    /// Gives an uplink's port every VLAN back, tagged.
    pub(super) fn restore_uplink(&mut self, id: RowId<Port>) {
        self.builder
            .update(id)
            .set(port::TAG, None)
            .set(port::TRUNKS, Set::default())
            .set(port::VLAN_MODE, None);
    }

    pub(super) fn change_mtu(
        &mut self,
        name: &NicName,
        from: Option<Mtu>,
        to: Option<Mtu>,
    ) -> Result<(), RenderError> {
        if from != to {
            // What it was does not matter: it follows from its networks'.
            let (device, _) = self.interface(name.as_str())?;
            let mtu = to.map(|mtu| mtu.get().into());
            self.builder.update(device).set(interface::MTU_REQUEST, mtu);
            self.interfaces.push(name.to_string());
        }
        Ok(())
    }

    pub(super) fn change_bond(
        &mut self,
        id: RowId<Port>,
        row: &Port,
        from: &BondPort,
        to: &BondPort,
    ) -> Result<(), RenderError> {
        let (mut come, mut gone) = (Vec::new(), Vec::new());
        for (name, mtu) in &to.mtus {
            match from.mtus.get(name) {
                Some(before) => self.change_mtu(name, *before, *mtu)?,
                None => come.push(self.insert_member(name, *mtu, marks::ROLE_BONDING)),
            }
        }
        for name in from.mtus.keys().filter(|name| !to.mtus.contains_key(*name)) {
            let (device, _) = self.interface(name.as_str())?;
            self.builder.vanishes(device);
            gone.push(device);
        }
        if !come.is_empty() || !gone.is_empty() {
            self.builder.wait(id, port::INTERFACES, &row.interfaces);
            let mut mutate = self.builder.mutate(id);
            // Never without a member on the way: the server checks after each mutation.
            if !come.is_empty() {
                mutate = mutate.insert(port::INTERFACES, come.into_iter().collect());
            }
            if !gone.is_empty() {
                mutate.delete(port::INTERFACES, gone.into_iter().collect());
            }
        }
        self.change_bond_columns(id, row, from, to);
        Ok(())
    }

    pub(super) fn change_bond_columns(
        &mut self,
        id: RowId<Port>,
        row: &Port,
        from: &BondPort,
        to: &BondPort,
    ) {
        let (old, new) = (&from.bond.options, &to.bond.options);
        if old.mode != new.mode || old.lacp != new.lacp {
            self.builder.wait(id, port::BOND_MODE, &row.bond_mode);
            self.builder.wait(id, port::LACP, &row.lacp);
            self.builder
                .update(id)
                .set(port::BOND_MODE, rows::bond_mode(new))
                .set(port::LACP, rows::lacp(new));
        }
        if old.updelay != new.updelay || old.downdelay != new.downdelay {
            self.builder.wait(id, port::BOND_UPDELAY, &row.bond_updelay);
            self.builder
                .wait(id, port::BOND_DOWNDELAY, &row.bond_downdelay);
            self.builder
                .update(id)
                .set(port::BOND_UPDELAY, new.updelay.into())
                .set(port::BOND_DOWNDELAY, new.downdelay.into());
        }
        self.change_map(
            id,
            port::OTHER_CONFIG,
            &rows::bond_config(old),
            &rows::bond_config(new),
        );
        self.change_map(
            id,
            port::EXTERNAL_IDS,
            &rows::bond_ids(&from.bond),
            &rows::bond_ids(&to.bond),
        );
    }
}
