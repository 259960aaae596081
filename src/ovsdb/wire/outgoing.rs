use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};

/// Bytes on their way to the peer, in pieces that are written together without being copied
/// together.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    pieces: VecDeque<Bytes>,
    remaining: usize,
}

impl Outgoing {
    /// Adds a piece behind all others.
    pub(crate) fn push(&mut self, piece: Bytes) {
        self.remaining += piece.len();
        if !piece.is_empty() {
            self.pieces.push_back(piece);
        }
    }
}

impl Buf for Outgoing {
    fn remaining(&self) -> usize {
        self.remaining
    }

    fn chunk(&self) -> &[u8] {
        self.pieces.front().map_or(&[], Bytes::as_ref)
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let pairs = slices.iter_mut().zip(&self.pieces);
        pairs
            .map(|(slice, piece)| *slice = IoSlice::new(piece))
            .count()
    }

    /// Unlike [`Buf::advance`] asks, going beyond the end is not a panic: it is the end.
    fn advance(&mut self, mut count: usize) {
        while let Some(front) = self.pieces.front_mut() {
            let step = count.min(front.len());
            self.remaining = self.remaining.saturating_sub(step);
            count -= step;
            if step < front.len() {
                front.advance(step);
                return;
            }
            self.pieces.pop_front();
            if count == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_leave_in_their_order_in_any_steps() {
        for step in 1..=9 {
            let mut outgoing = Outgoing::default();
            for piece in ["ab", "", "c", "defg", "hi"] {
                outgoing.push(Bytes::from_static(piece.as_bytes()));
            }
            let mut seen = String::new();
            while outgoing.has_remaining() {
                let before = outgoing.remaining();
                let mut slices = [IoSlice::new(&[]); 3];
                let count = outgoing.chunks_vectored(&mut slices);
                let offered: Vec<u8> = slices[..count].iter().flat_map(|s| s.to_vec()).collect();
                let taken = step.min(offered.len());
                seen.push_str(std::str::from_utf8(&offered[..taken]).unwrap());
                outgoing.advance(taken);
                assert_eq!(outgoing.remaining(), before - taken);
            }
            assert_eq!(seen, "abcdefghi");
        }
    }
}
