//! Groups and units as their callers see them: what is found in which container, and what hostile ones do.

use super::*;
use crate::records::Managed;
use crate::source::ProblemKind;
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

const ID: &str = "0A1B2C3D-0000-4111-8222-333344445555";
const FLOW: &str =
    r#"{"properties":{"connectionReferences":{},"definition":{"triggers":{},"actions":{}}},"schemaVersion":"1"}"#;
const SOLUTION: &str = "<ImportExportXml><SolutionManifest><UniqueName>Orders</UniqueName><Version>1.0</Version>\
    <Managed>1</Managed></SolutionManifest></ImportExportXml>";

fn customizations(workflows: &[(&str, u32)]) -> String {
    let all: String = workflows
        .iter()
        .enumerate()
        .map(|(at, (file, category))| {
            let element = if file.ends_with(".xaml") { "XamlFileName" } else { "JsonFileName" };
            format!(
                "<Workflow WorkflowId='{{{at:08}-0000-4111-8222-333344445555}}' Name='n{at}'>\
                 <{element}>/Workflows/{file}</{element}><Category>{category}</Category></Workflow>"
            )
        })
        .collect();
    format!("<ImportExportXml><Workflows>{all}</Workflows></ImportExportXml>")
}

fn zip<N: AsRef<str>, B: AsRef<[u8]>>(entries: &[(N, B)]) -> Vec<u8> {
    packed(entries, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))
}

