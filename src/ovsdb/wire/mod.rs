//! Bytes to messages and back: JSON objects one after the other with no separator (RFC 7047,
//! section 4), each cut out of the stream once and parsed once.

mod codec;
mod frame;
mod message;
mod object;
mod outgoing;

pub(crate) use codec::{Codec, CodecError};
pub(crate) use frame::FrameError;
pub(crate) use message::{Message, MessageError, shortened};
pub(crate) use object::Object;
pub(crate) use outgoing::Outgoing;

pub use message::RpcError;
