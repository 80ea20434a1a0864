//! The tape against `serde_json`, which is slower, has no spans, and is right.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;
use serde_json::Value as Theirs;

const FLOWISH: &str = "\u{feff}{\r\n  \"a\": [1, -2.5e+3, true, false, null, \"\", {}],\r\n\t\"b\\u00e9\\\"~/\": {\"😀\": \"x\\ud83d\\ude00\\n\"}\r\n}\r\n";

/// Whether the two trees are the same, every scalar compared by what it means.
fn same(ours: Value<'_>, theirs: &Theirs) -> bool {
    match theirs {
        Theirs::Null => ours.kind() == Kind::Null,
        Theirs::Bool(b) => ours.as_bool() == Some(*b),
        Theirs::Number(n) => ours.as_number().is_some_and(|text| text.parse::<f64>().ok() == n.as_f64()),
        Theirs::String(s) => ours.as_str().as_deref() == Some(s),
        Theirs::Array(items) => {
            ours.kind() == Kind::Array
                && ours.items().count() == items.len()
                && ours.items().zip(items).all(|(ours, theirs)| same(ours, theirs))
        }
        Theirs::Object(map) => {
            // Theirs keeps the last of duplicates, letter case included.
            let last = |key: &str| ours.entries().filter(|entry| entry.key.name() == key).last();
            ours.is_object() && map.iter().all(|(key, theirs)| last(key).is_some_and(|entry| same(entry.value, theirs)))
        }
    }
}

/// Both accept the text and see the same, or both refuse it.
fn agree(text: &str) -> Result<(), String> {
    let theirs = serde_json::from_str::<Theirs>(text.strip_prefix('\u{feff}').unwrap_or(text));
    match (Document::parse(text), theirs) {
        (Ok(ours), Ok(theirs)) if same(ours.root(), &theirs) => Ok(()),
        (Err(_), Err(_)) => Ok(()),
        (Ok(_), Err(error)) if error.to_string().contains("number out of range") => Ok(()),
        (Ok(_), Err(error)) if error.to_string().contains("surrogate") => Ok(()),
        (Ok(_), Err(error)) if error.to_string().contains("unexpected end of hex escape") => Ok(()),
        (ours, theirs) => Err(format!("{text:?}: ours {:?}, theirs {theirs:?}", ours.map(|_| "parses"))),
    }
}

