use super::super::TEMPLATE;
use super::*;
use crate::page::{RuleMeta, cards};
use crate::rule::OptionsType;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A rule with options and an earlier name.
struct Renamed;

#[derive(Debug, Default, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Options {
    most_steps: u32,
    calls: Vec<String>,
}

static RENAMED: LazyLock<RuleMeta> = LazyLock::new(|| RuleMeta {
    id: Cow::Borrowed("too-many-actions"),
    aliases: Cow::Borrowed(&[Cow::Borrowed("long-flow")]),
    ..cards::DUPLICATE_ACTION_NAME.clone()
});

impl Rule for Renamed {
    fn meta(&self) -> &'static RuleMeta {
        &RENAMED
    }

    fn options(&self) -> OptionsType {
        OptionsType::of::<Options>()
    }
}

/// A rule without either.
struct Plain;

impl Rule for Plain {
    fn meta(&self) -> &'static RuleMeta {
        &cards::MALFORMED_JSON
    }
}

fn parse(text: &str) -> Result<ConfigFile, ConfigError> {
    ConfigFile::parse(&[&Plain, &Renamed], text, "")
}

fn good(text: &str) -> ConfigFile {
    parse(text).unwrap_or_else(|error| panic!("{text}: {:?}", error.remarks))
}

/// The template with its settings switched on.
fn uncommented() -> String {
    let mut text = String::new();
    for line in TEMPLATE.lines() {
        text += line.strip_prefix('#').filter(|setting| !setting.starts_with(' ')).unwrap_or_default();
        text.push('\n');
    }
    text
}

#[test]
fn the_template_says_nothing_until_it_is_switched_on() {
    let plain = ConfigFile::parse(crate::rules::ALL, TEMPLATE, "").unwrap();
    assert!(plain.config.rules.is_empty() && plain.command.policies.is_empty() && plain.command.fail_on.is_none());
    let text = uncommented();
    let file = ConfigFile::parse(crate::rules::ALL, &text, "").unwrap_or_else(|error| panic!("{:?}", error.remarks));
    assert_eq!((file.config.rules.len(), file.config.families.len()), (2, 1));
    let table = DeTable::parse(&text).unwrap();
    let mut shown: Vec<&str> = table.get_ref().keys().map(|key| key.get_ref().as_ref()).collect();
    shown.sort_unstable();
    assert_eq!(shown, KEYS, "the template shows every key");
}

#[test]
fn reads_every_setting() {
    let file = good(
        "\u{feff}profile = 'strict'\nfail-on = 'never'\nenvironment = 'env-a'\nlicence = 'high'\npolicies = 'p.json'\n\
         paths = ['a', 'b']\nonly = ['malformed-json']\nskip = ['too-many-actions']\nexclude = ['./old/*', '**/x.zip']\n\
         allow-empty = true\n",
    );
    assert_eq!((file.config.profile, file.command.fail_on), (ProfileSetting::Strict, Some(FailOn::Never)));
    assert_eq!((file.config.environment.as_deref(), file.config.licence), (Some("env-a"), Some(Licence::High)));
    assert_eq!((file.config.only, file.config.skip), (vec!["malformed-json".into()], vec!["too-many-actions".into()]));
    let names = |texts: &[Placed<String>]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!((names(&file.command.policies).as_str(), names(&file.command.paths).as_str()), ("p.json", "a b"));
    assert_eq!(file.command.allow_empty, Some(true));
    let excluded = |name: &str| file.command.exclude.is_match(name);
    assert!(excluded("old/a") && excluded("x.zip") && excluded("a/b/x.zip"));
    assert!(!excluded("old/a/b") && !excluded("older/a"), "a star stops at a slash");
    assert!(file.notices.is_empty());
}

#[test]
fn reads_levels_and_options_of_rules() {
    let file = good(
        "[rules]\nmalformed-json = 'off'\n[rules.too-many-actions]\nlevel = 'error'\nmost-steps = 7\ncalls = ['http']\n",
    );
    assert_eq!(file.config.rules["malformed-json"].level, Some(LevelSetting::Off));
    let setting = &file.config.rules["too-many-actions"];
    assert_eq!(setting.level, Some(LevelSetting::Level(Level::Error)));
    let options = setting.options.as_ref().unwrap().downcast_ref::<Options>();
    assert_eq!(options, Some(&Options { most_steps: 7, calls: vec!["http".to_owned()] }));
    let file = good("rules.too-many-actions.level = 'note'");
    assert!(file.config.rules["too-many-actions"].options.is_none());
    assert_eq!(file.config.rules["too-many-actions"].level, Some(LevelSetting::Level(Level::Note)));
}

#[test]
fn earlier_names_of_rules_still_work_and_are_remarked() {
    let text = "only = ['long-flow']\n[rules]\nlong-flow = 'note'\n";
    let file = good(text);
    assert_eq!(file.config.only, ["too-many-actions"]);
    assert_eq!(file.config.rules["too-many-actions"].level, Some(LevelSetting::Level(Level::Note)));
    let places: Vec<&str> = file.notices.iter().map(|notice| &text[notice.span.range()]).collect();
    assert_eq!(places, ["'long-flow'", "long-flow"]);
    assert_eq!(file.notices[0].message, "the rule `long-flow` is now called `too-many-actions`");
}

#[test]
fn reads_families() {
    let file = good("[[family]]\npaths = ['orders/*.zip', 'shared.zip']\n[[family]]\npaths = 'b/**'\n");
    let [first, second] = file.config.families.as_slice() else { panic!() };
    assert!(first.paths.is_match("orders/a.zip") && first.paths.is_match("shared.zip"));
    assert!(!first.paths.is_match("orders/x/a.zip") && second.paths.is_match("b/x/a.zip"));
}

