//! Bridges, with their local ports.

use super::{RenderError, Renderer};
use crate::model::observed;
use crate::ovsdb::{RowId, Set};
use crate::switch::ovs::{marks, rows};
use crate::vswitch::{Bridge, BridgeFailMode, Interface, Port, bridge, interface, port};

impl Renderer<'_> {
    /// A bridge with its local port, as `ovs-vsctl add-br` makes it.
    pub(super) fn insert_bridge(
        &mut self,
        new: &observed::Bridge,
        mut ports: Vec<RowId<Port>>,
    ) -> RowId<Bridge> {
        let name = new.name.to_string();
        let device = self
            .builder
            .insert::<Interface>()
            .set(interface::NAME, name.clone())
            .set(interface::TYPE, "internal".to_owned())
            .set(interface::EXTERNAL_IDS, rows::role(marks::ROLE_BRIDGE))
            .id();
        self.interfaces.push(name.clone());
        let local = self
            .builder
            .insert::<Port>()
            .set(port::NAME, name.clone())
            .set(port::INTERFACES, Set::from([device]))
            .set(port::EXTERNAL_IDS, rows::role(marks::ROLE_BRIDGE))
            .id();
        ports.push(local);
        let hwaddr = new.hwaddr.map(|mac| ("hwaddr".to_owned(), mac.to_string()));
        self.builder
            .insert::<Bridge>()
            .set(bridge::NAME, name)
            .set(bridge::PORTS, ports.into_iter().collect())
            .set(bridge::DATAPATH_TYPE, new.datapath_type.clone())
            .set(bridge::FAIL_MODE, Some(BridgeFailMode::Standalone))
            .set(bridge::STP_ENABLE, new.stp)
            .set(bridge::OTHER_CONFIG, hwaddr.into_iter().collect())
            .set(bridge::EXTERNAL_IDS, rows::role(marks::ROLE_BRIDGE))
            .id()
    }

    /// A bridge goes as it was seen: with no port that came meanwhile.
    pub(super) fn vanish_bridge(&mut self, id: RowId<Bridge>) -> Result<(), RenderError> {
        let Some(row) = self.db.bridge.get(id) else {
            return Ok(());
        };
        self.builder.wait(id, bridge::PORTS, &row.ports);
        self.builder.vanishes(id);
        for port in row.ports.iter().filter(|port| !self.handled.contains(port)) {
            if let Some(port_row) = self.db.port.get(*port) {
                if port_row.name != row.name {
                    let (port, bridge) = (port_row.name.clone(), row.name.clone());
                    return Err(RenderError::Unplanned { port, bridge });
                }
                self.builder.vanishes(*port);
                port_row
                    .interfaces
                    .iter()
                    .for_each(|device| self.builder.vanishes(*device));
            }
        }
        row.controller
            .iter()
            .for_each(|id| self.builder.vanishes(*id));
        row.mirrors.iter().for_each(|id| self.builder.vanishes(*id));
        row.netflow.iter().for_each(|id| self.builder.vanishes(*id));
        row.sflow.iter().for_each(|id| self.builder.vanishes(*id));
        row.ipfix.iter().for_each(|id| self.builder.vanishes(*id));
        row.auto_attach
            .iter()
            .for_each(|id| self.builder.vanishes(*id));
        row.flow_tables
            .iter()
            .for_each(|(_, id)| self.builder.vanishes(*id));
        Ok(())
    }

    pub(super) fn change_bridge(
        &mut self,
        from: &observed::Bridge,
        to: &observed::Bridge,
    ) -> Result<(), RenderError> {
        let (id, row) = self.bridge(&from.name)?;
        if from.stp != to.stp {
            self.builder.wait(id, bridge::STP_ENABLE, &row.stp_enable);
            self.builder.update(id).set(bridge::STP_ENABLE, to.stp);
        }
        if from.drifted {
            self.builder
                .update(id)
                .set(bridge::FAIL_MODE, Some(BridgeFailMode::Standalone));
        }
        Ok(())
    }
}
