use std::io;

use rtnetlink::packet_core::{NetlinkMessage, NetlinkPayload};
use rtnetlink::sys::protocols::NETLINK_ROUTE;
use rtnetlink::sys::{AsyncSocket, AsyncSocketExt, SocketAddr, TokioSocket};

use super::wire::Message;
use crate::model::NicName;

/// The kernel's news of devices (`RTNLGRP_LINK`, linux/rtnetlink.h).
const LINK_GROUP: u32 = 1;

/// The kernel's news of addresses (`RTNLGRP_IPV4_IFADDR` and `RTNLGRP_IPV6_IFADDR`).
const ADDRESS_GROUPS: [u32; 2] = [5, 9];

/// News were lost, as they came faster than they were read (asm-generic/errno.h).
const ENOBUFS: i32 = 105;

/// More than the kernel ever says of one device.
const BUFFER: usize = 64 << 10;

/// The devices that come or change from now on: `ip monitor link`.
pub(super) struct Arrivals {
    socket: TokioSocket,
    buffer: Vec<u8>,
}

/// Tells that addresses came, went or changed.
pub struct AddressNews {
    socket: TokioSocket,
    buffer: Vec<u8>,
}

impl std::fmt::Debug for AddressNews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddressNews").finish_non_exhaustive()
    }
}

impl AddressNews {
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self {
            socket: listen(&ADDRESS_GROUPS)?,
            buffer: Vec::with_capacity(BUFFER),
        })
    }

    /// Waits until some changed.
    ///
    /// # Errors
    /// The socket broke. That news were lost is news too.
    pub async fn next(&mut self) -> io::Result<()> {
        self.buffer.clear();
        match self.socket.recv(&mut self.buffer).await {
            Err(error) if error.raw_os_error() == Some(ENOBUFS) => Ok(()),
            received => received.map(drop),
        }
    }
}

/// A socket that hears what the kernel tells these groups in the network namespace of this thread.
fn listen(groups: &[u32]) -> io::Result<TokioSocket> {
    let mut socket = TokioSocket::new(NETLINK_ROUTE)?;
    socket.socket_mut().bind(&SocketAddr::new(0, 0))?;
    for group in groups {
        socket.socket_mut().add_membership(*group)?;
    }
    Ok(socket)
}

impl Arrivals {
    /// Begins to listen in the network namespace of this thread.
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self {
            socket: listen(&[LINK_GROUP])?,
            buffer: Vec::with_capacity(BUFFER),
        })
    }

    /// The next device that came or changed. Some may be passed over where there are many.
    pub(super) async fn next(&mut self) -> io::Result<NicName> {
        loop {
            self.buffer.clear();
            match self.socket.recv(&mut self.buffer).await {
                Err(error) if error.raw_os_error() == Some(ENOBUFS) => continue,
                received => received?,
            }
            // The kernel sends a message at a time.
            let message = NetlinkMessage::<Message>::deserialize(&self.buffer);
            if let Ok(NetlinkPayload::InnerMessage(Message::Link(link))) =
                message.map(|message| message.payload)
            {
                return Ok(link.name);
            }
        }
    }
}
