//! Uplinks: single NICs and bonds.

use std::collections::BTreeSet;

use super::{RenderError, Renderer};
use crate::model::observed::{BondPort, NicPort, Trunks, TunnelPort};
use crate::model::{Mtu, NicName, Tunnel};
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
            .set(port::TRUNKS, rows::trunks(&nic.trunks))
            .set(port::EXTERNAL_IDS, rows::role(marks::ROLE_NIC))
            .id()
    }

    pub(super) fn insert_tunnel(&mut self, port: &TunnelPort) -> RowId<Port> {
        let tunnel = &port.tunnel;
        let name = tunnel.name().to_owned();
        let device = self
            .builder
            .insert::<Interface>()
            .set(interface::NAME, name.clone())
            .set(interface::TYPE, tunnel.ends().kind.as_str().to_owned())
            .set(interface::OPTIONS, rows::tunnel_options(tunnel))
            .set(interface::EXTERNAL_IDS, rows::role(marks::ROLE_TUNNEL))
            .id();
        self.interfaces.push(name.clone());
        self.builder
            .insert::<Port>()
            .set(port::NAME, name)
            .set(port::INTERFACES, Set::from([device]))
            .set(port::TRUNKS, rows::trunks(&port.trunks))
            .set(port::EXTERNAL_IDS, rows::tunnel_ids(tunnel))
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
        let options = bond.options();
        self.builder
            .insert::<Port>()
            .set(port::NAME, bond.name.to_string())
            .set(port::INTERFACES, members.into_iter().collect())
            .set(port::BOND_MODE, rows::bond_mode(options))
            .set(port::LACP, rows::lacp(options))
            .set(port::BOND_UPDELAY, options.updelay.into())
            .set(port::BOND_DOWNDELAY, options.downdelay.into())
            .set(port::TRUNKS, rows::trunks(&bond.trunks))
            .set(port::OTHER_CONFIG, rows::bond_config(options))
            .set(port::EXTERNAL_IDS, rows::bond_ids(&bond.bond))
            .id()
    }

    /// Has an uplink's port carry VLANs as they are again.
    pub(super) fn restore_uplink(&mut self, id: RowId<Port>) {
        self.builder
            .update(id)
            .set(port::TAG, None)
            .set(port::VLAN_MODE, None);
    }

    /// Gives a tunnel's interface its type and options again.
    pub(super) fn restore_tunnel(&mut self, tunnel: &Tunnel) -> Result<(), RenderError> {
        let (device, _) = self.interface(tunnel.name())?;
        self.builder
            .update(device)
            .set(interface::TYPE, tunnel.ends().kind.as_str().to_owned())
            .set(interface::OPTIONS, rows::tunnel_options(tunnel));
        self.interfaces.push(tunnel.name().to_owned());
        Ok(())
    }

    /// Only the VLANs that come and go are written, unless there were none or will be none.
    pub(super) fn change_trunks(
        &mut self,
        id: RowId<Port>,
        row: &Port,
        from: &Trunks,
        to: &Trunks,
    ) {
        if from == to {
            return;
        }
        self.builder.wait(id, port::TRUNKS, &row.trunks);
        let (old, new) = (from.column(), to.column());
        if old.is_empty() || new.is_empty() {
            self.builder.update(id).set(port::TRUNKS, rows::trunks(to));
            return;
        }
        let difference = |left: &BTreeSet<u16>, right: &BTreeSet<u16>| -> Set<i64> {
            left.difference(right).copied().map(i64::from).collect()
        };
        let (come, gone) = (difference(&new, &old), difference(&old, &new));
        let mut mutate = self.builder.mutate(id);
        if !come.is_empty() {
            mutate = mutate.insert(port::TRUNKS, come);
        }
        if !gone.is_empty() {
            mutate.delete(port::TRUNKS, gone);
        }
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
        let (old, new) = (from.options(), to.options());
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
