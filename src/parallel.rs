//! The same work on many items, in the order of the items, on a few threads.

use std::num::NonZero;

use rayon::prelude::*;

/// Stack of a worker: syntax trees of users are deep at times. Only touched pages cost memory.
const STACK: usize = 64 * 1024 * 1024;

/// More threads than this only wait for each other, on any machine there is.
const MOST: usize = 256;

/// How many threads there are to use: what was asked for, or one a core.
pub fn threads(asked: Option<usize>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = asked.filter(|&count| count > 0).unwrap_or_else(cores);
    threads.min(MOST)
}

/// Threads that stay from one step to the next: what one lets go of is the memory of the other.
pub struct Pool(rayon::ThreadPool);

impl Pool {
    /// So many threads.
    pub fn new(threads: usize) -> Self {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(STACK);
        Self(pool.build().expect("the system gives a thread"))
    }

    /// `work` of every item, in the order of the items.
    pub fn map<'t, T: Sync, R: Send>(
        &self,
        items: &'t [T],
        work: impl Fn(&'t T) -> R + Sync,
    ) -> Vec<R> {
        let work = &work;
        self.0.install(|| items.par_iter().map(work).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in [1, 3, 8] {
            let pool = Pool::new(threads);
            let doubled = pool.map(&items, |item| item * 2);
            assert!(
                doubled
                    .iter()
                    .enumerate()
                    .all(|(at, &double)| double == at * 2)
            );
        }
        assert!(Pool::new(4).map(&[] as &[usize], |item| *item).is_empty());
    }
}
