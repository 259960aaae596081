//! Netlink messages as far as they are needed.
//!
//! The decoder reads the few attributes that the model has and passes over all others. So an
//! attribute that is new, or whose content has another form than expected, cannot hide its device.

mod addresses;
mod bond;
mod bridge;
mod ip_order;
mod order;

use std::str;

use rtnetlink::packet_core::{
    DecodeError, DefaultNla, Emitable, ErrorMessage, NLA_F_NESTED, NLA_HEADER_SIZE, NLM_F_ACK,
    NLM_F_DUMP, NLM_F_REQUEST, NetlinkDeserializable, NetlinkHeader, NetlinkMessage,
    NetlinkSerializable, NlasIterator,
};
use rtnetlink::packet_route::address::AddressMessage;
use rtnetlink::packet_route::link::{
    LinkAttribute, LinkExtentMask, LinkFlags, LinkHeader, LinkLayerType, LinkMessage,
};
use rtnetlink::packet_route::route::RouteMessage;
use rtnetlink::packet_route::rule::RuleMessage;
use rtnetlink::packet_route::{AddressFamily, RouteNetlinkMessage};

use super::{Listed, Refusal};
use crate::model::observed::{Address, Link, LinkData, ObservedRoute};
use crate::model::{MacAddress, NicName, Rule, VlanId};
use addresses::{NEW_ADDRESS, NEW_ROUTE, NEW_RULE, address, routes, rule};
pub(super) use order::{change, remove_group, set_group};

/// `RTM_NEWLINK` (linux/rtnetlink.h).
const NEW_LINK: u16 = 16;

/// Attributes of a device (`IFLA_*`, linux/if_link.h).
mod attribute {
    pub(super) const ADDRESS: u16 = 1;
    pub(super) const NAME: u16 = 3;
    pub(super) const MTU: u16 = 4;
    pub(super) const LOWER: u16 = 5;
    pub(super) const MASTER: u16 = 10;
    /// There when the device below is in another network namespace, whose numbers are others
    /// (`IFLA_LINK_NETNSID`).
    pub(super) const LOWER_NAMESPACE: u16 = 37;
    pub(super) const INFO: u16 = 18;
    pub(super) const ALIAS: u16 = 20;
    pub(super) const MIN_MTU: u16 = 50;
    pub(super) const MAX_MTU: u16 = 51;
    pub(super) const PERMANENT_ADDRESS: u16 = 54;
    pub(super) const AF_SPEC: u16 = 26;
    pub(super) const GROUP: u16 = 27;
    /// Inside [`INFO`].
    pub(super) const INFO_KIND: u16 = 1;
    pub(super) const INFO_DATA: u16 = 2;
    pub(super) const INFO_MEMBER_KIND: u16 = 4;
    pub(super) const INFO_MEMBER_DATA: u16 = 5;
    /// Inside the data of a VLAN (`IFLA_VLAN_ID`).
    pub(super) const VLAN_ID: u16 = 1;
    /// Inside the data of a VLAN (`IFLA_VLAN_PROTOCOL`).
    pub(super) const VLAN_PROTOCOL: u16 = 5;
    /// Inside [`AF_SPEC`]: `AF_INET6` (linux/socket.h).
    pub(super) const INET6: u16 = 10;
    /// Inside [`INET6`]: the device's sysctl parameters, a number each.
    pub(super) const INET6_CONF: u16 = 2;
}

/// Where things are among the sysctl parameters (`DEVCONF_*`, linux/ipv6.h).
mod parameter {
    pub(super) const ACCEPT_RA: usize = 3;
    pub(super) const AUTOCONF: usize = 5;
    pub(super) const DISABLE_IPV6: usize = 26;
}

/// Attributes of an acknowledgement (`NLMSGERR_ATTR_*`, linux/netlink.h).
const ERROR_TEXT: u16 = 1;

/// A message to the kernel or from it.
#[derive(Debug, Clone)]
pub(super) enum Message {
    /// A question or an order.
    Request(Box<RouteNetlinkMessage>),
    /// A device.
    Link(Box<Link>),
    /// A device that has no place in the model, and why.
    Skipped(String),
    /// An address of the device of this number.
    Address(u32, Address),
    /// A route, with as many ways as it has.
    Routes(Vec<ObservedRoute>),
    /// A rule.
    Rule(Box<Rule>),
    /// Something that was not asked for.
    Other,
}

