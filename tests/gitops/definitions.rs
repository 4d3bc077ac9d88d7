//! The examples for Argo CD fit the definitions that it publishes, read as strictly as kubectl does; those for Flux fit its types.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use mailward_sandbox::{
    control_plane::{ControlPlane, StartOptions},
    kubectl::Kubectl,
    steps::install,
    wait,
};

use super::{repository, run};

fn manifests(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(repository("examples/gitops").join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn every_example_for_argo_cd_fits_its_definitions_and_every_object_in_git_fits_ours() {
    let plane = ControlPlane::start(StartOptions::default()).await.unwrap();
    install::apply_kinds(&plane).await.unwrap();
    let kubectl = Kubectl::of(&plane);
    // The module that holds them is fetched for it; nothing of it is compiled.
    let definitions = run(&mut Command::new(repository("tools/argocd/crds.sh")));
    kubectl.run(&["apply", "--server-side", "--kustomize", definitions.trim()]).await.unwrap();
    let served = async || kubectl.run(&["get", "appprojects,applications,applicationsets", "--all-namespaces"]).await.is_ok();
    wait::until("the kinds of Argo CD to be served", Duration::from_mins(1), served).await.unwrap();
    kubectl.run(&["create", "namespace", "argocd"]).await.unwrap();
    for file in ["argocd", "providers", "domains"].into_iter().flat_map(manifests) {
        let path = file.display().to_string();
        let seen = kubectl.run(&["apply", "--dry-run=server", "--validate=strict", "--filename", &path]).await;
        assert!(seen.is_ok(), "{path}: {seen:?}");
    }
    plane.stop().await.unwrap();
}

#[test]
fn every_example_for_flux_reads_as_its_types_without_a_field_left_over() {
    let judge = run(&mut Command::new(repository("tools/gitops/build.sh")));
    let said = run(Command::new(judge.trim()).arg("flux").args(manifests("flux")));
    assert!(said.ends_with(" judged\n") && said != "0 judged\n", "{said}");
}
