use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio_util::codec::Decoder;

use super::frame::{FrameError, Scanner};

/// Cuts a byte stream into frames that share its buffer.
///
/// There is no encoder: messages are written from where they were serialized (see
/// [`Outgoing`](super::Outgoing)), and an encoder would copy them.
#[derive(Debug)]
pub(crate) struct Codec {
    scanner: Scanner,
}

/// Why a byte stream gives no more frames.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodecError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Codec {
    /// A codec for frames of at most `size_limit` bytes and `depth_limit` levels. The buffer holds
    /// at most one read more than `size_limit`.
    pub(crate) fn new(size_limit: usize, depth_limit: usize) -> Self {
        Self {
            scanner: Scanner::new(size_limit, depth_limit),
        }
    }
}

impl Decoder for Codec {
    type Item = Bytes;
    type Error = CodecError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Bytes>, CodecError> {
        if self.scanner.is_between_frames() {
            let space = buffer.iter().take_while(|byte| is_space(**byte)).count();
            buffer.advance(space);
        }
        let frame = self.scanner.scan(buffer)?;
        Ok(frame.map(|length| buffer.split_to(length).freeze()))
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<Bytes>, CodecError> {
        match self.decode(buffer)? {
            Some(frame) => Ok(Some(frame)),
            None if buffer.is_empty() => Ok(None),
            None => Err(FrameError::Truncated.into()),
        }
    }
}

/// White space of JSON (RFC 8259, section 2).
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_follow_each_other_with_or_without_space() {
        let mut codec = Codec::new(100, 10);
        let mut buffer = BytesMut::from(" {\"a\":1}{}\r\n\t{}  ");
        for expected in ["{\"a\":1}", "{}", "{}"] {
            assert_eq!(codec.decode(&mut buffer).unwrap().unwrap(), expected);
        }
        assert!(codec.decode(&mut buffer).unwrap().is_none());
        assert!(codec.decode_eof(&mut buffer).unwrap().is_none());
    }

    #[test]
    fn the_end_in_the_middle_of_a_frame_is_an_error() {
        let mut codec = Codec::new(100, 10);
        let mut buffer = BytesMut::from("{}{\"a\":");
        assert_eq!(codec.decode_eof(&mut buffer).unwrap().unwrap(), "{}");
        let error = codec.decode_eof(&mut buffer).unwrap_err();
        assert!(matches!(error, CodecError::Frame(FrameError::Truncated)));
    }

    #[test]
    fn garbage_is_refused_at_its_first_byte() {
        for garbage in ["HTTP/1.1", "[]", "\"\"", "1", "\0", "}"] {
            let mut buffer = BytesMut::from(garbage);
            let error = Codec::new(100, 10).decode(&mut buffer).unwrap_err();
            assert!(
                matches!(error, CodecError::Frame(FrameError::Garbage(_))),
                "{garbage}"
            );
        }
    }
}
