//! Package records: XML, JSON and YAML of an unpacked solution, cut out of one input at its NUL bytes.
#![no_main]

use flowvet::input::{Content, Input};
use flowvet::{Config, analyze};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 7] = [
    "S/Other/Solution.xml",
    "S/Other/Customizations.xml",
    "S/Workflows/A-11111111-1111-4111-8111-111111111111.json.data.xml",
    "S/Workflows/A-11111111-1111-4111-8111-111111111111.json",
    "S/environmentvariabledefinitions/x/environmentvariabledefinition.xml",
    "S/environmentvariabledefinitions/x/environmentvariablevalues.json",
    "S/modernflows/x/workflow.yml",
];

fuzz_target!(|bytes: &[u8]| {
    let parts = bytes.split(|&byte| byte == 0).zip(NAMES);
    let input = |(part, name): (&[u8], &str)| Input { name: name.into(), named: false, content: Content::Bytes(part.to_vec()) };
    analyze(parts.map(input), &Config::default());
});