/// The question for all of something.
pub(super) fn list(what: Listed) -> NetlinkMessage<Message> {
    let question = match what {
        Listed::Devices => {
            let mut ask = LinkMessage::default();
            // Counters are half of an answer, and nobody looks at them here.
            ask.attributes = vec![LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats])];
            ask.header.interface_family = AddressFamily::Unspec;
            RouteNetlinkMessage::GetLink(ask)
        }
        Listed::Addresses => RouteNetlinkMessage::GetAddress(AddressMessage::default()),
        Listed::Routes => RouteNetlinkMessage::GetRoute(RouteMessage::default()),
        Listed::Rules => RouteNetlinkMessage::GetRule(RuleMessage::default()),
    };
    request(question, NLM_F_REQUEST | NLM_F_DUMP)
}

/// The question for one device.
pub(super) fn question(name: &NicName) -> NetlinkMessage<Message> {
    let mut ask = LinkMessage::default();
    ask.attributes = vec![
        LinkAttribute::IfName(name.to_string()),
        LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats]),
    ];
    let flags = NLM_F_REQUEST | NLM_F_ACK;
    request(RouteNetlinkMessage::GetLink(ask), flags)
}

fn request(message: RouteNetlinkMessage, flags: u16) -> NetlinkMessage<Message> {
    let mut request = NetlinkMessage::from(Message::Request(Box::new(message)));
    request.header.flags = flags;
    request
}

/// What an acknowledgement says; `None` when all is well.
pub(super) fn refusal(answer: &ErrorMessage) -> Option<Refusal> {
    let errno = answer.code?.get().saturating_abs();
    // The request's header comes first; the socket option NETLINK_CAP_ACK leaves its body out.
    let attributes = answer.header.get(16..).unwrap_or_default();
    let reason = attributes_of(attributes).find(|(kind, _)| *kind == ERROR_TEXT);
    let reason = reason.map(|(_, text)| String::from_utf8_lossy(text_of(text)).into_owned());
    Some(Refusal { errno, reason })
}

impl NetlinkSerializable for Message {
    fn message_type(&self) -> u16 {
        self.request().map_or(0, RouteNetlinkMessage::message_type)
    }

    fn buffer_len(&self) -> usize {
        self.request().map_or(0, NetlinkSerializable::buffer_len)
    }

    fn serialize(&self, buffer: &mut [u8]) {
        if let Some(request) = self.request() {
            request.serialize(buffer);
        }
    }
}

impl Message {
    fn request(&self) -> Option<&RouteNetlinkMessage> {
        match self {
            Message::Request(request) => Some(request),
            _ => None,
        }
    }
}

impl From<Message> for rtnetlink::packet_core::NetlinkPayload<Message> {
    fn from(message: Message) -> Self {
        Self::InnerMessage(message)
    }
}

impl NetlinkDeserializable for Message {
    type Error = DecodeError;

    fn deserialize(header: &NetlinkHeader, payload: &[u8]) -> Result<Self, DecodeError> {
        Ok(match header.message_type {
            NEW_LINK => match decode(payload) {
                Ok(link) => Message::Link(Box::new(link)),
                Err(reason) => Message::Skipped(reason),
            },
            NEW_ADDRESS => match address(payload) {
                Some((device, address)) => Message::Address(device, address),
                None => Message::Other,
            },
            NEW_ROUTE => routes(payload).map_or(Message::Other, Message::Routes),
            NEW_RULE => rule(payload).map_or(Message::Other, |it| Message::Rule(Box::new(it))),
            _ => Message::Other,
        })
    }
}

/// Reads a device; an error says why it is left out.
fn decode(payload: &[u8]) -> Result<Link, String> {
    let header = LinkHeader::parse(payload).map_err(|error| error.to_string())?;
    let attributes = payload.get(16..).unwrap_or_default();
    let ethernet = header.link_layer_type == LinkLayerType::Ether;
    let mac = |value: &[u8]| {
        let bytes = <[u8; 6]>::try_from(value).ok().filter(|_| ethernet)?;
        Some(MacAddress::new(bytes))
    };
    let name = attributes_of(attributes).find(|(kind, _)| *kind == attribute::NAME);
    let (_, name) = name.ok_or_else(|| format!("device {} has no name", header.index))?;
    let mut link = Link {
        name: device_name(name)?,
        index: header.index,
        kind: None,
        mac: None,
        permanent_mac: None,
        mtu: 0,
        min_mtu: 0,
        max_mtu: 0,
        up: header.flags.contains(LinkFlags::Up),
        carrier: header.flags.contains(LinkFlags::LowerUp),
        loopback: header.flags.contains(LinkFlags::Loopback),
        ipv6: false,
        accept_ra: false,
        autoconf: false,
        master: None,
        lower: None,
        alias: None,
        group: 0,
        data: LinkData::None,
        membership: None,
    };
    let mut is_elsewhere = false;
    for (kind, value) in attributes_of(attributes) {
        match kind {
            attribute::ADDRESS => link.mac = mac(value),
            attribute::PERMANENT_ADDRESS => {
                link.permanent_mac = mac(value).or(link.permanent_mac);
            }
            attribute::MTU => link.mtu = number(value).unwrap_or(0),
            attribute::MIN_MTU => link.min_mtu = number(value).unwrap_or(0),
            attribute::MAX_MTU => link.max_mtu = number(value).unwrap_or(0),
            attribute::MASTER => link.master = number(value),
            attribute::LOWER => link.lower = number(value),
            attribute::LOWER_NAMESPACE => is_elsewhere = true,
            attribute::ALIAS => link.alias = text(value),
            attribute::GROUP => link.group = number(value).unwrap_or(0),
            attribute::INFO => info(value, &mut link),
            attribute::AF_SPEC => {
                let is_set = |place| ipv6_parameter(value, place).map(|number| number != 0);
                link.ipv6 = is_set(parameter::DISABLE_IPV6) == Some(false);
                link.accept_ra = is_set(parameter::ACCEPT_RA) == Some(true);
                link.autoconf = is_set(parameter::AUTOCONF) == Some(true);
            }
            _ => {}
        }
    }
    if is_elsewhere {
        link.lower = None;
    }
    Ok(link)
}

