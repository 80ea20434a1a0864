//! Bytes to text. UTF-8 stays as it is; UTF-16, which some editors write, becomes UTF-8.

/// Bytes that cannot be decoded.
#[derive(Debug)]
pub(super) struct NotText {
    pub(super) bytes: Vec<u8>,
    /// The first byte at fault.
    pub(super) offset: usize,
    pub(super) encoding: &'static str,
}

/// Decodes a file. The byte order mark of UTF-8 is kept, since positions are counted in these bytes.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, NotText> {
    let decoded = match *bytes {
        [0xff, 0xfe, ..] => utf16(&bytes, 2, u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(&bytes, 2, u16::from_be_bytes),
        // JSON and XML begin with ASCII, so a NUL beside it tells the byte order.
        [1..=u8::MAX, 0, ..] => utf16(&bytes, 0, u16::from_le_bytes),
        [0, 1..=u8::MAX, ..] => utf16(&bytes, 0, u16::from_be_bytes),
        _ => {
            return String::from_utf8(bytes).map_err(|error| {
                let offset = error.utf8_error().valid_up_to();
                NotText { bytes: error.into_bytes(), offset, encoding: "UTF-8" }
            });
        }
    };
    decoded.map_err(|offset| NotText { bytes, offset, encoding: "UTF-16" })
}

/// The text, or the offset of the first byte at fault.
fn utf16(bytes: &[u8], start: usize, unit: fn([u8; 2]) -> u16) -> Result<String, usize> {
    let units = bytes[start..].chunks_exact(2);
    if !units.remainder().is_empty() {
        return Err(bytes.len() - 1);
    }
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut offset = start;
    for decoded in char::decode_utf16(units.map(|pair| unit([pair[0], pair[1]]))) {
        let c = decoded.map_err(|_| offset)?;
        offset += 2 * c.len_utf16();
        text.push(c);
    }
    Ok(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_editors_write() {
        let text = "{\"é\": \"😀\"}";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (mark, body) in [(&b""[..], &le), (b"\xff\xfe", &le), (b"", &be), (b"\xfe\xff", &be)] {
            assert_eq!(decode([mark, body].concat()).unwrap(), text);
        }
        assert_eq!(decode(text.into()).unwrap(), text);
        assert_eq!(decode("\u{feff}{}".into()).unwrap(), "\u{feff}{}");
        assert_eq!(decode(Vec::new()).unwrap(), "");
    }

    #[test]
    fn names_the_byte_that_cannot_be_decoded() {
        let at = |bytes: &[u8]| decode(bytes.to_vec()).unwrap_err().offset;
        assert_eq!(at(b"{\"a\": \"\xe9\"}"), 7, "Latin-1");
        assert_eq!(at(b"{\0}\0x"), 4, "half a unit");
        assert_eq!(at(b"\xff\xfe{\0\x00\xd8}\0"), 4, "half a pair");
    }
}
