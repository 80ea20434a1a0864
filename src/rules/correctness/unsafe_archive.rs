//! Flags packages that are at fault as zip files: entries that escape, collide, are encrypted, or exceed the limits.

use crate::input::ArchiveFault;
use crate::page::{RuleMeta, cards};
use crate::rule::{Context, Rule, Sink};
use crate::source::Span;

pub(crate) static RULE: UnsafeArchive = UnsafeArchive;
pub(crate) struct UnsafeArchive;

impl Rule for UnsafeArchive {
    fn meta(&self) -> &'static RuleMeta {
        &cards::UNSAFE_ARCHIVE
    }

    fn check_archive(&self, fault: &ArchiveFault, _cx: &Context<'_>, sink: &mut Sink<'_, Span>) {
        let entry = fault.member.as_ref().map(|member| format!("`{member}`: ")).unwrap_or_default();
        let message = format!("{entry}{}", fault.what);
        // The entry's name tells two faults of a container apart; a container's own faults differ in what they say.
        let kind = fault.member.as_ref().unwrap_or(&fault.what);
        sink.at(Span::default(), message).help(fault.help.as_str()).kind(kind.as_str());
    }
}
