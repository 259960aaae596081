//! Divides steps whose arguments do not fit into one call of ovs-vsctl.
//!
//! Networks that go, go first; then comes all that changes what is there, in one; then come the
//! networks that are new, and the bridge mappings at last. No state on the way has two networks on
//! one VLAN of a bridge that had not, or will not have: what is freed is free before it is taken.

use crate::model::observed::Port;
use crate::ovsdb::Transaction;
use crate::plan::{ArgumentLimits, OvsStep};
use crate::switch::ovs::render;

use super::vsctl_words;

/// What every call takes: options, the guard of the configuration and the mark.
const CALL: usize = 6 << 10;

/// What a removed port takes: its UUID, in its bridge's `remove`.
const REMOVAL: usize = 64;

/// What a step takes at the most that changes a few columns, each with its guard.
const CHANGE: usize = 1536;

/// A UUID in a set.
const MEMBER: usize = 37;

/// The steps of each transaction; pure, so that a plan can tell it.
pub(crate) fn split<'a>(steps: &[&'a OvsStep], limits: ArgumentLimits) -> Vec<Vec<&'a OvsStep>> {
    if steps.is_empty() {
        return Vec::new();
    }
    let room = limits.total.saturating_sub(CALL);
    let whole: usize = steps.iter().map(|step| size(step)).sum();
    if whole <= room && leaves_bridges_readable(steps, limits.single) {
        return vec![steps.to_vec()];
    }
    let (mut gone, mut between, mut come, mut mappings) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for step in steps {
        match step {
            OvsStep::RemovePort(Port::Network(_)) => gone.push(*step),
            OvsStep::AddPort(Port::Network(_)) => come.push(*step),
            OvsStep::SetBridgeMappings { .. } => mappings.push(*step),
            _ => between.push(*step),
        }
    }
    let mut transactions = chunks(gone, room);
    let rest = || {
        between
            .iter()
            .chain(&mappings)
            .map(|step| size(step))
            .sum::<usize>()
    };
    if come.is_empty() && !between.is_empty() && rest() <= room {
        between.append(&mut mappings);
    }
    come.append(&mut mappings);
    transactions.extend((!between.is_empty()).then_some(between));
    transactions.extend(chunks(come, room));
    transactions
}

/// A bridge that goes is guarded by the set of its ports, which is one argument.
fn leaves_bridges_readable(steps: &[&OvsStep], single: usize) -> bool {
    let is_removal = |step: &&&OvsStep| matches!(step, OvsStep::RemovePort(_));
    let bridge_goes = steps
        .iter()
        .any(|step| matches!(step, OvsStep::RemoveBridge(_)));
    !bridge_goes || MEMBER * (steps.iter().filter(is_removal).count() + 8) < single
}

/// As few transactions as these steps need in this order.
fn chunks(steps: Vec<&OvsStep>, room: usize) -> Vec<Vec<&OvsStep>> {
    let mut chunks = Vec::new();
    let (mut chunk, mut left) = (Vec::new(), room);
    for step in steps {
        let size = size(step);
        if size > left && !chunk.is_empty() {
            chunks.push(std::mem::take(&mut chunk));
            left = room;
        }
        left = left.saturating_sub(size);
        chunk.push(step);
    }
    chunks.extend((!chunk.is_empty()).then_some(chunk));
    chunks
}

/// What a step's arguments take at the most.
fn size(step: &OvsStep) -> usize {
    match step {
        OvsStep::RemovePort(_) => REMOVAL,
        OvsStep::AddPort(port) => {
            // Its reference from the bridge too.
            REMOVAL + render::addition(port).map_or(CHANGE, |made| arguments(&made))
        }
        OvsStep::SetBridgeMappings { from, to } => {
            // The new text, and the old one in the guard.
            let length = |text: &Option<String>| text.as_deref().map_or(0, quoted);
            CHANGE + length(from) + length(to)
        }
        OvsStep::ChangePort {
            from: Port::Bond(from),
            to: Port::Bond(to),
        } => {
            let custom = to.options().custom.iter();
            let custom: usize = custom.map(|(key, value)| quoted(key) + quoted(value)).sum();
            CHANGE * (2 + from.mtus.len() + to.mtus.len()) + custom
        }
        _ => CHANGE,
    }
}

fn arguments(transaction: &Transaction) -> usize {
    let words = vsctl_words(transaction).unwrap_or_default();
    words.iter().map(|word| ArgumentLimits::size(word)).sum()
}

fn quoted(text: &str) -> usize {
    serde_json::Value::from(text).to_string().len()
}
