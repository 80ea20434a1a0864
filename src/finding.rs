//! What a rule says about a place: drafts while a flow's bytes live, findings with resolved places afterwards.

use crate::model::{Flow, FlowIdentity, StepPath};
use crate::page::{Confidence, Level};
use crate::source::{LineIndex, Position, Span};
use crate::syntax::Spot;
use sha2::{Digest, Sha256};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// What stands in the place of a masked secret.
pub const REDACTED: &str = "************";

/// Something that a rule found, with everything that an emitter needs.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Index into `Report::rules`.
    pub rule: usize,
    /// The case of the rule, where its page names cases.
    pub case: Option<&'static str>,
    /// The level after case and config.
    pub level: Level,
    /// How often such a finding is right.
    pub confidence: Confidence,
    /// What is wrong: lower-case start, no final period, user's names in backticks.
    pub message: String,
    /// What to do, in the designer, in one sentence.
    pub help: String,
    /// Where.
    pub place: Place,
    /// The same lack at further places of the flow (design decision 7).
    pub places: Vec<Place>,
    /// Other places that explain the finding, each with its part in it.
    pub related: Vec<(Place, String)>,
    /// The way that a value takes, from where it comes from to where it does harm; empty where that is not the point.
    pub data_path: Vec<(Place, String)>,
    /// What stays the same when the file is reformatted, moved or exported again.
    pub fingerprint: Fingerprint,
}

/// A place with everything that is said about it, owned, so that it outlives the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The flow, with the file as reports name it.
    pub flow: Arc<FlowIdentity>,
    /// The steps from the flow's top level; empty for the flow itself.
    pub path: Arc<StepPath>,
    /// RFC 6901 pointer of the value, or of the value whose key or characters these are.
    pub pointer: String,
    /// Bytes of the file's text.
    pub span: Span,
    /// Where the bytes begin.
    pub start: Position,
    /// Where the bytes end, exclusive.
    pub end: Position,
    /// A window of the line, with secrets masked.
    pub snippet: Snippet,
}

/// A window of one line around a place. Secrets in it are masked, its characters are otherwise the file's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The characters.
    pub text: String,
    /// The bytes of `text` that are the place itself, as far as they lie on its first line.
    pub highlight: Range<usize>,
    /// The place's own characters of `text` begin at this display column of the line.
    pub first_column: u32,
    /// Whether something in it was masked.
    pub is_redacted: bool,
}

impl Snippet {
    /// What stands before the place, the place itself, and what stands after it.
    pub fn parts(&self) -> (&str, &str, &str) {
        let text = |range: Range<usize>| self.text.get(range).unwrap_or_default();
        let Range { start, end } = self.highlight.clone();
        (text(0..start), text(start..end), text(end..self.text.len()))
    }
}

/// The identity of a finding over time: a hash of rule, flow id, action path and kind of thing, and an ordinal that tells
/// apart several of the same hash in one run (design decision 15).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// 32 hexadecimal digits.
    pub hash: String,
    /// From 1, in the order of the report; not compared with a baseline.
    pub ordinal: u32,
}

impl Fingerprint {
    /// Changes when what is hashed changes, so that old baselines are not misread.
    const FORMAT: &'static str = "1";

    /// Hashes the parts; neither a line, a message, a level, a secret nor a file name may be among them.
    pub(crate) fn new(rule: &str, flow_id: &str, path: &StepPath, kind: &str) -> Self {
        let mut hasher = Sha256::new();
        for part in [Self::FORMAT, rule, flow_id, &path.joined(), kind] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        let digits = hasher.finalize().into_iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
        let hash = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
        Self { hash, ordinal: 1 }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.hash, self.ordinal)
    }
}

/// A finding in the making. `L` is a [`Spot`] while a flow is walked, and a [`Place`] in rules over the whole run.
#[derive(Debug)]
pub struct Draft<L> {
    pub(crate) at: L,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) case: Option<&'static str>,
    pub(crate) confidence: Option<Confidence>,
    pub(crate) kind: String,
    pub(crate) is_about_flow: bool,
    pub(crate) places: Vec<L>,
    pub(crate) related: Vec<(L, String)>,
    pub(crate) data_path: Vec<(L, String)>,
}

impl<L> Draft<L> {
    pub(crate) fn new(at: L, message: String) -> Self {
        let (places, related, data_path) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            at,
            message,
            help: String::new(),
            case: None,
            confidence: None,
            kind: String::new(),
            is_about_flow: false,
            places,
            related,
            data_path,
        }
    }

    /// What to do, in the designer, in one sentence.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = help.into();
        self
    }

    /// Which case of the rule's page this is; it decides level and profile.
    pub fn case(&mut self, name: &'static str) -> &mut Self {
        self.case = Some(name);
        self
    }

    /// Lowers the rule's confidence for this finding.
    pub fn confidence(&mut self, confidence: Confidence) -> &mut Self {
        self.confidence = Some(confidence);
        self
    }

    /// What sort of thing was found, where the step alone does not tell two findings apart: a kind and where it is below
    /// the step. Never a secret's value. By default the pointer below the step.
    pub fn kind(&mut self, kind: impl Into<String>) -> &mut Self {
        self.kind = kind.into();
        self
    }

    /// The finding is the flow's, not that of the step where it is shown: it stays the same when that step goes.
    pub fn about_flow(&mut self) -> &mut Self {
        self.is_about_flow = true;
        self.kind("flow")
    }

    /// Another place of the same lack.
    pub fn also_at(&mut self, place: L) -> &mut Self {
        self.places.push(place);
        self
    }

    /// A place that explains the finding.
    pub fn related(&mut self, place: L, message: impl Into<String>) -> &mut Self {
        self.related.push((place, message.into()));
        self
    }

    /// The way that a value takes, step by step, from where it comes from to where it does harm.
    pub fn data_path(&mut self, steps: impl IntoIterator<Item = (L, String)>) -> &mut Self {
        self.data_path.extend(steps);
        self
    }
}

