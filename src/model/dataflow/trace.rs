//! The search backwards from a value.

use super::guards::canonical;
use super::{FlowSource, FlowStep, Purpose, Trace, is_past_host, is_telling};
use crate::expr::{Call, Expr, Segment, Step as HopStep};
use crate::facts::{self, SinkText};
use crate::model::{Action, ActionKind, Expression, Flow, Trigger};
use crate::syntax::{Kind, Value};
use std::collections::{HashSet, VecDeque};
use std::ops::Range;

/// Values and expressions that are looked at for one place.
const MAX_TASKS: usize = 400;

/// How many fields deep a value is told apart.
const MAX_FIELDS: usize = 16;

/// A read of something, in an expression on the way.
#[derive(Clone)]
struct Crossing<'m> {
    expression: Expression<'m>,
    range: Range<usize>,
    /// The read that made it a part of the way.
    next: Option<usize>,
}

#[derive(Clone, Copy)]
enum What<'m> {
    Json(Value<'m>),
    Expr(Expression<'m>, Expr<'m>),
}

struct Task<'m> {
    what: What<'m>,
    /// Which field of it is asked for; its outermost first.
    fields: Vec<String>,
    next: Option<usize>,
    is_leading: bool,
}

struct Search<'m> {
    flow: &'m Flow<'m>,
    purpose: Purpose,
    tasks: VecDeque<Task<'m>>,
    seen: HashSet<(u32, u32, Vec<String>, bool)>,
    crossings: Vec<Crossing<'m>>,
    found: Vec<Trace<'m>>,
    /// Where ways begin and end that were found.
    ways: HashSet<(u32, u32)>,
}

pub(super) fn search<'m>(flow: &'m Flow<'m>, value: Value<'m>, purpose: Purpose, end: &str) -> Vec<Trace<'m>> {
    // Most values have nothing to look into.
    if value.strings_holding(b'@').next().is_none() {
        return Vec::new();
    }
    let mut search = Search {
        flow,
        purpose,
        tasks: VecDeque::new(),
        seen: HashSet::new(),
        crossings: Vec::new(),
        found: Vec::new(),
        ways: HashSet::new(),
    };
    let is_address = purpose == Purpose::Injection(SinkText::Url);
    search.ask(What::Json(value), Vec::new(), None, is_address);
    for _ in 0..MAX_TASKS {
        let Some(task) = search.tasks.pop_front() else { break };
        match task.what {
            What::Json(value) => search.json(value, task),
            What::Expr(expression, expr) => search.expr(expression, expr, task),
        }
    }
    let mut found = search.found;
    for step in found.iter_mut().filter_map(|trace| trace.steps.last_mut()) {
        step.text = end.to_owned();
    }
    found
}

impl<'m> Search<'m> {
    fn ask(&mut self, what: What<'m>, mut fields: Vec<String>, next: Option<usize>, is_leading: bool) {
        fields.truncate(MAX_FIELDS);
        let (place, kind) = match what {
            What::Json(value) => (value.span().start, u32::MAX),
            What::Expr(expression, expr) => (expr.range().start as u32, expression.number() as u32),
        };
        if self.seen.insert((kind, place, fields.clone(), is_leading)) {
            self.tasks.push_back(Task { what, fields, next, is_leading });
        }
    }

    fn json(&mut self, value: Value<'m>, task: Task<'m>) {
        let Task { mut fields, next, is_leading, .. } = task;
        match value.kind() {
            Kind::Object if fields.is_empty() => {
                for entry in value.entries() {
                    self.ask(What::Json(entry.value), Vec::new(), next, is_leading);
                }
            }
            Kind::Object => {
                let field = fields.remove(0);
                if let Some(value) = value.get(&field) {
                    self.ask(What::Json(value), fields, next, is_leading);
                }
            }
            Kind::Array => {
                for item in value.items() {
                    self.ask(What::Json(item), fields.clone(), next, is_leading);
                }
            }
            Kind::String => {
                let Some(expression) = self.flow.expression_at(value) else { return };
                if let Some(root) = expression.only_root() {
                    self.ask(What::Expr(expression, root), fields, next, is_leading);
                    return;
                }
                let mut is_leading = is_leading;
                for segment in expression.template().segments() {
                    match segment {
                        Segment::Text(range) => is_leading &= !is_past_host(&expression.template().text()[range]),
                        Segment::Expr(root) => {
                            self.ask(What::Expr(expression, root), Vec::new(), next, is_leading);
                            // What comes first is taken for the address that the rest is put behind.
                            is_leading = false;
                        }
                    }
                }
            }
            Kind::Null | Kind::Bool | Kind::Number => {}
        }
    }

