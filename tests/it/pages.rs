//! Every page's examples: each block under "Fires" gives exactly one finding of the rule, each under "Stays quiet" none.
//!
//! A block is a whole flow (it has `properties`), or steps by name, or one step (it has a `type`), both wrapped into a
//! minimal flow. Blocks with `file=…` after the language make up one package, section by section; a block with
//! `policy` is the data policy of its section; a block `zip` lists the entries of a zip. Text that is no JSON is taken as
//! the file that it shows.

use flowvet::input::{Content, Input};
use flowvet::page::RuleMeta;
use flowvet::{Config, analyze};
use serde_json::{Value, json};
use std::io::Write;

struct Block<'p> {
    info: &'p str,
    text: &'p str,
}

#[test]
fn examples_do_what_their_page_says() {
    for rule in flowvet::rules::ALL {
        let meta = rule.meta();
        for (title, expected) in [("Fires", 1), ("Stays quiet", 0)] {
            let section = meta.section(title).unwrap_or_else(|| panic!("{}: no section `{title}`", meta.id));
            let blocks = blocks(section);
            assert!(!blocks.is_empty(), "{}: no example under `{title}`", meta.id);
            let mut config = Config { only: vec![meta.id.clone().into_owned()], ..Config::default() };
            for policy in blocks.iter().filter(|block| block.info.ends_with(" policy")) {
                config.policies = flowvet::policy::parse("policy.json", policy.text).unwrap();
            }
            for inputs in examples(&blocks) {
                let report = analyze(inputs, &config);
                let found: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
                assert_eq!(found.len(), expected, "{}, under `{title}`: {found:?} {:?}", meta.id, report.problems);
            }
        }
    }
}

#[test]
fn pages_have_every_section_in_order() {
    for rule in flowvet::rules::ALL {
        let meta: &RuleMeta = rule.meta();
        let headings: Vec<&str> = meta.body().lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let mut wanted = vec!["Why it matters", "Fires", "Stays quiet", "How to fix", "When to ignore", "References"];
        if headings.contains(&"Options") {
            wanted.insert(4, "Options");
        }
        assert_eq!(headings, wanted, "{}", meta.id);
        let fences = meta.body().lines().filter(|line| line.starts_with("```")).count();
        assert!(fences.is_multiple_of(2), "{}: a code fence is not closed", meta.id);
        assert!(!meta.summary.ends_with('.'), "{}: the summary has no full stop", meta.id);
    }
}

fn blocks(section: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = section;
    while let Some((_, after)) = rest.split_once("```") {
        let (info, after) = after.split_once('\n').unwrap();
        let (text, after) = after.split_once("```").unwrap();
        blocks.push(Block { info: info.trim(), text });
        rest = after;
    }
    blocks
}

fn examples(blocks: &[Block<'_>]) -> Vec<Vec<Input>> {
    let input =
        |name: &str, named, text: String| Input { name: name.into(), named, content: Content::Bytes(text.into()) };
    let mut package = Vec::new();
    let mut examples = Vec::new();
    for block in blocks.iter().filter(|block| !block.info.ends_with(" policy")) {
        if block.info == "zip" {
            let input = Input { name: "Example.zip".into(), named: true, content: Content::Bytes(zipped(block.text)) };
            examples.push(vec![input]);
            continue;
        }
        match block.info.split_once(" file=") {
            Some((_, file)) => package.push(input(&format!("Package/{file}"), false, block.text.to_owned())),
            None => examples.push(vec![input("Example.json", true, wrapped(block.text))]),
        }
    }
    if !package.is_empty() {
        examples.push(package);
    }
    examples
}

/// A zip with entries of these names.
fn zipped(names: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in names.lines() {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<ImportExportXml />").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A block as a flow file.
fn wrapped(text: &str) -> String {
    // Duplicate keys are the point of some examples, so the text goes in as it is.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    if value.get("properties").is_some() {
        return text.to_owned();
    }
    let actions = if value["type"].is_string() { format!("{{\"Step\": {text}}}") } else { text.to_owned() };
    let shell = json!({
        "properties": {
            "connectionReferences": {},
            "definition": {
                "triggers": { "manual": { "type": "Request", "kind": "Button", "inputs": {} } },
                "actions": "ACTIONS"
            }
        },
        "schemaVersion": "1.0.0.0"
    });
    shell.to_string().replace("\"ACTIONS\"", &actions)
}
