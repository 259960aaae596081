//! Networks, and the guests that follow them.

use super::{RenderError, Renderer};
use crate::model::observed::{ForeignPort, NetworkPort};
use crate::ovsdb::{RowId, Set};
use crate::switch::ovs::{marks, rows};
use crate::vswitch::{Interface, Port, interface, port};

impl Renderer<'_> {
    pub(super) fn insert_network(&mut self, network: &NetworkPort) -> RowId<Port> {
        let name = network.name.to_string();
        let mut row = self
            .builder
            .insert::<Interface>()
            .set(interface::NAME, name.clone())
            .set(interface::TYPE, "internal".to_owned())
            .set(
                interface::MTU_REQUEST,
                Some(network.network.mtu.get().into()),
            )
            .set(interface::EXTERNAL_IDS, rows::role(marks::ROLE_NETWORK));
        if let Some(mac) = network.mac {
            row = row.set(interface::MAC, Some(mac.to_string()));
        }
        let device = row.id();
        self.interfaces.push(name.clone());
        let mut row = self
            .builder
            .insert::<Port>()
            .set(port::NAME, name)
            .set(port::INTERFACES, Set::from([device]))
            .set(port::VLAN_MODE, rows::vlan_mode(network.network.vlan))
            .set(port::EXTERNAL_IDS, rows::network_ids(network));
        if let Some(vlan) = network.network.vlan {
            row = row.set(port::TAG, Some(vlan.get().into()));
        }
        row.id()
    }

    pub(super) fn change_network(
        &mut self,
        id: RowId<Port>,
        row: &Port,
        from: &NetworkPort,
        to: &NetworkPort,
    ) -> Result<(), RenderError> {
        if from.network.vlan != to.network.vlan {
            self.builder.wait(id, port::TAG, &row.tag);
            let tag = to.network.vlan.map(|vlan| vlan.get().into());
            let mode = rows::vlan_mode(to.network.vlan);
            let update = self.builder.update(id).set(port::TAG, tag);
            if rows::vlan_mode(from.network.vlan) != mode {
                update.set(port::VLAN_MODE, mode);
            }
        }
        self.change_map(
            id,
            port::EXTERNAL_IDS,
            &rows::network_ids(from),
            &rows::network_ids(to),
        );
        let (device, device_row) = self.interface(from.name.as_str())?;
        if from.drifted {
            self.builder
                .update(id)
                .set(port::TRUNKS, Set::default())
                .set(port::VLAN_MODE, rows::vlan_mode(to.network.vlan));
            self.builder
                .update(device)
                .set(interface::TYPE, "internal".to_owned());
        }
        if from.drifted || from.network.mtu != to.network.mtu {
            self.builder
                .wait(device, interface::MTU_REQUEST, &device_row.mtu_request);
            let mtu = Some(to.network.mtu.get().into());
            self.builder.update(device).set(interface::MTU_REQUEST, mtu);
        }
        if from.mac != to.mac {
            self.builder.wait(device, interface::MAC, &device_row.mac);
            let mac = to.mac.map(|mac| mac.to_string());
            self.builder.update(device).set(interface::MAC, mac);
        }
        self.interfaces.push(from.name.to_string());
        Ok(())
    }

    pub(super) fn change_guest(
        &mut self,
        id: RowId<Port>,
        row: &Port,
        from: &ForeignPort,
        to: &ForeignPort,
    ) {
        if from.tag != to.tag {
            self.builder.wait(id, port::TAG, &row.tag);
            let tag = to.tag.map(|vlan| vlan.get().into());
            self.builder.update(id).set(port::TAG, tag);
        }
    }
}
