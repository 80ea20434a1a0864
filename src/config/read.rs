//! Text to config. Every fault is found in one go, at its place, with what was probably meant.

use super::{
    CommandSettings, Config, ConfigError, ConfigFile, FailOn, FamilySetting, LevelSetting, Placed, ProfileSetting,
    Remark, RuleSetting,
};
use crate::facts::Licence;
use crate::model::{Effect, EffectOverrides};
use crate::page::Level;
use crate::rule::Rule;
use crate::source::Span;
use crate::suggest;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Deserializer};

type Key<'i> = Spanned<DeString<'i>>;
type Value<'i> = Spanned<DeValue<'i>>;

const KEYS: &[&str] = &[
    "allow-empty",
    "category",
    "effects",
    "environment",
    "exclude",
    "fail-on",
    "family",
    "licence",
    "only",
    "paths",
    "policies",
    "profile",
    "rules",
    "skip",
];

const FAMILY_KEYS: &[&str] = &["paths"];

const EFFECTS: &[(&str, Effect)] = &[
    ("read", Effect::Read),
    ("write", Effect::Write),
    ("delete", Effect::Delete),
    ("send", Effect::Send),
    ("send-and-wait", Effect::SendAndWait),
];

const LEVELS: &[(&str, LevelSetting)] = &[
    ("off", LevelSetting::Off),
    ("note", LevelSetting::Level(Level::Note)),
    ("warning", LevelSetting::Level(Level::Warning)),
    ("error", LevelSetting::Level(Level::Error)),
];

pub(super) fn read(rules: &[&dyn Rule], text: &str, folder: &str) -> Result<ConfigFile, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = span(error.span().unwrap_or(text.len()..text.len()));
        let message = format!("this is not TOML: {}", one_line(error.message()));
        let help = "correct it; toml.io shows how TOML is written".to_owned();
        ConfigError { remarks: vec![Remark { span, message, help }] }
    })?;
    let mut reader = Reader { rules, folder, errors: Vec::new(), notices: Vec::new() };
    let (config, command) = reader.root(table.into_inner());
    let Reader { mut errors, mut notices, .. } = reader;
    let order = |remark: &Remark| (remark.span, remark.message.clone());
    errors.sort_by_key(order);
    notices.sort_by_key(order);
    if errors.is_empty() { Ok(ConfigFile { config, command, notices }) } else { Err(ConfigError { remarks: errors }) }
}

struct Reader<'r> {
    rules: &'r [&'r dyn Rule],
    /// Where the config lies, as reports name it.
    folder: &'r str,
    errors: Vec<Remark>,
    notices: Vec<Remark>,
}

