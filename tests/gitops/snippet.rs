//! The scripts as Argo CD takes them: keys of its ConfigMap.

use std::fmt::Write;

use super::{
    fresh,
    health::{KINDS, script},
    repository,
};

/// A patch for the ConfigMap of an Argo CD, whatever made it.
fn patch() -> String {
    let mut text = "# The health of Mailward's kinds, for Argo CD 2.6 or newer. Made from resource_customizations beside it.
#
#   kubectl --namespace argocd patch configmap argocd-cm --patch-file deploy/argocd/argocd-cm.yaml
#
# With Argo CD's Helm chart the same keys stand below `configs.cm`.
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
  labels:
    app.kubernetes.io/part-of: argocd
data:\n"
        .to_owned();
    for kind in KINDS {
        writeln!(text, "  resource.customizations.health.mailward.dev_{kind}: |").unwrap();
        for line in script(kind).lines() {
            text += if line.is_empty() { "" } else { "    " };
            writeln!(text, "{line}").unwrap();
        }
    }
    text
}

#[test]
fn the_patch_of_argocd_cm_holds_the_scripts_as_they_are() {
    fresh(&repository("deploy/argocd/argocd-cm.yaml"), &patch());
    let data: serde_json::Value = serde_saphyr::from_str(&patch()).unwrap();
    for kind in KINDS {
        assert_eq!(data["data"][format!("resource.customizations.health.mailward.dev_{kind}")], script(kind));
    }
}
