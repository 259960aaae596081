use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use rtnetlink::packet_core::NetlinkPayload;
use rtnetlink::proto;
use rtnetlink::sys::{AsyncSocket, SocketAddr, protocols::NETLINK_ROUTE};
use tokio::task::JoinHandle;

use super::LinkError;
use super::wire::Message;
use crate::model::observed::Link;

/// `RTMGRP_LINK` (linux/rtnetlink.h): who is in this group is told of devices.
const DEVICES: u32 = 1;

/// Devices of this network namespace as they come and change: `ip monitor link`. When more comes
/// than is taken, some may be left out.
pub struct Watch {
    links: BoxStream<'static, Link>,
    connection: JoinHandle<()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Watch {
    /// Begins to watch the network namespace of this thread.
    ///
    /// # Errors
    /// [`LinkError::Open`]: there is no such socket to be had.
    ///
    /// # Panics
    /// Outside a tokio runtime, whose task serves the socket.
    pub fn open() -> Result<Watch, LinkError> {
        let (mut connection, _, messages) =
            proto::new_connection::<Message>(NETLINK_ROUTE).map_err(LinkError::Open)?;
        let socket = connection.socket_mut().socket_mut();
        socket
            .bind(&SocketAddr::new(0, DEVICES))
            .map_err(LinkError::Open)?;
        let links = messages.filter_map(async |(message, _)| match message.payload {
            NetlinkPayload::InnerMessage(Message::Link(link)) => Some(*link),
            _ => None,
        });
        Ok(Watch {
            links: links.boxed(),
            connection: tokio::spawn(connection),
        })
    }

    /// The next device that came or changed, as it is then; `None` when there is nothing more to
    /// be had.
    pub async fn next(&mut self) -> Option<Link> {
        self.links.next().await
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