/// The attributes in a buffer, up to the first whose length is wrong.
fn attributes_of(buffer: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    NlasIterator::new(buffer)
        .map_while(Result::ok)
        .filter_map(|attribute| {
            let (kind, end) = (attribute.kind(), usize::from(attribute.length()));
            Some((kind, attribute.into_inner().get(NLA_HEADER_SIZE..end)?))
        })
}

fn device_name(value: &[u8]) -> Result<NicName, String> {
    let text = text_of(value);
    let name =
        str::from_utf8(text).map_err(|_| format!("\"{}\" is not UTF-8", text.escape_ascii()))?;
    NicName::new(name).map_err(|error| error.to_string())
}

/// What the device is as one of its kind, and as a member of a bond.
fn info(value: &[u8], link: &mut Link) {
    let inside = |wanted| attributes_of(value).find(|(kind, _)| *kind == wanted);
    let inside = |wanted| inside(wanted).map(|(_, value)| value);
    link.kind = inside(attribute::INFO_KIND).and_then(text);
    let data = inside(attribute::INFO_DATA).unwrap_or_default();
    link.data = match link.kind.as_deref() {
        Some("bridge") => LinkData::Bridge(bridge::decode(data)),
        Some("bond") => LinkData::Bond(Box::new(bond::decode(data))),
        Some("vlan") => vlan(data).map_or(LinkData::None, LinkData::Vlan),
        _ => LinkData::None,
    };
    let member = inside(attribute::INFO_MEMBER_KIND).and_then(text);
    if member.as_deref() == Some("bond") {
        let data = inside(attribute::INFO_MEMBER_DATA).unwrap_or_default();
        let (membership, permanent) = bond::decode_member(data);
        link.membership = Some(membership);
        link.permanent_mac = link.permanent_mac.or(permanent);
    }
}

/// The id of a VLAN after IEEE 802.1Q; `None` for one of a provider (802.1ad).
fn vlan(data: &[u8]) -> Option<VlanId> {
    let inside = |wanted| attributes_of(data).find(|(kind, _)| *kind == wanted);
    let inside = |wanted| inside(wanted).map(|(_, value)| value);
    let protocol = inside(attribute::VLAN_PROTOCOL)
        .and_then(array)
        .map(u16::from_be_bytes);
    let id = u16::from_ne_bytes(array(inside(attribute::VLAN_ID)?)?);
    VlanId::new(id.into()).filter(|_| protocol.is_none_or(|it| it == 0x8100))
}

/// An attribute that holds others.
fn nested(kind: u16, attributes: &[DefaultNla]) -> DefaultNla {
    let mut bytes = vec![0; attributes.buffer_len()];
    attributes.emit(&mut bytes);
    DefaultNla::new(kind | NLA_F_NESTED, bytes)
}

fn text(value: &[u8]) -> Option<String> {
    str::from_utf8(text_of(value)).ok().map(str::to_owned)
}

/// One of the sysctl parameters; `None`: there is no IPv6 on the device that could be turned off.
fn ipv6_parameter(families: &[u8], place: usize) -> Option<u32> {
    let inside = |outer, kind| attributes_of(outer).find(|(inner, _)| *inner == kind);
    let (_, inet6) = inside(families, attribute::INET6)?;
    let (_, parameters) = inside(inet6, attribute::INET6_CONF)?;
    number(parameters.chunks_exact(4).nth(place)?)
}

