//! The format of a rule page: TOML front matter between `+++` lines, then Markdown. Shared with the build script, which
//! compiles the built-in pages into a static table; so it must not refer to the rest of the crate.

use serde::Deserialize;

/// What stands between the `+++` lines of a rule page.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct FrontMatter {
    pub(super) level: String,
    pub(super) profile: String,
    #[serde(default = "whole")]
    pub(super) needs: String,
    #[serde(default = "power_automate")]
    pub(super) platforms: Vec<String>,
    #[serde(default = "high")]
    pub(super) confidence: String,
    #[serde(default = "stable")]
    pub(super) status: String,
    pub(super) since: String,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    pub(super) security_severity: Option<String>,
    #[serde(default)]
    pub(super) case: Vec<FrontCase>,
}

/// A `[[case]]` of the front matter.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct FrontCase {
    pub(super) name: String,
    pub(super) level: String,
    pub(super) profile: String,
}

fn whole() -> String {
    "whole".into()
}

fn power_automate() -> Vec<String> {
    vec!["power-automate".into()]
}

fn high() -> String {
    "high".into()
}

fn stable() -> String {
    "stable".into()
}

/// A page cut into its front matter, the id in its heading, and the summary under it.
pub(super) struct Cut<'t> {
    pub(super) front: &'t str,
    pub(super) id: &'t str,
    pub(super) summary: String,
}

/// Cuts a page; the error says what is missing.
pub(super) fn cut(text: &str) -> Result<Cut<'_>, &'static str> {
    let rest = text.strip_prefix("+++\n").ok_or("a page begins with a line `+++`")?;
    let (front, body) = rest.split_once("\n+++\n").ok_or("the front matter ends with a line `+++`")?;
    let body = body.trim_start().strip_prefix("# ").ok_or("a heading `# rule-id` follows the front matter")?;
    let (id, body) = body.split_once('\n').ok_or("a summary follows the heading")?;
    let summary = body.trim_start().split("\n\n").next().unwrap_or_default();
    let summary = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    if summary.is_empty() || summary.starts_with('#') {
        return Err("a summary of one sentence follows the heading");
    }
    Ok(Cut { front, id: id.trim(), summary })
}
