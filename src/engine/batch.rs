//! Work done by several threads and taken in the order in which it was given, in memory that does not grow; decisions
//! above all.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::decision::Decision;
use crate::engine::Engine;
use crate::request::Request;

/// Items handed to a thread at once: enough that handing over costs nothing beside the work, few enough that little
/// waits.
const CHUNK: usize = 128;

/// A chunk ends with the item that fills it to so many bytes: more than 128 sign-ins of a log have, and few enough that
/// items as long as a record may be do not fill the memory.
const CHUNK_BYTES: usize = 512 * 1024;

/// Chunks under way for each thread: one that it works on, and two that wait on either side of it.
const CHUNKS_EACH: usize = 3;

impl Engine {
    /// Decides about requests with so many threads, and hands each decision over with the request that it is about, in
    /// the order in which the requests came, until `take` breaks. Memory does not grow with their number, and what is
    /// handed over does not hang on how many threads there are. Who wants to do more in the threads than deciding takes
    /// [`in_order`].
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use latch::{Engine, Outcome, Request};
    /// use latch::schema::attribute::Attribute;
    ///
    /// let engine = Engine::from_text([("a.latch", "policy a { when client is browser block }")])?;
    /// let request = Request::builder().word(Attribute::Client, "browser").build()?;
    /// let mut blocked = 0;
    /// let requests = std::iter::repeat_n(&request, 1_000);
    /// let end = engine.decide_in_order(2, requests, |_, decision| {
    ///     blocked += u64::from(matches!(decision.outcome, Outcome::Blocked(_)));
    ///     ControlFlow::<()>::Continue(())
    /// });
    /// assert!(end.is_continue());
    /// assert_eq!(blocked, 1_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_in_order<Q, B>(
        &self,
        threads: usize,
        requests: impl IntoIterator<Item = Q>,
        mut take: impl FnMut(Q, Decision) -> ControlFlow<B>,
    ) -> ControlFlow<B>
    where
        Q: Borrow<Request> + Send,
    {
        let decide = |request: Q| {
            let decision = self.decide(request.borrow());
            (request, decision)
        };
        in_order(threads, requests, |_| 0, decide, |(request, decision)| take(request, decision))
    }
}

/// Works on items and takes the results in the order of the items; it ends early when `take` breaks.
///
/// With one thread everything is done by the caller, item by item. With more, items are read and results taken by the
/// caller and worked on by so many threads. No more than `3 × threads` chunks are under way at any time, each of at most 128
/// items, or of 512 KiB and one item; `bytes` says how many bytes an item has, or 0 where that does not matter. What is
/// taken, and in which order, does not hang on the number of threads. A result may come after items behind it were read.
pub fn in_order<T, R, B>(
    threads: usize,
    items: impl IntoIterator<Item = T>,
    bytes: impl Fn(&T) -> usize,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<B>,
) -> ControlFlow<B>
where
    T: Send,
    R: Send,
{
    let mut items = items.into_iter();
    if threads > 1 {
        return spread(threads, || chunk(&mut items, &bytes), &work, &mut take);
    }
    for item in items {
        take(work(item))?;
    }
    ControlFlow::Continue(())
}

/// The next items that are handed over together; none when there are no more.
fn chunk<T>(items: &mut impl Iterator<Item = T>, bytes: &impl Fn(&T) -> usize) -> Vec<T> {
    let (mut chunk, mut held) = (Vec::new(), 0);
    while chunk.len() < CHUNK && held < CHUNK_BYTES {
        let Some(item) = items.next() else { break };
        held += bytes(&item);
        chunk.push(item);
    }
    chunk
}

fn spread<T: Send, R: Send, B>(
    threads: usize,
    mut next: impl FnMut() -> Vec<T>,
    work: &(impl Fn(T) -> R + Sync),
    take: &mut impl FnMut(R) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let (give, wanted) = channel();
    let (done, results) = channel();
    let wanted = Mutex::new(wanted);
    thread::scope(|scope| {
        for _ in 0..threads {
            let done = done.clone();
            scope.spawn(|| toil(&wanted, done, work));
        }
        drop(done);
        // Dropping the sender, at whatever end, sends the threads home.
        let give: Sender<(u64, Vec<T>)> = give;
        let mut queue = Queue { given: 0, taken: 0, early: BTreeMap::new() };
        loop {
            let chunk = next();
            if chunk.is_empty() {
                break;
            }
            give.send((queue.given, chunk)).expect("the threads wait until the sender is gone");
            queue.given += 1;
            while queue.given - queue.taken >= (threads * CHUNKS_EACH) as u64 {
                queue.take_next(&results, take)?;
            }
        }
        while queue.taken < queue.given {
            queue.take_next(&results, take)?;
        }
        ControlFlow::Continue(())
    })
}

