//! One signal that everything long-running listens to.

use std::io;

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Tells whether, and when, the process is to stop. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Receiver<bool>);

/// The other end; dropping it counts as the signal.
#[derive(Debug)]
pub struct ShutdownHandle(watch::Sender<bool>);

impl Shutdown {
    /// A signal not yet given.
    pub fn new() -> (ShutdownHandle, Self) {
        let (sender, receiver) = watch::channel(false);
        (ShutdownHandle(sender), Self(receiver))
    }

    /// A signal that SIGTERM (Kubernetes) or SIGINT (Ctrl-C) gives.
    pub fn on_signals() -> io::Result<Self> {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let (handle, shutdown) = Self::new();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            handle.request();
        });
        Ok(shutdown)
    }

    /// Waits for the signal.
    pub async fn requested(&self) {
        let mut receiver = self.0.clone();
        // An error says that the handle is gone, which means the same.
        drop(receiver.wait_for(|requested| *requested).await);
    }

    /// Whether the signal was given.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}

impl ShutdownHandle {
    /// Gives the signal.
    pub fn request(&self) {
        self.0.send_replace(true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_listener_hears_the_signal_also_afterwards() {
        let (handle, shutdown) = Shutdown::new();
        let early = shutdown.clone();
        assert!(!shutdown.is_requested());
        handle.request();
        early.requested().await;
        shutdown.requested().await;
        assert!(shutdown.is_requested());
    }

    #[tokio::test]
    async fn a_lost_handle_stops_too() {
        let (handle, shutdown) = Shutdown::new();
        drop(handle);
        shutdown.requested().await;
        assert!(shutdown.is_requested());
    }
}
