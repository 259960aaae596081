//! One setup of the kernel's own devices at a time. Open vSwitch's database has transactions for that;
//! the kernel has none.

use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The name of a socket that only one process can have. Names without a file are the network
/// namespace's (unix(7), "Abstract socket addresses"), and go with whoever has them.
const NAME: &[u8] = b"netswitch-setup";

/// Held as long as a setup goes on.
#[derive(Debug)]
pub(super) struct Lock {
    _socket: UnixDatagram,
}

impl Lock {
    /// Takes it; `None` when another setup has it.
    pub(super) fn take() -> io::Result<Option<Self>> {
        let address = SocketAddr::from_abstract_name(NAME)?;
        match UnixDatagram::bind_addr(&address) {
            Ok(socket) => Ok(Some(Self { _socket: socket })),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => Ok(None),
            Err(error) => Err(error),
        }
    }
}
