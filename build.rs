//! Compiles the identity cards of the rule pages (`rules/<category>/<rule-id>.md`) into a static table, so that the
//! program parses nothing at start. A page that is malformed stops the build with its path and the reason.

#![allow(clippy::disallowed_methods, reason = "the fence is for the program, not for its build")]

#[path = "src/page/front.rs"]
mod front;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/page/front.rs");
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut cards: Vec<(String, String)> = Vec::new();
    for category in folders(&root.join("rules")) {
        for page in files(&category) {
            let card = card(&category, &page).unwrap_or_else(|fault| panic!("{}: {fault}", page.display()));
            cards.push(card);
        }
    }
    cards.sort();
    let mut code = String::new();
    for (id, literal) in &cards {
        let constant = id.to_uppercase().replace('-', "_");
        writeln!(code, "/// The card of `{id}`.\npub static {constant}: RuleMeta = {literal};").expect("memory");
    }
    let names: Vec<String> = cards.iter().map(|(id, _)| format!("&{}", id.to_uppercase().replace('-', "_"))).collect();
    let names = names.join(", ");
    writeln!(code, "/// All cards, by id.\npub static ALL: &[&RuleMeta] = &[{names}];").expect("memory");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("cards.rs"), code).expect("the build folder can be written");
}

/// The folders of rule pages; `facts` and `checklists` hold data, not pages.
fn folders(rules: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(rules).expect("the package has a folder `rules`");
    let folders = entries.map(|entry| entry.expect("readable").path()).filter(|path| path.is_dir());
    folders.filter(|path| !path.ends_with("facts") && !path.ends_with("checklists")).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

fn card(category: &Path, page: &Path) -> Result<(String, String), String> {
    let text = fs::read_to_string(page).map_err(|error| error.to_string())?.replace("\r\n", "\n");
    let cut = front::cut(&text)?;
    let front: front::FrontMatter = toml::from_str(cut.front).map_err(|error| error.to_string())?;
    let id = page.file_stem().and_then(|stem| stem.to_str()).ok_or("not a name")?;
    if id != cut.id {
        return Err(format!("the heading says `{}`", cut.id));
    }
    let category = camel(category.file_name().and_then(|name| name.to_str()).ok_or("not a name")?);
    let mut code = format!("RuleMeta {{ id: Cow::Borrowed({id:?}), category: Category::{category}, ");
    let profile = |name: &str| format!("Profile::{}", camel(name));
    let level = |name: &str| format!("Level::{}", camel(name));
    let mut field = |name: &str, value: String| write!(code, "{name}: {value}, ").expect("memory");
    field("level", level(&front.level));
    field("profile", profile(&front.profile));
    field("needs", format!("Completeness::{}", camel(&front.needs)));
    let on = |platform: &str| front.platforms.iter().any(|name| name == platform);
    if let Some(odd) = front.platforms.iter().find(|name| !["power-automate", "logic-apps"].contains(&name.as_str())) {
        return Err(format!("unknown platform `{odd}`"));
    }
    let platforms =
        format!("Platforms {{ power_automate: {}, logic_apps: {} }}", on("power-automate"), on("logic-apps"));
    field("platforms", platforms);
    field("confidence", format!("Confidence::{}", camel(&front.confidence)));
    field("status", format!("Status::{}", camel(&front.status)));
    field("since", borrowed(&front.since));
    field("tags", list(&front.tags));
    field("aliases", list(&front.aliases));
    let severity = front.security_severity.as_deref();
    field("security_severity", severity.map_or("None".into(), |number| format!("Some({})", borrowed(number))));
    let case = |case: &front::FrontCase| {
        let (name, level, profile) = (borrowed(&case.name), level(&case.level), profile(&case.profile));
        format!("Case {{ name: {name}, level: {level}, profile: {profile} }}")
    };
    let cases: Vec<String> = front.case.iter().map(case).collect();
    field("cases", format!("Cow::Borrowed(&[{}])", cases.join(", ")));
    field("summary", borrowed(&cut.summary));
    let path = page.to_str().ok_or("not a path")?;
    field("page", format!("Cow::Borrowed(include_str!({path:?}))"));
    code.push('}');
    Ok((id.to_owned(), code))
}

fn camel(name: &str) -> String {
    name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

fn borrowed(text: &str) -> String {
    format!("Cow::Borrowed({text:?})")
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| borrowed(item)).collect();
    format!("Cow::Borrowed(&[{}])", items.join(", "))
}
