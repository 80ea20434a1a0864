//! What a rule is, what it may ask and where it reports. Rules neither read files nor format text nor keep state.
//!
//! Hooks are independent: implementing one never switches off another. Take the narrowest.

use crate::config::Config;
use crate::facts::Licence;
use crate::finding::{Draft, Place};
use crate::input::ArchiveFault;
use crate::model::{Action, Expression, Flow, Trigger};
use crate::page::{Level, Profile, RuleMeta};
use crate::policy::Policy;
use crate::records::{Origin, PackageRecord};
use crate::run::Run;
use crate::source::Span;
use crate::syntax::{Spot, SyntaxError};
use serde::de::DeserializeOwned;
use std::any::Any;
use std::sync::Arc;

/// A rule: a page with logic. Everything that is said about it is on its page.
pub trait Rule: Sync {
    /// The identity card, compiled in from the page.
    fn meta(&self) -> &'static RuleMeta;

    /// The type of the rule's options, if it has any: `OptionsType::of::<Options>()`.
    fn options(&self) -> OptionsType {
        OptionsType::of::<NoOptions>()
    }

    /// A text that should be a flow and is not JSON.
    fn check_syntax_error(&self, _error: &SyntaxError, _cx: &Context<'_>, _sink: &mut Sink<'_, Span>) {}

    /// A container that is unsafe or broken as such. Places are positions in no text; they stand for the container.
    fn check_archive(&self, _fault: &ArchiveFault, _cx: &Context<'_>, _sink: &mut Sink<'_, Span>) {}

    /// A flow as a whole.
    fn check_flow(&self, _flow: &Flow<'_>, _cx: &Context<'_>, _sink: &mut Sink<'_, Spot>) {}

    /// Each trigger of a flow.
    fn check_trigger(&self, _trigger: Trigger<'_>, _cx: &Context<'_>, _sink: &mut Sink<'_, Spot>) {}

    /// Each action of a flow.
    fn check_action(&self, _action: Action<'_>, _cx: &Context<'_>, _sink: &mut Sink<'_, Spot>) {}

    /// Each string of a flow in which the platform looks for expressions and which has an `@`, keys included.
    fn check_expression(&self, _expression: Expression<'_>, _cx: &Context<'_>, _sink: &mut Sink<'_, Spot>) {}

    /// What a package records about itself, beside its flows. Places are in the record's files.
    fn check_package(&self, _package: &PackageRecord, _cx: &Context<'_>, _sink: &mut Sink<'_, Origin>) {}

    /// The whole run, family by family, over facts kept of each flow.
    fn check_run(&self, _run: &Run<'_>, _cx: &Context<'_>, _sink: &mut Sink<'_, Place>) {}
}

/// What a rule may ask beside the flow itself.
pub struct Context<'a> {
    /// The package that the flow lies in.
    pub package: Option<&'a PackageRecord>,
    pub(crate) config: &'a Config,
    pub(crate) active: &'a ActiveRule,
}

impl<'a> Context<'a> {
    /// The rule's options: the config's, else the defaults. The rule's own type, as `Rule::options` says.
    ///
    /// # Panics
    /// If `T` is another type than `Rule::options` names; the fixtures of every rule run through this.
    pub fn options<T: 'static>(&self) -> &'a T {
        self.active.options.downcast_ref().expect("the type that `Rule::options` names")
    }

    /// The data policies given for this run.
    pub fn policies(&self) -> &'a [Policy] {
        &self.config.policies
    }

    /// What the tenant's licence lets flows do, where the config says it.
    pub fn licence(&self) -> Option<Licence> {
        self.config.licence
    }

    /// The environment given for this run.
    pub fn environment(&self) -> Option<&'a str> {
        self.config.environment.as_deref()
    }
}

/// Where a rule reports. `L` is a [`Spot`] in a flow, a [`Span`] of a text that is no JSON, an [`Origin`]
/// in a package's records, or a [`Place`] in a run.
pub struct Sink<'a, L> {
    pub(crate) drafts: &'a mut Vec<Draft<L>>,
}

impl<L> Sink<'_, L> {
    /// Reports something; say more about it on what comes back.
    pub fn at(&mut self, place: L, message: impl Into<String>) -> &mut Draft<L> {
        let index = self.drafts.len();
        self.drafts.push(Draft::new(place, message.into()));
        &mut self.drafts[index]
    }
}

/// A rule as this run uses it.
pub(crate) struct ActiveRule {
    pub(crate) rule: &'static dyn Rule,
    pub(crate) meta: &'static RuleMeta,
    /// The level that the config gives to all findings of the rule.
    pub(crate) level: Option<Level>,
    /// Whether the rule was asked for by name, so that cases of every profile are shown.
    pub(crate) is_named: bool,
    pub(crate) options: Arc<dyn Any + Send + Sync>,
}

impl ActiveRule {
    /// The level of a finding of some case, or `None` if nobody asked to see that case.
    pub(crate) fn level_of(&self, case: Option<&str>, profile: Profile) -> Option<Level> {
        let case = case.and_then(|name| self.meta.case(name));
        let (level, seen_by) = case.map_or((self.meta.level, self.meta.profile), |case| (case.level, case.profile));
        (self.is_named || seen_by <= profile).then(|| self.level.unwrap_or(level))
    }
}

/// How a rule's options are read. Options are a struct in the rule's file with `Deserialize`, `Default` and
/// `#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]`.
#[derive(Clone, Copy)]
pub struct OptionsType {
    pub(crate) parse: fn(toml::de::Deserializer<'_>) -> Result<Arc<dyn Any + Send + Sync>, toml::de::Error>,
    pub(crate) default: fn() -> Arc<dyn Any + Send + Sync>,
}

impl OptionsType {
    /// The options are a `T`.
    pub fn of<T: DeserializeOwned + Default + Send + Sync + 'static>() -> Self {
        Self { parse: |table| Ok(Arc::new(T::deserialize(table)?)), default: || Arc::new(T::default()) }
    }
}

/// The options of a rule that has none.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoOptions {}
