//! Records.
#![allow(missing_docs)]
pub mod txt {
    pub fn split(t: &str) -> Vec<Vec<u8>> {
        t.as_bytes().chunks(255).map(<[u8]>::to_vec).collect()
    }
}
pub mod marker {
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub struct Slot(pub String);
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Marker {
        pub owner: String,
        pub uid: String,
        pub has: std::collections::BTreeSet<Slot>,
        pub took: std::collections::BTreeSet<Slot>,
    }
    impl std::str::FromStr for Marker {
        type Err = String;
        fn from_str(s: &str) -> Result<Self, String> {
            Err(s.into())
        }
    }
}