    fn expr(&mut self, expression: Expression<'m>, expr: Expr<'m>, task: Task<'m>) {
        let Some(call) = expr.as_call() else { return };
        let mut fields = Vec::new();
        let mut is_exact = true;
        for hop in call.hops() {
            match hop.name() {
                Some(name) if is_exact => fields.extend(name.split('/').map(str::to_owned)),
                Some(_) => {}
                // An item of a list is taken for all of them; a name that is worked out can be any.
                None if matches!(hop.step(), HopStep::Index(index) if index.as_call().is_none()) => {}
                None => is_exact = false,
            }
        }
        if is_exact {
            fields.extend(task.fields.iter().cloned());
        }
        if let Purpose::Injection(_) = self.purpose
            && self.is_guarded(expression, call)
        {
            return;
        }
        let Some(function) = facts::function(call.name()) else { return };
        match function.name {
            "triggerBody" => self.trigger(expression, call, fields, &task),
            "triggerOutputs" | "trigger" | "triggerFormDataValue" => {
                while fields.first().is_some_and(|field| is_any(field, &["outputs", "body"])) {
                    fields.remove(0);
                }
                self.trigger(expression, call, fields, &task);
            }
            "outputs" | "actionOutputs" | "actions" | "body" | "actionBody" => {
                let Some(action) = expression.action_of(call) else { return };
                let mut fields = fields;
                if function.name == "actions" && fields.first().is_some_and(|field| is_any(field, &["outputs"])) {
                    fields.remove(0);
                }
                let is_body = matches!(function.name, "body" | "actionBody");
                let is_plain = action.kind() == ActionKind::Compose;
                if !is_body && !is_plain && fields.first().is_some_and(|field| is_any(field, &["body"])) {
                    fields.remove(0);
                }
                self.action(expression, call, action, fields, &task);
            }
            "variables" => self.variable(expression, call, fields, &task),
            "items" => {
                let list = expression.action_of(call).filter(|list| list.kind() == ActionKind::Foreach);
                self.list_of(expression, call, list, fields, &task);
            }
            "item" if expression.is_per_item() => {
                let from = expression.action().and_then(|action| action.inputs()?.get("from"));
                if let Some(from) = from {
                    self.ask(What::Json(from), fields, task.next, task.is_leading);
                }
            }
            "item" => {
                let list = expression.containers().find(|one| one.kind() == ActionKind::Foreach);
                self.list_of(expression, call, list, fields, &task);
            }
            _ => self.function(expression, call, function, fields, &task),
        }
    }

    fn is_guarded(&self, expression: Expression<'m>, call: Call<'m>) -> bool {
        let Some(action) = expression.action() else { return false };
        let guards = self.flow.data_flow.guards.of(action);
        !guards.is_empty() && guards.contains(&canonical(call))
    }

    /// What a function passes on of its arguments.
    fn function(
        &mut self,
        expression: Expression<'m>,
        call: Call<'m>,
        function: &'static facts::Function,
        fields: Vec<String>,
        task: &Task<'m>,
    ) {
        // Numbers and answers of yes or no carry no text.
        if function.returns().all(|one| matches!(one, "boolean" | "integer" | "number" | "float")) {
            return;
        }
        if let Purpose::Injection(text) = self.purpose
            && (facts::data_flow().sanitises(text, function.name) || is_escaping(call, text))
        {
            return;
        }
        let keeps_fields = [
            "json",
            "first",
            "last",
            "take",
            "skip",
            "sort",
            "reverse",
            "union",
            "intersection",
            "coalesce",
            "if",
            "createArray",
            "array",
            "string",
        ];
        let fields = if is_any(function.name, &keeps_fields) { fields } else { Vec::new() };
        let mut is_leading = task.is_leading;
        let is_joined = function.name == "concat";
        for (index, arg) in call.args().enumerate() {
            let is_test = index == 0 && function.name == "if";
            let is_aside =
                index > 0 && matches!(function.name, "split" | "substring" | "take" | "skip" | "sort" | "slice");
            if is_test || is_aside {
                continue;
            }
            self.ask(What::Expr(expression, arg), fields.clone(), task.next, is_leading);
            if is_joined {
                is_leading &= arg.as_str().is_some_and(|text| !is_past_host(&text));
            }
        }
    }

    fn cross(&mut self, expression: Expression<'m>, call: Call<'m>, task: &Task<'m>) -> Option<usize> {
        self.crossings.push(Crossing { expression, range: call.range(), next: task.next });
        Some(self.crossings.len() - 1)
    }

    fn trigger(&mut self, expression: Expression<'m>, call: Call<'m>, fields: Vec<String>, task: &Task<'m>) {
        let mut triggers = self.flow.triggers();
        let (Some(trigger), None) = (triggers.next(), triggers.next()) else { return };
        let source = match self.purpose {
            Purpose::Injection(_) => trigger.source_of(&fields),
            Purpose::Business => business_of(trigger, &fields),
            Purpose::Secret => None,
        };
        if let Some(source) = source {
            let origin = trigger.origin(&source);
            self.arrive(expression, call, source, origin, task);
        }
    }

