//! A little OAuth 2 server: consent, tokens, rotation that takes a token handed in twice for theft, revocation, and
//! introspection for mail servers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Query, State};
use axum::http::{Request, StatusCode, header};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use outreach::mailbox::sign_in::rules;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tower::ServiceExt;

type Fields = HashMap<String, String>;

/// What the app is registered as.
pub const CLIENT: (&str, &str) = ("sevenfold", "client-secret");

/// Requests for tokens answered at once.
const PERMITS: u32 = 100;

/// What the server remembers.
#[derive(Default)]
pub struct Book {
    /// Whose account consents next.
    pub account: Option<String>,
    /// What the consent page answers instead of a code.
    pub consent_error: Option<&'static str>,
    /// What the token endpoint answers instead.
    pub token_error: Option<(u16, Value)>,
    /// Seconds for which tokens are valid.
    pub seconds: i64,
    /// Whether a refresh token is given.
    pub lasting: bool,
    /// What is said to have been consented to.
    pub scope: Option<&'static str>,
    /// Requests for a token, by grant type.
    pub asked: HashMap<String, usize>,
    /// Codes that may be handed in, with the challenge and where they were sent.
    codes: HashMap<String, (String, String, Option<String>)>,
    /// Refresh tokens by grant; the last is the one that holds.
    refresh: HashMap<usize, Vec<String>>,
    accounts: HashMap<usize, Option<String>>,
    access: HashMap<String, usize>,
    made: usize,
}

/// The server; it ends with this value.
pub struct OAuthServer {
    /// Where it listens.
    pub at: String,
    router: Router,
    book: Arc<Mutex<Book>>,
    gate: Arc<Semaphore>,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Drop for OAuthServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[derive(Clone)]
struct Shared {
    book: Arc<Mutex<Book>>,
    gate: Arc<Semaphore>,
}

impl OAuthServer {
    /// Starts one at which this account consents.
    pub async fn start(account: &str) -> Self {
        let book =
            Book { account: Some(account.to_owned()), seconds: 3600, lasting: true, ..Book::default() };
        let book = Arc::new(Mutex::new(book));
        let gate = Arc::new(Semaphore::new(PERMITS as usize));
        let router = Router::new()
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/introspect", post(introspect))
            .with_state(Shared { book: Arc::clone(&book), gate: Arc::clone(&gate) });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = format!("http://{}", listener.local_addr().expect("an address"));
        let whole = router.clone();
        let serving = tokio::spawn(async move { axum::serve(listener, whole).await });
        Self { at, router, book, gate, serving }
    }

    /// What it remembers.
    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().expect("the book")
    }

    /// How often a token was asked for by this grant type.
    pub fn asked(&self, grant_type: &str) -> usize {
        self.book().asked.get(grant_type).copied().unwrap_or(0)
    }

    /// Nothing of what was given holds any more.
    pub fn revoke_all(&self) {
        let mut book = self.book();
        book.refresh.clear();
        book.access.clear();
    }

    /// Access tokens do not hold any more, refresh tokens do.
    pub fn forget_access(&self) {
        self.book().access.clear();
    }

    /// Holds every request for a token back until what is answered is dropped.
    pub async fn closed(&self) -> tokio::sync::SemaphorePermit<'_> {
        self.gate.acquire_many(PERMITS).await.expect("the gate")
    }

    /// Consents as a browser would. Answers what the provider sends back to us.
    pub async fn consent(&self, authorize_url: &str) -> Fields {
        let path = authorize_url.strip_prefix(&self.at).expect("an address of this server");
        let request = Request::get(path).body(axum::body::Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), StatusCode::FOUND, "the consent page takes the request");
        let to = response.headers()[header::LOCATION].to_str().expect("text").to_owned();
        let to = outward::Url::parse(&to).expect("an address");
        assert_eq!(to.path(), "/mailboxes/signed-in");
        to.query_pairs().into_owned().collect()
    }
}

