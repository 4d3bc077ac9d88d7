//! The SDK's requests over the transport that all HTTP providers share: one connection pool, one TLS stack, one budget and one
//! deadline for what a credential sends.

use std::{fmt, sync::Arc};

use aws_sdk_route53::{
    config::{
        HttpClient, RuntimeComponents,
        http::{HttpRequest, HttpResponse},
    },
    error::{BoxError, ConnectorError},
};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};

use crate::provider::http::{Answer, Transport};

/// The transport as the SDK wants it. Its own settings are left aside: they are deadlines, and the transport has one.
#[derive(Clone)]
pub(super) struct Bridge(pub(super) Arc<Transport>);

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the transport of the credential")
    }
}

impl HttpClient for Bridge {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Bridge {
    /// What the transport refuses travels as the source of the error, and is found there again.
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let transport = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = outgoing(request).map_err(ConnectorError::user)?;
            let answer = transport.send(request).await.map_err(|error| ConnectorError::other(error.into(), None))?;
            incoming(answer).map_err(|error| ConnectorError::other(error, None))
        })
    }
}

fn outgoing(request: HttpRequest) -> Result<reqwest::Request, BoxError> {
    let (parts, body) = request.try_into_http1x()?.into_parts();
    let octets = body.bytes().ok_or("a request whose body is not in memory")?.to_vec();
    let mut request = reqwest::Request::new(parts.method, parts.uri.to_string().parse()?);
    *request.headers_mut() = parts.headers;
    *request.body_mut() = Some(octets.into());
    Ok(request)
}

fn incoming(answer: Answer) -> Result<HttpResponse, BoxError> {
    Ok(HttpResponse::new(answer.status.as_u16().try_into()?, answer.body.into()))
}
