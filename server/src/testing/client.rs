//! A browser or a program, as tests play them.

use crate::API;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tower::ServiceExt;

/// Somebody who asks. Clones share their cookie, as tabs of a browser do.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    jar: Arc<Mutex<Option<String>>>,
    bearer: Option<String>,
    headers: Vec<(String, String)>,
    address: SocketAddr,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The body, when it is JSON; null else.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Reply {
    /// The problem's stable word, if it is one.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// A text inside the body by JSON pointer: `/user/id`.
    ///
    /// # Panics
    /// When there is no text there.
    #[must_use]
    pub fn text_at(&self, pointer: &str) -> String {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no text at {pointer} in {}", self.text)).to_owned()
    }

    /// This, if the status is that.
    ///
    /// # Panics
    /// When it is another.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

impl Client {
    /// Nobody yet.
    pub(super) fn new(router: Router) -> Self {
        Self {
            router,
            jar: Arc::default(),
            bearer: None,
            headers: vec![("sevenfold-request".to_owned(), "1".to_owned())],
            address: SocketAddr::from(([192, 0, 2, 1], 4000)),
        }
    }

    /// A program with this API token instead of a cookie.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), jar: Arc::default(), headers: Vec::new(), ..self.clone() }
    }

    /// Another browser at the same address.
    #[must_use]
    pub fn signed_out(&self) -> Self {
        Self { jar: Arc::default(), bearer: None, ..self.clone() }
    }

    /// Sends this header too.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(n, _)| n != name);
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// Leaves this header out.
    #[must_use]
    pub fn without_header(&self, name: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(n, _)| n != name);
        client
    }

    /// From another network address.
    #[must_use]
    pub fn from_address(&self, last: u8) -> Self {
        Self { address: SocketAddr::from(([192, 0, 2, last], 4000)), ..self.clone() }
    }

    /// The cookie, if there is one: `sevenfold_session=…`.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A browser that has this cookie.
    pub fn keep(&self, cookie: &str) {
        *self.jar.lock().unwrap_or_else(PoisonError::into_inner) = Some(cookie.to_owned());
    }

    /// GET below the API.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// POST below the API.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    /// PATCH below the API.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// PUT below the API.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// DELETE below the API.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    /// Any request below the API with a JSON body.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let uri = format!("{API}{path}");
        let request = Request::builder().method(method).uri(uri);
        let request = match body {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        };
        read(self.raw(request.expect("a request")).await).await
    }

    /// Any request at all; the answer as it is, its body unread.
    ///
    /// # Panics
    /// When a header cannot be sent.
    pub async fn raw(&self, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(ConnectInfo(self.address));
        let headers = request.headers_mut();
        for (name, value) in &self.headers {
            let name = header::HeaderName::try_from(name.as_str()).expect("a header's name");
            headers.insert(name, value.parse().expect("a header's value"));
        }
        if let Some(bearer) = &self.bearer {
            headers.insert(header::AUTHORIZATION, format!("Bearer {bearer}").parse().expect("a token"));
        }
        if let Some(cookie) = self.cookie() {
            headers.insert(header::COOKIE, cookie.parse().expect("a cookie"));
        }
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        if let Some(set) = response.headers().get(header::SET_COOKIE).and_then(|v| v.to_str().ok()) {
            let pair = set.split(';').next().unwrap_or_default().to_owned();
            let gone = pair.ends_with('=');
            *self.jar.lock().unwrap_or_else(PoisonError::into_inner) = Some(pair).filter(|_| !gone);
        }
        response
    }
}

/// Reads an answer to its end.
///
/// # Panics
/// When it breaks off.
pub async fn read(response: Response) -> Reply {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("the whole answer");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body = serde_json::from_str(&text).unwrap_or_default();
    Reply { status: parts.status, headers: parts.headers, body, text }
}
