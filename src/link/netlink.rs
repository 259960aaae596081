use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use rtnetlink::packet_core::{NLM_F_DUMP_INTR, NetlinkMessage, NetlinkPayload};
use rtnetlink::proto::{self, ConnectionHandle};
use rtnetlink::sys::{AsyncSocket, SocketAddr, protocols::NETLINK_ROUTE};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::{debug, trace};

use super::arrivals::{AddressNews, Arrivals};
use super::sysctl;
use super::wire::{self, Message};
use super::{Action, LinkChange, LinkError, Listed, Numbers, Refusal};
use crate::model::observed::{Addresses, Link, Links};
use crate::model::{IpChange, Ipv6Parameter, NicName};

/// How long the kernel may take to answer.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);
/// How long answers may take to be read that are there.
const GRACE: Duration = Duration::from_secs(1);
/// How often a listing is begun again because devices came or went meanwhile.
pub(super) const ATTEMPTS: u32 = 5;
/// How many changes travel together. Their answers must fit the socket's receive buffer.
pub(super) const BATCH: usize = 64;

/// A connection to the kernel for the devices of this network namespace.
///
/// Dropping a call gives up waiting for its answer; what was asked may still be done.
#[derive(Debug)]
pub struct Netlink {
    requests: ConnectionHandle<Message>,
    connection: JoinHandle<()>,
}

impl Drop for Netlink {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Netlink {
    /// Opens a netlink socket in the network namespace of this thread.
    ///
    /// # Errors
    /// [`LinkError::Open`]: there is no such socket to be had.
    ///
    /// # Panics
    /// Outside a tokio runtime, whose task serves the socket.
    pub fn open() -> Result<Netlink, LinkError> {
        let (mut connection, requests, _) =
            proto::new_connection::<Message>(NETLINK_ROUTE).map_err(LinkError::Open)?;
        // Only an answer that arrives tells that all is done; a stream also ends when it breaks.
        connection.set_forward_done(true);
        connection.set_forward_ack(true);
        let socket = connection.socket_mut().socket_mut();
        // Kernels without these say less, and nothing else.
        for (option, set) in [
            ("NETLINK_EXT_ACK", socket.set_ext_ack(true)),
            ("NETLINK_CAP_ACK", socket.set_cap_ack(true)),
        ] {
            if let Err(error) = set {
                debug!(option, %error, "socket option not set");
            }
        }
        let connection = tokio::spawn(connection);
        Ok(Netlink {
            requests,
            connection,
        })
    }

    /// All devices of the network namespace: `ip -details link show`. A device whose name is not
    /// UTF-8, or cannot be a [`NicName`], is left out.
    ///
    /// # Errors
    /// The kernel refuses, does not answer in time, or has other devices at every attempt.
    pub async fn dump(&self) -> Result<Links, LinkError> {
        let put = |links: &mut Links, message| match message {
            Message::Link(link) => links.put(*link),
            Message::Skipped(reason) => trace!(reason, "network device left out"),
            _ => {}
        };
        self.list(Listed::Devices, Links::default(), put).await
    }

    /// Some devices as they are now, each by its name: `ip -details link show dev NAME`. `None` for
    /// those that are not there.
    ///
    /// # Errors
    /// The kernel refuses or does not answer in time.
    pub async fn links<'n>(
        &self,
        names: impl IntoIterator<Item = &'n NicName>,
    ) -> Result<Vec<Option<Link>>, LinkError> {
        let lost = || LinkError::Lost(Action::List(Listed::Devices));
        let questions: Vec<_> = names.into_iter().map(wire::question).collect();
        let mut links = Vec::with_capacity(questions.len());
        let deadline = Instant::now() + TIME_LIMIT;
        for batch in questions.chunks(BATCH) {
            let answers = self.requests.request_batch(batch.to_vec(), kernel());
            let mut answers = answers.map_err(|_| lost())?;
            for _ in batch {
                let answer = timeout_at(deadline, device(&mut answers)).await;
                let late = |_| LinkError::TimedOut(Action::List(Listed::Devices));
                links.push(answer.map_err(late)?.ok_or_else(lost)??);
            }
        }
        Ok(links)
    }

    /// The addresses of all devices of the network namespace, the routes of all tables, and the rules:
    /// `ip address show`, `ip route list table all`, `ip rule list`.
    ///
    /// # Errors
    /// As [`dump`](Netlink::dump).
    pub async fn addresses(&self) -> Result<Addresses, LinkError> {
        let put = |addresses: &mut Addresses, message| match message {
            Message::Address(device, address) => addresses.add(device, address),
            Message::Routes(routes) => routes.into_iter().for_each(|it| addresses.add_route(it)),
            Message::Rule(rule) => addresses.add_rule(*rule),
            _ => {}
        };
        let addresses = self.list(Listed::Addresses, Addresses::default(), put);
        let addresses = addresses.await?;
        let addresses = self.list(Listed::Routes, addresses, put).await?;
        self.list(Listed::Rules, addresses, put).await
    }

