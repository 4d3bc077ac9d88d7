//! The cases of `deploy/argocd`, judged by Argo CD's own program.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

#[test]
#[ignore = "needs Argo CD: make argocd"]
fn the_argocd_program_gives_every_case_the_health_that_is_written_beside_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let build = Command::new(root.join("tools/argocd/build.sh")).output().unwrap();
    let argocd = String::from_utf8(build.stdout).unwrap();
    let folder = root.join("deploy/argocd");
    for kind in ["MailDomain", "DNSProvider", "ClusterDNSProvider"] {
        let cases = folder.join("resource_customizations/mailward.dev").join(kind);
        let tests: Value = serde_saphyr::from_str(&fs::read_to_string(cases.join("health_test.yaml")).unwrap()).unwrap();
        for test in tests["tests"].as_array().unwrap() {
            let path = cases.join(test["inputPath"].as_str().unwrap());
            let said = judged(argocd.trim(), &folder.join("argocd-cm.yaml"), &path);
            let (status, message) = (&test["healthStatus"]["status"], &test["healthStatus"]["message"]);
            // Whatever is being deleted it answers by itself, without asking the script.
            let leaving = fs::read_to_string(&path).unwrap().contains("deletionTimestamp");
            let message = if leaving { "Pending deletion" } else { message.as_str().unwrap() };
            let wanted = format!("STATUS: {}\nMESSAGE: {message}\n", status.as_str().unwrap());
            assert_eq!(said, wanted, "{}", path.display());
        }
    }
}

/// `argocd admin settings resource-overrides health`, which needs no cluster.
fn judged(argocd: &str, settings: &Path, object: &Path) -> String {
    let mut command = Command::new(argocd);
    command.args(["admin", "settings", "resource-overrides", "health"]).arg(object);
    command.arg("--argocd-cm-path").arg(settings);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
