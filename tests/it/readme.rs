//! The table of rules in the README is what the rules say of themselves. `UPDATE=1` rewrites it.

use crate::fixtures::root;
use flowvet::page::Category;
use std::fmt::Write;

const BEGIN: &str = "<!-- rules: written by `UPDATE=1 cargo test readme` -->\n";
const END: &str = "<!-- end of rules -->\n";

#[test]
fn the_readme_lists_every_rule() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (before, rest) = readme.split_once(BEGIN).expect("the mark before the table");
    let (found, after) = rest.split_once(END).expect("the mark after the table");
    let wanted = table();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, [before, BEGIN, &wanted, END, after].concat()).unwrap();
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
