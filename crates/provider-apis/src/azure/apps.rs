//! Applications, and what they may do.

/// An application, with what proves it and what its roles let it do.
#[derive(Clone, Debug, Default)]
pub struct App {
    /// Its id.
    pub client: String,
    /// Its secret.
    pub secret: Option<String>,
    /// The token of the one ServiceAccount that it trusts.
    pub trusted: Option<String>,
    /// What it may do in every resource group.
    pub rights: Rights,
}

/// What an application may do, by actions of Azure RBAC.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a right of its own, given or not")]
pub struct Rights {
    /// `Microsoft.Network/dnsZones/read`.
    pub zones: bool,
    /// `Microsoft.Network/dnsZones/write` and `/delete`.
    pub make_zones: bool,
    /// `Microsoft.Network/dnsZones/*/read`.
    pub read: bool,
    /// `Microsoft.Network/dnsZones/*/write` and `/delete`.
    pub write: bool,
}

impl Rights {
    /// The role *DNS Zone Contributor*.
    pub fn contributor() -> Self {
        Self { zones: true, make_zones: true, read: true, write: true }
    }

    /// The role *Reader*.
    pub fn reader() -> Self {
        Self { zones: true, make_zones: false, read: true, write: false }
    }
}
