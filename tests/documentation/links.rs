//! Every link within the repository leads somewhere.

use std::path::Path;

use super::{files, path, read};

#[test]
fn every_link_to_a_file_of_the_repository_leads_there() {
    let mut pages = files("docs", "md");
    pages.extend(
        ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "README.md", "charts/mailward/README.md"]
            .map(path)
            .into_iter()
            .filter(|page| page.is_file()),
    );
    let dead: Vec<String> = pages.iter().flat_map(|page| dead(page)).collect();
    assert!(dead.is_empty(), "{dead:#?}");
}

fn dead(page: &Path) -> Vec<String> {
    let name = page.strip_prefix(path("")).unwrap().to_string_lossy().into_owned();
    let text = read(&name);
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let files =
        targets.filter(|target| !target.contains("://") && !target.starts_with(['#', 'm']) || target.starts_with("mailward"));
    let missing = files.filter(|target| !page.parent().unwrap().join(target.split('#').next().unwrap()).exists());
    missing.map(|target| format!("{name}: {target}")).collect()
}
