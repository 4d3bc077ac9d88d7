//! Running the pinned helm, and reading what it renders.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;

/// The release's namespace in every test.
pub(crate) const NAMESPACE: &str = "mailward-system";
/// The policy namespace of the default values.
pub(crate) const POLICY_NAMESPACE: &str = "mailward-policy";

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The chart.
pub(crate) fn chart() -> PathBuf {
    repository("charts/mailward")
}

/// The path that a build script below `tools` prints.
pub(crate) fn built(script: &str) -> PathBuf {
    let path = run(&mut Command::new(repository(script))).unwrap_or_else(|error| panic!("{script}: {error}"));
    PathBuf::from(path.trim())
}

/// The pinned helm; built the first time.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| built("tools/helm/build.sh"))
}

/// A helm command that knows no setting, plugin or repository of whoever runs the test.
pub(crate) fn command() -> Command {
    static HOME: OnceLock<tempfile::TempDir> = OnceLock::new();
    let home = HOME.get_or_init(|| tempfile::tempdir().unwrap()).path();
    let mut command = Command::new(program());
    command.env_clear().env("HOME", home).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// What it printed, or what it complained of.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stdout) + &text(output.stderr)) }
}

/// `helm template` of the chart with these values (YAML).
pub(crate) fn template(values: &str) -> Result<String, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), values).unwrap();
    run(command().arg("template").arg("mailward").arg(chart()).args(["--namespace", NAMESPACE, "--values"]).arg(file.path()))
}

/// The objects that these values render.
pub(crate) fn objects(values: &str) -> Vec<Value> {
    documents(&template(values).unwrap_or_else(|error| panic!("{values}: {error}")))
}

/// Each document of a stream.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    let parsed =
        text.split("\n---\n").map(|part| serde_saphyr::from_str::<Value>(part).unwrap_or_else(|e| panic!("{part}: {e}")));
    parsed.filter(|object| !object.is_null()).collect()
}

/// The only object of this kind with this end of its name.
pub(crate) fn find<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    let fits = |object: &&Value| object["kind"] == kind && object["metadata"]["name"].as_str().unwrap().ends_with(name);
    let found: Vec<&Value> = objects.iter().filter(fits).collect();
    assert_eq!(found.len(), 1, "{kind} {name} in {objects:#?}");
    found[0]
}

/// The container of a Deployment.
pub(crate) fn container(deployment: &Value) -> &Value {
    &deployment["spec"]["template"]["spec"]["containers"][0]
}

/// The command line of a Deployment.
pub(crate) fn arguments(deployment: &Value) -> Vec<String> {
    let arguments = container(deployment)["args"].as_array().unwrap();
    arguments.iter().map(|argument| argument.as_str().unwrap().to_owned()).collect()
}
