//! Broken and hostile input, whole: every case ends in bounded time, without a panic, with a problem that says what is
//! wrong where something was lost, and with everything else analysed.

use crate::fixtures::{Scratch, root, sorted};
use flowvet::input::{Content, Input, ReadError};
use flowvet::source::ProblemKind;
use flowvet::{Config, Report, analyze};
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

const FLOW: &str = r#"{"properties": {"connectionReferences": {}, "definition": {"triggers": {"manual": {"type": "Request",
    "kind": "Button"}}, "actions": {"Größe 😀": {"type": "Compose", "inputs": "a\u00e9\n\ud83d\ude00"}}}}, "schemaVersion": "1.0.0.0"}"#;
const SOLUTION: &str = "<ImportExportXml><SolutionManifest><UniqueName>Orders</UniqueName><Version>1.0.0.0</Version>\
    <Managed>0</Managed></SolutionManifest></ImportExportXml>";
const CUSTOMIZATIONS: &str = "<ImportExportXml><Workflows>\
    <Workflow WorkflowId=\"{11111111-1111-4111-8111-111111111111}\" Name=\"A\">\
    <JsonFileName>/Workflows/A-11111111-1111-4111-8111-111111111111.json</JsonFileName><Category>5</Category></Workflow>\
    </Workflows></ImportExportXml>";
const MEMBER: &str = "Workflows/A-11111111-1111-4111-8111-111111111111.json";

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> Input {
    Input { name: name.to_owned(), named: true, content: Content::Bytes(bytes.into()) }
}

/// A good flow beside the bad input: it must always be analysed.
fn check(mut inputs: Vec<Input>) -> Report {
    inputs.push(file("good.json", FLOW));
    let report = analyze(inputs, &Config::default());
    assert!(report.flows.iter().any(|row| &*row.flow.uri == "good.json"), "the good flow is lost");
    assert!(report.problems.iter().all(|problem| problem.kind != ProblemKind::Internal), "{:?}", report.problems);
    report
}

