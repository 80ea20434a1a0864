//! Containers: whatever the bytes of a zip are, it is opened within limits or refused with a problem.
#![no_main]

use flowvet::input::{Content, Input};
use flowvet::{Config, analyze};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let input = Input { name: "Package.zip".into(), named: true, content: Content::Bytes(bytes.to_vec()) };
    let report = analyze([input], &Config::default());
    assert!(report.stats.flows + report.stats.fragments > 0 || report.exit_code(None, false) as u8 == 3);
});