fn packed<N: AsRef<str>, B: AsRef<[u8]>>(entries: &[(N, B)], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(name.as_ref(), options).unwrap();
        writer.write_all(bytes.as_ref()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn solution() -> Vec<u8> {
    let customizations = customizations(&[("Flow.json", 5)]);
    zip(&[("solution.xml", SOLUTION), ("customizations.xml", &customizations), ("Workflows/Flow.json", FLOW)])
}

fn input(name: &str, bytes: impl Into<Vec<u8>>) -> Input {
    Input { name: name.to_owned(), named: false, content: Content::Bytes(bytes.into()) }
}

fn open_with(name: &str, bytes: impl Into<Vec<u8>>, named: bool, limits: &Limits) -> Unit {
    let mut groups = group([Input { named, ..input(name, bytes) }]);
    groups.remove(0).open(limits)
}

fn open(name: &str, bytes: impl Into<Vec<u8>>) -> Unit {
    open_with(name, bytes, true, &Limits::default())
}

fn members(unit: &Unit) -> Vec<&str> {
    unit.packages.iter().flat_map(|package| &package.members).map(|member| member.name.as_str()).collect()
}

fn told(unit: &Unit) -> Vec<String> {
    unit.problems.iter().map(|problem| format!("{:?} {}: {}", problem.kind, problem.uri, problem.message)).collect()
}

/// Everything that can be asked of a unit: nothing of it may panic.
fn read_all(unit: &Unit) -> Vec<Result<String, Problem>> {
    let read = unit.packages.iter().flat_map(|package| {
        let files = package.record.as_ref().map_or(0, |record| record.files.len() as u32);
        let records = (0..=files).map(|file| package.read_file(file));
        package.members.iter().map(Member::read).chain(records).collect::<Vec<_>>()
    });
    read.collect()
}

#[test]
fn opens_a_solution() {
    let customizations = customizations(&[("Flow.json", 5), ("Desk.json", 6), ("Rule.xaml", 2), ("Macro.json", 9000)]);
    let bytes = zip(&[
        ("[Content_Types].xml", "<Types/>"),
        ("solution.xml", SOLUTION),
        ("customizations.xml", &customizations),
        ("Workflows/Flow.json", FLOW),
        ("Workflows/Desk.json", "{}"),
        ("Workflows/Macro.json", FLOW),
        ("Workflows/Rule.xaml", "<x/>"),
        ("CanvasApps/app.msapp", "PK\x03\x04"),
        ("Connector/x_openapidefinition.json", "{}"),
    ]);
    let unit = open("out/Orders.zip", bytes);
    assert_eq!(told(&unit), [""; 0]);
    let [package] = &unit.packages[..] else { panic!() };
    let record = package.record.as_ref().unwrap();
    assert_eq!((package.name.as_str(), record.managed), ("out/Orders.zip", Some(Managed::Managed)));
    assert_eq!(members(&unit), ["out/Orders.zip/Workflows/Flow.json"]);
    let flow = &package.members[0];
    assert_eq!((flow.role, flow.workflow, flow.read().unwrap().as_str()), (Role::Workflows, Some(0), FLOW));
    assert_eq!(package.read_file(record.workflows[0].origin.file).unwrap(), customizations);
    let out: Vec<_> = unit.out_of_scope.iter().map(|out| (out.uri.as_str(), out.category)).collect();
    assert_eq!(
        out,
        [
            ("out/Orders.zip/Workflows/Desk.json", Category::DesktopFlow),
            ("out/Orders.zip/Workflows/Macro.json", Category::AgentMacro),
            ("out/Orders.zip/customizations.xml", Category::BusinessRule),
        ]
    );
    let [row] = &unit.rows[..] else { panic!() };
    assert_eq!((row.kind, row.out_of_scope, row.named), (InputKind::Solution, 3, true));
}

#[test]
fn reads_names_as_any_tool_writes_them() {
    let bytes = zip(&[
        ("pkg\\Solution.XML", SOLUTION),
        ("pkg\\Customizations.xml", &customizations(&[("My Flow.json", 5), ("Zhlung.json", 5)])),
        ("./pkg/workflows/My%20Flow.JSON", FLOW),
        ("pkg\\Workflows\\Zählung-00000001-0000-4111-8222-333344445555.json", FLOW),
        ("pkg/Workflows/", ""),
        ("readme.json", "{}"),
    ]);
    let unit = open("a.zip", bytes);
    assert_eq!(unit.packages[1].name, "a.zip/pkg");
    let joined: Vec<_> =
        unit.packages[1].members.iter().map(|member| (member.name.as_str(), member.workflow)).collect();
    assert_eq!(
        joined,
        [
            ("a.zip/pkg/Workflows/Zählung-00000001-0000-4111-8222-333344445555.json", Some(1)),
            ("a.zip/pkg/workflows/My%20Flow.JSON", Some(0)),
        ]
    );
    assert_eq!(members(&unit)[0], "a.zip/readme.json");
    assert_eq!(unit.rows[0].kind, InputKind::Bundle);
    assert_eq!(told(&unit), [""; 0]);
}

#[test]
fn opens_zips_in_zips_but_no_deeper() {
    let inner = zip(&[("PackageAssets\\Orders.zip", solution()), ("[Content_Types].xml", b"<Types/>".to_vec())]);
    let unit = open("deploy.zip", inner.clone());
    assert_eq!(members(&unit), ["deploy.zip/PackageAssets/Orders.zip/Workflows/Flow.json"]);
    assert_eq!(unit.packages[0].name, "deploy.zip/PackageAssets/Orders.zip");
    assert_eq!((unit.rows[0].kind, told(&unit).len()), (InputKind::Bundle, 0));

    let unit = open("all.zip", zip(&[("deploy.zip", inner)]));
    assert_eq!(members(&unit), [""; 0]);
    assert_eq!(
        told(&unit),
        [
            "Unreadable all.zip/deploy.zip/PackageAssets/Orders.zip: the package lies 2 zips deep, deeper than the 1 that is opened"
        ]
    );
    let empty = zip(&[("a.zip", zip(&[("b.zip", zip(&[("c.txt", "")]))]))]);
    let unit = open("all.zip", empty);
    assert_eq!((told(&unit), unit.rows[0].kind), (vec![], InputKind::Other));
}

#[test]
fn opens_legacy_packages_and_files_of_other_programs() {
    let definition = format!("Microsoft.Flow/flows/{ID}/definition.json");
    let manifest = r#"{"details":{"displayName":"Mail"},"resources":{}}"#;
    let unit = open("p.zip", zip(&[("manifest.json", manifest), (&definition, FLOW)]));
    assert_eq!(unit.packages[0].record.as_ref().unwrap().display_name.as_deref(), Some("Mail"));
    assert_eq!((unit.rows[0].kind, members(&unit).len()), (InputKind::LegacyPackage, 1));

    for bytes in [
        zip(&[("[Content_Types].xml", "<Types/>"), ("word/x.json", FLOW)]),
        zip(&[("Header.json", "{}"), ("Properties.json", "{}"), ("Controls/1.json", FLOW)]),
        zip(&[("../x.txt", "")]),
        zip::<&str, &str>(&[]),
    ] {
        let unit = open_with("any.bin", bytes, false, &Limits::default());
        assert_eq!((unit.packages.len(), told(&unit), unit.rows[0].kind), (0, vec![], InputKind::Other));
    }
    let unit = open("flows.zip", zip(&[("a.json", FLOW), ("b/c.json", FLOW)]));
    assert_eq!(members(&unit), ["flows.zip/a.json", "flows.zip/b/c.json"]);
}

#[test]
fn groups_trees_zips_and_loose_files() {
    let record = format!("<Workflow WorkflowId='{{{ID}}}' Name='n'><Category>5</Category></Workflow>");
    let groups = group([
        input("z.json", FLOW),
        input("repo/src/Workflows/Flow.json", FLOW),
        input("repo/src/Other/Solution.xml", SOLUTION),
        input("repo/src/Workflows/Flow.json.data.xml", record),
        input("repo/src/deliver.zip", solution()),
        input("repo/tools/x.json", "{}"),
        input("repo/src/nested/solution.xml", SOLUTION),
        input("repo/src/nested/Workflows/Other.json", FLOW),
        Input { named: true, ..input("z.json", FLOW) },
    ]);
    let names: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["repo/src", "repo/src/deliver.zip", "repo/src/nested", "repo/tools/x.json", "z.json"]);
    let units: Vec<_> = groups.into_iter().map(|group| group.open(&Limits::default())).collect();
    assert!(units.iter().all(|unit| unit.problems.is_empty()));
    let package = &units[0].packages[0];
    assert_eq!(package.record.as_ref().unwrap().workflows[0].id, ID.to_lowercase());
    assert_eq!((members(&units[0]), package.members[0].workflow), (vec!["repo/src/Workflows/Flow.json"], Some(0)));
    let kinds: Vec<_> = units[0].rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [InputKind::Record, InputKind::Document, InputKind::Record]);
    assert_eq!(members(&units[2]), ["repo/src/nested/Workflows/Other.json"]);
    let loose = &units[4].packages[0];
    assert_eq!((loose.record.as_ref(), loose.members[0].role), (None, Role::Named));
    assert_eq!(group([input("solution.xml", SOLUTION)])[0].name, ".");
}

