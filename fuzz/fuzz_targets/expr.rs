//! Expressions: no panic, every place lies in the text, and what is printed is read as the same.
#![no_main]

use flowvet::expr;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let template = expr::parse(text);
    for fault in template.faults() {
        assert!(text.get(fault.range.clone()).is_some());
    }
    for call in template.calls() {
        assert!(text.get(call.range()).is_some() && text.get(call.name_range()).is_some());
    }
    if template.faults().is_empty() {
        let printed = template.to_string();
        assert_eq!(expr::parse(printed.as_str()).to_string(), printed);
    }
});
