//! Makes one UPDATE message one act.
//!
//! The store underneath carries out an UPDATE record by record, with questions answered in between: a replaced value
//! would be gone for a moment, and two writers could both find their prerequisites met. Here an update has the zone to
//! itself. It also leaves an emptied set behind, which would answer NODATA where the name is gone; and it does not sign
//! its answer to a signed question, which `nsupdate` asks to find the zone, and then gives up.

use async_trait::async_trait;
use hickory_net::runtime::TokioRuntimeProvider;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::rdata::tsig::TsigError;
use hickory_proto::rr::{LowerName, RecordType, TSigResponseContext, TSigner};
use hickory_server::dnssec::NxProofKind;
use hickory_server::server::{Request, RequestInfo};
use hickory_server::store::sqlite::SqliteZoneHandler;
use hickory_server::zone_handler::{
    AuthLookup, AxfrPolicy, LookupControlFlow, LookupError, LookupOptions, Nsec3QueryInfo, UpdateRequest, ZoneHandler,
    ZoneTransfer, ZoneType,
};
use tokio::sync::RwLock;

type Store = SqliteZoneHandler<TokioRuntimeProvider>;

/// A zone whose updates are seen whole or not at all.
pub(super) struct Atomic {
    store: Store,
    key: TSigner,
    /// Held to read while answering, to write while updating.
    whole: RwLock<()>,
}

impl Atomic {
    /// `key` signs answers; the store has been told of it already.
    pub(super) fn new(store: Store, key: TSigner) -> Self {
        Self { store, key, whole: RwLock::new(()) }
    }

    /// How to sign the answer to `request`, if that is signed (RFC 8945 5.3).
    fn answer_signature(&self, request: &Request) -> Option<TSigResponseContext> {
        let tsig = request.signature()?;
        let (id, now) = (request.id(), unix_seconds());
        if *self.key.signer_name() != tsig.name {
            return Some(TSigResponseContext::unknown_key(id, now, tsig.name.clone()));
        }
        let key = self.key.clone();
        Some(match key.verify_message_byte(request.as_slice(), None, true) {
            Ok((_, _, valid)) => {
                let late = (!valid.contains(&now)).then_some(TsigError::BadTime);
                TSigResponseContext::new(id, now, key, tsig.data.mac.clone(), late)
            }
            Err(_) => TSigResponseContext::bad_signature(id, now, key),
        })
    }
}

fn unix_seconds() -> u64 {
    jiff::Timestamp::now().as_second().unsigned_abs()
}

#[async_trait]
impl ZoneHandler for Atomic {
    async fn update(&self, request: &Request, now: u64) -> (Result<bool, ResponseCode>, Option<TSigResponseContext>) {
        let _alone = self.whole.write().await;
        let outcome = self.store.update(request, now).await;
        self.store.records_mut().await.retain(|_, set| !set.is_empty());
        outcome
    }

    async fn lookup(
        &self,
        name: &LowerName,
        record_type: RecordType,
        info: Option<&RequestInfo<'_>>,
        options: LookupOptions,
    ) -> LookupControlFlow<AuthLookup> {
        let _with_others = self.whole.read().await;
        self.store.lookup(name, record_type, info, options).await
    }

    async fn search(
        &self,
        request: &Request,
        options: LookupOptions,
    ) -> (LookupControlFlow<AuthLookup>, Option<TSigResponseContext>) {
        let _with_others = self.whole.read().await;
        let (found, _) = self.store.search(request, options).await;
        (found, self.answer_signature(request))
    }

    async fn zone_transfer(
        &self,
        request: &Request,
        options: LookupOptions,
        now: u64,
    ) -> Option<(Result<ZoneTransfer, LookupError>, Option<TSigResponseContext>)> {
        let _with_others = self.whole.read().await;
        self.store.zone_transfer(request, options, now).await
    }

    fn zone_type(&self) -> ZoneType {
        self.store.zone_type()
    }

    fn axfr_policy(&self) -> AxfrPolicy {
        self.store.axfr_policy()
    }

    fn origin(&self) -> &LowerName {
        self.store.origin()
    }

    async fn nsec_records(&self, name: &LowerName, options: LookupOptions) -> LookupControlFlow<AuthLookup> {
        self.store.nsec_records(name, options).await
    }

    async fn nsec3_records(&self, info: Nsec3QueryInfo<'_>, options: LookupOptions) -> LookupControlFlow<AuthLookup> {
        self.store.nsec3_records(info, options).await
    }

    fn nx_proof_kind(&self) -> Option<&NxProofKind> {
        self.store.nx_proof_kind()
    }
}
