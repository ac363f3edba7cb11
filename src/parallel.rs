//! The same work on many items, in the order of the items, on a few threads.

use std::num::NonZero;

use rayon::prelude::*;

/// Stack of a worker: syntax trees of users are deep at times. Only touched pages cost memory.
const STACK: usize = 64 * 1024 * 1024;

/// More threads than this only wait for each other, on any machine there is.
const MOST: usize = 256;

/// Threads that stay from one step to the next: what one lets go of is the memory of the other.
#[derive(Debug)]
pub struct Pool(rayon::ThreadPool);

impl Pool {
    /// As many threads as were asked for, or one a core.
    pub fn new(asked: Option<usize>) -> Self {
        let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let threads = asked.filter(|&count| count > 0).unwrap_or_else(cores);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.min(MOST))
            .stack_size(STACK);
        Self(pool.build().expect("the system gives a thread"))
    }

    /// How many threads they are.
    pub fn threads(&self) -> usize {
        self.0.current_num_threads()
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

    /// Sorts; what is equal may change places.
    pub fn sort_by<T: Send>(
        &self,
        items: &mut [T],
        compare: impl Fn(&T, &T) -> std::cmp::Ordering + Send + Sync,
    ) {
        self.0.install(|| items.par_sort_unstable_by(compare));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in [1, 3, 8] {
            let pool = Pool::new(Some(threads));
            let doubled = pool.map(&items, |item| item * 2);
            assert!(
                doubled
                    .iter()
                    .enumerate()
                    .all(|(at, &double)| double == at * 2)
            );
        }
        assert!(
            Pool::new(Some(4))
                .map(&[] as &[usize], |item| *item)
                .is_empty()
        );
    }
}