fn told(report: &Report) -> String {
    report.problems.iter().map(|problem| format!("{}: {}\n", problem.uri, problem.message)).collect()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn package(flow: &[u8]) -> Vec<u8> {
    zip(&[("solution.xml", SOLUTION.as_bytes()), ("customizations.xml", CUSTOMIZATIONS.as_bytes()), (MEMBER, flow)])
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn broken_texts_are_problems_with_a_place() {
    let deep = |open: &str, times: usize| open.repeat(times);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", vec![], "empty"),
        ("blanks", b" \r\n\t ".to_vec(), "empty"),
        ("only a byte order mark", "\u{feff}".into(), "empty"),
        ("10 MB of brackets", deep("[", 10_000_000).into(), "nested deeper"),
        ("a million objects", deep("{\"a\":", 1_000_000).into(), "nested deeper"),
        ("closing first", b"}".to_vec(), "expected a value"),
        ("missing comma", FLOW.replace(", \"schemaVersion\"", " \"schemaVersion\"").into(), "expected `,`"),
        ("missing colon", FLOW.replace("\"actions\":", "\"actions\"").into(), "expected `:`"),
        ("missing quote", FLOW.replace("\"Request\"", "Request\"").into(), "expected a value"),
        ("trailing comma", FLOW.replace("\"1.0.0.0\"", "\"1.0.0.0\",").into(), "comma before the closing"),
        ("single quotes", FLOW.replace('"', "'").into(), "key in double quotes"),
        ("text after the end", format!("{FLOW} and more").into(), "after the end"),
        ("two flows in a row", format!("{FLOW}{FLOW}").into(), "after the end"),
        ("comment", format!("// a comment\n{FLOW}").into(), "expected a value"),
        ("merge marks", format!("<<<<<<< HEAD\n{FLOW}").into(), "unresolved merge"),
        ("a line break in text", FLOW.replace("Button", "But\nton").into(), "line break"),
        ("NUL in text", FLOW.replace("Button", "But\0ton").into(), "control character"),
        ("unknown escape", FLOW.replace("\\u00e9", "\\x41").into(), "not an escape"),
        ("half an escape", FLOW.replace("\\u00e9", "\\u00").into(), "not an escape"),
        ("leading zero", FLOW.replace("\"1.0.0.0\"", "01").into(), "not a number"),
        ("infinity", FLOW.replace("\"1.0.0.0\"", "Infinity").into(), "expected a value"),
        ("capital true", FLOW.replace("\"1.0.0.0\"", "True").into(), "expected a value"),
        (
            "UTF-8 cut in a character",
            {
                let mut b = FLOW.as_bytes().to_vec();
                b.truncate(FLOW.find("öß").unwrap() + 1);
                b
            },
            "UTF-8",
        ),
        ("Latin-1", FLOW.bytes().map(|byte| if byte > 127 { 0xe9 } else { byte }).collect(), "UTF-8"),
        (
            "UTF-16 of odd length",
            {
                let mut b = utf16(FLOW, true);
                b.pop();
                b
            },
            "UTF-16",
        ),
        (
            "UTF-16 with half a pair",
            {
                let mut b = utf16("{\"actions\": {}, \"triggers\": \"", true);
                b.extend([0x3d, 0xd8, 0x22, 0x00]);
                b
            },
            "UTF-16",
        ),
        ("random bytes", (0..5000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect(), ""),
    ];
    for (name, bytes, wanted) in cases {
        let report = check(vec![file("bad.json", bytes)]);
        assert!(!report.is_complete(false), "{name} counts as read");
        assert!(told(&report).contains("bad.json: ") && told(&report).contains(wanted), "{name}: {}", told(&report));
        assert!(report.problems.iter().all(|problem| !problem.help.is_empty()), "{name}");
    }
}

#[test]
fn odd_texts_that_are_json_are_analysed() {
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("UTF-16, little", utf16(FLOW, true)),
        ("UTF-16, big", utf16(FLOW, false)),
        ("byte order mark and CRLF", format!("\u{feff}{}", FLOW.replace('\n', "\r\n")).into()),
        ("lone surrogates", FLOW.replace("\\u00e9", "\\ud800").into()),
        ("huge number", FLOW.replace("\"1.0.0.0\"", &format!("1{}e999999999", "0".repeat(100_000))).into()),
        ("escaped NUL", FLOW.replace("\\u00e9", "\\u0000").into()),
        ("escaped keys", FLOW.replace("\"type\"", "\"\\u0074ype\"").into()),
        ("a key of a megabyte", FLOW.replace("Größe", &"k".repeat(1_000_000)).into()),
        ("a text of a megabyte", FLOW.replace("\\u00e9", &"\\u00e9".repeat(200_000)).into()),
        ("runAfter itself", FLOW.replace("\"inputs\"", "\"runAfter\": {\"Größe 😀\": [\"Failed\"]}, \"inputs\"").into()),
        ("wrong types", FLOW.replace("\"Compose\"", "[{}]").replace("\"Request\"", "7").into()),
        ("control and bidi characters", FLOW.replace("Größe", "\\u001b[2J\u{202e}##vso[task]").into()),
        ("references that are no object", FLOW.replace("\"connectionReferences\": {}", "\"connectionReferences\": 7").into()),
        ("ten thousand steps", {
            let steps: Vec<String> = (0..10_000).map(|n| format!("\"S{n}\": {{\"type\": \"Compose\", \"runAfter\": {{\"S{}\": [\"Succeeded\"]}}}}", n + 1)).collect();
            FLOW.replace("\"actions\": {", &format!("\"actions\": {{{},", steps.join(","))).into()
        }),
        ("a cycle", FLOW.replace("\"actions\": {", "\"actions\": {\"A\": {\"type\": \"Http\", \"runAfter\": {\"B\": [\"Skipped\"]}}, \"B\": {\"type\": \"Http\", \"runAfter\": {\"A\": [\"Succeeded\"]}},").into()),
        ("forty scopes in each other", {
            let scopes = format!("{}\"E\": {{\"type\": \"Compose\"}}{}", "\"S\": {\"type\": \"Scope\", \"actions\": {".repeat(40), "}}".repeat(40));
            FLOW.replace("\"actions\": {", &format!("\"actions\": {{{scopes},")).into()
        }),
    ];
    for (name, bytes) in cases {
        let report = check(vec![file("odd.json", bytes)]);
        assert!(report.flows.iter().any(|row| &*row.flow.uri == "odd.json"), "{name}: {}", told(&report));
        assert_eq!(told(&report), "", "{name}");
    }
}

#[test]
fn a_flow_cut_anywhere_or_with_a_byte_changed_is_survived() {
    let text = FLOW.as_bytes();
    for end in 0..text.len() {
        let report = check(vec![file("cut.json", &text[..end])]);
        assert!(!report.is_complete(false), "cut at {end}");
    }
    for at in 0..text.len() {
        for flip in [0x01, 0x20, 0x80] {
            let mut bytes = text.to_vec();
            bytes[at] ^= flip;
            check(vec![file("flipped.json", bytes)]);
        }
    }
}

#[test]
fn every_fixture_cut_and_flipped_is_survived() {
    let mut files = Vec::new();
    for folder in sorted(&root().join("fixtures")) {
        files.extend(sorted(&folder).into_iter().filter(|path| path.is_file()));
    }
    for path in
        files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "json" || extension == "zip"))
    {
        let bytes = std::fs::read(path).unwrap();
        for step in 0..8 {
            let at = bytes.len() * step / 8;
            check(vec![file("cut", &bytes[..at])]);
            let mut flipped = bytes.clone();
            if let Some(byte) = flipped.get_mut(at) {
                *byte ^= 0x55;
            }
            check(vec![file("flipped", flipped)]);
        }
    }
}

