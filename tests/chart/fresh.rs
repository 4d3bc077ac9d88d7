//! What the repository says twice is said once and copied: definitions, roles, version, table of values.

use std::{env, fs};

use crate::{
    helm::{NAMESPACE, chart, command, documents, objects, repository, run},
    values,
};

/// Writes the file when asked to, and otherwise compares it.
pub(crate) fn fresh(path: &str, expected: &str) {
    let file = repository(path);
    if env::var_os("MAILWARD_REGENERATE").is_some() {
        fs::write(&file, expected).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == expected, "{path} is stale: run `make regenerate` and commit it");
}

const DEFINITIONS: [&str; 3] = ["clusterdnsproviders", "dnsproviders", "maildomains"];

#[test]
fn the_definitions_of_the_chart_are_those_of_the_repository() {
    for name in DEFINITIONS {
        let text = fs::read_to_string(repository(&format!("crds/{name}.yaml"))).unwrap();
        fresh(&format!("charts/mailward/files/crds/{name}.yaml"), &text);
    }
    let count = fs::read_dir(chart().join("files/crds")).unwrap().count();
    assert_eq!((count, fs::read_dir(repository("crds")).unwrap().count()), (DEFINITIONS.len(), DEFINITIONS.len()));
}

#[test]
fn a_definition_is_rendered_as_it_is_and_kept_on_uninstall() {
    let rendered = objects("{}");
    for name in DEFINITIONS {
        let mut wanted = documents(&fs::read_to_string(repository(&format!("crds/{name}.yaml"))).unwrap()).remove(0);
        wanted["metadata"]["annotations"] = serde_json::json!({
            "helm.sh/resource-policy": "keep", "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
        });
        assert!(rendered.contains(&wanted), "{name} is not rendered as it is");
    }
    let without = objects("{crds: {install: false}}");
    assert!(without.iter().all(|object| object["kind"] != "CustomResourceDefinition"));
}

/// Labels that only helm's own objects have.
const HELMS: [&str; 4] =
    ["helm.sh/chart:", "app.kubernetes.io/instance:", "app.kubernetes.io/version:", "app.kubernetes.io/managed-by:"];

/// The documents of `templates/rbac.yaml` with these values, without what only helm's own have.
fn roles(set: &[&str]) -> Vec<String> {
    documents_of("templates/rbac.yaml", set)
}

fn documents_of(file: &str, set: &[&str]) -> Vec<String> {
    let mut template = command();
    template.arg("template").arg("mailward").arg(chart()).args(["--namespace", NAMESPACE, "--show-only", file]);
    let rendered = run(template.args(set)).unwrap();
    let ours = |line: &&str| !line.starts_with("# Source:") && !HELMS.iter().any(|label| line.trim_start().starts_with(label));
    let lines: Vec<&str> = rendered.lines().filter(ours).filter(|line| !line.is_empty()).collect();
    let text = lines.join("\n");
    text.strip_prefix("---\n").unwrap().split("\n---\n").map(str::to_owned).collect()
}

/// `deploy/` is what is applied where there is no helm: the sandbox, tests, and people who want to read the roles.
#[test]
fn the_roles_of_deploy_are_those_of_the_chart() {
    let text = roles(&[]).join("\n---\n");
    fresh("deploy/rbac.yaml", &format!("# Made from charts/mailward/templates/rbac.yaml.\n{text}\n"));
}

#[test]
fn what_an_install_adds_on_request_is_what_the_chart_adds_then() {
    let usual = roles(&[]);
    let value = "externalDns.dnsEndpoint.enabled";
    let more: Vec<String> =
        roles(&["--set", &format!("{value}=true")]).into_iter().filter(|document| !usual.contains(document)).collect();
    let origin = format!("# Made from charts/mailward/templates/rbac.yaml with {value}.");
    fresh("deploy/optional/dnsendpoints.yaml", &format!("{origin}\n{}\n", more.join("\n---\n")));
}

#[test]
fn the_roles_for_gateways_are_those_of_the_chart() {
    let file = "templates/gateways.yaml";
    let text = documents_of(file, &["--set", "gateways={gateways/public}"]).join("\n---\n");
    let origin = format!("# Made from charts/mailward/{file} with one of gateways, gateways/public.");
    fresh("deploy/optional/gateways.yaml", &format!("{origin}\n{text}\n"));
}

#[test]
fn the_roles_for_named_namespaces_are_those_of_the_chart() {
    let text = roles(&["--set", "watchNamespaces={mail,shop}"]).join("\n---\n");
    let origin =
        "# Made from charts/mailward/templates/rbac.yaml with watchNamespaces mail and shop: instead of deploy/rbac.yaml.";
    fresh("deploy/optional/watch-namespaces.yaml", &format!("{origin}\n{text}\n"));
}

#[test]
fn chart_and_crate_have_one_version() {
    let described = fs::read_to_string(chart().join("Chart.yaml")).unwrap();
    let described: serde_json::Value = serde_saphyr::from_str(&described).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!([&described["version"], &described["appVersion"]], [version, version]);
}

#[test]
fn the_table_of_values_is_that_of_the_comments() {
    let page = "charts/mailward/README.md";
    let text = fs::read_to_string(repository(page)).unwrap();
    let (begin, end) = ("<!-- values -->\n", "<!-- end -->");
    let (before, rest) = text.split_once(begin).expect("a place for the table");
    let (_, after) = rest.split_once(end).unwrap();
    let table = values::table(&fs::read_to_string(chart().join("values.yaml")).unwrap());
    fresh(page, &format!("{before}{begin}{table}{end}{after}"));
}
