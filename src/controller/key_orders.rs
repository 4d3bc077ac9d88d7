//! Keys that are being made. A visit orders a key and goes on; once it is made the domain is visited again and takes it.
//!
//! So no visit waits in the line for a core, and edits of settled domains go ahead of a thousand new ones. A key lives
//! here in memory only: whoever is killed before it was stored makes another, and nobody has seen the first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    domain::keys::Ordinal,
    keys::{DkimKeyPair, KeyError, KeyMaker, RsaSize},
};

/// Which key is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Order {
    /// UID of the MailDomain.
    pub uid: String,
    /// Name of the key in its spec.
    pub key: String,
    /// Which key of that name.
    pub ordinal: Ordinal,
    /// Its size.
    pub size: RsaSize,
}

type Made = Result<DkimKeyPair, KeyError>;
/// `None` while the key is being made.
type Orders = HashMap<Order, Option<Made>>;

/// Keys that were ordered and not yet taken.
#[derive(Default)]
pub(crate) struct KeyOrders {
    maker: KeyMaker,
    orders: Arc<Mutex<Orders>>,
}

fn lock(orders: &Mutex<Orders>) -> MutexGuard<'_, Orders> {
    orders.lock().unwrap_or_else(PoisonError::into_inner)
}

impl KeyOrders {
    /// Hands the key over if it is made; otherwise orders it, unless it is on order, and calls `wake` once it is there.
    pub(crate) fn take(&self, order: Order, wake: impl FnOnce() + Send + 'static) -> Option<Made> {
        let mut orders = lock(&self.orders);
        match orders.get(&order) {
            Some(Some(_)) => return orders.remove(&order).flatten(),
            Some(None) => return None,
            None => orders.insert(order.clone(), None),
        };
        drop(orders);
        let (maker, orders) = (self.maker.clone(), Arc::clone(&self.orders));
        tokio::spawn(async move {
            let made = maker.generate(order.size).await;
            // Whoever forgot the order meanwhile does not want the key any more: it is wiped here.
            if let Some(place) = lock(&orders).get_mut(&order) {
                *place = Some(made);
                wake();
            }
        });
        None
    }

    /// Forgets the orders of a MailDomain that is gone.
    pub(crate) fn forget(&self, uid: &str) {
        lock(&self.orders).retain(|order, _| order.uid != uid);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is the failure of the test")]
    use tokio::sync::oneshot;

    use super::*;

    fn order(uid: &str) -> Order {
        Order { uid: uid.to_owned(), key: "main".to_owned(), ordinal: 0, size: RsaSize::Bits2048 }
    }

    #[tokio::test]
    async fn a_key_is_made_aside_and_handed_over_once() {
        let orders = KeyOrders::default();
        let (woke, woken) = oneshot::channel();
        assert!(orders.take(order("u"), || woke.send(()).unwrap()).is_none(), "the visit goes on without it");
        woken.await.unwrap();
        assert!(orders.take(order("u"), || {}).unwrap().is_ok());
        assert!(lock(&orders.orders).is_empty(), "nothing of it stays in memory");
    }

    #[tokio::test]
    async fn p3_a_key_on_order_is_not_ordered_again() {
        let orders = KeyOrders::default();
        let (woke, woken) = oneshot::channel();
        orders.take(order("u"), || woke.send(()).unwrap());
        let (again, never) = oneshot::channel::<()>();
        orders.take(order("u"), || again.send(()).unwrap());
        woken.await.unwrap();
        assert!(never.await.is_err(), "the second call started nothing");
    }

    #[tokio::test]
    async fn a_forgotten_order_leaves_nothing_behind() {
        let orders = KeyOrders::default();
        let (woke, woken) = oneshot::channel::<()>();
        orders.take(order("u"), || woke.send(()).unwrap());
        orders.forget("u");
        assert!(woken.await.is_err(), "nobody is woken for it");
        assert!(lock(&orders.orders).is_empty());
    }
}
