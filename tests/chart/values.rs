//! The table of values, made from the comments of `values.yaml`.

/// One commented key.
struct Row {
    path: String,
    default: String,
    comment: String,
}

/// The rows of the table, in the order of the file.
fn rows(text: &str) -> Vec<Row> {
    let (mut rows, mut comment, mut above) = (Vec::new(), Vec::new(), Vec::<(usize, String)>::new());
    for line in text.lines() {
        let trimmed = line.trim_start();
        if let Some(words) = trimmed.strip_prefix("# ") {
            comment.push(words.to_owned());
            continue;
        }
        let Some((key, value)) = trimmed.split_once(':').filter(|_| !trimmed.starts_with('#')) else {
            comment.clear();
            continue;
        };
        let indent = line.len() - trimmed.len();
        above.retain(|(other, _)| *other < indent);
        let path = above.iter().map(|(_, key)| key.as_str()).chain([key]).collect::<Vec<_>>().join(".");
        above.push((indent, key.to_owned()));
        if !comment.is_empty() {
            rows.push(Row { path, default: value.trim().to_owned(), comment: comment.join(" ") });
        } else if let Some(row) = rows.last_mut().filter(|row| path.starts_with(&format!("{}.", row.path))) {
            let part = format!("{key}: {}", value.trim());
            row.default = if row.default.is_empty() { part } else { format!("{}, {part}", row.default) };
        }
        comment.clear();
    }
    rows
}

/// As Markdown.
pub(crate) fn table(text: &str) -> String {
    let row = |Row { path, default, comment }: Row| {
        let default = if default.is_empty() { default } else { format!("`{default}`") };
        format!("| `{path}` | {default} | {} |\n", comment.replace('|', "\\|").replace('<', "&lt;"))
    };
    format!("| Value | Default | Meaning |\n|---|---|---|\n{}", rows(text).into_iter().map(row).collect::<String>())
}

#[test]
fn a_comment_belongs_to_the_key_below_it() {
    let text = "# Of nothing.\n\n# First\n# of two.\na:\n  # Inner.\n  b: 1\n  c:\n    # Deep.\n    d: [x]\n# Whole.\ne:\n  f: {g: 1}\n  h: 2\n";
    let rows: Vec<String> = rows(text).into_iter().map(|row| format!("{}={} {}", row.path, row.default, row.comment)).collect();
    assert_eq!(rows, ["a= First of two.", "a.b=1 Inner.", "a.c.d=[x] Deep.", "e=f: {g: 1}, h: 2 Whole."]);
}

#[test]
fn every_value_says_what_it_means() {
    let text = std::fs::read_to_string(crate::helm::chart().join("values.yaml")).unwrap();
    let rows = rows(&text);
    let explained = |path: &str| rows.iter().any(|row| path == row.path || path.starts_with(&format!("{}.", row.path)));
    let values: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    let mut mute = vec![];
    leaves("", &values, &mut |path| {
        if !explained(path) {
            mute.push(path.to_owned());
        }
    });
    assert!(rows.len() > 50 && mute.is_empty(), "without a comment: {mute:?}");
}

fn leaves(place: &str, value: &serde_json::Value, see: &mut impl FnMut(&str)) {
    match value.as_object().filter(|object| !object.is_empty()) {
        None => see(place),
        Some(object) => object.iter().for_each(|(key, inner)| {
            leaves(&if place.is_empty() { key.clone() } else { format!("{place}.{key}") }, inner, see);
        }),
    }
}
