use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What the room is counted in.
const BLOCK: usize = 1024;

/// Requests up to this size are not counted: how many of them may wait is limit enough.
const SMALL: usize = 4 * BLOCK;

/// Room for the bytes of requests that wait to be sent.
pub(super) struct Room {
    blocks: Arc<Semaphore>,
    all: u32,
}

impl Room {
    /// Room for so many bytes.
    pub(super) fn new(limit: usize) -> Self {
        let all = u32::try_from(limit / BLOCK).unwrap_or(u32::MAX).max(1);
        let permits = usize::try_from(all).unwrap_or(usize::MAX);
        Self {
            blocks: Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS))),
            all,
        }
    }

    /// Waits for room, which is free again when what it gives has been written or thrown away. A
    /// request that is larger than the whole waits for all of it.
    pub(super) async fn take(&self, params: Bytes) -> Bytes {
        if params.len() <= SMALL {
            return params;
        }
        let blocks = u32::try_from(params.len().div_ceil(BLOCK)).unwrap_or(u32::MAX);
        let room = self.blocks.clone().acquire_many_owned(blocks.min(self.all));
        match room.await {
            Ok(room) => Bytes::from_owner(Counted {
                params,
                _room: room,
            }),
            // Not met: it is never closed.
            Err(_) => params,
        }
    }
}

struct Counted {
    params: Bytes,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.params
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let free = self.blocks.available_permits();
        f.debug_struct("Room")
            .field("free", &free)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(size: usize) -> Bytes {
        Bytes::from(vec![b' '; size])
    }

    #[tokio::test]
    async fn a_request_waits_until_those_before_it_are_gone() {
        let room = Room::new(1 << 20);
        let first = room.take(params(1 << 19)).await;
        let second = room.take(params(1 << 19)).await;
        assert_eq!(second.len(), 1 << 19);
        let small = room.take(params(SMALL)).await;
        let mut third = Box::pin(room.take(params(SMALL + 1)));
        let waits = tokio::select! {
            biased;
            _ = &mut third => false,
            () = std::future::ready(()) => true,
        };
        assert!(waits);
        // A part of it is as good as the whole.
        let part = first.slice(7..8);
        drop(first);
        let waits = tokio::select! {
            biased;
            _ = &mut third => false,
            () = std::future::ready(()) => true,
        };
        assert!(waits);
        drop((part, small));
        third.await;
    }

    #[tokio::test]
    async fn one_that_is_larger_than_the_whole_goes_alone() {
        let room = Room::new(0);
        for _ in 0..2 {
            assert_eq!(room.take(params(1 << 20)).await.len(), 1 << 20);
        }
    }
}
