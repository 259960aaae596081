// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `CT_Timeout_Policy`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Atom, Column, ColumnInfo, Datum, Element, Map, Mismatch, Table, Value};

/// A row of the table `CT_Timeout_Policy`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CtTimeoutPolicy {
    /// A map from strings (`tcp_syn_sent`, `tcp_syn_recv`, `tcp_established`, `tcp_fin_wait`,
    /// `tcp_close_wait`, `tcp_last_ack`, `tcp_time_wait`, `tcp_close`, `tcp_syn_sent2`,
    /// `tcp_retransmit`, `tcp_unack`, `udp_first`, `udp_single`, `udp_multiple`, `icmp_first`
    /// or `icmp_reply`) to integers from 0 to 4294967295.
    pub timeouts: Map<CtTimeoutPolicyTimeoutsKey, i64>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `timeouts`.
pub const TIMEOUTS: Column<CtTimeoutPolicy, Map<CtTimeoutPolicyTimeoutsKey, i64>> =
    Column::new("timeouts");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<CtTimeoutPolicy, Map<String, String>> = Column::new("external_ids");

impl Table for CtTimeoutPolicy {
    const NAME: &'static str = "CT_Timeout_Policy";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "timeouts",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "external_ids",
            mutable: true,
            ephemeral: false,
        },
    ];
    type Indexes = ();

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "timeouts" => self.timeouts = Value::decode(value)?,
            "external_ids" => self.external_ids = Value::decode(value)?,
            _ => {
                IgnoredAny::deserialize(value)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn apply_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        difference: D,
    ) -> Result<bool, D::Error> {
        match column {
            "timeouts" => self.timeouts.apply(difference)?,
            "external_ids" => self.external_ids.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "timeouts" => Some(self.timeouts.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.timeouts.push_to(&mut columns, "timeouts");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}

/// A key of the column `timeouts` of [`CtTimeoutPolicy`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CtTimeoutPolicyTimeoutsKey {
    /// `tcp_syn_sent`
    TcpSynSent,
    /// `tcp_syn_recv`
    TcpSynRecv,
    /// `tcp_established`
    TcpEstablished,
    /// `tcp_fin_wait`
    TcpFinWait,
    /// `tcp_close_wait`
    TcpCloseWait,
    /// `tcp_last_ack`
    TcpLastAck,
    /// `tcp_time_wait`
    TcpTimeWait,
    /// `tcp_close`
    TcpClose,
    /// `tcp_syn_sent2`
    TcpSynSent2,
    /// `tcp_retransmit`
    TcpRetransmit,
    /// `tcp_unack`
    TcpUnack,
    /// `udp_first`
    UdpFirst,
    /// `udp_single`
    UdpSingle,
    /// `udp_multiple`
    UdpMultiple,
    /// `icmp_first`
    IcmpFirst,
    /// `icmp_reply`
    IcmpReply,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl CtTimeoutPolicyTimeoutsKey {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::TcpSynSent => "tcp_syn_sent",
            Self::TcpSynRecv => "tcp_syn_recv",
            Self::TcpEstablished => "tcp_established",
            Self::TcpFinWait => "tcp_fin_wait",
            Self::TcpCloseWait => "tcp_close_wait",
            Self::TcpLastAck => "tcp_last_ack",
            Self::TcpTimeWait => "tcp_time_wait",
            Self::TcpClose => "tcp_close",
            Self::TcpSynSent2 => "tcp_syn_sent2",
            Self::TcpRetransmit => "tcp_retransmit",
            Self::TcpUnack => "tcp_unack",
            Self::UdpFirst => "udp_first",
            Self::UdpSingle => "udp_single",
            Self::UdpMultiple => "udp_multiple",
            Self::IcmpFirst => "icmp_first",
            Self::IcmpReply => "icmp_reply",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for CtTimeoutPolicyTimeoutsKey {
    fn from(value: &str) -> Self {
        match value {
            "tcp_syn_sent" => Self::TcpSynSent,
            "tcp_syn_recv" => Self::TcpSynRecv,
            "tcp_established" => Self::TcpEstablished,
            "tcp_fin_wait" => Self::TcpFinWait,
            "tcp_close_wait" => Self::TcpCloseWait,
            "tcp_last_ack" => Self::TcpLastAck,
            "tcp_time_wait" => Self::TcpTimeWait,
            "tcp_close" => Self::TcpClose,
            "tcp_syn_sent2" => Self::TcpSynSent2,
            "tcp_retransmit" => Self::TcpRetransmit,
            "tcp_unack" => Self::TcpUnack,
            "udp_first" => Self::UdpFirst,
            "udp_single" => Self::UdpSingle,
            "udp_multiple" => Self::UdpMultiple,
            "icmp_first" => Self::IcmpFirst,
            "icmp_reply" => Self::IcmpReply,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for CtTimeoutPolicyTimeoutsKey {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for CtTimeoutPolicyTimeoutsKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for CtTimeoutPolicyTimeoutsKey {
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
        match atom {
            Atom::String(value) => Ok(Self::from(value.as_ref())),
            other => String::from_atom(other).map(Self::Other),
        }
    }

    fn to_atom(&self) -> Atom<'_> {
        Atom::String(self.as_str().into())
    }
}
