//! SARIF as its readers check it: against the official schema (OASIS, `sarif-schema-2.1.0.json` beside this file), and its
//! places against the raw files by an oracle that knows nothing but the SARIF.

use crate::fixtures::{inputs, root, solutions, sorted, zipped};
use flowvet::input::{Content, Input};
use flowvet::report::sarif::Sarif;
use flowvet::report::{Emitter, ExitCode};
use flowvet::{Config, analyze};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::io::Read;
use std::path::PathBuf;

/// The SARIF of a run with every rule of every profile.
fn sarif(inputs: Vec<Input>) -> Value {
    let every_rule = flowvet::rules::ALL.iter().map(|rule| rule.meta().id.clone().into_owned()).collect();
    let report = analyze(inputs, &Config { only: every_rule, ..Config::default() });
    let exit_code = report.exit_code(None, true);
    let mut out = Vec::new();
    Sarif { category: "check", exit_code }.emit(&report, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn results(sarif: &Value) -> &Vec<Value> {
    sarif["runs"][0]["results"].as_array().expect("always a list")
}

/// The cases of every rule, each with its files.
fn cases() -> Vec<PathBuf> {
    let folders = sorted(&root().join("fixtures")).into_iter().filter(|folder| folder.is_dir());
    let cases = folders.flat_map(|folder| sorted(&folder));
    cases.filter(|case| case.extension().is_none_or(|extension| extension != "expected")).collect()
}

#[test]
fn every_fixture_gives_valid_sarif() {
    let mut schema: Value = serde_json::from_str(include_str!("sarif-schema-2.1.0.json")).unwrap();
    // Of the official schema this one pattern is no regular expression.
    for holder in ["run", "toolComponent"] {
        schema["definitions"][holder]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let mut found = 0;
    for case in cases() {
        let sarif = sarif(inputs(&case));
        let errors: Vec<String> =
            schema.iter_errors(&sarif).map(|error| format!("{error} at {}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", case.display());
        found += results(&sarif).len();
        for result in results(&sarif) {
            assert_ready_for_upload(result);
        }
    }
    assert!(found > 10);
    let mut broken = sarif(Vec::new());
    broken["runs"][0]["results"] = serde_json::json!([{ "level": "fatal" }]);
    assert!(!schema.is_valid(&broken), "the schema is in force");
}

/// What GitHub refuses or shows wrongly, though the schema allows it.
fn assert_ready_for_upload(result: &Value) {
    let locations = result["locations"].as_array().unwrap();
    assert_eq!(locations.len(), 1);
    let related = result["relatedLocations"].as_array().into_iter().flatten();
    for location in locations.iter().chain(related) {
        let physical = &location["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.is_empty() && !uri.starts_with(['/', '.']) && !uri.contains(['\\', ' ', ':']), "{uri}");
        assert!(!uri.split('/').any(|segment| matches!(segment, "" | "." | "..")), "{uri}");
        let number = |key: &str| physical["region"][key].as_u64().unwrap();
        assert!(number("startLine") >= 1 && number("startColumn") >= 1);
        assert!((number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")));
        assert!(location["logicalLocations"][0]["fullyQualifiedName"].is_string());
    }
    let text = result["message"]["text"].as_str().unwrap();
    assert!(text.ends_with(['.', '!', '?']) && !text.contains("]("), "{text}");
    assert!(result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap().contains(':'));
}

#[test]
fn nothing_found_is_an_empty_list() {
    assert_eq!(results(&sarif(Vec::new())).len(), 0);
}

/// A flow with findings of several rules on keys and values, in names that need escapes.
fn flow() -> Value {
    let call = |connection: &str| {
        serde_json::json!({
            "type": "OpenApiConnection",
            "runAfter": {},
            "inputs": {
                "host": {
                    "connectionName": connection,
                    "operationId": "PostItem",
                    "apiId": "/providers/Microsoft.PowerApps/apis/shared_sharepointonline"
                },
                "parameters": { "item/Title": "C:\\temp \"quoted\"\t😀 größer" }
            }
        })
    };
    serde_json::json!({
        "properties": {
            "connectionReferences": {
                "shared_a/b~c \"d\"": { "connection": { "name": "x" }, "api": { "name": "shared_sharepointonline" } }
            },
            "definition": {
                "triggers": { "manual": { "type": "Request", "kind": "Button", "inputs": {} } },
                "actions": {
                    "Größe_😀_\"prüfen\"": call("shared_a/b~c \"d\""),
                    "Scope_1/2": { "type": "Scope", "runAfter": {}, "actions": { "grÖße_😀_\"PRÜFEN\"": call("nicht_da_😀_\\n") } },
                    "Noch_eins": call("shared_none")
                }
            }
        },
        "schemaVersion": "1.0.0.0"
    })
}

/// The flow's JSON as different programs write it.
fn files() -> BTreeMap<String, Vec<u8>> {
    let flow = flow();
    let pretty = serde_json::to_string_pretty(&flow).unwrap();
    let compact = flow.to_string();
    let mut long = flow.clone();
    let filler = serde_json::json!({ "type": "Compose", "inputs": "😀ä\\\"".repeat(60_000), "runAfter": {} });
    long["properties"]["definition"]["actions"].as_object_mut().unwrap().shift_insert(0, "Filler".into(), filler);
    assert!(long.to_string().len() > 500_000);
    let files = [
        ("pretty.json", pretty.clone()),
        ("crlf.json", pretty.replace('\n', "\r\n")),
        ("bom.json", format!("\u{feff}{pretty}")),
        ("bom-crlf.json", format!("\u{feff}{}", pretty.replace('\n', "\r\n"))),
        ("one line & more ü.json", compact.clone()),
        ("long.json", long.to_string()),
        ("escaped.json", escaped(&compact)),
        ("escaped-bom.json", format!("\u{feff}{}", escaped(&pretty))),
    ];
    files.map(|(name, text)| (name.to_owned(), text.into_bytes())).into()
}

/// Every character that is not ASCII as an escape, as .NET writes it.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            c if c.is_ascii() => escaped.push(c),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| write!(escaped, "\\u{unit:04x}").unwrap()),
        }
    }
    escaped
}

#[test]
fn places_are_exact_in_the_raw_files() {
    let files = files();
    let named = |(name, bytes): (&String, &Vec<u8>)| Input {
        name: name.clone(),
        named: true,
        content: Content::Bytes(bytes.clone()),
    };
    let sarif = sarif(files.iter().map(named).collect());
    let mut seen = Seen::default();
    for result in results(&sarif) {
        seen.check(result, |uri| files[uri].clone());
    }
    for file in files.keys() {
        assert!(seen.places.get(file).is_some_and(|places| *places >= 5), "{file}: {:?}", seen.places);
    }
    assert!(seen.keys > 0 && seen.values > 0, "{} keys, {} values, {} parts", seen.keys, seen.values, seen.parts);
}

#[test]
fn places_are_exact_in_packages_and_fixtures() {
    let mut members: HashMap<String, Vec<u8>> = HashMap::new();
    for folder in sorted(&root().join("fixtures/solutions")) {
        let name = format!("{}.zip", folder.file_name().unwrap().to_str().unwrap());
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zipped(&folder))).unwrap();
        for index in 0..zip.len() {
            let mut member = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).unwrap();
            members.insert(format!("{name}/{}", member.name().unwrap()), bytes);
        }
    }
    let mut seen = Seen::default();
    for result in results(&sarif(solutions())) {
        let container = &result["properties"]["container"];
        let (zip, member) = (container["zip"].as_str().unwrap(), container["member"].as_str().unwrap());
        seen.check(result, |uri| {
            assert!(zip.ends_with(".zip") && members.contains_key(&format!("{zip}/{member}")));
            members[uri].clone()
        });
    }
    assert!(seen.places.len() >= 3, "{:?}", seen.places);
    for case in cases().into_iter().filter(|case| case.extension().is_some_and(|extension| extension == "json")) {
        for result in results(&sarif(inputs(&case))) {
            seen.check(result, |_| std::fs::read(&case).unwrap());
        }
    }
    assert!(seen.parts > 0, "{} keys, {} values, {} parts", seen.keys, seen.values, seen.parts);
}

/// How many places were compared: by file, and by what they are.
#[derive(Default)]
struct Seen {
    places: BTreeMap<String, usize>,
    keys: usize,
    values: usize,
    parts: usize,
}

impl Seen {
    /// Compares every place of a result with the raw file that it names.
    fn check(&mut self, result: &Value, read: impl Fn(&str) -> Vec<u8>) {
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in result["locations"].as_array().unwrap().iter().chain(related) {
            let uri = decoded(location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap());
            let raw = read(&uri);
            let text = &text_of(&raw);
            let region = &location["physicalLocation"]["region"];
            let bytes = lifted(text, region);
            let Ok(document) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
                continue; // no JSON, so no pointer either
            };
            let pointer = location["logicalLocations"][0]["decoratedName"].as_str().unwrap();
            let what = format!("{uri}: {} {pointer}: {region}: {bytes:.100}", result["ruleId"]);
            self.compare(&document, pointer, bytes, &what);
            let snippet = region["snippet"]["text"].as_str().unwrap_or_default();
            let shown = snippet.trim_end_matches('…');
            assert!(bytes.starts_with(shown) || snippet.contains("****"), "{what}: {snippet}");
            *self.places.entry(uri).or_default() += 1;
        }
    }

    fn compare(&mut self, document: &Value, pointer: &str, bytes: &str, what: &str) {
        let value = document.pointer(pointer).unwrap_or_else(|| panic!("{what}: no such value"));
        let last = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        let parsed = serde_json::from_str::<Value>(bytes).ok();
        if parsed.as_ref() == Some(&Value::String(last.clone())) {
            self.keys += 1;
        } else if parsed.as_ref() == Some(value) {
            self.values += 1;
        } else {
            let part: String = serde_json::from_str(&format!("\"{bytes}\"")).unwrap_or_else(|_| panic!("{what}"));
            // Part of a string, or of a key.
            let wholes = [value.as_str().unwrap_or_default(), &last];
            assert!(!part.is_empty() && wholes.iter().any(|whole| whole.contains(&part)), "{what}");
            self.parts += 1;
        }
    }
}

