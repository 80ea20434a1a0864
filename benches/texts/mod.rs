//! The texts that benchmarks read: the flow files below FLOWVET_CORPUS, or one made up here.

#[allow(clippy::disallowed_methods, reason = "benchmarks read files")]
pub(crate) fn texts() -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(corpus) = std::env::var_os("FLOWVET_CORPUS") {
        let files = walkdir::WalkDir::new(corpus).sort_by_file_name().into_iter().flatten();
        let json = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "json"));
        texts.extend(
            json.filter_map(|file| std::fs::read_to_string(file.path()).ok())
                .filter(|text| text.contains("\"actions\"")),
        );
    }
    if texts.is_empty() {
        let step = |n| {
            format!(
                "      \"Step_{n}\": {{\r\n        \"runAfter\": {{}},\r\n        \"type\": \"Compose\",\r\n        \"inputs\": \"@concat('{n}', 'a')\"\r\n      }}"
            )
        };
        let steps: Vec<String> = (0..400).map(step).collect();
        texts.push(format!(
            "{{\r\n  \"definition\": {{\r\n    \"actions\": {{\r\n{}\r\n    }}\r\n  }}\r\n}}",
            steps.join(",\r\n")
        ));
    }
    texts
}
