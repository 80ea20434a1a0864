//! The program as people run it: exit codes, streams and files.

use crate::fixtures::{Scratch, root, zipped};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program, in a folder, with an environment that says nothing of colours or columns.
fn flowvet(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowvet"));
    command.args(arguments).current_dir(folder).env_remove("COLUMNS").env_remove("CLICOLOR_FORCE");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    flowvet(folder, arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("no signal")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What lies in a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let name = |path: std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    crate::fixtures::sorted(folder).into_iter().map(name).collect()
}

/// A flow in which nothing is wrong but, if asked for, a name that stands twice.
fn flow(second: &str) -> String {
    let step = r#"{ "type": "Compose", "inputs": 1, "runAfter": {} }"#;
    format!(
        r#"{{ "properties": {{ "connectionReferences": {{}}, "definition": {{
            "triggers": {{ "manual": {{ "type": "Request", "kind": "Button", "inputs": {{}} }} }},
            "actions": {{ "First": {step}, "{second}": {step} }} }} }}, "schemaVersion": "1.0.0.0" }}"#
    )
}

#[test]
fn exit_codes_say_how_it_went() {
    let folder = Scratch::new("codes")
        .with("good.json", flow("Second"))
        .with("bad.json", flow("FIRST"))
        .with("broken.json", "{\"actions\": {\"a\": }, \"triggers\": {}}")
        .with("other.json", "{}")
        .with("notes.txt", "no flow");
    for (arguments, expected) in [
        (&["good.json"][..], 0),
        (&["check", "good.json"], 0),
        (&["bad.json"], 1),
        (&["good.json", "bad.json"], 1),
        (&["bad.json", "--fail-on", "never"], 0),
        (&["bad.json", "--skip", "duplicate-action-name"], 0),
        (&["bad.json", "--only", "malformed-json"], 0),
        (&["bad.json", "--fail-on", "note", "--quiet"], 1),
        (&["broken.json"], 3),
        (&["broken.json", "bad.json"], 3),
        (&["broken.json", "--fail-on", "never", "--allow-empty"], 3),
        (&["."], 3),
        (&[], 3),
        (&["nowhere.json"], 2),
        (&["nowhere.json", "broken.json"], 2),
        (&["good.json", "--only", "no-such-rule"], 2),
        (&["good.json", "--no-such-flag"], 2),
        (&["good.json", "--fail-on", "fatal"], 2),
        (&["good.json", "--output", "report.html"], 2),
        (&["good.json", "--output", "nowhere/report.json"], 2),
        (&["good.json", "--category", "a/b"], 2),
        (&["good.json", "--policy", "other.json"], 2),
        (&["good.json", "--policy", "nowhere.json"], 2),
        (&["good.json", "--root", "nowhere"], 2),
        (&["explain", "malformed-json"], 0),
        (&["explain", "no-such-rule"], 2),
        (&["rules"], 0),
        (&["--help"], 0),
        (&["--version"], 0),
    ] {
        let output = run(&folder.0, arguments);
        assert_eq!(code(&output), expected, "{arguments:?}: {} {}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.stderr.is_empty(), expected != 2, "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn nothing_to_check_is_never_green_unless_that_is_fine() {
    let folder = Scratch::new("empty").with("notes.json", "{}");
    let output = run(&folder.0, &[]);
    assert_eq!(code(&output), 3);
    assert!(text(&output.stdout).starts_with("No flow was found"), "{}", text(&output.stdout));
    assert_eq!(code(&run(&folder.0, &["--allow-empty"])), 0);
}

#[test]
fn reads_a_zip_and_says_what_is_wrong_where() {
    let zip = zipped(&root().join("fixtures/solutions/OrderSync_1_0_0_4"));
    let folder = Scratch::new("zip").with("OrderSync.zip", zip);
    let output = run(&folder.0, &["OrderSync.zip", "--only", "duplicate-action-name"]);
    let shown = text(&output.stdout);
    assert_eq!(code(&output), 1);
    assert!(shown.contains("If it is urgent > Update Order (Microsoft Dataverse)"), "{shown}");
    assert!(shown.contains("1 solution, 2 flows, 1 rule: 1 error\n"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn reads_a_flow_from_standard_input() {
    let folder = Scratch::new("stdin");
    let mut child = flowvet(&folder.0, &["check", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(flow("first").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 1);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["uri"], "stdin.json");
}

#[test]
fn unknown_rules_come_with_a_suggestion() {
    let folder = Scratch::new("suggest");
    for arguments in [&["explain", "duplicate-acton-names"][..], &["--skip", "Duplicate_Action_Name"]] {
        let output = run(&folder.0, arguments);
        assert!(text(&output.stderr).contains("did you mean `duplicate-action-name`?"), "{}", text(&output.stderr));
    }
    let output = run(&folder.0, &["--only", "x\u{1b}[2J"]);
    assert!(text(&output.stderr).contains("`x<U+001B>[2J`; `flowvet rules` lists them"), "{}", text(&output.stderr));
}

#[test]
fn outputs_are_written_whole_and_for_every_code_but_2() {
    let folder = Scratch::new("outputs").with("bad.json", flow("FIRST")).with("old.sarif", "old");
    let arguments = ["bad.json", "-q", "-o", "old.sarif", "-o", "sarif=b", "-o", "c.json", "-o", "d.txt"];
    let output = run(&folder.0, &arguments);
    assert_eq!((code(&output), output.stdout.len()), (1, 0));
    assert_eq!(names(&folder.0), ["b", "bad.json", "c.json", "d.txt", "old.sarif"], "no temporary file is left");
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&read("old.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["invocations"][0]["exitCode"], 1);
    assert_eq!(read("b"), read("old.sarif"));
    assert!(read("d.txt").contains("1 flow, ") && !read("d.txt").contains('\u{1b}'));

    let incomplete = run(&folder.0, &["c.json", "--output", "e.sarif"]);
    assert_eq!(code(&incomplete), 3, "a report is no flow");
    assert!(read("e.sarif").contains("\"results\":[]"));

    let wrong = run(&folder.0, &["bad.json", "--output", "f.sarif", "--only", "no-such-rule"]);
    assert_eq!(code(&wrong), 2);
    assert!(!names(&folder.0).contains(&"f.sarif".to_owned()));
}

#[test]
fn an_output_that_cannot_be_written_leaves_the_old_one() {
    let folder = Scratch::new("unwritable").with("good.json", flow("Second"));
    std::fs::create_dir(folder.0.join("folder.sarif")).unwrap();
    let output = run(&folder.0, &["good.json", "-o", "folder.sarif"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("`folder.sarif`: it is a folder"), "{}", text(&output.stderr));
    assert_eq!(names(&folder.0), ["folder.sarif", "good.json"]);
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_is_no_error() {
    let folder = Scratch::new("pipe").with("bad.json", flow("FIRST"));
    for (arguments, expected) in [(&["bad.json"][..], 1), (&["bad.json", "--format", "sarif"], 1), (&["rules"], 0)] {
        let mut child = flowvet(&folder.0, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut errors = String::new();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert_eq!((child.wait().unwrap().code(), errors.as_str()), (Some(expected), ""), "{arguments:?}");
    }
}

#[test]
fn paths_start_at_the_repository() {
    let folder = Scratch::new("root");
    let below = folder.0.join("flows/deep");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::create_dir(folder.0.join(".git")).unwrap();
    std::fs::write(below.join("bad.json"), flow("FIRST")).unwrap();
    let uri = |arguments: &[&str]| {
        let output = run(&below, &[arguments, &["bad.json", "--format", "json"]].concat());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["findings"][0]["uri"].as_str().unwrap().to_owned()
    };
    assert_eq!(uri(&[]), "flows/deep/bad.json");
    assert_eq!(uri(&["--root", ".."]), "deep/bad.json");
}

#[test]
fn mistakes_in_a_policy_are_shown_in_their_line() {
    let folder = Scratch::new("policy").with("good.json", flow("Second")).with("dlp.json", "{\n  \"a\": nope\n}\n");
    let output = run(&folder.0, &["good.json", "--policy", "dlp.json"]);
    let shown = text(&output.stderr);
    assert_eq!(code(&output), 2);
    assert!(shown.starts_with("error: dlp.json:2:8: "), "{shown}");
    assert!(shown.contains("2 │ \"a\": nope"), "{shown}");
}

#[test]
fn statistics_go_to_standard_error_only() {
    let folder = Scratch::new("statistics").with("good.json", flow("Second"));
    let plain = run(&folder.0, &["good.json"]);
    let told = run(&folder.0, &["good.json", "--statistics"]);
    assert_eq!(plain.stdout, told.stdout);
    assert!(text(&told.stderr).contains("1 flows, 2 steps"), "{}", text(&told.stderr));
}

#[test]
fn rules_are_listed_for_people_and_programs() {
    let folder = Scratch::new("rules");
    let listed = run(&folder.0, &["rules", "--format", "json"]);
    let rules: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let ids: Vec<&str> = rules.as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let known: Vec<&str> = flowvet::rules::ALL.iter().map(|rule| rule.meta().id.as_ref()).collect();
    assert_eq!(ids, known);
    let shown = text(&run(&folder.0, &["rules"]).stdout);
    assert!(known.iter().all(|id| shown.contains(id)));
    assert!(shown.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn the_nearest_config_applies_and_flags_win() {
    let folder = Scratch::new("config");
    let below = folder.0.join("team/flows");
    std::fs::create_dir_all(below.join("archive")).unwrap();
    std::fs::create_dir(folder.0.join(".git")).unwrap();
    std::fs::write(folder.0.join("flowvet.toml"), "not toml, and not read").unwrap();
    let config = "fail-on = 'never'\nskip = ['malformed-json']\ncategory = 'orders'\nexclude = ['flows/archive/**']\n";
    std::fs::write(folder.0.join("team/flowvet.toml"), config).unwrap();
    std::fs::write(below.join("bad.json"), flow("FIRST")).unwrap();
    std::fs::write(below.join("archive/bad.json"), flow("FIRST")).unwrap();

    let output = run(&below, &["--format", "sarif"]);
    let sarif = text(&output.stdout);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(sarif.contains("flowvet/orders/") && sarif.contains("\"team/flows/bad.json\""));
    assert!(!sarif.contains("archive/bad.json") && !sarif.contains("\"id\":\"malformed-json\""));

    let flags = ["--fail-on", "error", "--category", "mine", "--only", "malformed-json,", "--format", "sarif"];
    assert_eq!(code(&run(&below, &flags)), 2, "names of rules are given one by one");
    let flags = ["--fail-on", "error", "--category", "mine", "--only", "malformed-json", "--format", "sarif"];
    let sarif = text(&run(&below, &flags).stdout);
    assert!(sarif.contains("flowvet/mine/") && sarif.contains("\"id\":\"malformed-json\""));
    assert_eq!(code(&run(&below, &["--fail-on", "error"])), 1);

    let other = run(&below, &["--config", "../../flowvet.toml"]);
    assert_eq!(code(&other), 2);
    assert!(text(&other.stderr).starts_with("error: ../../flowvet.toml:1:"), "{}", text(&other.stderr));
    assert_eq!(code(&run(&below, &["--config", "nowhere.toml"])), 2);
}

#[test]
fn every_mistake_in_a_config_is_shown_with_what_was_meant() {
    let config = "profil = 'strict'\n[rules]\nmissing-retry-polcy = 'off'\n";
    let folder = Scratch::new("typo").with("flowvet.toml", config).with("good.json", flow("Second"));
    let output = run(&folder.0, &["good.json"]);
    let shown = text(&output.stderr);
    assert_eq!(code(&output), 2);
    assert!(shown.contains("flowvet.toml:1:1: ") && shown.contains("`profile`"), "{shown}");
    assert!(shown.contains("flowvet.toml:3:1: ") && shown.contains("`missing-retry-policy`"), "{shown}");
}

#[test]
fn policies_lie_beside_the_config() {
    let folder = Scratch::new("policies").with("flowvet.toml", "policies = ['nowhere.json']\npaths = ['flows']\n");
    std::fs::create_dir_all(folder.0.join("flows/deep")).unwrap();
    std::fs::write(folder.0.join("flows/good.json"), flow("Second")).unwrap();
    let missing = run(&folder.0.join("flows/deep"), &[]);
    assert_eq!(code(&missing), 2);
    assert!(text(&missing.stderr).contains("flowvet.toml:1:13: the data policy"), "{}", text(&missing.stderr));
    let folder = folder.with("flowvet.toml", "paths = ['flows']\n");
    assert_eq!(code(&run(&folder.0.join("flows/deep"), &[])), 0, "paths start at the config");
}

#[test]
fn init_writes_a_config_once() {
    let folder = Scratch::new("init");
    assert_eq!(code(&run(&folder.0, &["init"])), 0);
    assert_eq!(names(&folder.0), ["flowvet.toml"]);
    assert_eq!(code(&run(&folder.0, &["--allow-empty"])), 0, "what it wrote is valid");
    let again = run(&folder.0, &["init"]);
    assert_eq!(code(&again), 2);
    assert!(text(&again.stderr).contains("already"), "{}", text(&again.stderr));
}

#[test]
fn other_files_beside_a_solution_change_nothing() {
    let office = zipped_files(&[("[Content_Types].xml", "<Types />"), ("word/document.xml", "<document />")]);
    let app = zipped_files(&[
        ("Header.json", "{\"DocVersion\": \"1.3\"}"),
        ("Src/App.pa.yaml", "Screens:"),
        ("References/Themes.json", "{\"actions\": [1]}"),
    ]);
    let solution = zipped(&root().join("fixtures/solutions/OrderSync_1_0_0_4"));
    let alone = Scratch::new("alone").with("OrderSync.zip", &solution);
    let beside = Scratch::new("beside")
        .with("OrderSync.zip", &solution)
        .with("Design.docx", &office)
        .with("Broken.docx", &office[..office.len() / 2])
        .with("Orders.msapp", &app)
        .with("src/Program.cs", "class Program { static void Main() { } }")
        .with("package.json", "{\"name\": \"orders\", \"scripts\": {\"build\": \"tsc\"}}")
        .with(
            ".vscode/settings.json",
            "{\n  // comments and trailing commas are usual here\n  \"files.eol\": \"\\n\",\n}",
        )
        .with("openapi.json", "{\"swagger\": \"2.0\", \"paths\": {\"/a\": {\"get\": {\"x-ms-trigger\": \"single\"}}}}")
        .with("release.json", "{\"actions\": [\"build\", \"test\"], \"triggers\": [\"push\"]}")
        .with("notes.json", "no JSON at all")
        .with("logo.png", [0x89, b'P', b'N', b'G', 0, 1, 2]);
    let (alone, beside) = (run(&alone.0, &["check", "."]), run(&beside.0, &["check", "."]));
    assert_eq!(code(&alone), code(&beside), "{}", text(&beside.stdout));
    assert_eq!(text(&alone.stdout), text(&beside.stdout));
}

fn zipped_files(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
