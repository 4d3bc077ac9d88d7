//! The archive against the image specification, blob by blob.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A root with stand-ins for the program and the certificates.
fn root(scratch: &Path) -> PathBuf {
    let (program, certificates) = (scratch.join("program"), scratch.join("certificates"));
    fs::write(&program, "a program").unwrap();
    fs::write(&certificates, "certificates").unwrap();
    let mut layout = Command::new(repository("tools/image/root.sh"));
    layout.arg(program).arg("x86_64-unknown-linux-musl").arg(scratch.join("root"));
    run(layout.env("MAILWARD_CA_CERTIFICATES", certificates));
    scratch.join("root")
}

fn pack(root: &Path, archive: &Path) {
    let mut pack = Command::new(repository("tools/image/oci.sh"));
    run(pack.arg(root).args(["amd64", "localhost/mailward:0.1.0"]).arg(archive).env("MAILWARD_COMMIT", "0123abc"));
}

/// An archive, unpacked.
struct Image(TempDir);

impl Image {
    fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let (root, archive) = (root(scratch.path()), scratch.path().join("image.tar"));
        pack(&root, &archive);
        let unpacked = scratch.path().join("unpacked");
        fs::create_dir(&unpacked).unwrap();
        run(Command::new("tar").arg("-xf").arg(archive).arg("-C").arg(unpacked));
        Self(scratch)
    }

    fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.path().join("unpacked").join(name)).unwrap()
    }

    /// The blob that a descriptor points at; its size and digest are those of the descriptor.
    fn blob(&self, descriptor: &Value) -> Vec<u8> {
        let digest = descriptor["digest"].as_str().unwrap();
        let bytes = self.file(&format!("blobs/{}", digest.replace(':', "/")));
        assert_eq!((descriptor["size"].as_u64().unwrap(), digest), (bytes.len() as u64, digest_of(&bytes).as_str()));
        bytes
    }

    fn json(&self, descriptor: &Value) -> Value {
        serde_json::from_slice(&self.blob(descriptor)).unwrap()
    }

    fn index(&self) -> Value {
        serde_json::from_slice(&self.file("index.json")).unwrap()
    }

    fn manifest(&self) -> Value {
        self.json(&self.index()["manifests"][0])
    }

    /// The only layer, unpacked from gzip.
    fn layer(&self) -> PathBuf {
        let path = self.0.path().join("layer.tar");
        fs::write(path.with_extension("tar.gz"), self.blob(&self.manifest()["layers"][0])).unwrap();
        run(Command::new("gzip").args(["--decompress", "--keep", "--force"]).arg(path.with_extension("tar.gz")));
        path
    }
}

fn digest_of(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}

#[test]
fn from_the_index_down_every_digest_and_size_holds() {
    let image = Image::new();
    assert_eq!(serde_json::from_slice::<Value>(&image.file("oci-layout")).unwrap(), json!({"imageLayoutVersion": "1.0.0"}));
    let named = &image.index()["manifests"][0];
    assert_eq!(named["annotations"]["io.containerd.image.name"], "localhost/mailward:0.1.0");
    assert_eq!(named["platform"], json!({"architecture": "amd64", "os": "linux"}));
    let config = image.json(&image.manifest()["config"]);
    assert_eq!(config["rootfs"]["diff_ids"], json!([digest_of(&fs::read(image.layer()).unwrap())]));
}

#[test]
fn the_image_runs_its_one_program_as_nobody() {
    let image = Image::new();
    let config = image.json(&image.manifest()["config"]);
    assert_eq!((&config["architecture"], &config["os"]), (&json!("amd64"), &json!("linux")));
    assert_eq!(config["config"]["User"], "65532:65532");
    assert_eq!(config["config"]["Entrypoint"], json!(["/mailward"]));
    assert_eq!(config["config"]["Labels"]["org.opencontainers.image.revision"], "0123abc");
}

#[test]
fn the_image_holds_the_program_certificates_and_licences_and_no_shell() {
    let image = Image::new();
    let listed = run(Command::new("tar").args(["--list", "--verbose", "--numeric-owner", "--file"]).arg(image.layer()));
    let files = listed.lines().filter(|line| !line.starts_with('d'));
    let files: Vec<(&str, &str, &str)> = files
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[0], words[1], *words.last().unwrap())
        })
        .collect();
    let wanted = [
        ("-rw-r--r--", "0/0", "./etc/ssl/certs/ca-certificates.crt"),
        ("-rw-r--r--", "0/0", "./licenses/LICENSE"),
        ("-rw-r--r--", "0/0", "./licenses/THIRD-PARTY.txt"),
        ("-rw-r--r--", "0/0", "./licenses/sbom.cdx.json"),
        ("-rwxr-xr-x", "0/0", "./mailward"),
    ];
    assert_eq!(files, wanted);
}

#[test]
fn the_same_root_gives_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let root = root(scratch.path());
    let copy = scratch.path().join("copy");
    // Not --archive: other times.
    run(Command::new("cp").arg("--recursive").arg(&root).arg(&copy));
    let archives = [(&root, "a.tar"), (&copy, "b.tar")].map(|(root, name)| {
        pack(root, &scratch.path().join(name));
        fs::read(scratch.path().join(name)).unwrap()
    });
    assert_eq!(digest_of(&archives[0]), digest_of(&archives[1]));
}

#[test]
fn both_ways_to_an_image_lay_out_the_same_root_and_run_the_same() {
    let file = fs::read_to_string(repository("Dockerfile")).unwrap();
    for line in ["tools/image/build.sh --root /image", "FROM scratch", "COPY --from=build /image /", "USER 65532:65532"] {
        assert!(file.contains(line), "the Dockerfile lacks {line:?}");
    }
    assert!(file.trim_end().ends_with(r#"ENTRYPOINT ["/mailward"]"#));
    let manifest = fs::read_to_string(repository("Cargo.toml")).unwrap();
    let rust = file.lines().find_map(|line| line.strip_prefix("ARG RUST=")).unwrap();
    assert!(manifest.contains(&format!("rust-version = \"{rust}\"")), "the Dockerfile builds with Rust {rust}");
}