#[test]
fn broken_records_leave_the_flows() {
    let cases: Vec<(&str, &str, String)> = vec![
        ("unclosed tag", SOLUTION, CUSTOMIZATIONS.replace("</Workflow>", "")),
        ("wrong closing tag", SOLUTION, CUSTOMIZATIONS.replace("</Category>", "</Categori>")),
        (
            "an entity of its own",
            SOLUTION,
            format!(
                "<!DOCTYPE x [<!ENTITY a \"{}\">]>{}",
                "b".repeat(1000),
                CUSTOMIZATIONS.replace("Name=\"A\"", "Name=\"&a;\"")
            ),
        ),
        (
            "entities of entities",
            SOLUTION,
            format!(
                "<!DOCTYPE x [<!ENTITY a \"x\"><!ENTITY b \"&a;&a;\"><!ENTITY c \"&b;&b;\">]>{}",
                CUSTOMIZATIONS.replace("Name=\"A\"", "Name=\"&c;\"")
            ),
        ),
        ("no XML at all", SOLUTION, "{\"not\": \"xml\"}".to_owned()),
        ("empty", SOLUTION, String::new()),
        ("a million opening tags", SOLUTION, "<a>".repeat(1_000_000)),
        (
            "a huge attribute",
            SOLUTION,
            CUSTOMIZATIONS.replace("Name=\"A\"", &format!("Name=\"{}\"", "n".repeat(2_000_000))),
        ),
        (
            "odd numbers",
            "<ImportExportXml><SolutionManifest><Version>99999999999999.-1.x</Version><Managed>maybe</Managed></SolutionManifest></ImportExportXml>",
            CUSTOMIZATIONS.replace(">5<", ">five<"),
        ),
        ("a path that leads out", SOLUTION, CUSTOMIZATIONS.replace("/Workflows/A-", "/../../Workflows/A-")),
        ("CDATA and comments", SOLUTION, CUSTOMIZATIONS.replace("<Category>5", "<!-- x --><Category><![CDATA[5]]>")),
    ];
    for (name, solution, customizations) in cases {
        let zip = zip(&[
            ("solution.xml", solution.as_bytes()),
            ("customizations.xml", customizations.as_bytes()),
            (MEMBER, FLOW.as_bytes()),
        ]);
        let report = check(vec![file("bad.zip", zip)]);
        assert_eq!(report.stats.flows, 2, "{name}: the flow is analysed whatever its record says: {}", told(&report));
    }
    for (encoding, bytes) in [
        ("UTF-16", utf16(CUSTOMIZATIONS, true)),
        ("Latin-1", CUSTOMIZATIONS.replace("\"A\"", "\"\u{e9}\"").chars().map(|c| c as u8).collect()),
    ] {
        let zip =
            zip(&[("solution.xml", SOLUTION.as_bytes()), ("customizations.xml", &bytes), (MEMBER, FLOW.as_bytes())]);
        assert_eq!(check(vec![file("bad.zip", zip)]).stats.flows, 2, "{encoding}");
    }
}

#[test]
fn hostile_packages_are_named_and_the_rest_is_read() {
    let good = package(FLOW.as_bytes());
    let patched = |from: &[u8], to: &[u8]| {
        let mut bytes = good.clone();
        let at: Vec<usize> = (0..bytes.len() - from.len()).filter(|&at| bytes[at..].starts_with(from)).collect();
        assert!(!at.is_empty());
        for at in at {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
        bytes
    };
    let nested = zip(&[("PackageAssets/inner.zip", &zip(&[("deeper.zip", &good)]))]);
    let many: Vec<String> = (0..66_000).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut in half", good[..good.len() / 2].to_vec(), "zip"),
        ("without its directory", good[..good.len() - 30].to_vec(), "zip"),
        ("only the mark", b"PK\x03\x04".to_vec(), "zip"),
        ("an empty zip", zip(&[]), ""),
        ("a zip in a zip in a zip", nested, "zip"),
        ("66,000 entries", zip(&many), "65536"),
        ("a bomb", package(&[FLOW.as_bytes(), &vec![b' '; 30 << 20]].concat()), "times its size"),
        (
            "too large a flow",
            package(
                &(0..70_000_000u32).map(|n| b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8).collect::<Vec<u8>>(),
            ),
            "bytes",
        ),
        ("an escaping name", patched(b"Workflows/A-", b"../../ows/A-"), "leads out"),
        (
            "a drive letter",
            zip(&[("solution.xml", SOLUTION.as_bytes()), ("C:\\Workflows\\A.json", FLOW.as_bytes())]),
            "leads out",
        ),
        (
            "names that differ in case",
            zip(&[
                ("solution.xml", SOLUTION.as_bytes()),
                (MEMBER, FLOW.as_bytes()),
                (&MEMBER.to_uppercase(), FLOW.as_bytes()),
            ]),
            "two entries",
        ),
    ];
    for (name, bytes, wanted) in cases {
        let report = check(vec![file("bad.zip", bytes)]);
        assert!(told(&report).contains(wanted), "{name}: {}", told(&report));
    }
    let broken = check(vec![file(
        "bad.zip",
        package(b"{\"properties\": {\"definition\": {\"triggers\": {} \"actions\": {}}}}"),
    )]);
    assert!(told(&broken).contains(&format!("bad.zip/{MEMBER}: ")), "{}", told(&broken));
}

