//! The spanned tree: no panic, and every span, pointer and part lies where it says.
#![no_main]

use flowvet::syntax::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(document) = Document::parse(text) else { return };
    for (key, value) in document.root().descendants() {
        assert!(document.root().span().contains(value.span()));
        if let Some(key) = key {
            let _ = key.name();
        }
        if let Some(decoded) = value.as_str() {
            let mid = (0..=decoded.len() / 2).rev().find(|&at| decoded.is_char_boundary(at)).unwrap_or(0);
            let part = value.part(mid..decoded.len()).span;
            assert!(value.span().contains(part) && text.is_char_boundary(part.start as usize));
        }
    }
    let last = document.root().descendants().take(500).last();
    if let Some((_, value)) = last {
        let _ = value.spot().pointer(&document);
    }
});