/// A text without the zero byte that may end it.
fn text_of(value: &[u8]) -> &[u8] {
    value.strip_suffix(&[0]).unwrap_or(value)
}

fn number(value: &[u8]) -> Option<u32> {
    array(value).map(u32::from_ne_bytes)
}

/// A value of this length.
fn array<const LENGTH: usize>(value: &[u8]) -> Option<[u8; LENGTH]> {
    value.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A veth device as Linux 6.1 describes it, with two attributes that nobody knows and one
    /// (`IFLA_OPERSTATE`) of a wrong length.
    fn veth(name: &[u8]) -> Vec<u8> {
        let flags: u32 = 0x1_1043;
        let mut bytes = vec![0, 0, 1, 0];
        bytes.extend(7_u32.to_ne_bytes());
        bytes.extend(flags.to_ne_bytes());
        bytes.extend([0; 4]);
        attribute(&mut bytes, 3, name);
        attribute(&mut bytes, 999, b"new in Linux 9");
        attribute(&mut bytes, 16, &[6, 6, 6]);
        attribute(&mut bytes, 4, &9000_u32.to_ne_bytes());
        attribute(&mut bytes, 50, &68_u32.to_ne_bytes());
        attribute(&mut bytes, 51, &65535_u32.to_ne_bytes());
        attribute(&mut bytes, 10, &3_u32.to_ne_bytes());
        attribute(&mut bytes, 1, &[2, 0, 0, 0, 0, 1]);
        attribute(&mut bytes, 54, &[2, 0, 0, 0, 0, 2]);
        let mut info = Vec::new();
        attribute(&mut info, 77, &[1]);
        attribute(&mut info, 1, b"veth\0");
        attribute(&mut bytes, 18, &info);
        let mut parameters = [7_u32; 40];
        parameters[26] = 0;
        let parameters: Vec<u8> = parameters.iter().flat_map(|p| p.to_ne_bytes()).collect();
        let (mut inet6, mut families) = (Vec::new(), Vec::new());
        attribute(&mut inet6, 1, &[0; 4]);
        attribute(&mut inet6, 2, &parameters);
        attribute(&mut families, 2, &[1]);
        attribute(&mut families, 10, &inet6);
        attribute(&mut bytes, 26, &families);
        bytes
    }

    pub(in crate::link) fn attribute(bytes: &mut Vec<u8>, kind: u16, value: &[u8]) {
        let length = u16::try_from(value.len() + 4).unwrap();
        bytes.extend(length.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }

    #[test]
    fn reads_a_device_past_what_it_does_not_know() {
        let link = decode(&veth(b"eth0\0")).unwrap();
        let expected = Link {
            name: NicName::new("eth0").unwrap(),
            index: 7,
            kind: Some("veth".to_owned()),
            mac: Some(MacAddress::new([2, 0, 0, 0, 0, 1])),
            permanent_mac: Some(MacAddress::new([2, 0, 0, 0, 0, 2])),
            mtu: 9000,
            min_mtu: 68,
            max_mtu: 65535,
            up: true,
            carrier: true,
            loopback: false,
            ipv6: true,
            accept_ra: true,
            autoconf: true,
            master: Some(3),
            lower: None,
            alias: None,
            group: 0,
            data: LinkData::None,
            membership: None,
        };
        assert_eq!(link, expected);
    }

    #[test]
    fn a_message_cut_anywhere_is_read_as_far_as_it_goes() {
        let whole = veth(b"eth0\0");
        for end in 0..whole.len() {
            let _ = decode(&whole[..end]);
        }
        assert!(decode(&whole[..15]).is_err());
        assert_eq!(decode(&whole[..28]).unwrap().mtu, 0);
    }

    #[test]
    fn a_name_outside_the_model_leaves_its_device_out() {
        let reason = decode(&veth(b"eth\xff\0")).unwrap_err();
        assert_eq!(reason, "\"eth\\xff\" is not UTF-8");
        let reason = decode(&veth(b"eth%d\0")).unwrap_err();
        assert!(reason.contains('%'), "{reason}");
    }

    #[test]
    fn the_kernels_own_words_are_kept() {
        let mut answer = ErrorMessage::default();
        assert_eq!(refusal(&answer), None);
        answer.code = std::num::NonZeroI32::new(-22);
        answer.header = vec![0; 16];
        assert_eq!(refusal(&answer).unwrap().reason, None);
        attribute(&mut answer.header, 2, &[0; 4]);
        attribute(&mut answer.header, 1, b"mtu less than device minimum\0");
        assert_eq!(
            refusal(&answer).unwrap().to_string(),
            "Invalid argument (os error 22): mtu less than device minimum"
        );
    }
}
