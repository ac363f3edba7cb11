//! How many connections there may be, and how often something may happen.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::config::{Config, Rate};
use crate::sync::{AtomicUsize, Mutex, Ordering, lock};

/// A bucket of tokens, which fills at a steady rate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    pub(crate) fn full(rate: Rate, now: Instant) -> Self {
        Self {
            tokens: f64::from(rate.burst),
            at: now,
        }
    }

    fn fill(&mut self, rate: Rate, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        let full = f64::from(rate.burst);
        self.tokens = (self.tokens + passed * rate.per_second).min(full);
        self.at = now.max(self.at);
    }

    /// Takes a token, or a part of one, if it is there.
    pub(crate) fn take(&mut self, cost: f64, rate: Rate, now: Instant) -> bool {
        self.fill(rate, now);
        let is_there = self.tokens >= cost;
        if is_there {
            self.tokens -= cost;
        }
        is_there
    }

    fn is_full(&mut self, rate: Rate, now: Instant) -> bool {
        self.fill(rate, now);
        self.tokens >= f64::from(rate.burst)
    }
}

/// Why a handshake is refused before anybody asks who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// The process has as many connections as it may: 503.
    Process,
    /// The address has as many as it may: 429.
    Address,
    /// The address tries too often: 429, and after so long again.
    Handshakes(Duration),
}

/// The doors of a process: every connection takes a place, and gives it back when it ends.
#[derive(Debug)]
pub(crate) struct Doors {
    limit: usize,
    per_address: usize,
    handshakes: Rate,
    taken: AtomicUsize,
    addresses: Mutex<Addresses>,
    /// The last place was given back.
    emptied: Notify,
}

#[derive(Debug, Default)]
struct Addresses {
    by: HashMap<IpAddr, Address>,
    /// At so many it is looked for those that nothing needs to be known of.
    sweep_at: usize,
}

#[derive(Debug)]
struct Address {
    taken: usize,
    handshakes: Bucket,
}

/// Below this nobody looks for addresses to forget.
const SWEEP_FROM: usize = 1_024;

impl Doors {
    pub(crate) fn new(config: &Config) -> Arc<Self> {
        Arc::new(Self {
            limit: config.connections,
            per_address: config.connections_per_address,
            handshakes: config.handshakes,
            taken: AtomicUsize::new(0),
            addresses: Mutex::new(Addresses {
                sweep_at: SWEEP_FROM,
                ..Addresses::default()
            }),
            emptied: Notify::new(),
        })
    }

    /// A place for a connection from an address, where that is known.
    pub(crate) fn enter(self: &Arc<Self>, from: Option<IpAddr>) -> Result<Place, Full> {
        let from = from.map(network);
        if let Some(from) = from {
            self.enter_from(from)?;
        }
        // From here on the address has one more, which a dropped place gives back.
        let mut place = Place {
            doors: Arc::clone(self),
            from,
            counted: false,
        };
        let before = self.taken.fetch_add(1, Ordering::AcqRel);
        place.counted = true;
        match before < self.limit {
            true => Ok(place),
            false => Err(Full::Process),
        }
    }

    fn enter_from(&self, from: IpAddr) -> Result<(), Full> {
        let now = Instant::now();
        let mut addresses = lock(&self.addresses);
        if addresses.by.len() >= addresses.sweep_at {
            addresses.sweep(self.handshakes, now);
        }
        let address = addresses.by.entry(from).or_insert_with(|| Address {
            taken: 0,
            handshakes: Bucket::full(self.handshakes, now),
        });
        if !address.handshakes.take(1.0, self.handshakes, now) {
            let rate = self.handshakes.per_second.max(0.001);
            return Err(Full::Handshakes(Duration::from_secs_f64(1.0 / rate)));
        }
        if address.taken >= self.per_address {
            return Err(Full::Address);
        }
        address.taken += 1;
        Ok(())
    }

    /// How many places are taken.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Acquire)
    }

    /// Waits until every place is given back. Cancel safe.
    pub(crate) async fn empty(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.emptied.notified());
            emptied.as_mut().enable();
            if self.taken() == 0 {
                return;
            }
            emptied.await;
        }
    }
}

impl Addresses {
    /// Forgets addresses without a connection that may try as often as new ones.
    fn sweep(&mut self, rate: Rate, now: Instant) {
        self.by
            .retain(|_, address| address.taken > 0 || !address.handshakes.is_full(rate, now));
        self.sweep_at = (self.by.len() * 2).max(SWEEP_FROM);
    }
}

/// Whoever has one IPv6 address has the other ones of its network of 64 bits, too.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

/// A place that a connection has until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    doors: Arc<Doors>,
    from: Option<IpAddr>,
    counted: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(from) = self.from {
            let mut addresses = lock(&self.doors.addresses);
            if let Some(address) = addresses.by.get_mut(&from) {
                address.taken -= 1;
            }
        }
        if self.counted && self.doors.taken.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.doors.emptied.notify_waiters();
        }
    }
}

#[cfg(all(test, not(feature = "__loom")))]
mod tests;
