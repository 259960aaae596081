//! Mirrors refer to ports weakly: a port that goes is dropped from them.

use crate::ovsdb::{RowId, Set, TransactionBuilder};
use crate::vswitch::{Mirror, Port, mirror};

/// Takes a port that vanishes out of a mirror.
pub(super) fn leave(
    builder: &mut TransactionBuilder,
    id: RowId<Mirror>,
    row: &Mirror,
    port: RowId<Port>,
) {
    if row.output_port == Some(port) {
        builder.update(id).set(mirror::OUTPUT_PORT, None);
    }
    for (column, ports) in [
        (mirror::SELECT_SRC_PORT, &row.select_src_port),
        (mirror::SELECT_DST_PORT, &row.select_dst_port),
    ] {
        if ports.contains(&port) {
            builder.mutate(id).delete(column, Set::from([port]));
        }
    }
}
