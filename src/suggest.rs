//! "Did you mean": the nearest of some names.

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

#[cfg(test)]
mod tests {
    use super::closest;

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
