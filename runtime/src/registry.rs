//! The hub of each user, as long as somebody holds it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::backplane::{Backplane, Node, Retained};
use crate::hub::Hub;
use crate::identity::UserId;
use crate::sync::{Ordering, Sharded, lock, remove};
use crate::wire::Text;

/// The hubs of a factory.
pub(crate) struct Registry {
    users: Sharded<UserId, Arc<Hub>>,
    backplane: Arc<dyn Backplane>,
}

impl Registry {
    pub(crate) fn new(backplane: Arc<dyn Backplane>) -> Arc<Self> {
        let registry = Arc::new(Self {
            users: Sharded::new(),
            backplane,
        });
        let node = Arc::downgrade(&registry);
        registry.backplane.listen(node);
        registry
    }

    /// The hub of a user: the one that there is, or a new one.
    pub(crate) fn hold(self: &Arc<Self>, user: &UserId) -> Held {
        let mut shard = lock(self.users.shard(user));
        let hub = match shard.get(user) {
            Some(hub) => Arc::clone(hub),
            None => {
                let hub = Hub::open(user.clone(), &*self.backplane);
                shard.insert(user.clone(), Arc::clone(&hub));
                hub
            }
        };
        // Under the lock: the one who gives up a hub looks at the count under it again.
        hub.holders.fetch_add(1, Ordering::AcqRel);
        Held {
            hub,
            registry: Arc::clone(self),
        }
    }

    /// All hubs that somebody holds now.
    pub(crate) fn hubs(&self) -> Vec<Arc<Hub>> {
        let all = self.users.shards();
        all.flat_map(|shard| lock(shard).values().cloned().collect::<Vec<_>>())
            .collect()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.users.len()
    }

    pub(crate) fn backplane(&self) -> &dyn Backplane {
        &*self.backplane
    }

    pub(crate) fn retained(&self) -> Retained {
        self.backplane.retained()
    }

    /// Nobody held the hub a moment ago.
    fn give_up(&self, hub: &Arc<Hub>) {
        let mut shard = lock(self.users.shard(hub.user()));
        let is_this = |known: &Arc<Hub>| Arc::ptr_eq(known, hub);
        let is_free = hub.holders.load(Ordering::Acquire) == 0;
        let gone = match is_free && shard.get(hub.user()).is_some_and(is_this) {
            true => remove(&mut shard, hub.user()),
            false => None,
        };
        // A hub gives up its channel, which has locks of its own.
        drop(shard);
        drop(gone);
    }
}

impl Node for Registry {
    fn broadcast(&self, frame: &Text) {
        for hub in self.hubs() {
            hub.broadcast(frame);
        }
    }
}

/// A hold on the hub of a user, which is there as long as anybody has one.
pub(crate) struct Held {
    hub: Arc<Hub>,
    registry: Arc<Registry>,
}

impl Clone for Held {
    fn clone(&self) -> Self {
        self.hub.holders.fetch_add(1, Ordering::AcqRel);
        Self {
            hub: Arc::clone(&self.hub),
            registry: Arc::clone(&self.registry),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.hub.holders.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.registry.give_up(&self.hub);
        }
    }
}

impl Deref for Held {
    type Target = Hub;

    fn deref(&self) -> &Hub {
        &self.hub
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hub.fmt(f)
    }
}