#[test]
fn reads_what_the_other_library_reads() {
    for text in [
        FLOWISH,
        "0",
        "-0",
        "-0.0e-0",
        "\"\"",
        "[]",
        "{}",
        " null ",
        "[[[]]]",
        "{\"a\":{\"a\":{}}}",
        "[1,2,3]",
        "1e5",
        // And what neither reads.
        "",
        " ",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "nul",
        "truex",
        "True",
        "'a'",
        "[1,]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "[",
        "{",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\n\"",
        "\"\t\"",
        "[}",
        "{]",
        "1 2",
        "[1]]",
        "/**/1",
        "{a:1}",
        "\u{feff}",
        "\u{feff}\u{feff}1",
        "\u{a0}1",
        "NaN",
        "Infinity",
    ] {
        agree(text).unwrap();
    }
}

#[test]
fn spans_are_the_values_own_bytes() {
    let document = Document::parse(FLOWISH).unwrap();
    for (key, value) in document.root().descendants() {
        assert!(serde_json::from_str::<Theirs>(value.text()).is_ok(), "{}", value.text());
        if let Some(key) = key {
            assert_eq!(serde_json::from_str::<String>(&FLOWISH[key.span().range()]).unwrap(), key.name());
        }
    }
}

#[test]
fn pointers_lead_back_to_their_values() {
    let document = Document::parse(FLOWISH).unwrap();
    let theirs: Theirs = serde_json::from_str(&FLOWISH[3..]).unwrap();
    for (key, value) in document.root().descendants() {
        let pointer = value.spot().pointer(&document);
        assert!(same(value, theirs.pointer(&pointer).unwrap()), "{pointer}");
        if let Some(key) = key {
            assert_eq!(key.spot().pointer(&document), pointer);
        }
    }
}

#[test]
fn descendants_come_in_text_order_with_their_keys() {
    let document = Document::parse(r#"{"a": [1, {"b": 2}], "c": {}}"#).unwrap();
    let seen: Vec<(Option<String>, &str)> = document
        .root()
        .descendants()
        .map(|(key, value)| (key.map(|key| key.name().into_owned()), value.text()))
        .collect();
    let texts: Vec<&str> = seen.iter().map(|(_, text)| *text).collect();
    assert_eq!(texts, [document.text(), r#"[1, {"b": 2}]"#, "1", r#"{"b": 2}"#, "2", "{}"]);
    let keys: Vec<Option<&str>> = seen.iter().map(|(key, _)| key.as_deref()).collect();
    assert_eq!(keys, [None, Some("a"), None, None, Some("b"), Some("c")]);
}

#[test]
fn of_duplicate_keys_the_last_counts_and_all_stay() {
    let document = Document::parse(r#"{"Type": 1, "x": 2, "type": 3}"#).unwrap();
    assert_eq!(document.root().get("TYPE").unwrap().text(), "3");
    assert_eq!(document.root().entries().count(), 3);
    assert!(document.root().get("missing").is_none() && document.root().at(&["x", "y"]).is_none());
}

#[test]
fn parts_of_strings_are_exact_through_escapes() {
    let text = r#"{"url": "\u00e9😀\/a?sig=\"s\u0041\"&b"}"#;
    let document = Document::parse(text).unwrap();
    let value = document.root().get("url").unwrap();
    let decoded = value.as_str().unwrap();
    let at = decoded.find("sA").unwrap();
    let spot = value.part(at..at + 2);
    assert_eq!(&text[spot.span.range()], r"s\u0041");
    assert_eq!(spot.pointer(&document), "/url");
    // Out of range is cut, not a panic.
    assert!(value.part(900..901).span.end <= value.span().end);
}

#[test]
fn faults_stand_where_a_person_would_look() {
    let fault = |text: &str| {
        let error = Document::parse(text).unwrap_err();
        (text[error.span.range()].to_owned(), error.message)
    };
    assert_eq!(fault("{\"a\": 1 \"b\": 2}"), ("\"".into(), "expected `,` or `}` here"));
    assert_eq!(fault("{\"a\": yes}"), ("yes".into(), "expected a value"));
    assert_eq!(fault("{\"a\" 1}"), ("1".into(), "expected `:` after the key"));
    assert_eq!(fault("[1,]"), ("]".into(), "a comma before the closing bracket"));
    assert_eq!(fault("{\"a\": \"b\nc\"}"), ("\n".into(), "a line break or control character inside text"));
    assert_eq!(fault("{} x"), ("x".into(), "there is text after the end of the JSON"));
    assert_eq!(fault("{\n<<<<<<< HEAD\n}"), ("<<<<<<<".into(), "the mark of an unresolved merge"));
    assert_eq!(fault("{\"a\": {\"b\": 1"), (String::new(), "the file ends inside an object"));
    assert_eq!(fault("{\"a\": 012}"), ("012".into(), "not a number that JSON allows"));
    assert_eq!(Document::parse("[ {\"a\" ").unwrap_err().opened_at, Some(2));
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Document::parse(&nested(MAX_DEPTH)).is_ok());
    assert!(Document::parse(&nested(MAX_DEPTH + 1)).is_err());
    assert!(Document::parse(&"[".repeat(10_000_000)).is_err());
    assert!(Document::parse(&"{\"a\":".repeat(1_000_000)).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_on_text_with_one_change(at in 0..FLOWISH.len(), cut in 0usize..4, put in "[\\[\\]{},:\"\\\\0-9a-z\u{e9}\n -]{0,3}") {
        let floor = |at: usize| (0..=at.min(FLOWISH.len())).rev().find(|&at| FLOWISH.is_char_boundary(at)).unwrap();
        let (from, to) = (floor(at), floor(at + cut).max(floor(at)));
        let text = format!("{}{put}{}", &FLOWISH[..from], &FLOWISH[to..]);
        prop_assert_eq!(agree(&text), Ok(()));
    }

    #[test]
    fn agrees_on_soup(text in "[\\[\\]{},:\"\\\\0-9eE.+tfnrualse \n-]{0,40}") {
        prop_assert_eq!(agree(&text), Ok(()));
    }
}

#[test]
fn strings_with_a_character_are_found_in_every_spelling() {
    let text = r#"{"a@" : "x@@", "\u0040k": ["\u0040y", "é@\n@"], "plain": "text\n\u00e9", "o": {"p": "@"}, "n": 1}"#;
    let document = Document::parse(text).unwrap();
    let found = |value: Value<'_>| -> Vec<String> {
        let holding = value.strings_holding(b'@').filter(|text| text.decoded().contains('@'));
        let show = |text: Text<'_>| match text {
            Text::Key(key) => format!("{}:", key.name()),
            Text::Value(value) => value.as_str().unwrap().into_owned(),
        };
        holding.map(show).collect()
    };
    assert_eq!(found(document.root()), ["a@:", "x@@", "@k:", "@y", "é@\n@", "@"]);
    assert_eq!(found(document.root().get("o").unwrap()), ["@"]);
    assert_eq!(found(document.root().get("a@").unwrap()), ["x@@"]);
    assert_eq!(found(document.root().get("n").unwrap()), [""; 0]);
    let slow: Vec<u32> = document
        .root()
        .descendants()
        .flat_map(|(key, value)| key.map(|key| key.as_value()).into_iter().chain([value]))
        .filter(|value| value.as_str().is_some_and(|text| text.contains('@')))
        .map(|value| value.node)
        .collect();
    assert_eq!(slow.len(), 6);
    let key = document.root().entries().nth(1).unwrap().key;
    assert_eq!(&text[key.part(1..2).span.range()], "k");
    assert_eq!(Text::Key(key).part(0..1).pointer(&document), "/@k");
}

#[test]
fn knows_its_lines_as_a_search_for_line_breaks_does() {
    for text in ["\u{feff}\n{\r\n\t\"a\\n\": [1,\n\n2],\"é\":\n{}\n}\n", "{}", "\n[\r]"] {
        let document = Document::parse(text).unwrap();
        let searched = LineIndex::new(text);
        for offset in 0..=text.len() {
            assert_eq!(document.lines().position(offset), searched.position(offset), "{text:?} at {offset}");
        }
    }
}

#[test]
fn objects_know_whether_they_may_repeat_a_key() {
    let many: Vec<String> = (0..40).map(|number| format!("\"k{number}\": 1")).collect();
    for (text, expected) in [
        ("{}", false),
        ("[1, 1]", false),
        (r#"{"a": 1, "b": {"a": 1}, "c": [{"a": 1}]}"#, false),
        (r#"{"a": 1, "b": 2, "a": 3}"#, true),
        (r#"{"Type": 1, "type": 2}"#, true),
        (r#"{"abc": 1, "acc": 2, "": 3}"#, false),
        (r#"{"": 1, "": 3}"#, true),
        (r#"{"t\u0079pe": 1, "b": 2}"#, true),
        (&format!("{{{}}}", many[..20].join(",")), false),
        // Too many to compare.
        (&format!("{{{}}}", many.join(",")), true),
    ] {
        let document = Document::parse(text).unwrap();
        assert_eq!(document.root().may_repeat_keys(), expected, "{text}");
    }
    let document = Document::parse(r#"{"type": 1, "Type": 2}"#).unwrap();
    assert_eq!(document.root().get("type").unwrap().text(), "2");
}