#[test]
fn solutions_of_a_git_layout_share_a_tree() {
    let solution = |name: &str| format!("ImportExportXml:\n  SolutionManifest:\n    UniqueName: {name}\n");
    let workflow =
        |id: u32| format!("Workflow:\n  '@WorkflowId': '{{{id:08}-0000-4111-8222-333344445555}}'\n  Category: 5\n");
    let components = "SolutionComponents:\n  Component:\n  - '@path': /modernflows/2\n";
    let groups = group([
        input("r/solutions/A/solution.yml", solution("A")),
        input("r/solutions/A/solutioncomponents.yml", components.replace('2', "1")),
        input("r/solutions/B/solution.yml", solution("B")),
        input("r/solutions/B/solutioncomponents.yml", components),
        input("r/modernflows/1/a-00000001-0000-4111-8222-333344445555.json", FLOW),
        input("r/modernflows/1/workflow.yml", workflow(1)),
        input("r/modernflows/2/b-00000002-0000-4111-8222-333344445555.json", FLOW),
        input("r/modernflows/2/workflow.yml", workflow(2)),
        input("r/modernflows/22/c.json", FLOW),
    ]);
    assert_eq!(groups.len(), 1);
    let unit = groups.into_iter().next().unwrap().open(&Limits::default());
    let found: Vec<_> = unit
        .packages
        .iter()
        .map(|package| {
            let name = package.record.as_ref().and_then(|record| record.unique_name.clone());
            (name, package.members.iter().map(|member| (&member.name[..15], member.workflow)).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(
        found,
        [
            (None, vec![("r/modernflows/2", None)]),
            (Some("A".to_owned()), vec![("r/modernflows/1", Some(0))]),
            (Some("B".to_owned()), vec![("r/modernflows/2", Some(0))]),
        ]
    );
}

#[test]
fn says_what_a_named_file_is_not() {
    let message = |name, bytes: &[u8]| told(&open(name, bytes)).pop();
    let neither = |name: &str| Some(format!("Unreadable {name}: the file is neither a zip nor JSON"));
    assert_eq!(message("a.xml", b"<a/>"), neither("a.xml"));
    assert_eq!(message("a.png", b"\x89PNG\r\n"), neither("a.png"));
    assert_eq!(message("empty", b""), neither("empty"));
    assert!(message("a.zip", b"PK\x03\x04").unwrap().starts_with("Unreadable a.zip: the zip cannot be read"));
    for unit in [open("-", " {}"), open("-", "\"Compose\": {"), open("a.json", ""), open("-", "\u{feff}[")] {
        assert_eq!((members(&unit).len(), told(&unit).len()), (1, 0));
    }
    let unit = open_with("a.zip", b"PK\x03\x04", false, &Limits::default());
    assert_eq!((told(&unit), unit.rows[0].kind), (vec![], InputKind::Other), "nothing says that it is ours");
    let mut cut = solution();
    cut.truncate(cut.len() / 2);
    let unit = open_with("a.zip", cut, false, &Limits::default());
    assert!(told(&unit)[0].starts_with("Unreadable a.zip: the zip cannot be read"), "names of packages are in it");
    assert!(unit.rows[0].problem.is_some());
}

#[test]
fn texts_that_cannot_be_decoded_are_problems_only_if_ours() {
    let latin = b"{\"name\": \"Z\xe4hler\"}";
    let flow = b"{\"actions\": {}, \"triggers\": {}, \"name\": \"Z\xe4hler\"}";
    let read = |name, bytes: &[u8], named| {
        let unit = open_with(name, bytes, named, &Limits::default());
        unit.packages[0].members[0].read()
    };
    assert_eq!(read("a.json", latin, false).unwrap(), "");
    let problem = read("a.json", latin, true).unwrap_err();
    assert_eq!(problem.message, "the text is not UTF-8 from byte 11 on");
    assert!(read("a.json", flow, false).is_err());
    let utf16: Vec<u8> = FLOW.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read("a.json", &utf16, false).unwrap(), FLOW);
}

#[test]
fn broken_records_are_problems_with_a_place() {
    let bytes =
        zip(&[("solution.xml", SOLUTION), ("customizations.xml", "<a>\n <Workflows>\n  </b>"), ("x.json", FLOW)]);
    let unit = open("a.zip", bytes);
    let [problem] = &unit.problems[..] else { panic!("{:?}", told(&unit)) };
    let position = problem.position.unwrap();
    assert_eq!((problem.uri.as_str(), position.line, position.column), ("a.zip/customizations.xml", 3, 3));
    assert_eq!(unit.packages[0].record.as_ref().unwrap().unique_name.as_deref(), Some("Orders"));
}

#[test]
fn limits_are_problems_and_the_rest_is_read() {
    let deflated = SimpleFileOptions::default();
    let zeros = vec![b' '; 3 << 20];
    let entries =
        [("solution.xml", SOLUTION.as_bytes()), ("Workflows/a.json", &zeros), ("Workflows/b.json", FLOW.as_bytes())];
    let bytes = packed(&entries, deflated);
    let check = |limits: Limits, expected: &str| {
        let unit = open_with("a.zip", bytes.clone(), false, &limits);
        let told = told(&unit);
        assert_eq!((told.len(), unit.archive_faults.len()), (1, 1), "{told:?}");
        assert!(told[0].contains(expected), "{told:?}");
        assert!(unit.problems[0].help.contains("unzip"));
        assert!(unit.archive_faults[0].lost);
        unit
    };
    let usual = Limits::default();
    let rest = ["a.zip/Workflows/b.json"];
    let unit = check(usual, "times its size, more than the 200 that are read");
    assert_eq!(members(&unit), rest);
    let unit =
        check(Limits { ratio: 5000, member: 1 << 20, ..usual }, "unpacks to 3145728 bytes, more than the 1048576");
    assert_eq!(members(&unit), rest);
    let unit =
        check(Limits { ratio: 5000, inflated: 1 << 20, ..usual }, "the zip unpacks to more than the 1048576 bytes");
    assert_eq!(members(&unit), rest);
    let unit = check(Limits { entries: 2, ..usual }, "a.zip: the zip has more than the 2 entries");
    assert_eq!(members(&unit), [""; 0]);

    let limits = Limits { member: 10, ..usual };
    let unit = open_with("a.json", FLOW, true, &limits);
    assert_eq!((told(&unit).len(), unit.problems[0].kind), (1, ProblemKind::Unreadable));
    let unit = open_with("a.json", FLOW, false, &limits);
    assert_eq!(unit.problems[0].kind, ProblemKind::Notice, "no flow is that large");
    let deferred = Content::Deferred(Box::new(|| Err(ReadError::TooLarge { size: 9, limit: 8 })));
    let unit = group([Input { name: "a.zip".to_owned(), named: false, content: deferred }]).remove(0).open(&usual);
    assert!(told(&unit)[0].contains("it has 9 bytes, more than the 8 that are read"));
}

/// Changes every occurrence of some bytes.
fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, from).collect();
    assert!(!places.is_empty() && from.len() == to.len());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

#[test]
fn hostile_zips_are_named_and_survived() {
    let entries = |second: &str| zip(&[("solution.xml", SOLUTION), ("Workflows/a.json", FLOW), (second, FLOW)]);
    let good = entries("Workflows/b.json");
    let fault = |bytes: Vec<u8>, expected: &str, lost: bool| {
        let unit = open_with("a.zip", bytes, false, &Limits::default());
        let [fault] = &unit.archive_faults[..] else { panic!("{expected}: {:?}", unit.archive_faults) };
        assert!(fault.what.contains(expected), "{fault:?}");
        assert_eq!(fault.lost, lost, "{fault:?}");
        assert!(!unit.problems[0].uri.contains(".."));
        read_all(&unit);
        members(&unit).len()
    };
    assert_eq!(fault(patched(good.clone(), b"s/b.json", b"s/a.json"), "only the last was read", true), 1);
    assert_eq!(fault(entries("workflows/A.JSON"), "but for its case or slashes", false), 2);
    assert_eq!(fault(entries("../../etc/b.json"), "leads out of the zip", false), 2);
    assert_eq!(fault(entries("C:\\Workflows\\b.json"), "leads out of the zip", false), 2);

    // Bit 0 of the flags, at 6 in local headers and at 8 in the central directory.
    let mut encrypted = good.clone();
    for (signature, at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        for header in memchr::memmem::find_iter(&good, signature) {
            encrypted[header + at] |= 1;
        }
    }
    assert_eq!(fault(encrypted, "the entry is encrypted; so it is with 2 more", true), 0);

    // The second entry of the directory is made to point at the first one's header.
    let central: Vec<usize> = memchr::memmem::find_iter(&good, b"PK\x01\x02").collect();
    let mut overlapping = good.clone();
    overlapping.copy_within(central[1] + 42..central[1] + 46, central[2] + 42);
    assert_eq!(fault(overlapping, "share bytes", false), 2);

    let damaged = patched(good.clone(), b"\"schemaVersion\":\"1\"", b"\"schemaVersion\":\"2\"");
    let unit = open("a.zip", damaged);
    let problem = unit.packages[0].members[0].read().unwrap_err();
    assert!(problem.message.contains("checksum"), "{problem:?}");

    let size = (FLOW.len() as u32).to_le_bytes();
    for lie in [10u32, 1 << 25, u32::MAX - 1] {
        let mut lying = good.clone();
        // Uncompressed size, at 24 in the central directory.
        lying[central[1] + 24..central[1] + 28].copy_from_slice(&lie.to_le_bytes());
        assert_ne!(lying[central[1] + 24..central[1] + 28], size);
        let unit = open("a.zip", lying);
        let unread = read_all(&unit).iter().filter(|read| read.is_err()).count() + unit.problems.len();
        assert!(unread > 0, "a size of {lie} is not believed");
    }
}

#[test]
fn no_cut_or_flipped_zip_panics() {
    let limits = Limits { member: 1 << 16, inflated: 1 << 18, ..Limits::default() };
    let good =
        zip(&[("a.zip", solution()), ("b.zip", packed(&[("Workflows/b.json", FLOW)], SimpleFileOptions::default()))]);
    for at in 0..good.len() {
        read_all(&open_with("a.zip", &good[..at], true, &limits));
        let mut flipped = good.clone();
        flipped[at] ^= 0x55;
        read_all(&open_with("a.zip", flipped, true, &limits));
    }
}
