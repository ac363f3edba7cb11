//! The same work on many items, in the order of the items, on a few threads.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Stack of a worker: syntax trees of users are deep at times. Only touched pages cost memory.
const STACK: usize = 64 * 1024 * 1024;

/// How many threads there are to use: what was asked for, or one a core.
pub fn threads(asked: Option<usize>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
    asked.filter(|&count| count > 0).unwrap_or_else(cores)
}

/// `work` of every item, in the order of the items.
pub fn map<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    // Chunks keep the threads off each other's cache lines, and small enough to end together.
    let chunk = (items.len() / (threads * 8)).clamp(1, 64);
    let mut done: Vec<(usize, Vec<R>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(items.len()).max(1))
            .map(|_| {
                let worker = || {
                    let mut done = Vec::new();
                    loop {
                        let start = next.fetch_add(chunk, Ordering::Relaxed);
                        if start >= items.len() {
                            return done;
                        }
                        let end = (start + chunk).min(items.len());
                        done.push((start, items[start..end].iter().map(&work).collect()));
                    }
                };
                std::thread::Builder::new()
                    .stack_size(STACK)
                    .spawn_scoped(scope, worker)
                    .expect("the system gives a thread")
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| match worker.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    });
    done.sort_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in [1, 3, 8] {
            let doubled = map(&items, threads, |item| item * 2);
            assert!(
                doubled
                    .iter()
                    .enumerate()
                    .all(|(at, &double)| double == at * 2)
            );
        }
        assert!(map(&[] as &[usize], 4, |item| *item).is_empty());
    }
}
