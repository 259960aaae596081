//! placeholder
use crate::model::*;
use std::collections::BTreeMap;
/// x
#[derive(Debug)]
pub struct Valid {
    desired: Desired,
}
impl Valid {
    /// x
    pub fn networks(&self) -> &BTreeMap<NetworkName, Change<Network>> {
        &self.desired.networks
    }
    /// x
    pub fn bonds(&self) -> &BTreeMap<BondName, Change<Bond>> {
        &self.desired.bonds
    }
}