/// The text of a file: UTF-8, or UTF-16 by its byte order mark.
fn text_of(raw: &[u8]) -> String {
    let units = |of: fn([u8; 2]) -> u16| raw.chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect::<Vec<u16>>();
    match raw {
        [0xff, 0xfe, ..] => String::from_utf16(&units(u16::from_le_bytes)).unwrap(),
        [0xfe, 0xff, ..] => String::from_utf16(&units(u16::from_be_bytes)).unwrap(),
        _ => String::from_utf8(raw.to_vec()).unwrap(),
    }
}

/// The characters of a region, by lines and UTF-16 columns alone.
fn lifted<'t>(text: &'t str, region: &Value) -> &'t str {
    let at = |line: &str, column: &str| {
        let (line, column) = (region[line].as_u64().unwrap() as usize, region[column].as_u64().unwrap() as usize);
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        // A byte order mark is no part of the first line's text.
        let start = if line == 1 && text.starts_with('\u{feff}') { 3 } else { start };
        let mut units = column - 1;
        let mut end = start;
        for c in text[start..].chars() {
            if units == 0 {
                break;
            }
            units = units.checked_sub(c.len_utf16()).expect("columns fall between characters");
            end += c.len_utf8();
        }
        assert_eq!(units, 0, "the column lies behind the text");
        end
    };
    &text[at("startLine", "startColumn")..at("endLine", "endColumn")]
}

/// Percent signs taken back.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                bytes.push(hex(&[*high, *low]));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn an_incomplete_run_says_so() {
    let broken = Input { name: "broken.json".into(), named: true, content: Content::Bytes(b"{\"actions\": [}".into()) };
    let report = analyze([broken], &Config::default());
    assert_eq!(report.exit_code(None, true), ExitCode::Incomplete);
    let mut out = Vec::new();
    Sarif { category: "check", exit_code: ExitCode::Incomplete }.emit(&report, &mut out).unwrap();
    let sarif: Value = serde_json::from_slice(&out).unwrap();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let location = &invocation["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "broken.json");
    assert_eq!(location["region"]["startColumn"], 14);
}
