use memchr::memchr2;

/// Finds where a JSON object ends in a growing buffer, looking at every byte once.
///
/// Only braces, brackets and strings are looked at: whether what is between them is JSON is the
/// parser's to say.
#[derive(Debug)]
pub(crate) struct Scanner {
    size_limit: usize,
    depth_limit: usize,
    scanned: usize,
    depth: usize,
    inside: Inside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Value,
    String,
    Escape,
}

/// Why the bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("expected a message to begin with \"{{\", found byte 0x{0:02x}")]
    Garbage(u8),
    #[error("a message is longer than {0} bytes")]
    TooLong(usize),
    #[error("a message is nested deeper than {0}")]
    TooDeep(usize),
    #[error("the connection was closed in the middle of a message")]
    Truncated,
}

impl Scanner {
    /// A scanner that takes frames of at most `size_limit` bytes and `depth_limit` levels.
    pub(crate) fn new(size_limit: usize, depth_limit: usize) -> Self {
        Self {
            size_limit,
            depth_limit,
            scanned: 0,
            depth: 0,
            inside: Inside::Value,
        }
    }

    /// Whether no byte of the next frame was seen yet.
    pub(crate) fn is_between_frames(&self) -> bool {
        self.scanned == 0
    }

    /// The length of the frame at the buffer's beginning; `None` while it is incomplete. Then the
    /// next call gets the same bytes and what has come since.
    pub(crate) fn scan(&mut self, buffer: &[u8]) -> Result<Option<usize>, FrameError> {
        if self.is_between_frames()
            && let Some(&first) = buffer.first()
            && first != b'{'
        {
            return Err(FrameError::Garbage(first));
        }
        let window = buffer.get(..self.size_limit).unwrap_or(buffer);
        while let Some(rest) = window.get(self.scanned..).filter(|rest| !rest.is_empty()) {
            match self.inside {
                Inside::Value => {
                    if self.value(rest)? {
                        let length = self.scanned;
                        self.scanned = 0;
                        return Ok(Some(length));
                    }
                }
                Inside::String => self.string(rest),
                Inside::Escape => {
                    self.scanned += 1;
                    self.inside = Inside::String;
                }
            }
        }
        if buffer.len() > self.size_limit {
            return Err(FrameError::TooLong(self.size_limit));
        }
        Ok(None)
    }

    /// Runs to the next string or to the frame's end; true at its end.
    fn value(&mut self, rest: &[u8]) -> Result<bool, FrameError> {
        for &byte in rest {
            self.scanned += 1;
            match byte {
                b'"' => {
                    self.inside = Inside::String;
                    return Ok(false);
                }
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth > self.depth_limit {
                        return Err(FrameError::TooDeep(self.depth_limit));
                    }
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Ok(true);
                    }
                }
                _ => {}
            }
        }
        Ok(false)
    }

    /// Runs to the string's end or to the next escape.
    fn string(&mut self, rest: &[u8]) {
        match memchr2(b'"', b'\\', rest) {
            None => self.scanned += rest.len(),
            Some(at) => {
                self.scanned += at + 1;
                self.inside = match rest.get(at) {
                    Some(b'"') => Inside::Value,
                    _ => Inside::Escape,
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RECORDED: &[&str] = &[
        "{}",
        r#"{"id":4,"error":"unknown monitor"}"#,
        r#"{"id":"echo","method":"echo","params":[]}"#,
        r#"{"id":2,"result":{"Bridge":{"0d69b8cc-6245-4ac2-9282-97b6fa57e4b1":{"initial":{"name":"b"}}}},"error":null}"#,
        r#"{"id":5,"error":{"syntax":"[\"}{nope\"]","details":"ends in \\","error":"syntax error"}}"#,
        "{\"id\":null,\"method\":\"update2\",\"params\":[\"m\\u0022\",{\"ü😀\":{\"[\":[[],{}]}}]}",
    ];

    fn scanner() -> Scanner {
        Scanner::new(1 << 20, 100)
    }

    #[test]
    fn a_frame_split_at_every_point_is_found_at_its_end() {
        for frame in RECORDED {
            let bytes = frame.as_bytes();
            for split in 1..bytes.len() {
                let mut scanner = scanner();
                assert_eq!(
                    scanner.scan(&bytes[..split]),
                    Ok(None),
                    "{frame} at {split}"
                );
                assert_eq!(
                    scanner.scan(bytes),
                    Ok(Some(bytes.len())),
                    "{frame} at {split}"
                );
                assert!(scanner.is_between_frames());
            }
        }
    }

    #[test]
    fn what_follows_a_frame_is_not_looked_at() {
        let mut scanner = scanner();
        assert_eq!(scanner.scan(b"{\"a\":[]}garbage"), Ok(Some(8)));
        assert_eq!(scanner.scan(b"garbage"), Err(FrameError::Garbage(b'g')));
    }

    #[test]
    fn the_limits_are_exact() {
        let mut scanner = Scanner::new(8, 2);
        assert_eq!(scanner.scan(b"{\"a\":[]}"), Ok(Some(8)));
        assert_eq!(scanner.scan(b"{\"a\": []"), Ok(None));
        assert_eq!(scanner.scan(b"{\"a\": []}"), Err(FrameError::TooLong(8)));
        let mut scanner = Scanner::new(100, 2);
        assert_eq!(scanner.scan(b"{\"a\":[[1]]}"), Err(FrameError::TooDeep(2)));
    }

    proptest! {
        #[test]
        fn any_splitting_gives_the_same_frames(
            order in proptest::collection::vec(0..RECORDED.len(), 1..8),
            mut cuts in proptest::collection::vec(0usize..900, 0..40),
        ) {
            let stream: String = order.iter().map(|&at| RECORDED[at]).collect();
            let stream = stream.as_bytes();
            cuts.retain(|cut| *cut < stream.len());
            cuts.sort_unstable();
            cuts.push(stream.len());
            let (mut scanner, mut start, mut found) = (scanner(), 0, Vec::new());
            for cut in cuts {
                while start < cut
                    && let Some(length) = scanner.scan(&stream[start..cut]).unwrap()
                {
                    found.push(std::str::from_utf8(&stream[start..start + length]).unwrap());
                    start += length;
                }
            }
            let expected: Vec<_> = order.iter().map(|&at| RECORDED[at]).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn no_bytes_upset_it(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut scanner = Scanner::new(100, 5);
            let _ = scanner.scan(&bytes);
        }
    }
}