    /// Sets a device up or down: `ip link set dev NAME up`.
    ///
    /// # Errors
    /// The device does not exist ([`LinkError::is_missing`]), the kernel refuses or does not
    /// answer in time.
    pub async fn set_up(&self, name: &NicName, up: bool) -> Result<(), LinkError> {
        let name = name.clone();
        self.apply_one(LinkChange::SetUp { name, up }).await
    }

    /// Sets a device's MTU in bytes: `ip link set dev NAME mtu N`.
    ///
    /// # Errors
    /// As [`set_up`](Netlink::set_up); also when its driver does not take this MTU.
    pub async fn set_mtu(&self, name: &NicName, mtu: u32) -> Result<(), LinkError> {
        let name = name.clone();
        self.apply_one(LinkChange::SetMtu { name, mtu }).await
    }

    /// Lets a device speak IPv6, or not: `sysctl -w net.ipv6.conf.NAME.disable_ipv6=0` or `=1`.
    ///
    /// # Errors
    /// [`LinkError::Refused`], as when `/proc/sys` cannot be written. To turn IPv6 of a device off
    /// that is not there is no error.
    pub async fn set_ipv6(&self, name: &NicName, on: bool) -> Result<(), LinkError> {
        let name = name.clone();
        self.apply_one(LinkChange::SetIpv6 { name, on }).await
    }

    /// Makes changes in their order, without waiting for one before the next: a result each. One
    /// that fails does not stop those behind it.
    pub async fn apply(&self, changes: &[LinkChange]) -> Vec<Result<(), LinkError>> {
        let mut results = Vec::with_capacity(changes.len());
        for alike in changes.chunk_by(|one, next| is_sysctl(one) == is_sysctl(next)) {
            for batch in alike.chunks(BATCH) {
                self.apply_batch(batch, &Numbers::default(), &mut results)
                    .await;
            }
        }
        results
    }

    /// What changes of addresses from now on: `ip monitor address`.
    ///
    /// # Errors
    /// [`LinkError::Open`]: there is no such socket to be had.
    pub fn address_news(&self) -> Result<AddressNews, LinkError> {
        AddressNews::open().map_err(LinkError::Open)
    }

    /// Turns IPv6 of these devices off as they come, and takes those that are done out of the
    /// set. What is left when the call is dropped is left to [`apply`](Netlink::apply).
    ///
    /// Does not end by itself.
    pub async fn turn_ipv6_off_on_arrival(&self, devices: &mut BTreeSet<NicName>) -> Infallible {
        if let Err(error) = follow(devices).await {
            debug!(%error, "nobody tells which devices come");
        }
        pending().await
    }

    async fn apply_one(&self, change: LinkChange) -> Result<(), LinkError> {
        let mut results = Vec::with_capacity(1);
        let change_alone = std::slice::from_ref(&change);
        self.apply_batch(change_alone, &Numbers::default(), &mut results)
            .await;
        results
            .pop()
            .unwrap_or(Err(LinkError::Lost(Action::Change(change))))
    }

    /// Makes changes that are all made in the same way.
    pub(super) async fn apply_batch(
        &self,
        changes: &[LinkChange],
        numbers: &Numbers,
        results: &mut Vec<Result<(), LinkError>>,
    ) {
        if !changes.iter().all(is_sysctl) {
            return self.send_batch(changes, numbers, results).await;
        }
        for change in changes {
            results.push(set(change));
            yield_now().await;
        }
    }

    /// Sends the changes as one datagram. The kernel works through it in order and answers each.
    pub(super) async fn send_batch(
        &self,
        changes: &[LinkChange],
        numbers: &Numbers,
        results: &mut Vec<Result<(), LinkError>>,
    ) {
        let orders = changes.iter().filter_map(|it| wire::change(it, numbers));
        results.extend(self.send(orders.collect(), changes).await);
    }

    /// Sends an order for each change.
    pub(super) async fn send(
        &self,
        orders: Vec<NetlinkMessage<Message>>,
        changes: &[LinkChange],
    ) -> Vec<Result<(), LinkError>> {
        let lost = |change: &LinkChange| LinkError::Lost(Action::Change(change.clone()));
        let late = |change: &LinkChange| LinkError::TimedOut(Action::Change(change.clone()));
        let Ok(mut answers) = self.requests.request_batch(orders, kernel()) else {
            return changes.iter().map(|change| Err(lost(change))).collect();
        };
        let deadline = Instant::now() + TIME_LIMIT;
        let mut results = Vec::with_capacity(changes.len());
        for change in changes {
            let mut answer = timeout_at(deadline, acknowledgement(&mut answers)).await;
            if answer.is_err() {
                // The kernel works while it is sent to: its answers may be there by now.
                answer = timeout(GRACE, acknowledgement(&mut answers)).await;
            }
            let result = match answer {
                Ok(Some(None)) => Ok(()),
                Ok(Some(Some(refusal))) => Err(LinkError::Refused {
                    change: change.clone(),
                    refusal,
                }),
                Ok(None) => Err(lost(change)),
                Err(_) => Err(late(change)),
            };
            trace!(%change, ok = result.is_ok(), "answered");
            results.push(result);
        }
        results
    }

