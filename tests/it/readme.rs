//! The README shows what is true: its table of rules is what the rules say of themselves, its output what the program
//! prints. `UPDATE=1` rewrites both.

use crate::fixtures::root;
use flowvet::page::Category;
use std::fmt::Write;
use std::sync::Mutex;

#[test]
fn the_readme_lists_every_rule() {
    let begin = "<!-- rules: written by `UPDATE=1 cargo test readme` -->\n";
    compare(begin, "<!-- end of rules -->\n", &table());
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let begin = "<!-- output of flowvet: written by `UPDATE=1 cargo test readme` -->\n";
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_flowvet"));
    command.current_dir(root()).arg("fixtures/solutions/OrderSync_1_0_0_4").env_remove("COLUMNS").env("NO_COLOR", "1");
    let printed = String::from_utf8(command.output().unwrap().stdout).unwrap();
    compare(begin, "<!-- end of output -->\n", &format!("```text\n{printed}```\n"));
}

/// What stands between two marks of the README, against what should.
fn compare(begin: &str, end: &str, wanted: &str) {
    static WRITING: Mutex<()> = Mutex::new(());
    let _alone = WRITING.lock();
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (before, rest) = readme.split_once(begin).expect("the mark before it");
    let (found, after) = rest.split_once(end).expect("the mark after it");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, [before, begin, wanted, end, after].concat()).unwrap();
        return;
    }
    assert_eq!(found, wanted, "run again with UPDATE=1");
}

fn table() -> String {
    let mut table = String::new();
    for category in Category::ALL {
        let rules = || flowvet::rules::ALL.iter().map(|rule| rule.meta()).filter(|meta| meta.category == *category);
        if rules().next().is_none() {
            continue;
        }
        write!(table, "\n### {category}\n\n| rule | level | profile | what it finds |\n| --- | --- | --- | --- |\n")
            .unwrap();
        for meta in rules() {
            let page = format!("rules/{category}/{}.md", meta.id);
            let summary = meta.summary.replace('|', "\\|");
            writeln!(table, "| [`{}`]({page}) | {} | {} | {summary} |", meta.id, meta.level, meta.profile).unwrap();
        }
    }
    table + "\n"
}
