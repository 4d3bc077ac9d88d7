//! What starts a visit besides a watch, and what ends all of them.

use futures::Stream;
use kube::{Resource, runtime::reflector::ObjectRef};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::serve::Shutdown;

/// Ends when the shutdown is requested.
pub(crate) async fn requested(shutdown: Shutdown) {
    shutdown.requested().await;
}

/// References as a stream.
pub(crate) fn receive<K: Resource<DynamicType = ()> + Send + 'static>(
    receiver: UnboundedReceiver<ObjectRef<K>>,
) -> impl Stream<Item = ObjectRef<K>> + Send + 'static {
    futures::stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|item| (item, receiver)) })
}
