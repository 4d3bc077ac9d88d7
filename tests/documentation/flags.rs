//! The tables of flags are those of the command line.

use std::{env, fs};

use clap::{Arg, Command, CommandFactory};
use mailward::args::Cli;

use super::{OPERATIONS, path, read};

#[test]
fn the_tables_of_flags_are_those_of_the_command_line() {
    let page = read(OPERATIONS);
    let mut wanted = page.clone();
    for name in ["controller", "policy-server"] {
        let command = Cli::command();
        let subcommand = command.get_subcommands().find(|command| command.get_name() == name).unwrap();
        wanted = with_table(&wanted, name, &table(subcommand));
    }
    wanted = with_table(&wanted, "every subcommand", &table(&Cli::command()));
    if env::var_os("MAILWARD_REGENERATE").is_some() {
        fs::write(path(OPERATIONS), &wanted).unwrap();
        return;
    }
    let differs = wanted.lines().find(|line| !page.lines().any(|there| there == *line)).unwrap_or_default();
    assert!(
        page == wanted,
        "a line is missing: {differs}\nMAILWARD_REGENERATE=1 cargo test --test documentation writes the tables anew"
    );
}

/// Replaces what stands between two comments.
fn with_table(page: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- flags of {name} -->\n"), "<!-- end -->");
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("{OPERATIONS} has no place for {name}"));
    let (_, after) = rest.split_once(end).unwrap();
    format!("{before}{begin}{table}{end}{after}")
}

fn table(command: &Command) -> String {
    let flags = command.get_arguments().filter(|flag| !["help", "version"].contains(&flag.get_id().as_str()));
    let rows: String = flags.map(row).collect();
    format!("| Flag | Environment | Default | Meaning |\n|---|---|---|---|\n{rows}")
}

fn row(flag: &Arg) -> String {
    let value = flag.get_action().takes_values().then(|| flag.get_value_names().unwrap_or_default().join(" "));
    let value = value.map_or(String::new(), |value| format!(" {value}"));
    let defaults: Vec<_> = flag.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let default = if defaults.is_empty() || value.is_empty() { String::new() } else { format!("`{}`", defaults.join(",")) };
    let help = flag.get_help().unwrap().to_string().replace('|', "\\|").replace('<', "&lt;");
    let variable = flag.get_env().unwrap().to_string_lossy();
    format!("| `--{}{value}` | `{variable}` | {default} | {help} |\n", flag.get_long().unwrap())
}
