//! Work done by several threads and taken in the order in which it was given, in memory that does not grow.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Items handed to a thread at once: enough that handing over costs nothing beside the work, few enough that little
/// waits.
const CHUNK: usize = 128;

/// Chunks under way for each thread: one that it works on, and two that wait on either side of it.
const CHUNKS_EACH: usize = 3;

/// Works on items and takes the results in the order of the items; it ends early when `take` breaks.
///
/// With one thread everything is done by the caller, item by item. With more, items are read and results taken by the
/// caller and worked on by so many threads. No more than `3 × threads` chunks of 128 items are under way at any time. What
/// is taken, and in which order, does not hang on the number of threads. A result may come after items behind it were
/// read.
pub fn in_order<T, R, B>(
    threads: usize,
    items: impl Iterator<Item = T>,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<B>,
) -> ControlFlow<B>
where
    T: Send,
    R: Send,
{
    if threads > 1 {
        return spread(threads, items, &work, &mut take);
    }
    for item in items {
        take(work(item))?;
    }
    ControlFlow::Continue(())
}

fn spread<T: Send, R: Send, B>(
    threads: usize,
    mut items: impl Iterator<Item = T>,
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
            let chunk: Vec<T> = items.by_ref().take(CHUNK).collect();
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
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn squares(threads: usize, count: u64) -> Vec<u64> {
        let mut taken = Vec::new();
        let end = in_order(
            threads,
            0..count,
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
            in_order(2, 0..10_000, |it| assert_ne!(it, 700), |()| ControlFlow::<()>::Continue(()))
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
}
