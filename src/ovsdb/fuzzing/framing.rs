use bytes::{Bytes, BytesMut};
use serde_json::value::RawValue;
use tokio_util::codec::Decoder;

use crate::ovsdb::wire::Codec;

/// The limits of size and depth that streams are read with.
const LIMITS: [(usize, usize); 4] = [(16, 2), (200, 4), (4096, 100), (1 << 30, 1 << 30)];

/// The bytes of a stream: however they are cut into reads, the same frames are in them and the
/// same end; no more than the limit is held; the frames are the input, less white space between
/// them; and those that are JSON are what a JSON parser finds.
pub fn framing(bytes: &[u8]) {
    for (size_limit, depth_limit) in LIMITS {
        let read = |cuts: &mut dyn Iterator<Item = usize>| {
            Stream::read(bytes, cuts, size_limit, depth_limit)
        };
        let whole = read(&mut std::iter::empty());
        whole.is_the_input(bytes);
        whole.is_within(size_limit, depth_limit);
        assert_eq!(whole, read(&mut (1..bytes.len())), "byte by byte");
        let mut at = 0;
        let mut cuts = bytes.iter().map(|byte| {
            at += usize::from(*byte % 61);
            at
        });
        assert_eq!(whole, read(&mut cuts), "in pieces of any size");
        for cut in 1..bytes.len().min(48) {
            assert_eq!(whole, read(&mut std::iter::once(cut)), "cut at {cut}");
        }
        if size_limit > bytes.len() && depth_limit > bytes.len() {
            whole.is_what_a_parser_finds(bytes);
        }
    }
}

#[derive(Debug, PartialEq)]
struct Stream {
    frames: Vec<Bytes>,
    end: Result<(), String>,
}

impl Stream {
    /// Reads `bytes` in pieces that end at `cuts`, ascending, and at the end.
    fn read(
        bytes: &[u8],
        cuts: &mut dyn Iterator<Item = usize>,
        size_limit: usize,
        depth_limit: usize,
    ) -> Self {
        let mut codec = Codec::new(size_limit, depth_limit);
        let mut buffer = BytesMut::new();
        let mut frames = Vec::new();
        let mut start = 0;
        let cuts = cuts.take_while(|cut| *cut < bytes.len());
        for cut in cuts.chain([bytes.len()]) {
            buffer.extend_from_slice(&bytes[start..cut]);
            start = cut;
            loop {
                match codec.decode(&mut buffer) {
                    Ok(Some(frame)) => frames.push(frame),
                    Ok(None) => break,
                    Err(error) => {
                        let end = Err(error.to_string());
                        return Self { frames, end };
                    }
                }
            }
            assert!(buffer.len() <= size_limit, "{} bytes held", buffer.len());
        }
        let end = match codec.decode_eof(&mut buffer) {
            Ok(None) => Ok(()),
            Ok(Some(frame)) => panic!("only at the end: {frame:?}"),
            Err(error) => Err(error.to_string()),
        };
        Self { frames, end }
    }

    fn is_the_input(&self, bytes: &[u8]) {
        let mut rest = bytes;
        for frame in &self.frames {
            rest = rest.trim_ascii_start().strip_prefix(&frame[..]).unwrap();
        }
        let is_read = rest.trim_ascii_start().is_empty();
        assert_eq!(self.end.is_ok(), is_read, "{:?}: {rest:?}", self.end);
    }

    fn is_within(&self, size_limit: usize, depth_limit: usize) {
        for frame in &self.frames {
            assert!(frame.len() <= size_limit);
            assert!(frame.starts_with(b"{"));
            let opening = frame.iter().filter(|byte| matches!(byte, b'{' | b'['));
            let closing = frame.iter().filter(|byte| matches!(byte, b'}' | b']'));
            if !frame.contains(&b'"') {
                assert_eq!(opening.count(), closing.count());
                assert!(nested(frame) <= depth_limit);
            }
        }
    }

    /// As long as a parser sees objects, they are the frames.
    fn is_what_a_parser_finds(&self, bytes: &[u8]) {
        let mut frames = self.frames.iter();
        for value in serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>() {
            match value {
                Ok(value) if value.get().starts_with('{') => {
                    assert_eq!(frames.next().unwrap(), value.get());
                }
                Ok(_) => {
                    assert_eq!(frames.next(), None);
                    assert!(self.end.is_err());
                    return;
                }
                Err(_) => return,
            }
        }
        assert_eq!(frames.next(), None);
    }
}

/// How deep brackets are nested in a frame without strings.
fn nested(frame: &[u8]) -> usize {
    let mut depth: usize = 0;
    let depths = frame.iter().map(|byte| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        depth
    });
    depths.max().unwrap_or_default()
}
