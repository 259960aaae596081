use std::io;

use rtnetlink::packet_core::{NetlinkMessage, NetlinkPayload};
use rtnetlink::sys::protocols::NETLINK_ROUTE;
use rtnetlink::sys::{AsyncSocket, AsyncSocketExt, SocketAddr, TokioSocket};

use super::wire::Message;
use crate::model::NicName;

/// The kernel's news of devices (`RTNLGRP_LINK`, linux/rtnetlink.h).
const LINK_GROUP: u32 = 1;

/// News were lost, as they came faster than they were read (asm-generic/errno.h).
const ENOBUFS: i32 = 105;

/// More than the kernel ever says of one device.
const BUFFER: usize = 64 << 10;

/// The devices that come or change from now on: `ip monitor link`.
pub(super) struct Arrivals {
    socket: TokioSocket,
    buffer: Vec<u8>,
}

impl Arrivals {
    /// Begins to listen in the network namespace of this thread.
    pub(super) fn open() -> io::Result<Self> {
        let mut socket = TokioSocket::new(NETLINK_ROUTE)?;
        socket.socket_mut().bind(&SocketAddr::new(0, 0))?;
        socket.socket_mut().add_membership(LINK_GROUP)?;
        Ok(Self {
            socket,
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