/// Turns spots into places while the bytes are at hand.
pub(crate) struct Resolver<'m> {
    text: &'m str,
    lines: LineIndex<'m>,
    flow: Scope<'m>,
    /// Secrets of the document: masked in every window, whichever rule shows it.
    masks: Vec<Span>,
}

/// What a resolver's places belong to.
enum Scope<'m> {
    Flow(&'m Flow<'m>),
    /// A file that did not become a flow.
    File(Arc<FlowIdentity>),
}

impl<'m> Resolver<'m> {
    /// For the findings of one flow.
    pub(crate) fn new(flow: &'m Flow<'m>, masks: Vec<Span>) -> Self {
        Self { text: flow.document.text(), lines: flow.document.lines(), flow: Scope::Flow(flow), masks }
    }

    /// For a text that is no document; everything that could be a secret is masked.
    pub(crate) fn for_file(file: Arc<FlowIdentity>, text: &'m str, masks: Vec<Span>) -> Self {
        Self { text, lines: LineIndex::new(text), flow: Scope::File(file), masks }
    }

    /// The place of a spot, and what it is below its step, for the fingerprint.
    pub(crate) fn place(&self, spot: Spot) -> Place {
        let Scope::Flow(flow) = &self.flow else { return self.span(spot.span) };
        Place { path: flow.step_path(spot), pointer: spot.pointer(flow.document), ..self.span(spot.span) }
    }

    /// The place of some bytes, without step and pointer.
    pub(crate) fn span(&self, span: Span) -> Place {
        let flow = match &self.flow {
            Scope::Flow(flow) => flow.identity.clone(),
            Scope::File(file) => file.clone(),
        };
        let start = self.lines.position(span.start as usize);
        let end = self.lines.position(span.end as usize);
        let snippet = self.snippet(span, start);
        Place { flow, path: Arc::default(), pointer: String::new(), span, start, end, snippet }
    }

    /// The default kind of a draft: its pointer below its step, or below the flow.
    pub(crate) fn kind_of(&self, spot: Spot) -> String {
        let Scope::Flow(flow) = &self.flow else { return String::new() };
        let pointer = spot.pointer(flow.document);
        let base = flow.action_at(spot).map(|action| action.value().spot()).unwrap_or_else(|| flow.holder.spot());
        pointer.strip_prefix(&base.pointer(flow.document)).unwrap_or(&pointer).to_owned()
    }

    /// Up to [`Self::MARGIN`] characters of the line on each side of the place.
    fn snippet(&self, span: Span, start: Position) -> Snippet {
        let line = self.lines.line_span(start.line);
        let place = span.start.min(line.end)..span.end.min(line.end);
        let before = &self.text[line.start as usize..place.start as usize];
        let from = before.char_indices().rev().nth(Self::MARGIN - 1).map_or(0, |(at, _)| at);
        let after = &self.text[place.end as usize..line.end as usize];
        let to = after.char_indices().nth(Self::MARGIN).map_or(after.len(), |(at, _)| at);
        let window = Span::new(line.start as usize + from, place.end as usize + to);
        // The window as pieces of the file, some of them masked.
        let mut pieces: Vec<(Span, bool)> = Vec::new();
        let mut at = window.start;
        for mask in self.masks.iter().filter(|mask| mask.overlaps(window) && mask.end > window.start) {
            if mask.end > at {
                if mask.start > at {
                    pieces.push((Span { start: at, end: mask.start }, false));
                }
                pieces.push((*mask, true));
                at = mask.end;
            }
        }
        if at < window.end {
            pieces.push((Span { start: at, end: window.end }, false));
        }
        let mut snippet = Snippet { first_column: start.display_column, ..Snippet::default() };
        let (mut first, mut last) = (None, 0);
        for (piece, is_masked) in pieces {
            let before = snippet.text.len();
            let original = &self.text[piece.range()];
            if is_masked {
                snippet.text.push_str(&mask_secret(original));
                snippet.is_redacted = true;
            } else {
                snippet.text.push_str(original);
            }
            let mapped = |offset: u32| if is_masked { before } else { before + (offset - piece.start) as usize };
            if (piece.start..=piece.end).contains(&place.start) {
                first = first.or(Some(mapped(place.start)));
            }
            if place.end >= piece.end {
                last = snippet.text.len();
            } else if place.end > piece.start {
                last = if is_masked { snippet.text.len() } else { mapped(place.end) };
            }
        }
        let first = first.unwrap_or(0);
        snippet.highlight = first..last.max(first);
        snippet
    }

    const MARGIN: usize = 60;
}

/// A secret as it may be shown: at most its first four characters, and none of fewer than 16 (design decision 10).
pub(crate) fn mask_secret(secret: &str) -> String {
    let shown = if secret.chars().count() < 16 { 0 } else { 4 };
    secret.chars().take(shown).filter(|c| !c.is_control()).chain(REDACTED.chars()).collect()
}

impl Place {
    /// For total order in reports: file, then bytes.
    pub(crate) fn order(&self) -> (&str, Span) {
        (&self.flow.uri, self.span)
    }
}
