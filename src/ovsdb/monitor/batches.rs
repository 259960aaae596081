use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The end into which batches are put.
pub(super) struct Batches<E> {
    queue: Arc<Queue<E>>,
    /// How many, and how many bytes, wait at the most; the newest one always does.
    limits: (usize, usize),
}

/// The end of one reader, who gets what is put in from its beginning on.
pub(super) struct Reader<E> {
    queue: Arc<Queue<E>>,
    name: u64,
}

/// Why a reader gets no batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// So many are gone, because too much was waiting.
    Missed(u64),
    /// There are none to come.
    Closed,
}

struct Queue<E> {
    waiting: Mutex<Waiting<E>>,
    news: Notify,
}

/// The batches that some reader has yet to read, numbered as they came.
struct Waiting<E> {
    batches: VecDeque<(Arc<[E]>, usize)>,
    first: u64,
    bytes: usize,
    /// Which batch each reader reads next.
    readers: BTreeMap<u64, u64>,
    last_reader: u64,
    is_closed: bool,
}

impl<E> Batches<E> {
    pub(super) fn new(count: usize, bytes: usize) -> Self {
        let waiting = Waiting {
            batches: VecDeque::new(),
            first: 0,
            bytes: 0,
            readers: BTreeMap::new(),
            last_reader: 0,
            is_closed: false,
        };
        Self {
            queue: Arc::new(Queue {
                waiting: Mutex::new(waiting),
                news: Notify::new(),
            }),
            limits: (count, bytes),
        }
    }

    /// A reader of what is put in from now on.
    pub(super) fn reader(&self) -> Reader<E> {
        let mut waiting = self.queue.waiting();
        waiting.last_reader += 1;
        let (name, next) = (waiting.last_reader, waiting.end());
        waiting.readers.insert(name, next);
        drop(waiting);
        Reader {
            queue: self.queue.clone(),
            name,
        }
    }

    /// Whether anybody reads.
    pub(super) fn has_readers(&self) -> bool {
        !self.queue.waiting().readers.is_empty()
    }

    /// Puts a batch in that is worth so many bytes.
    pub(super) fn put(&self, batch: Arc<[E]>, bytes: usize) {
        let (most, most_bytes) = self.limits;
        let mut waiting = self.queue.waiting();
        if waiting.readers.is_empty() {
            return;
        }
        waiting.bytes = waiting.bytes.saturating_add(bytes);
        waiting.batches.push_back((batch, bytes));
        while waiting.batches.len() > most.max(1)
            || waiting.bytes > most_bytes && waiting.batches.len() > 1
        {
            waiting.drop_first();
        }
        drop(waiting);
        self.queue.news.notify_waiters();
    }
}

impl<E> Drop for Batches<E> {
    fn drop(&mut self) {
        self.queue.waiting().is_closed = true;
        self.queue.news.notify_waiters();
    }
}

impl<E> Reader<E> {
    /// Waits for the next batch. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Result<Arc<[E]>, Unread> {
        loop {
            let mut news = std::pin::pin!(self.queue.news.notified());
            // What comes between looking and waiting is not missed.
            news.as_mut().enable();
            if let Some(read) = self.queue.waiting().read(self.name) {
                return read;
            }
            news.await;
        }
    }
}

impl<E> Drop for Reader<E> {
    fn drop(&mut self) {
        let mut waiting = self.queue.waiting();
        waiting.readers.remove(&self.name);
        waiting.drop_read();
    }
}

impl<E> Queue<E> {
    fn waiting(&self) -> MutexGuard<'_, Waiting<E>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E> Waiting<E> {
    /// The number of the batch to come.
    fn end(&self) -> u64 {
        self.first + self.batches.len() as u64
    }

    /// What this reader gets next, if it need not wait for it.
    fn read(&mut self, reader: u64) -> Option<Result<Arc<[E]>, Unread>> {
        let first = self.first;
        let Some(next) = self.readers.get_mut(&reader) else {
            return Some(Err(Unread::Closed));
        };
        if *next < first {
            let missed = first - *next;
            *next = first;
            return Some(Err(Unread::Missed(missed)));
        }
        let at = usize::try_from(*next - first).ok();
        match at.and_then(|at| self.batches.get(at)) {
            Some((batch, _)) => {
                *next += 1;
                let batch = batch.clone();
                self.drop_read();
                Some(Ok(batch))
            }
            None => self.is_closed.then_some(Err(Unread::Closed)),
        }
    }

    /// Drops what everybody has read.
    fn drop_read(&mut self) {
        let end = self.end();
        let wanted = self.readers.values().min().copied().unwrap_or(end);
        while self.first < wanted && !self.batches.is_empty() {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        if let Some((_, bytes)) = self.batches.pop_front() {
            self.bytes = self.bytes.saturating_sub(bytes);
            self.first += 1;
        }
    }
}

impl<E> std::fmt::Debug for Reader<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches() -> Batches<u32> {
        Batches::new(4, 100)
    }

    fn put(batches: &Batches<u32>, number: u32, bytes: usize) {
        batches.put([number].into(), bytes);
    }

    fn waiting(batches: &Batches<u32>) -> (usize, usize) {
        let waiting = batches.queue.waiting();
        (waiting.batches.len(), waiting.bytes)
    }

    #[tokio::test]
    async fn each_reader_gets_what_comes_after_its_beginning() {
        let batches = batches();
        put(&batches, 0, 1);
        let mut first = batches.reader();
        put(&batches, 1, 1);
        let mut second = batches.reader();
        put(&batches, 2, 1);
        assert_eq!(first.next().await.unwrap()[..], [1]);
        assert_eq!(second.next().await.unwrap()[..], [2]);
        assert_eq!(first.next().await.unwrap()[..], [2]);
        assert_eq!(waiting(&batches), (0, 0));
        drop(batches);
        assert_eq!(first.next().await, Err(Unread::Closed));
    }

    #[tokio::test]
    async fn a_slow_reader_is_told_how_many_it_missed_and_a_fast_one_misses_none() {
        for (bytes, kept) in [(1, 4), (30, 3), (100, 1), (1000, 1)] {
            let batches = batches();
            let (mut fast, mut slow) = (batches.reader(), batches.reader());
            for number in 0..10 {
                put(&batches, number, bytes);
                assert_eq!(fast.next().await.unwrap()[..], [number]);
            }
            assert_eq!(waiting(&batches), (kept, kept * bytes));
            let missed = 10 - kept as u64;
            assert_eq!(slow.next().await, Err(Unread::Missed(missed)));
            for number in missed..10 {
                assert_eq!(u64::from(slow.next().await.unwrap()[0]), number);
            }
            assert_eq!(waiting(&batches), (0, 0));
        }
    }

    #[tokio::test]
    async fn nothing_waits_for_a_reader_that_is_gone() {
        let batches = batches();
        let reader = batches.reader();
        put(&batches, 1, 1);
        drop(reader);
        assert_eq!(waiting(&batches), (0, 0));
        assert!(!batches.has_readers());
        put(&batches, 2, 1);
        assert_eq!(waiting(&batches), (0, 0));
    }

    #[tokio::test]
    async fn a_reader_that_waits_is_woken() {
        let batches = batches();
        let mut reader = batches.reader();
        let (read, ()) = tokio::join!(reader.next(), async { put(&batches, 7, 1) });
        assert_eq!(read.unwrap()[..], [7]);
        let (end, ()) = tokio::join!(reader.next(), async { drop(batches) });
        assert_eq!(end, Err(Unread::Closed));
    }
}
