//! Microsoft's clouds: where Resource Manager is, and who gives tokens for it.

/// One of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cloud {
    /// The one that all the world uses.
    #[default]
    Public,
    /// The one that 21Vianet runs in China.
    China,
    /// That of the government of the United States.
    UsGovernment,
}

impl Cloud {
    /// Address of Resource Manager, which is also whom a token is for.
    pub(super) fn resource_manager(self) -> &'static str {
        match self {
            Self::Public => "https://management.azure.com/",
            Self::China => "https://management.chinacloudapi.cn/",
            Self::UsGovernment => "https://management.usgovcloudapi.net/",
        }
    }

    /// Who gives tokens.
    pub(super) fn authority(self) -> &'static str {
        match self {
            Self::Public => "https://login.microsoftonline.com/",
            Self::China => "https://login.chinacloudapi.cn/",
            Self::UsGovernment => "https://login.microsoftonline.us/",
        }
    }

    /// What a token is asked for: what the application's roles say.
    pub(super) fn scope(self) -> String {
        format!("{}.default", self.resource_manager())
    }
}
