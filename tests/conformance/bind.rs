//! BIND (`named`) on a loopback port, alive as long as the value.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

/// Name, algorithm and base64 secret of a key that BIND knows.
pub type Key = (&'static str, &'static str, &'static str);

/// The provider's key.
pub const OURS: Key = ("mailward", "hmac-sha256", "bWFpbHdhcmQgY29uZm9ybWFuY2Ugc3VpdGUga2V5IDE=");
/// The key of somebody else, who may do everything.
pub const THEIRS: Key = ("somebody-else", "hmac-sha512", "c29tZWJvZHkgZWxzZSBpcyBhbGxvd2VkIGV2ZXJ5dGhpbmc=");

/// A running server.
pub struct Bind {
    child: Child,
    directory: PathBuf,
    /// Where it listens on 127.0.0.1, TCP and UDP.
    pub port: u16,
}

impl Bind {
    /// Starts a server and waits until it serves.
    pub fn start(configuration: impl FnOnce(&Path) -> String) -> Self {
        let directory = scratch();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let options = format!(
            "options {{ directory \"{}\"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no;
              dnssec-validation no; notify no; pid-file none; session-keyfile none; lock-file none; }}; controls {{ }};",
            directory.display()
        );
        let file = directory.join("named.conf");
        fs::write(&file, options + &keys(&[OURS, THEIRS]) + &configuration(&directory)).unwrap();
        let mut child = Command::new("named")
            .args(["-g", "-n", "1", "-c"])
            .arg(&file)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("BIND's `named` is installed (Debian: bind9)");
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let said: Vec<_> = log.by_ref().take_while(|line| !line.ends_with(" running")).collect();
        assert!(child.try_wait().unwrap().is_none(), "named ended: {}", said.join("\n"));
        // Nobody may leave the pipe full.
        std::thread::spawn(move || log.for_each(drop));
        Self { child, directory, port }
    }

    /// Runs an `nsupdate` script as somebody else.
    pub fn nsupdate(&self, zone: &str, script: &str) {
        let (name, algorithm, secret) = THEIRS;
        let script = format!("server 127.0.0.1 {}\nzone {zone}\n{script}\nsend\n", self.port);
        let key = format!("{algorithm}:{name}:{secret}");
        let mut child = Command::new("nsupdate").args(["-v", "-y", &key]).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "nsupdate refused:\n{script}");
    }

    /// What `dig` prints, answer section only, over TCP and signed by somebody else.
    pub fn dig(&self, question: &[&str]) -> String {
        let (name, algorithm, secret) = THEIRS;
        let output = Command::new("dig")
            .args(["@127.0.0.1", "-p", &self.port.to_string(), "-y", &format!("{algorithm}:{name}:{secret}")])
            .args(["+tcp", "+norecurse", "+noall", "+answer", "+onesoa", "+nocrypto"])
            .args(question)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Ends the server and leaves nobody on its port.
    pub fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Bind {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A zone statement, and the zone's file with SOA and NS.
pub fn zone(directory: &Path, apex: &str, options: &str) -> String {
    let file = directory.join(format!("{apex}.zone"));
    fs::write(&file, "$TTL 300\n@ SOA ns.lab. admin.lab. 1 3600 600 86400 5\n@ NS ns.lab.\n").unwrap();
    format!("zone \"{apex}\" {{ type primary; file \"{}\"; {options} }};\n", file.display())
}

pub fn keys(keys: &[Key]) -> String {
    let one = |(name, algorithm, secret): &Key| format!("key \"{name}\" {{ algorithm {algorithm}; secret \"{secret}\"; }};\n");
    keys.iter().map(one).collect()
}

fn scratch() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("mailward-conformance-{}-{next}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    directory
}
