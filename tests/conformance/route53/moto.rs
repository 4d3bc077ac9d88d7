//! moto's server: one process for all tests that need the same of it, each test in an AWS account of its own.

use std::{net::SocketAddr, path::Path, time::Duration};

use mailward_sandbox::{
    ports,
    process::{Launch, Process},
    scratch::StateDir,
};
use tokio::{process::Command, sync::OnceCell};

/// Which of Route 53's rules it keeps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// As moto is published.
    Its,
    /// With what `strict.py` adds: a batch is one transaction and names exactly what it deletes, and a signature covers the body.
    Strict,
}

/// A running server. It ends, and its log goes, with this value or with the program.
pub struct Moto {
    pub address: SocketAddr,
    _process: Process,
    _log: StateDir,
}

/// Where it listens.
pub async fn shared(rules: Rules) -> SocketAddr {
    static ITS: OnceCell<Moto> = OnceCell::const_new();
    static STRICT: OnceCell<Moto> = OnceCell::const_new();
    let cell = if rules == Rules::Its { &ITS } else { &STRICT };
    cell.get_or_init(|| start(rules)).await.address
}

/// A process of one's own.
pub async fn start(rules: Rules) -> Moto {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/route53");
    let address = SocketAddr::from(([127, 0, 0, 1], ports::free_tcp().unwrap()));
    let program = match rules {
        Rules::Its => vec!["-m".into(), "moto.server".into()],
        Rules::Strict => vec![folder.join("strict.py").into_os_string()],
    };
    let log = StateDir::open(None).unwrap();
    let launch = Launch::new("moto", python(&folder).await, log.path()).args(program);
    let mut process = launch.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]).spawn().unwrap();
    let ready = async || tokio::net::TcpStream::connect(address).await.is_ok();
    process.wait_ready("moto listens", Duration::from_mins(1), ready).await.unwrap();
    Moto { address, _process: process, _log: log }
}

/// The Python that has moto; made by `setup.sh` once.
async fn python(folder: &Path) -> &'static str {
    static PYTHON: OnceCell<String> = OnceCell::const_new();
    let made = PYTHON.get_or_init(|| async {
        let made = Command::new(folder.join("setup.sh")).output().await.unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    });
    made.await
}
