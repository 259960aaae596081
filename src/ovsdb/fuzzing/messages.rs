use bytes::BytesMut;
use tokio_util::codec::Decoder;

use crate::ovsdb::connection::Limits;
use crate::ovsdb::wire::{Codec, Message};

/// How many messages are in a stream, read as a connection reads them: for `benches/micro`.
///
/// # Panics
/// If anything else is in it.
pub fn messages(stream: &[u8]) -> usize {
    let limits = Limits::default();
    let mut codec = Codec::new(limits.frame_size, limits.frame_depth);
    let mut buffer = BytesMut::from(stream);
    let mut count = 0;
    while let Some(frame) = codec.decode_eof(&mut buffer).unwrap() {
        Message::parse(&frame).unwrap();
        count += 1;
    }
    count
}
