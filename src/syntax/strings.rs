//! What stands between the quotes of a JSON string: finding its end, decoding it, and mapping places in the decoded
//! text back to bytes of the file.

use std::ops::Range;

/// The first byte at or after `from` that a string cannot hold as it is: a quote, a backslash or a control character.
pub(super) fn find_special(bytes: &[u8], from: usize) -> usize {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    // In each byte of the word the high bit says whether that byte is special; only the lowest one set is surely right
    // (borrows run upwards), and that is the one looked for.
    let special = |word: u64| {
        let quote = word ^ (ONES * b'"' as u64);
        let slash = word ^ (ONES * b'\\' as u64);
        let is_quote = quote.wrapping_sub(ONES) & !quote;
        let is_slash = slash.wrapping_sub(ONES) & !slash;
        let is_control = word.wrapping_sub(ONES * 0x20) & !word;
        (is_quote | is_slash | is_control) & HIGHS
    };
    let mut at = from;
    while let Some(chunk) = bytes.get(at..at + 8).and_then(|chunk| <[u8; 8]>::try_from(chunk).ok()) {
        let found = special(u64::from_le_bytes(chunk));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        at += 1;
    }
    at
}

/// The length of the escape that `bytes` begins with, or `None` if JSON has no such escape.
pub(super) fn escape_len(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => bytes.get(2..6)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// Decodes the characters between the quotes of a well-formed JSON string.
pub(super) fn decode(inner: &str) -> String {
    let mut decoded = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        decoded.push_str(&rest[..at]);
        let (c, len) = unescape(&rest[at..]);
        decoded.push(c);
        rest = &rest[at + len..];
    }
    decoded.push_str(rest);
    decoded
}

/// Maps a range of the decoded text to the bytes between the quotes that it came from.
pub(super) fn raw_range(inner: &str, decoded: Range<usize>) -> Range<usize> {
    let (mut raw, mut out) = (0, 0);
    let mut start = None;
    while raw < inner.len() {
        if out >= decoded.start && start.is_none() {
            start = Some(raw);
        }
        if out >= decoded.end {
            break;
        }
        let rest = &inner[raw..];
        let Some(at) = rest.find('\\') else {
            // No more escapes: the two texts run in step.
            let start = start.unwrap_or_else(|| raw + (decoded.start - out));
            return start.min(inner.len())..(raw + (decoded.end - out)).min(inner.len());
        };
        if at > 0 {
            // Up to the next border of interest or the next escape, whichever comes first.
            let border = if start.is_none() { decoded.start } else { decoded.end };
            let step = at.min(border - out);
            raw += step;
            out += step;
        } else {
            let (c, len) = unescape(rest);
            raw += len;
            out += c.len_utf8();
        }
    }
    start.unwrap_or(raw)..raw
}

/// The character that an escape at the start of `text` stands for, and the escape's length.
fn unescape(text: &str) -> (char, usize) {
    let hex = |at: usize| text.get(at..at + 4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    match text.as_bytes().get(1) {
        Some(b'n') => ('\n', 2),
        Some(b't') => ('\t', 2),
        Some(b'r') => ('\r', 2),
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'u') => {
            let first = hex(2).unwrap_or(0xFFFD);
            if let Some(second) = text.get(6..8).filter(|&next| next == "\\u").and_then(|_| hex(8))
                && let Some(Ok(c)) = char::decode_utf16([first, second]).next()
                && c > '\u{FFFF}'
            {
                return (c, 12);
            }
            (char::from_u32(first.into()).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
        }
        Some(&other) if other.is_ascii() => (other as char, 2),
        _ => (char::REPLACEMENT_CHARACTER, 1),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn finds_each_special_byte_at_each_alignment() {
        for lead in 0..20 {
            for special in [b'"', b'\\', b'\n', 0x1f, 0x00] {
                let mut bytes = vec![b'x'; lead];
                bytes.extend([0x7f, 0xc3, 0xa9, b'!', b' ', special, b'"']);
                assert_eq!(find_special(&bytes, 0), lead + 5, "{special} after {lead}");
            }
        }
        assert_eq!(find_special(b"no end", 0), 6);
    }

    #[test]
    fn decodes_what_the_other_library_decodes() {
        for inner in [r"a\nb\t\u00e9\ud83d\ude00\\\/\b\f\r\u0041é😀", "", r"\\", r"\u0000end"] {
            let theirs: String = serde_json::from_str(&format!("\"{inner}\"")).unwrap();
            assert_eq!(decode(inner), theirs);
        }
        assert_eq!(decode(r"\ud800x"), "\u{FFFD}x");
        assert_eq!(decode(r"\ud800\u0041"), "\u{FFFD}A");
    }

    #[test]
    fn maps_each_decoded_character_to_its_bytes() {
        let inner = r"aé\u00e9\ud83d\ude00\\z\n";
        let decoded = decode(inner);
        let pieces: Vec<&str> =
            decoded.char_indices().map(|(at, c)| &inner[raw_range(inner, at..at + c.len_utf8())]).collect();
        assert_eq!(pieces, ["a", "é", r"\u00e9", r"\ud83d\ude00", r"\\", "z", r"\n"]);
        assert_eq!(raw_range(inner, 0..decoded.len()), 0..inner.len());
        assert_eq!(raw_range("abc", 3..3), 3..3);
        assert_eq!(&inner[raw_range(inner, 1..5)], r"é\u00e9");
        assert_eq!(raw_range(r"\n--", 0..3), 0..4, "plain text after an escape at the start");
    }
}
