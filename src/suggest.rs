//! "Did you mean": the nearest of some names, and names that look the same.

/// The candidate that is most like `name`, if one is like enough to be what was meant. Letter case is ignored.
pub fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Jaro-Winkler would take any two of `shared_…` for alike, since they begin alike.
    const LIKE_ENOUGH: f64 = 0.65;
    let name = name.to_lowercase();
    let likeness = |candidate: &&str| strsim::normalized_damerau_levenshtein(&name, &candidate.to_lowercase());
    let scored = candidates.into_iter().map(|candidate| (likeness(&candidate), candidate));
    // The first of equals, so that the answer depends on nothing but the names.
    let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 >= LIKE_ENOUGH).then_some(best.1)
}

/// What a character that takes no room is called.
pub fn invisible(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero-width space",
        '\u{200c}' | '\u{200d}' => "zero-width joiner",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "mark of writing direction",
        '\u{2060}' => "word joiner",
        '\u{feff}' => "byte order mark",
        _ => return None,
    })
}

/// Whether two names cannot be told apart by eye, letter case aside.
pub fn is_alike(one: &str, other: &str) -> bool {
    fn seen(name: &str) -> impl Iterator<Item = char> {
        name.chars().filter(|&c| invisible(c).is_none()).map(latin).flat_map(char::to_lowercase)
    }
    seen(one).eq(seen(other))
}

/// The Latin letter or ASCII character that a character of another script looks like (a part of Unicode's confusables,
/// UTS #39: those that keyboards and office programs produce).
fn latin(c: char) -> char {
    const CYRILLIC: &str = "аa еe оo рp сc уy хx ѕs іi јj һh ԁd ѵv АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЈJ ЅS";
    const GREEK: &str = "οo ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX";
    match c {
        // Full-width forms stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{2010}'..='\u{2014}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{370}'..='\u{52f}' => {
            let mut pairs = CYRILLIC.split(' ').chain(GREEK.split(' ')).filter_map(|pair| pair.strip_prefix(c));
            pairs.next().and_then(|latin| latin.chars().next()).unwrap_or(c)
        }
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{closest, is_alike};

    #[test]
    fn takes_for_alike_what_cannot_be_told_apart() {
        assert!(is_alike("Compose_а", "compose_a"), "a Cyrillic letter");
        assert!(is_alike("Get\u{200b}_item", "Get_item"));
        assert!(is_alike("First\u{a0}name", "First name"));
        assert!(!is_alike("Straße", "Strasse"));
        assert!(!is_alike("Größe", "Grosse"));
    }

    #[test]
    fn suggests_what_was_meant_and_nothing_far_fetched() {
        let rules = ["missing-retry-policy", "hardcoded-secret", "hardcoded-guid"];
        assert_eq!(closest("mising-retry-policy", rules), Some("missing-retry-policy"));
        assert_eq!(closest("Hardcoded-Secrets", rules), Some("hardcoded-secret"));
        assert_eq!(closest("banana", rules), None);
        assert_eq!(closest("shared_sharepointonline", ["shared_teams", "shared_sql"]), None);
        assert_eq!(closest("x", []), None);
    }
}