#[test]
fn reads_effects() {
    assert!(good("").config.effects.is_empty());
    assert!(!good("[effects]\n'shared_x/*' = 'read'\n\"Http/POST\" = 'send-and-wait'\n").config.effects.is_empty());
}

#[test]
fn says_where_and_what_is_wrong_and_what_was_meant() {
    for (text, at, message, help) in [
        ("profile = ", "", "this is not TOML", "toml.io"),
        ("profile = 'a'\nprofile = 'b'", "profile", "this is not TOML: duplicate key", "toml.io"),
        ("profle = 'strict'", "profle", "there is no key `profle`", "write `profile`"),
        ("zzz = 1", "zzz", "there is no key `zzz`", "known are `allow-empty`"),
        ("malformed-json = 'off'", "malformed-json", "there is no key", "put it under `[rules]`"),
        ("profile = 'strikt'", "'strikt'", "`profile` must be one of `default`, `strict`", "write `strict`"),
        ("profile = 7", "7", "must be one of", "in quotes"),
        ("fail-on = 'errors'", "'errors'", "must be one of `note`, `warning`, `error`, `never`", "write `error`"),
        ("allow-empty = 'yes'", "'yes'", "must be `true` or `false`, not a string", "correct"),
        ("environment = ' '", "' '", "`environment` is empty", "leave the key out"),
        ("policies = [7]", "7", "`policies` must be text, not an integer", "correct"),
        ("policies = 7", "7", "`policies` must be a list of texts", "correct"),
        ("exclude = ['a', '[']", "'['", "this is no pattern", "brackets"),
        ("only = ['malformd-json']", "'malformd-json'", "there is no rule `malformd-json`", "write `malformed-json`"),
        ("skip = ['zzz']", "'zzz'", "there is no rule `zzz`", "`flowvet rules`"),
        ("rules = 7", "7", "`rules` must be a table", "correct"),
        ("[rules]\nmalformed-jsn = 'off'", "malformed-jsn", "there is no rule", "write `malformed-json`"),
        ("[rules]\nmalformed-json = 'of'", "'of'", "must be one of `off`, `note`", "write `off`"),
        ("[rules]\nmalformed-json = 7", "7", "must be one of", "in quotes"),
        ("[rules.malformed-json]\nlevel = 'fatal'", "'fatal'", "`level` must be one of", "in quotes"),
        (
            "[rules.malformed-json]\nmost = 1",
            "most",
            "in the options of `malformed-json`",
            "`flowvet explain malformed-json`",
        ),
        ("[rules.too-many-actions]\nmost-step = 1", "most-step", "unknown field `most-step`", "write `most-steps`"),
        (
            "[rules.too-many-actions]\nmost-steps = 'x'",
            "'x'",
            "in the options of `too-many-actions`",
            "`flowvet explain",
        ),
        ("[rules]\nlong-flow = 'off'\ntoo-many-actions = 'off'", "too-many-actions", "is set twice", "keep the entry"),
        ("family = ['x']", "'x'", "`family` must be a list of tables, not a string", "correct"),
        ("[[family]]", "[[family]]", "`paths` is missing", "belong together"),
        ("effects = 'read'", "'read'", "`effects` must be a table with patterns", "correct"),
        ("effects.'a/b' = 'reads'", "'reads'", "`a/b` must be one of `read`, `write`", "write `read`"),
        ("effects.'Find*' = 'read'", "'Find*'", "`Find*` names no connector and operation", "`Http/POST`"),
        ("effects.'a/[' = 'read'", "'a/['", "this is no pattern", "brackets"),
    ] {
        let remarks = parse(text).err().unwrap_or_else(|| panic!("{text} is accepted")).remarks;
        let [remark] = remarks.as_slice() else { panic!("{text}: {remarks:?}") };
        assert_eq!(&text[remark.span.range()], at, "{text}: {remark:?}");
        assert!(remark.message.contains(message) && remark.help.contains(help), "{text}: {remark:?}");
        assert!(
            !remark.message.contains('\n') && !remark.message.ends_with('.') && !remark.help.is_empty(),
            "{remark:?}"
        );
    }
}

#[test]
fn says_everything_at_once_in_the_order_of_the_file() {
    let text = "zzz = 1\nprofile = 'x'\n[rules]\nyyy = 'off'\n[[family]]\npath = 7\n";
    let remarks = parse(text).unwrap_err().remarks;
    let places: Vec<&str> = remarks.iter().map(|remark| &text[remark.span.range()]).collect();
    assert_eq!(places, ["zzz", "'x'", "yyy", "[[family]]", "path"]);
}

#[test]
fn survives_any_cut() {
    let text = uncommented();
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        if let Err(error) = parse(&text[..end]) {
            assert!(error.remarks.iter().all(|remark| remark.span.end as usize <= end));
        }
    }
}

#[test]
fn patterns_start_in_the_folder_of_the_config() {
    let text = "exclude = ['archive/**', './*.zip']\n[[family]]\npaths = ['a/*']";
    let file = ConfigFile::parse(&[&Plain], text, "team [x]/flows").unwrap();
    let excluded = |name: &str| file.command.exclude.is_match(name);
    assert!(excluded("team [x]/flows/archive/old/a.json") && excluded("team [x]/flows/a.zip"));
    assert!(!excluded("archive/a.json") && !excluded("team x/flows/a.zip"));
    assert!(file.config.families[0].paths.is_match("team [x]/flows/a/b.zip"));
}