    /// Lists something onto `begun`, anew when it changes meanwhile.
    async fn list<T: Clone>(
        &self,
        what: Listed,
        begun: T,
        put: impl Fn(&mut T, Message),
    ) -> Result<T, LinkError> {
        let listing = async {
            for _ in 0..ATTEMPTS {
                let mut all = begun.clone();
                if self
                    .list_once(what, |message| put(&mut all, message))
                    .await?
                {
                    return Ok(all);
                }
            }
            Err(LinkError::Unsteady(what, ATTEMPTS))
        };
        match timeout(TIME_LIMIT, listing).await {
            Ok(result) => result,
            Err(_) => Err(LinkError::TimedOut(Action::List(what))),
        }
    }

    /// Lists something; `false` when it changed meanwhile, so that some may be missing.
    async fn list_once(
        &self,
        what: Listed,
        mut put: impl FnMut(Message),
    ) -> Result<bool, LinkError> {
        let lost = || LinkError::Lost(Action::List(what));
        let mut answers = self
            .requests
            .request(wire::list(what), kernel())
            .map_err(|_| lost())?;
        let mut steady = true;
        loop {
            let answer = answers.next().await.ok_or_else(lost)?;
            steady &= answer.header.flags & NLM_F_DUMP_INTR == 0;
            match answer.payload {
                NetlinkPayload::InnerMessage(message) => put(message),
                NetlinkPayload::Done(_) => return Ok(steady),
                NetlinkPayload::Error(answer) => {
                    let refused = |refusal| LinkError::List(what, refusal);
                    return Err(wire::refusal(&answer).map_or_else(lost, refused));
                }
                NetlinkPayload::Overrun(_) => steady = false,
                _ => {}
            }
        }
    }
}

/// Whether it is set by sysctl and not over netlink.
pub(super) fn is_sysctl(change: &LinkChange) -> bool {
    match change {
        LinkChange::SetIpv6 { .. } => true,
        LinkChange::Ip(change) => matches!(**change, IpChange::Parameter { .. }),
        _ => false,
    }
}

/// Makes a change by sysctl.
fn set(change: &LinkChange) -> Result<(), LinkError> {
    let (name, parameter, value) = match change {
        LinkChange::SetIpv6 { name, on } => (name, Ipv6Parameter::Disable, !on),
        LinkChange::Ip(ip) => match &**ip {
            IpChange::Parameter {
                device,
                parameter,
                to,
                ..
            } => (device, *parameter, *to),
            _ => return Err(LinkError::Lost(Action::Change(change.clone()))),
        },
        _ => return Err(LinkError::Lost(Action::Change(change.clone()))),
    };
    let is_off = value == (parameter == Ipv6Parameter::Disable);
    match sysctl::set(name, parameter, value) {
        // What is not there is off.
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_off => Ok(()),
        result => result.map_err(|error| LinkError::Refused {
            change: change.clone(),
            refusal: Refusal::from(error),
        }),
    }
}

/// Turns IPv6 off on each of these devices that comes, until none is left.
async fn follow(devices: &mut BTreeSet<NicName>) -> io::Result<()> {
    if devices.is_empty() {
        return Ok(());
    }
    let mut arrivals = Arrivals::open()?;
    while !devices.is_empty() {
        let name = arrivals.next().await?;
        if devices.contains(&name) && sysctl::set(&name, Ipv6Parameter::Disable, true).is_ok() {
            devices.remove(&name);
        }
    }
    Ok(())
}

/// The device that the next question was for; `None` when no answer comes.
async fn device(
    answers: &mut (impl Stream<Item = NetlinkMessage<Message>> + Unpin),
) -> Option<Result<Option<Link>, LinkError>> {
    let mut found = None;
    loop {
        match answers.next().await?.payload {
            NetlinkPayload::InnerMessage(Message::Link(link)) => found = Some(*link),
            NetlinkPayload::Error(answer) => {
                let refused = |refusal| LinkError::List(Listed::Devices, refusal);
                return Some(match wire::refusal(&answer).map(refused) {
                    None => Ok(found),
                    Some(error) if error.is_missing() => Ok(None),
                    Some(error) => Err(error),
                });
            }
            _ => {}
        }
    }
}

/// The next acknowledgement and what it says against the change; `None` when there is none.
async fn acknowledgement(
    answers: &mut (impl Stream<Item = NetlinkMessage<Message>> + Unpin),
) -> Option<Option<Refusal>> {
    loop {
        if let NetlinkPayload::Error(answer) = answers.next().await?.payload {
            return Some(wire::refusal(&answer));
        }
    }
}

/// The kernel's own netlink address (netlink(7): `nl_pid` is 0).
fn kernel() -> SocketAddr {
    SocketAddr::new(0, 0)
}
