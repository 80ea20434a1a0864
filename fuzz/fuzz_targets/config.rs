//! Config and data policies: every text is read or refused, with places that lie in it.
#![no_main]

use flowvet::config::ConfigFile;
use flowvet::{policy, rules};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = ConfigFile::parse(rules::ALL, text, "flows") {
        assert!(!error.remarks.is_empty());
        assert!(error.remarks.iter().all(|remark| text.get(remark.span.range()).is_some()));
    }
    if let Err(error) = policy::parse("policy.json", text) {
        assert!(text.get(error.span.range()).is_some() && !error.help.is_empty());
    }
});
