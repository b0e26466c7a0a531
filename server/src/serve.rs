//! Starting and stopping a process.

use crate::accounts::auth;
use crate::accounts::system_mail::SystemMail;
use crate::health::{self, Health};
use crate::live::{self, Stopping};
use crate::worker::{self, Duties};
use crate::{Settings, assemble, layers, web};
use axum::{Extension, Router, middleware};
use http_room::{App, Door};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::migrate::Migrated;
use store::secret::Secrets;
use store::{Clock, Db, OpenOptions, StoreError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Longest that requests under way may take to end when the process is asked to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Why a process did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is in use.
    #[error("{0} is in use by another program. Choose another with --listen, such as 127.0.0.1:7001")]
    InUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// The system's words.
        why: String,
    },
    /// A folder cannot be made.
    #[error("cannot make the folder {path}: {why}")]
    Folder {
        /// Which.
        path: String,
        /// The system's words.
        why: String,
    },
    /// The database or the key.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens key and database and brings the schema up to date.
///
/// # Errors
/// When the key is not ours to read, the database cannot be opened, or it is newer than this program.
pub async fn open_app(settings: &Settings, base_url: &str) -> Result<(App, Migrated), ServeError> {
    make_folders(settings)?;
    let secrets = match &settings.secret_key {
        Some(key) => Secrets::from_base64(key)?,
        None => Secrets::from_file(&settings.secret_key_file)?,
    };
    let options = OpenOptions { connections: settings.connections, cache_mib: settings.cache_mib };
    let db = Db::open(&settings.database, &options).await?;
    let doors = assemble::doors(None);
    let migrated = store::migrate::run(&db, &assemble::migrations(&doors)).await?;
    let config = http_room::app::Config {
        base_url: base_url.trim_end_matches('/').to_owned(),
        node: node_name(),
        closed_network: settings.closed_network,
        private_requests: settings.private_requests,
        name_server: settings.name_server,
        speech_to_text: settings.speech_to_text.clone(),
        transcripts_folder: settings.transcripts_folder.clone(),
    };
    Ok((App::new(db, secrets, Clock::system(), config).knowing(&doors), migrated))
}

fn make_folders(settings: &Settings) -> Result<(), ServeError> {
    let mut folders = vec![settings.data_dir.clone()];
    folders.extend(settings.secret_key_file.parent().map(std::path::Path::to_path_buf));
    if let Some(path) = settings.database.strip_prefix("sqlite:") {
        folders.extend(
            std::path::Path::new(path.trim_start_matches("//")).parent().map(std::path::Path::to_path_buf),
        );
    }
    for folder in folders.iter().filter(|folder| !folder.as_os_str().is_empty()) {
        make_private(folder)
            .map_err(|why| ServeError::Folder { path: folder.display().to_string(), why: why.to_string() })?;
    }
    Ok(())
}

/// Customers' data is not for other users of the machine.
fn make_private(folder: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A name no other process has: the machine's, and this process's number.
fn node_name() -> String {
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let host = if host.trim().is_empty() { "node" } else { host.trim() };
    format!("{host}-{}-{}", std::process::id(), uuid::Uuid::now_v7().simple())
}

/// The whole program as a router: API, health, live screens, web app, and every layer around them.
pub fn router(
    app: &App,
    doors: &mut [Door],
    settings: &Settings,
    stopping: &watch::Receiver<bool>,
) -> Router {
    layers::measures::recorder();
    let mail = settings.smtp.as_ref().map(|smtp| Arc::new(SystemMail::new(smtp)));
    let ids: Vec<&'static str> = assemble::migrations(doors).iter().map(|migration| migration.id).collect();
    let porch = assemble::porch(doors, mail, settings.behind_proxy);
    let health = Health {
        app: app.clone(),
        migrations: ids.into(),
        stopping: stopping.clone(),
        metrics_token: settings.metrics_token.as_deref().map(Arc::from),
    };
    let pages = prospecting::public_routes()
        .merge(outreach::public_routes())
        .merge(qualification::public_routes())
        .merge(nurturing::public_routes())
        .merge(offer::public_routes())
        .merge(closing::public_routes())
        .layer(middleware::from_fn_with_state(settings.behind_proxy, auth::note_visitor));
    let whole = assemble::api(app, doors, porch)
        .layer(Extension(Stopping(stopping.clone())))
        .merge(pages.with_state(app.clone()))
        .merge(health::routes(health))
        .fallback(web::serve)
        .layer(middleware::from_fn_with_state(app.clone(), outreach::tracking::keep_apart));
    layers::around(whole, app.config.base_url.starts_with("https://"))
}

/// A process that runs.
#[derive(Debug)]
pub struct Running {
    /// Where it listens; none for a worker alone.
    pub address: Option<SocketAddr>,
    /// The program.
    pub app: App,
    stop: watch::Sender<bool>,
    web: Option<JoinHandle<std::io::Result<()>>>,
    follower: Option<JoinHandle<()>>,
    worker: Option<JoinHandle<()>>,
}

/// Binds, opens, migrates and starts. When it returns the program answers.
///
/// # Errors
/// When the address, the key or the database are not to be had; nothing keeps running then.
pub async fn start(settings: &Settings) -> Result<Running, ServeError> {
    let listener = if settings.roles.web { Some(bind(settings.listen).await?) } else { None };
    let address = listener.as_ref().and_then(|listener| listener.local_addr().ok());
    let base_url = settings.base_url.clone().unwrap_or_else(|| shown(address.unwrap_or(settings.listen)));
    let (app, _) = open_app(settings, &base_url).await?;
    let mail = settings.smtp.as_ref().map(|smtp| Arc::new(SystemMail::new(smtp)));
    let mut doors = assemble::doors(mail);
    let duties = Duties::of(&doors);
    let (stop, stopping) = watch::channel(false);
    let worker =
        settings.roles.worker.then(|| tokio::spawn(worker::run(app.clone(), duties, stopping.clone())));
    let follower = settings.roles.web.then(|| tokio::spawn(live::follow(app.clone(), stopping.clone())));
    let web = listener.map(|listener| {
        let service = router(&app, &mut doors, settings, &stopping);
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        let mut asked = stopping.clone();
        let server = axum::serve(listener, service).with_graceful_shutdown(async move {
            let _ = asked.wait_for(|stop| *stop).await;
        });
        tokio::spawn(async move { server.await })
    });
    Ok(Running { address, app, stop, web, follower, worker })
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|why| match why.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::InUse(address),
        _ => ServeError::Listen { address, why: why.to_string() },
    })
}

/// The address as one types it into a browser.
fn shown(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("http://127.0.0.1:{}", address.port())
    } else {
        format!("http://{address}")
    }
}

impl Running {
    /// Asks everything to stop, waits for requests and jobs under way, gives back leases, and closes
    /// the database (SQLite then folds its write-ahead log into the file).
    ///
    /// # Errors
    /// When the database cannot be closed.
    pub async fn stop(self) -> Result<(), StoreError> {
        self.stop.send_replace(true);
        if let Some(web) = self.web
            && tokio::time::timeout(GRACE, web).await.is_err()
        {
            tracing::warn!("requests under way were broken off");
        }
        for task in [self.follower, self.worker].into_iter().flatten() {
            let abort = task.abort_handle();
            if tokio::time::timeout(GRACE, task).await.is_err() {
                abort.abort();
            }
        }
        let released = worker::release(&self.app).await?;
        if released > 0 {
            tracing::info!(released, "jobs given back");
        }
        self.app.db.clone().close().await
    }
}