/// What became of the chunk of that number; a panic is carried to the caller, who would wait for ever otherwise.
type Done<R> = (u64, thread::Result<Vec<R>>);

/// Works on chunks until there are no more.
fn toil<T, R>(
    wanted: &Mutex<Receiver<(u64, Vec<T>)>>,
    done: Sender<Done<R>>,
    work: &(impl Fn(T) -> R + Sync),
) {
    loop {
        // The lock is held while waiting, so that exactly one thread waits for the next chunk.
        let next = wanted.lock().expect("nobody panics while holding it").recv();
        let Ok((number, chunk)) = next else { return };
        let results = catch_unwind(AssertUnwindSafe(|| chunk.into_iter().map(work).collect()));
        // Nobody listens any more once the caller has broken off.
        if done.send((number, results)).is_err() {
            return;
        }
    }
}

/// Chunks on their way.
struct Queue<R> {
    given: u64,
    taken: u64,
    /// Chunks that came before their turn.
    early: BTreeMap<u64, Vec<R>>,
}

impl<R> Queue<R> {
    /// Waits for the chunk whose turn it is, and takes what is in it.
    fn take_next<B>(
        &mut self,
        results: &Receiver<Done<R>>,
        take: &mut impl FnMut(R) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        loop {
            if let Some(chunk) = self.early.remove(&self.taken) {
                self.taken += 1;
                return chunk.into_iter().try_for_each(take);
            }
            let (number, chunk) = results.recv().expect("threads live as long as there is work");
            self.early.insert(number, chunk.unwrap_or_else(|panic| resume_unwind(panic)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::attribute::Attribute;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn squares(threads: usize, count: u64) -> Vec<u64> {
        let mut taken = Vec::new();
        let end = in_order(
            threads,
            0..count,
            |_| 0,
            |it| it * it,
            |it| {
                taken.push(it);
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(end.is_continue());
        taken
    }

    #[test]
    fn results_come_in_order_whatever_the_number_of_threads() {
        for count in [0, 1, CHUNK as u64, 10 * CHUNK as u64 + 1] {
            let expected: Vec<u64> = (0..count).map(|it| it * it).collect();
            for threads in [1, 2, 3, 16] {
                assert_eq!(squares(threads, count), expected, "{threads} threads, {count} items");
            }
        }
    }

    #[test]
    fn a_panic_of_a_thread_is_one_of_the_caller() {
        let run = || {
            in_order(
                2,
                0..10_000,
                |_| 0,
                |it| assert_ne!(it, 700),
                |()| ControlFlow::<()>::Continue(()),
            )
        };
        assert!(catch_unwind(run).is_err());
    }

    #[test]
    fn it_ends_where_it_is_told_to_and_reads_little_ahead() {
        for threads in [1, 2, 5] {
            let read = AtomicUsize::new(0);
            let items = (0..).inspect(|_: &usize| {
                read.fetch_add(1, Ordering::Relaxed);
            });
            let end = in_order(
                threads,
                items,
                |_| 0,
                |it| it,
                |it| {
                    if it == 1_000 {
                        ControlFlow::Break("enough")
                    } else {
                        ControlFlow::Continue(())
                    }
                },
            );
            assert_eq!(end, ControlFlow::Break("enough"));
            let most = 1_001 + (threads * CHUNKS_EACH + 1) * CHUNK;
            assert!(read.load(Ordering::Relaxed) <= most, "{threads} threads");
        }
    }

    #[test]
    fn large_items_fill_a_chunk_sooner() {
        let long = vec![CHUNK_BYTES / 2; 5];
        let mut items = long.into_iter();
        let lengths: Vec<usize> = std::iter::from_fn(|| Some(chunk(&mut items, &|it| *it).len()))
            .take_while(|it| *it > 0)
            .collect();
        assert_eq!(lengths, [2, 2, 1]);
    }

    #[test]
    fn decisions_are_those_of_one_thread_in_the_order_of_the_requests() {
        let text = "policy a { when client is other block } policy b { when always require mfa }";
        let engine = Engine::from_text([("a.latch", text)]).expect("it compiles");
        let request = |at: usize| {
            let some = Request::builder().id(at.to_string());
            let some =
                if at.is_multiple_of(3) { some.word(Attribute::Client, "other") } else { some };
            some.rest_absent().build().expect("a request")
        };
        let requests: Vec<Request> = (0..1_000).map(request).collect();
        for threads in [1, 2, 7] {
            let mut at = 0;
            let end = engine.decide_in_order(threads, &requests, |request, decision| {
                assert_eq!(request, &requests[at], "{threads} threads");
                assert_eq!(decision, engine.decide(request), "{threads} threads");
                at += 1;
                ControlFlow::<()>::Continue(())
            });
            assert!(end.is_continue());
            assert_eq!(at, requests.len());
        }
    }
}