#[test]
fn a_file_that_vanishes_or_fails_while_it_is_read_is_named() {
    let gone = || Err(ReadError::Io(std::io::Error::from(std::io::ErrorKind::NotFound)));
    let large = || Err(ReadError::TooLarge { size: 1 << 40, limit: 1 << 28 });
    for (named, name) in [(true, "gone.json"), (false, "S/Workflows/gone.json"), (false, "S/solution.xml")] {
        let input = Input { name: name.into(), named, content: Content::Deferred(Box::new(gone)) };
        let beside =
            Input { name: "S/customizations.xml".into(), named: false, content: Content::Bytes(CUSTOMIZATIONS.into()) };
        let report = check(vec![input, beside]);
        assert!(told(&report).contains(&format!("{name}: ")), "{name}: {}", told(&report));
    }
    let input = Input { name: "large.json".into(), named: true, content: Content::Deferred(Box::new(large)) };
    assert!(told(&check(vec![input])).contains("large.json: "));
}

/// The program with at most 1 GB of address space; its exit code and what it printed.
#[cfg(unix)]
fn run_bounded(folder: &std::path::Path, arguments: &str) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_flowvet");
    let script = format!("ulimit -v 1000000; exec timeout 60 {program} {arguments} 2>&1");
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(folder).output().unwrap();
    (output.status.code().expect("no signal"), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
#[cfg(unix)]
fn odd_things_in_folders_are_not_opened() {
    let folder = Scratch::new("odd-things").with("good.json", FLOW).with("sub/also.json", FLOW);
    std::os::unix::fs::symlink("..", folder.0.join("sub/circle")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.0.join("broken.json")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.0.join("endless.json")).unwrap();
    let pipe = folder.0.join("pipe.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (code, printed) = run_bounded(&folder.0, "check .");
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("2 flows"), "{printed}");
    // Named by the user, each is a problem.
    for name in ["pipe.json", "endless.json"] {
        let (code, printed) = run_bounded(&folder.0, &format!("check good.json {name}"));
        assert_eq!(code, 3, "{name}: {printed}");
        assert!(printed.contains(name) && printed.contains("1 flow"), "{name}: {printed}");
    }
    assert_eq!(run_bounded(&folder.0, "check broken.json").0, 2, "a link to nowhere names nothing");
}

#[test]
#[cfg(unix)]
fn memory_stays_bounded() {
    let bomb = package(&[FLOW.as_bytes(), &vec![b' '; 60 << 20]].concat());
    let many: Vec<String> = (0..300).map(|n| format!("Workflows/F{n}.json")).collect();
    let blanks = vec![b' '; 900_000];
    let mut entries: Vec<(&str, &[u8])> = vec![("solution.xml", SOLUTION.as_bytes())];
    entries.extend(many.iter().map(|name| (name.as_str(), blanks.as_slice())));
    let folder = Scratch::new("bounded")
        .with("bomb.zip", bomb)
        .with("swarm.zip", zip(&entries))
        .with("deep.json", "[".repeat(10_000_000))
        .with("wide.json", format!("{{\"triggers\": {{}}, \"actions\": [{}1]}}", "1,".repeat(10_000_000)))
        .with("good.json", FLOW);
    let (code, printed) = run_bounded(&folder.0, "check bomb.zip swarm.zip deep.json wide.json good.json");
    assert_eq!(code, 3, "{printed}");
    assert!(printed.contains("good.json") || printed.contains("flow"), "{printed}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_and_leaves_nothing_behind() {
    let folder = Scratch::new("full").with("good.json", FLOW);
    let (code, printed) = run_bounded(&folder.0, "check good.json -o sarif=/dev/full");
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("/dev/full"), "{printed}");
    let script = format!("{} check good.json --format json > /dev/full", env!("CARGO_BIN_EXE_flowvet"));
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(&folder.0).output().unwrap();
    assert!(!output.status.success() && !output.stderr.is_empty(), "{output:?}");
}