    fn action(
        &mut self,
        expression: Expression<'m>,
        call: Call<'m>,
        action: Action<'m>,
        fields: Vec<String>,
        task: &Task<'m>,
    ) {
        if let Some(source) = action.source_of(&fields, self.purpose) {
            let origin = action.origin(&source);
            self.arrive(expression, call, source, origin, task);
            return;
        }
        let Some(inputs) = action.inputs() else { return };
        let parts: &[&str] = match action.kind() {
            ActionKind::Compose => &[],
            ActionKind::ParseJson => &["content"],
            ActionKind::Select => &["select"],
            ActionKind::Query | ActionKind::Join => &["from"],
            ActionKind::Table => &["from", "columns"],
            _ => return,
        };
        let keeps_fields = !matches!(action.kind(), ActionKind::Join | ActionKind::Table);
        let fields = if keeps_fields { fields } else { Vec::new() };
        let next = self.cross(expression, call, task);
        if parts.is_empty() {
            self.ask(What::Json(inputs), fields, next, task.is_leading);
            return;
        }
        for value in parts.iter().filter_map(|part| inputs.get(part)) {
            self.ask(What::Json(value), fields.clone(), next, task.is_leading);
        }
    }

    fn variable(&mut self, expression: Expression<'m>, call: Call<'m>, fields: Vec<String>, task: &Task<'m>) {
        let Some(name) = call.args().next().and_then(Expr::as_str) else { return };
        let reader = expression.action();
        let mut next = None;
        for write in self.flow.writes_of(&name) {
            let in_one_loop = |reader: Action<'m>| {
                reader.ancestors().any(|one| one.kind().is_loop() && write.ancestors().any(|other| other == one))
            };
            let is_read = reader.is_none_or(|reader| write.can_be_read_by(reader) || in_one_loop(reader));
            if !is_read {
                continue;
            }
            let next = *next.get_or_insert_with(|| self.cross(expression, call, task));
            if write.kind() == ActionKind::InitializeVariable {
                let declared = write.inputs().and_then(|inputs| inputs.get("variables"));
                let own = declared.into_iter().flat_map(Value::items).filter(|one| {
                    one.get("name").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(&name))
                });
                for value in own.filter_map(|one| one.get("value")) {
                    self.ask(What::Json(value), fields.clone(), next, task.is_leading);
                }
            } else if let Some(value) = write.value_written() {
                // What is appended stands behind something.
                let is_leading = task.is_leading && write.kind() != ActionKind::AppendToStringVariable;
                self.ask(What::Json(value), fields.clone(), next, is_leading);
            }
        }
    }

    fn list_of(
        &mut self,
        expression: Expression<'m>,
        call: Call<'m>,
        list: Option<Action<'m>>,
        fields: Vec<String>,
        task: &Task<'m>,
    ) {
        let Some(over) = list.and_then(|list| list.value().get("foreach")) else { return };
        let next = self.cross(expression, call, task);
        self.ask(What::Json(over), fields, next, task.is_leading);
    }

    /// Keeps the way from a source, once per source and place where it enters.
    fn arrive(
        &mut self,
        expression: Expression<'m>,
        call: Call<'m>,
        source: FlowSource<'m>,
        origin: FlowStep,
        task: &Task<'m>,
    ) {
        let mut at = self.cross(expression, call, task);
        let (begin, mut end) = (origin.spot.span.start, 0);
        let (mut steps, mut through) = (vec![origin], Vec::new());
        while let Some(crossing) = at.and_then(|index| self.crossings.get(index)) {
            let action = crossing.expression.action();
            let text = match (crossing.next, action) {
                (Some(_), Some(action)) => {
                    through.push(action);
                    action.passes_on()
                }
                // Said by whoever asks.
                _ => String::new(),
            };
            let spot = crossing.expression.spot(crossing.range.clone());
            end = spot.span.start;
            steps.push(FlowStep { spot, text });
            at = crossing.next;
        }
        if self.ways.insert((begin, end)) {
            self.found.push(Trace { source, steps, through, is_leading: task.is_leading });
        }
    }
}

fn business_of<'m>(trigger: Trigger<'m>, fields: &[String]) -> Option<FlowSource<'m>> {
    let operation = trigger.operation()?;
    let read = facts::data_flow().business(operation.connector?, operation.id?)?;
    is_telling(fields).then_some(FlowSource::Business(read.what))
}

fn is_any(name: &str, names: &[&str]) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// Whether a call doubles the quotes of a text, or takes them out: `replace(x, '''', '''''')`.
fn is_escaping(call: Call<'_>, text: SinkText) -> bool {
    if text == SinkText::Url || !call.is("replace") {
        return false;
    }
    let Some(old) = call.args().nth(1) else { return false };
    let is_quote = |text: &str| text == "'" || text == "%27";
    let is_markup = |old: &str| text == SinkText::Odata && matches!(old, "<" | "&" | "\"");
    match old.as_str() {
        Some(old) => is_quote(&old) || is_markup(&old),
        // `decodeUriComponent('%27')`, since a quote is hard to write.
        None => old.as_call().and_then(|call| call.args().next()?.as_str()).is_some_and(|inner| is_quote(&inner)),
    }
}