async fn authorize(
    State(Shared { book, .. }): State<Shared>,
    Query(asked): Query<Fields>,
) -> Result<(StatusCode, [(header::HeaderName, String); 1]), StatusCode> {
    let of = |key: &str| asked.get(key).cloned().unwrap_or_default();
    let whole = of("response_type") == "code"
        && of("client_id") == CLIENT.0
        && of("code_challenge_method") == "S256"
        && of("code_challenge").len() == 43
        && of("state").len() >= 32
        && of("scope").contains("mail");
    if !whole {
        return Err(StatusCode::BAD_REQUEST);
    }
    let mut book = book.lock().expect("the book");
    let mut to = outward::Url::parse(&of("redirect_uri")).map_err(|_| StatusCode::BAD_REQUEST)?;
    to.query_pairs_mut().append_pair("state", &of("state"));
    match book.consent_error {
        Some(error) => {
            to.query_pairs_mut()
                .append_pair("error", error)
                .append_pair("error_description", "The member said no.");
        }
        None => {
            book.made += 1;
            let code = format!("code-{}", book.made);
            let account = book.account.clone();
            book.codes.insert(code.clone(), (of("code_challenge"), of("redirect_uri"), account));
            to.query_pairs_mut().append_pair("code", &code);
        }
    }
    Ok((StatusCode::FOUND, [(header::LOCATION, to.to_string())]))
}

fn no(error: &str) -> (StatusCode, Json<Value>) {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error, "error_description": "Said by the test." })))
}

async fn token(
    State(Shared { book, gate }): State<Shared>,
    Form(asked): Form<Fields>,
) -> (StatusCode, Json<Value>) {
    let of = |key: &str| asked.get(key).cloned().unwrap_or_default();
    *book.lock().expect("the book").asked.entry(of("grant_type")).or_default() += 1;
    let _through = gate.acquire().await.expect("the gate");
    let mut book = book.lock().expect("the book");
    if let Some((status, body)) = &book.token_error {
        return (StatusCode::from_u16(*status).expect("a status"), Json(body.clone()));
    }
    if (of("client_id").as_str(), of("client_secret").as_str()) != CLIENT {
        return no("invalid_client");
    }
    let grant = match of("grant_type").as_str() {
        "authorization_code" => {
            let Some((challenge, sent_to, account)) = book.codes.remove(&of("code")) else {
                return no("invalid_grant");
            };
            if rules::challenge(&of("code_verifier")) != challenge || sent_to != of("redirect_uri") {
                return no("invalid_grant");
            }
            book.made += 1;
            let grant = book.made;
            book.accounts.insert(grant, account);
            book.refresh.insert(grant, Vec::new());
            grant
        }
        "refresh_token" => {
            let given = of("refresh_token");
            let Some(grant) = book.refresh.iter().find(|(_, all)| all.contains(&given)).map(|(id, _)| *id)
            else {
                return no("invalid_grant");
            };
            if book.refresh[&grant].last() != Some(&given) {
                book.refresh.remove(&grant);
                return no("invalid_grant");
            }
            grant
        }
        _ => return no("unsupported_grant_type"),
    };
    (StatusCode::OK, Json(given(&mut book, grant)))
}

fn given(book: &mut Book, grant: usize) -> Value {
    book.made += 1;
    let (access, refresh) = (format!("access-{}", book.made), format!("refresh-{}", book.made));
    book.access.insert(access.clone(), grant);
    let mut answer = json!({ "access_token": access, "token_type": "Bearer", "expires_in": book.seconds });
    if book.lasting {
        book.refresh.entry(grant).or_default().push(refresh.clone());
        answer["refresh_token"] = refresh.into();
    }
    if let Some(scope) = book.scope {
        answer["scope"] = scope.into();
    }
    if let Some(Some(account)) = book.accounts.get(&grant) {
        use base64::Engine as _;
        let claims = json!({ "email": account }).to_string();
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
        answer["id_token"] = format!("e30.{claims}.c2ln").into();
    }
    answer
}

/// Whether a token holds, and for whom (RFC 7662).
async fn introspect(State(Shared { book, .. }): State<Shared>, Form(asked): Form<Fields>) -> Json<Value> {
    let book = book.lock().expect("the book");
    let grant = asked.get("token").and_then(|token| book.access.get(token));
    let account = grant.and_then(|grant| book.accounts.get(grant)).cloned();
    match account.flatten() {
        Some(account) => Json(json!({ "active": true, "email": account, "username": account })),
        None => Json(json!({ "active": false })),
    }
}