impl<'r> Reader<'r> {
    fn root(&mut self, table: DeTable<'_>) -> (Config, CommandSettings) {
        let mut config = Config::default();
        let mut command = CommandSettings::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "profile" => {
                    let profiles = [("default", ProfileSetting::Default), ("strict", ProfileSetting::Strict)];
                    config.profile = self.one_of(&key, &value, &profiles).unwrap_or_default();
                }
                "only" => config.only = self.rule_ids(&key, &value),
                "skip" => config.skip = self.rule_ids(&key, &value),
                "rules" => config.rules = self.rule_settings(&key, value),
                "environment" => config.environment = self.text(&key, &value).map(|text| text.value),
                "licence" => {
                    let licences = [("low", Licence::Low), ("medium", Licence::Medium), ("high", Licence::High)];
                    config.licence = self.one_of(&key, &value, &licences);
                }
                "effects" => config.effects = self.effects(&key, value),
                "family" => config.families = self.entries(&key, value, Self::family),
                "paths" => command.paths = self.texts(&key, &value),
                "policies" => command.policies = self.texts(&key, &value),
                "exclude" => command.exclude = self.globs(&key, &value),
                "fail-on" => {
                    let level = |level: &Level| (level.name(), FailOn::Level(*level));
                    let known: Vec<_> = Level::ALL.iter().map(level).chain([("never", FailOn::Never)]).collect();
                    command.fail_on = self.one_of(&key, &value, &known);
                }
                "category" => command.category = self.text(&key, &value).map(|text| text.value),
                "allow-empty" => command.allow_empty = self.boolean(&key, &value),
                _ => self.unknown_key(&key, KEYS),
            }
        }
        (config, command)
    }

    fn rule_settings(&mut self, key: &Key<'_>, value: Value<'_>) -> BTreeMap<String, RuleSetting> {
        let mut settings = BTreeMap::new();
        let Some(table) = self.table(key, value, "a table with ids of rules") else { return settings };
        for (name, value) in table {
            let Some(rule) = self.rule(name.get_ref(), name.span()) else { continue };
            let id = rule.meta().id.as_ref();
            let setting = self.rule_setting(rule, &name, value);
            if settings.insert(id.to_owned(), setting).is_some() {
                let message = format!("the rule `{id}` is set twice, once by an earlier name");
                self.error(name.span(), message, format!("keep the entry for `{id}`"));
            }
        }
        settings
    }

    /// A level, or a table with a level and the rule's own options.
    fn rule_setting(&mut self, rule: &dyn Rule, name: &Key<'_>, value: Value<'_>) -> RuleSetting {
        let place = value.span();
        if !value.get_ref().is_table() {
            return RuleSetting { level: self.one_of(name, &value, LEVELS), options: None };
        }
        let Some(mut options) = self.table(name, value, "a level or a table") else { return RuleSetting::default() };
        let level = options.keys().find(|key| key.get_ref() == "level").cloned();
        let level = level.and_then(|key| Some((options.remove(&key)?, key)));
        let level = level.and_then(|(value, key)| self.one_of(&key, &value, LEVELS));
        if options.is_empty() {
            return RuleSetting { level, options: None };
        }
        let options = match (rule.options().parse)(Deserializer::from(Spanned::new(place.clone(), options))) {
            Ok(options) => Some(options),
            Err(error) => {
                self.options_error(rule, &error, place);
                None
            }
        };
        RuleSetting { level, options }
    }

    fn options_error(&mut self, rule: &dyn Rule, error: &toml::de::Error, place: Range<usize>) {
        let id = &rule.meta().id;
        let message = one_line(error.message());
        // The names between backticks: what is there, then what may be. Without them there is just nothing to suggest.
        let mut names = message.split('`').skip(1).step_by(2);
        let meant = names.next().and_then(|name| suggest::closest(name, names));
        let help = match meant {
            Some(meant) => format!("write `{meant}`"),
            None => format!("`flowvet explain {id}` shows its options"),
        };
        self.error(error.span().unwrap_or(place), format!("in the options of `{id}`: {message}"), help);
    }

    fn rule_ids(&mut self, key: &Key<'_>, value: &Value<'_>) -> Vec<String> {
        let mut ids = Vec::new();
        for name in self.texts(key, value) {
            ids.extend(self.rule(&name.value, name.span.range()).map(|rule| rule.meta().id.to_string()));
        }
        ids
    }

    /// The rule of a name, which may be an earlier one.
    fn rule(&mut self, name: &str, place: Range<usize>) -> Option<&'r dyn Rule> {
        let rules = self.rules;
        if let Some(rule) = rules.iter().find(|rule| rule.meta().id == name) {
            return Some(*rule);
        }
        if let Some(rule) = rules.iter().find(|rule| rule.meta().aliases.iter().any(|alias| alias == name)) {
            let id = &rule.meta().id;
            let (message, help) = (format!("the rule `{name}` is now called `{id}`"), format!("write `{id}`"));
            self.notices.push(Remark { span: span(place), message, help });
            return Some(*rule);
        }
        let help = match suggest::closest(name, rules.iter().map(|rule| rule.meta().id.as_ref())) {
            Some(meant) => format!("write `{meant}`"),
            None => "`flowvet rules` lists them".to_owned(),
        };
        self.error(place, format!("there is no rule `{name}`"), help);
        None
    }

    /// Patterns of operations and what these do.
    fn effects(&mut self, key: &Key<'_>, value: Value<'_>) -> EffectOverrides {
        let mut entries = Vec::new();
        let Some(table) = self.table(key, value, "a table with patterns of operations") else {
            return EffectOverrides::default();
        };
        for (pattern, value) in table {
            let Some(effect) = self.one_of(&pattern, &value, EFFECTS) else { continue };
            let text = Placed { value: pattern.get_ref().to_string(), span: span(pattern.span()) };
            if text.value.split('/').count() != 2 {
                let message = format!("`{}` names no connector and operation", text.value);
                let help = "write them with one `/` between, such as `shared_contoso/Find*` or `Http/POST`".to_owned();
                self.error(pattern.span(), message, help);
                continue;
            }
            match GlobBuilder::new(&text.value).literal_separator(true).case_insensitive(true).build() {
                Ok(glob) => entries.push((glob.compile_matcher(), effect)),
                Err(error) => self.bad_glob(&text, &error),
            }
        }
        EffectOverrides::new(entries)
    }

    fn family(&mut self, mut entry: Entry<'_>) -> Option<FamilySetting> {
        let paths = entry.take("paths");
        self.rest(&entry, FAMILY_KEYS);
        let (key, value) = self.needed(paths, &entry, "paths", "name the packages that belong together")?;
        Some(FamilySetting { paths: self.globs(&key, &value) })
    }

    /// The entries of `[[key]]`.
    fn entries<T>(
        &mut self,
        key: &Key<'_>,
        value: Value<'_>,
        read: impl Fn(&mut Self, Entry<'_>) -> Option<T>,
    ) -> Vec<T> {
        let place = value.span();
        let DeValue::Array(items) = value.into_inner() else {
            let name = key.get_ref();
            self.error(
                place,
                format!("`{name}` must be a list of tables"),
                format!("begin each entry with `[[{name}]]`"),
            );
            return Vec::new();
        };
        let mut entries = Vec::new();
        for item in items {
            let span = item.span();
            if let Some(table) = self.table(key, item, "a list of tables") {
                entries.extend(read(self, Entry { table, span }));
            }
        }
        entries
    }

    fn rest(&mut self, entry: &Entry<'_>, known: &[&str]) {
        for key in entry.table.keys() {
            self.unknown_key(key, known);
        }
    }

    fn needed<'i>(
        &mut self,
        pair: Option<(Key<'i>, Value<'i>)>,
        entry: &Entry<'_>,
        key: &str,
        help: &str,
    ) -> Option<(Key<'i>, Value<'i>)> {
        if pair.is_none() {
            self.error(entry.span.clone(), format!("`{key}` is missing here"), help.to_owned());
        }
        pair
    }

    fn table<'i>(&mut self, key: &Key<'_>, value: Value<'i>, wanted: &str) -> Option<DeTable<'i>> {
        if !value.get_ref().is_table() {
            self.wrong_type(key, &value, wanted);
        }
        match value.into_inner() {
            DeValue::Table(table) => Some(table),
            _ => None,
        }
    }

    /// A text that says something.
    fn text(&mut self, key: &Key<'_>, value: &Value<'_>) -> Option<Placed<String>> {
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Some(Placed { value: text.to_owned(), span: span(value.span()) }),
            Some(_) => {
                let message = format!("`{}` is empty", key.get_ref());
                self.error(value.span(), message, "write something, or leave the key out".to_owned());
                None
            }
            None => {
                self.wrong_type(key, value, "text");
                None
            }
        }
    }

    /// A list of texts, or one text.
    fn texts(&mut self, key: &Key<'_>, value: &Value<'_>) -> Vec<Placed<String>> {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.text(key, item)).collect(),
            DeValue::String(_) => self.text(key, value).into_iter().collect(),
            _ => {
                self.wrong_type(key, value, "a list of texts");
                Vec::new()
            }
        }
    }

    fn boolean(&mut self, key: &Key<'_>, value: &Value<'_>) -> Option<bool> {
        let boolean = value.get_ref().as_bool();
        if boolean.is_none() {
            self.wrong_type(key, value, "`true` or `false`");
        }
        boolean
    }

    fn one_of<T: Copy>(&mut self, key: &Key<'_>, value: &Value<'_>, known: &[(&str, T)]) -> Option<T> {
        let names = || known.iter().map(|&(name, _)| name);
        let given = value.get_ref().as_str();
        if let Some(&(_, found)) = given.and_then(|given| known.iter().find(|(name, _)| *name == given)) {
            return Some(found);
        }
        let all = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let help = match given.and_then(|given| suggest::closest(given, names())) {
            Some(meant) => format!("write `{meant}`"),
            None => "write one of these, in quotes".to_owned(),
        };
        self.error(value.span(), format!("`{}` must be one of {all}", key.get_ref()), help);
        None
    }

    /// Patterns of paths, in which `*` stops at a `/` and `**` does not.
    fn globs(&mut self, key: &Key<'_>, value: &Value<'_>) -> GlobSet {
        let mut set = GlobSetBuilder::new();
        let folder = match self.folder {
            "" => String::new(),
            folder => globset::escape(folder) + "/",
        };
        for text in self.texts(key, value) {
            let path = format!("{folder}{}", text.value.trim_start_matches("./"));
            match GlobBuilder::new(&path).literal_separator(true).build() {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(error) => self.bad_glob(&text, &error),
            }
        }
        set.build().unwrap_or_else(|error| {
            self.error(value.span(), error.to_string(), "use fewer or simpler patterns".to_owned());
            GlobSet::empty()
        })
    }

    fn bad_glob(&mut self, text: &Placed<String>, error: &globset::Error) {
        let message = format!("this is no pattern: {}", error.kind());
        let help = "in patterns `*` stands for anything; put other signs into brackets, `[[]`".to_owned();
        self.error(text.span.range(), message, help);
    }

    fn wrong_type(&mut self, key: &Key<'_>, value: &Value<'_>, wanted: &str) {
        let (name, given) = (key.get_ref(), value.get_ref().type_str());
        self.error(
            value.span(),
            format!("`{name}` must be {wanted}, not {}", with_article(given)),
            "correct the value".to_owned(),
        );
    }

    fn unknown_key(&mut self, key: &Key<'_>, known: &[&str]) {
        let name = key.get_ref();
        let help = match suggest::closest(name, known.iter().copied()) {
            Some(meant) => format!("write `{meant}`"),
            // The likeliest slip: a rule outside its table.
            None if self.rules.iter().any(|rule| rule.meta().id == name.as_ref()) => {
                "put it under `[rules]`".to_owned()
            }
            None => format!("known are {}", known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")),
        };
        self.error(key.span(), format!("there is no key `{name}`"), help);
    }

    fn error(&mut self, place: Range<usize>, message: String, help: String) {
        self.errors.push(Remark { span: span(place), message, help });
    }
}

/// A table of `[[…]]`, from which keys are taken until only unknown ones are left.
struct Entry<'i> {
    table: DeTable<'i>,
    span: Range<usize>,
}

impl<'i> Entry<'i> {
    fn take(&mut self, name: &str) -> Option<(Key<'i>, Value<'i>)> {
        let key = self.table.keys().find(|key| key.get_ref() == name).cloned()?;
        let value = self.table.remove(&key)?;
        Some((key, value))
    }
}

fn span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
