//! Breaks of expressions and of what they name.

use super::{Kind, Mutant, step_entry};
use flowvet::expr::{Call, Expr, Form, MAX_LENGTH, Segment};
use flowvet::facts::{self, Function, Named};
use flowvet::model::{Action, ActionKind, Branch, Expression, Flow, Platform, Reference, Step};
use flowvet::syntax::Spot;

pub(super) static KINDS: &[Kind] = &[
    // What is named is not there.
    Kind::new("rename-action-in-reference", &["unknown-action-reference"], rename_action_in_reference),
    Kind::new("rename-action", &["unknown-action-reference"], rename_action),
    Kind::new("remove-action", &["unknown-action-reference"], remove_action),
    Kind::new("display-name-in-reference", &["unknown-action-reference"], display_name_in_reference),
    Kind::new("rename-variable-in-reference", &["undeclared-variable"], rename_variable_in_reference),
    Kind::new("rename-variable-in-step", &["undeclared-variable"], rename_variable_in_step),
    Kind::new("rename-variable", &["undeclared-variable"], rename_variable),
    Kind::new("remove-initialize-variable", &["undeclared-variable"], remove_initialize_variable),
    Kind::new("rename-parameter-in-reference", &["undeclared-parameter"], rename_parameter_in_reference),
    Kind::new("remove-parameter", &["undeclared-parameter"], remove_parameter),
    // What is named has not run.
    Kind::new("drop-run-after", &["action-not-yet-run"], drop_run_after),
    Kind::new("wait-for-the-step-before", &["action-not-yet-run"], wait_for_the_step_before),
    Kind::new("read-later-step", &["action-not-yet-run"], read_later_step),
    Kind::new("read-own-step", &["action-not-yet-run"], read_own_step),
    Kind::new("read-parallel-branch", &["action-not-yet-run"], read_parallel_branch),
    Kind::new("read-other-branch-of-condition", &["action-not-yet-run"], read_other_branch),
    Kind::new("read-container-from-within", &["action-not-yet-run"], read_container_from_within),
    Kind::new("read-own-child", &["action-not-yet-run"], read_own_child),
    Kind::new("trigger-reads-action", &["action-not-yet-run"], trigger_reads_action),
    Kind::new("variable-before-initialization", &["variable-before-initialization"], variable_before_initialization),
    // Loops and containers.
    Kind::new("rename-loop-in-items", &["unknown-loop-reference"], rename_loop_in_items),
    Kind::new("items-of-another-loop", &["unknown-loop-reference"], items_of_another_loop),
    Kind::new("items-of-no-loop", &["unknown-loop-reference"], items_of_no_loop),
    Kind::new("items-in-the-list-of-its-loop", &["unknown-loop-reference"], items_in_the_list_of_its_loop),
    Kind::new("move-items-out-of-loop", &["unknown-loop-reference"], move_items_out_of_loop),
    Kind::new("iteration-of-no-until", &["unknown-loop-reference"], iteration_of_no_until),
    Kind::new("item-outside-loop", &["item-outside-loop"], item_outside_loop),
    Kind::new("move-item-out-of-loop", &["item-outside-loop"], move_item_out_of_loop),
    Kind::new("result-of-plain-step", &["result-of-non-container"], result_of_plain_step),
    Kind::new("result-from-within", &["result-of-non-container"], result_from_within),
    // Functions.
    Kind::new("misspell-function", &["unknown-function"], misspell_function),
    Kind::new("swap-letters-of-function", &["unknown-function"], swap_letters_of_function),
    Kind::new("power-fx-function", &["unknown-function"], power_fx_function),
    Kind::new("add-argument", &["wrong-argument-count"], add_argument),
    Kind::new("drop-argument", &["wrong-argument-count"], drop_argument),
    // Grammar.
    Kind::new("drop-closing-bracket", &["invalid-expression"], drop_closing_bracket),
    Kind::new("drop-opening-bracket", &["invalid-expression"], drop_opening_bracket),
    Kind::new("double-closing-bracket", &["invalid-expression"], double_closing_bracket),
    Kind::new("drop-index-bracket", &["invalid-expression"], drop_index_bracket),
    Kind::new("drop-closing-quote", &["invalid-expression"], drop_closing_quote),
    Kind::new("drop-opening-quote", &["invalid-expression"], drop_opening_quote),
    Kind::new("double-quotes", &["invalid-expression"], double_quotes),
    Kind::new("smart-quotes", &["invalid-expression"], smart_quotes),
    Kind::new("backslash-before-quote", &["invalid-expression"], backslash_before_quote),
    Kind::new("drop-comma", &["invalid-expression"], drop_comma),
    Kind::new("empty-argument", &["invalid-expression"], empty_argument),
    Kind::new("nested-at", &["invalid-expression"], nested_at),
    Kind::new("nested-braces", &["invalid-expression"], nested_braces),
    Kind::new("operator", &["invalid-expression"], operator),
    Kind::new("null-operator", &["invalid-expression"], null_operator),
    Kind::new("array-literal", &["invalid-expression"], array_literal),
    Kind::new("grouping-brackets", &["invalid-expression"], grouping_brackets),
    Kind::new("bare-name", &["invalid-expression"], bare_name),
    Kind::new("dangling-question-mark", &["invalid-expression"], dangling_question_mark),
    Kind::new("trailing-text", &["invalid-expression"], trailing_text),
    Kind::new("trailing-semicolon", &["invalid-expression"], trailing_semicolon),
    Kind::new("over-long-expression", &["invalid-expression"], over_long_expression),
    Kind::new("unclosed-braces", &["invalid-expression"], unclosed_braces),
    Kind::new("empty-braces", &["invalid-expression"], empty_braces),
    Kind::new("break-expression-in-key", &["invalid-expression"], break_expression_in_key),
    // Never worked out.
    Kind::new("blank-before-at", &["unevaluated-expression"], blank_before_at),
    Kind::new("text-before-at", &["unevaluated-expression"], text_before_at),
    Kind::new("lost-braces", &["unevaluated-expression"], lost_braces),
];

/// The expressions of a flow that can be read.
fn sound<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Expression<'m>> {
    flow.expressions().filter(|expression| expression.template().faults().is_empty())
}

pub(super) fn references<'m>(
    flow: &'m Flow<'m>,
    named: &'static [Named],
) -> impl Iterator<Item = (Expression<'m>, Reference<'m>)> {
    let all = sound(flow).flat_map(|expression| expression.references().map(move |reference| (expression, reference)));
    all.filter(|(_, reference)| named.contains(&reference.named))
}

/// References with the step that has the expression and the step that is read.
pub(super) fn reads<'m>(
    flow: &'m Flow<'m>,
) -> impl Iterator<Item = (Expression<'m>, Reference<'m>, Action<'m>, Action<'m>)> {
    references(flow, &[Named::Action]).filter_map(|(expression, reference)| {
        let (reader, read) = (expression.action()?, flow.action_named(&reference.name)?);
        Some((expression, reference, reader, read))
    })
}

fn calls<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Expression<'m>, Call<'m>, &'static Function)> {
    sound(flow).flat_map(|expression| {
        expression.calls().filter_map(move |(call, function)| Some((expression, call, function?)))
    })
}

/// Every literal string in an expression.
fn literals<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Expression<'m>, Expr<'m>)> {
    let args = calls(flow).flat_map(|(expression, call, _)| call.args().map(move |arg| (expression, arg)));
    args.filter(|(_, arg)| arg.as_str().is_some_and(|text| !text.is_empty()))
}

/// Strings that are `@` and a call.
pub(super) fn whole_calls<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Expression<'m>, Call<'m>)> {
    let is_whole = |expression: &Expression<'_>| expression.template().form() == Form::Whole;
    let values = sound(flow).filter(is_whole).filter(|expression| !expression.is_key());
    let calls = values.filter_map(|expression| Some((expression, expression.only_root()?.as_call()?)));
    calls.filter(|(_, call)| facts::function(call.name()).is_some())
}

/// The `@{…}` within longer text.
fn embedded<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Expression<'m>, Expr<'m>)> {
    let is_text = |expression: &Expression<'_>| expression.template().form() == Form::Interpolation;
    sound(flow).filter(is_text).flat_map(|expression| {
        expression.template().segments().filter_map(move |segment| match segment {
            Segment::Expr(expr) => Some((expression, expr)),
            Segment::Text(_) => None,
        })
    })
}

fn whole(expression: Expression<'_>) -> Spot {
    expression.spot(0..expression.template().text().len())
}

/// Breaks that may show anywhere in the expression: where a bracket or quote is missing is a guess.
fn anywhere_in(expression: Expression<'_>, mutant: Mutant) -> Mutant {
    mutant.at(whole(expression).span)
}

/// A name as an argument.
pub(super) fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

/// Other bytes in the place of some, seen as one change of the expression.
pub(super) fn replace(expression: Expression<'_>, range: std::ops::Range<usize>, with: &str) -> Mutant {
    Mutant::text(expression.spot(range), with)
}

/// Whether a step waits for another, found without the model's own closure.
fn waits_for(reader: Action<'_>, read: Action<'_>) -> bool {
    let (mut open, mut seen) = (vec![reader], Vec::new());
    while let Some(action) = open.pop() {
        for before in action.predecessors().filter(|before| before.name() != action.name()) {
            if before == read {
                return true;
            }
            if !seen.contains(&before.name()) {
                seen.push(before.name());
                open.push(before);
            }
        }
    }
    false
}

/// Whether the step may read what others may not: its own end, or that of what runs inside of it.
fn knows_itself(expression: Expression<'_>, step: Action<'_>) -> bool {
    step.kind() == ActionKind::Until
        || expression.is_under(&["trackedProperties"])
        || expression.is_under(&["inputs", "unsubscribe"])
}

pub(super) fn is_in_agent(action: Action<'_>) -> bool {
    std::iter::once(action).chain(action.ancestors()).any(|step| matches!(step.branch(), Branch::Tool(_)))
}

// What is named is not there.

fn rename_action_in_reference(flow: &Flow<'_>) -> Vec<Mutant> {
    let renamed = |(expression, reference): (Expression<'_>, Reference<'_>)| {
        replace(expression, reference.range.clone(), &quoted(&format!("{} renamed", reference.name)))
    };
    references(flow, &[Named::Action, Named::Container]).map(renamed).collect()
}

fn rename_action(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference, _, read) in reads(flow).filter(|_| flow.has_distinct_names()) {
        let Some(entry) = step_entry(read) else { continue };
        let name = serde_json::to_string(&format!("{}_neu", read.name())).unwrap();
        let mut mutant = Mutant::json(entry.key.span(), name.as_str());
        for (_, edge) in read.followers() {
            mutant = mutant.and(Mutant::json(edge.entry.key.span(), name.as_str()));
        }
        sites.push(mutant.at(expression.spot(reference.range).span));
    }
    sites
}

fn remove_action(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference, _, read) in reads(flow).filter(|_| flow.has_distinct_names()) {
        let place = expression.spot(reference.range).span;
        if let Some(entry) = step_entry(read).filter(|entry| !entry.value.span().contains(place)) {
            sites.push(Mutant::without(flow, entry).at(place));
        }
    }
    sites
}

/// The name as the designer shows it, with blanks: the JSON has `_` for them.
fn display_name_in_reference(flow: &Flow<'_>) -> Vec<Mutant> {
    let named = reads(flow).filter(|(.., read)| read.name().contains('_'));
    named
        .map(|(expression, reference, _, read)| replace(expression, reference.range, &quoted(&read.display_name())))
        .collect()
}

fn rename_variable_in_reference(flow: &Flow<'_>) -> Vec<Mutant> {
    let renamed = |(expression, reference): (Expression<'_>, Reference<'_>)| {
        replace(expression, reference.range.clone(), &quoted(&format!("{}1", reference.name)))
    };
    let is_other = |name: &str| flow.variables_named(&format!("{name}1")).next().is_none();
    references(flow, &[Named::Variable]).filter(|(_, reference)| is_other(&reference.name)).map(renamed).collect()
}

fn rename_variable_in_step(flow: &Flow<'_>) -> Vec<Mutant> {
    let written = flow.actions().filter_map(Action::variable_written);
    written
        .map(|(name, value)| Mutant::json(value.span(), serde_json::to_string(&format!("{name}-x")).unwrap()))
        .collect()
}

fn rename_variable(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference) in references(flow, &[Named::Variable]) {
        let mut declared = flow.variables_named(&reference.name);
        if let (Some(variable), None) = (declared.next(), declared.next()) {
            let place = expression.spot(reference.range).span;
            sites.push(Mutant::json(variable.name_value.span(), "\"otherName\"").at(place));
        }
    }
    sites
}

fn remove_initialize_variable(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference) in references(flow, &[Named::Variable]) {
        let mut declared = flow.variables_named(&reference.name);
        let (Some(variable), None) = (declared.next(), declared.next()) else { continue };
        let place = expression.spot(reference.range).span;
        if let Some(entry) = step_entry(variable.action).filter(|entry| !entry.value.span().contains(place)) {
            sites.push(Mutant::without(flow, entry).at(place));
        }
    }
    sites
}

/// The platform fills in parameters that begin with `$`; Logic Apps may keep theirs in other files.
pub(super) fn parameters<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Expression<'m>, Reference<'m>)> {
    let is_own = |name: &str| flow.platform == Platform::PowerAutomate && !name.starts_with('$');
    references(flow, &[Named::Parameter]).filter(move |(_, reference)| is_own(&reference.name))
}

fn rename_parameter_in_reference(flow: &Flow<'_>) -> Vec<Mutant> {
    let renamed = |(expression, reference): (Expression<'_>, Reference<'_>)| {
        replace(expression, reference.range.clone(), &quoted(&format!("{} (old)", reference.name)))
    };
    parameters(flow).map(renamed).collect()
}

fn remove_parameter(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference) in parameters(flow) {
        let declared = flow.parameters.iter().find(|parameter| parameter.name.eq_ignore_ascii_case(&reference.name));
        if let Some(parameter) = declared {
            sites.push(Mutant::without(flow, parameter.entry).at(expression.spot(reference.range).span));
        }
    }
    sites
}

// What is named has not run.

/// Whether a step waits for another and nothing else. The tools of an agent run in an order that the agent chooses.
fn waits_for_only(reader: Action<'_>, read: Action<'_>) -> bool {
    reader.run_after().len() == 1 && reader.predecessors().any(|action| action == read) && !is_in_agent(reader)
}

/// The step that waited for another reads it.
fn drop_run_after(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference, reader, read) in reads(flow) {
        let is_waited_for = waits_for_only(reader, read);
        let Some(entry) = reader.value().entry("runAfter").filter(|_| is_waited_for) else { continue };
        sites.push(Mutant::json(entry.value.span(), "{}").at(expression.spot(reference.range).span));
    }
    sites
}

/// The reader is hooked up beside the step that it reads instead of below it.
fn wait_for_the_step_before(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference, reader, read) in reads(flow) {
        let is_waited_for = waits_for_only(reader, read);
        let before = read.value().get("runAfter").filter(|_| !read.run_after().is_empty());
        let (Some(entry), Some(before)) = (reader.value().entry("runAfter").filter(|_| is_waited_for), before) else {
            continue;
        };
        sites.push(Mutant::json(entry.value.span(), before.text()).at(expression.spot(reference.range).span));
    }
    sites
}

/// Readers with another step to read, chosen by `choose`.
fn read_another<'m>(flow: &'m Flow<'m>, choose: impl Fn(Action<'m>) -> Option<Action<'m>>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference, reader, _) in reads(flow).filter(|_| flow.has_distinct_names()) {
        if knows_itself(expression, reader) || is_in_agent(reader) {
            continue;
        }
        if let Some(other) = choose(reader) {
            sites.push(replace(expression, reference.range, &quoted(other.name())));
        }
    }
    sites
}

fn read_later_step(flow: &Flow<'_>) -> Vec<Mutant> {
    read_another(flow, |reader| {
        reader.followers().map(|(follower, _)| follower).find(|&other| !waits_for(reader, other))
    })
}

fn read_own_step(flow: &Flow<'_>) -> Vec<Mutant> {
    read_another(flow, Some)
}

fn read_parallel_branch(flow: &Flow<'_>) -> Vec<Mutant> {
    read_another(flow, |reader| reader.siblings().find(|&other| !waits_for(reader, other) && !waits_for(other, reader)))
}

fn read_other_branch(flow: &Flow<'_>) -> Vec<Mutant> {
    read_another(flow, |reader| {
        let within = |step: Action<'_>| step.parent().is_some_and(|parent| parent.kind() == ActionKind::If);
        let own = std::iter::once(reader).chain(reader.ancestors()).find(|&step| within(step))?;
        own.parent()?.children().find(|other| other.branch() != own.branch())
    })
}

fn read_container_from_within(flow: &Flow<'_>) -> Vec<Mutant> {
    read_another(flow, |reader| reader.ancestors().last())
}

fn read_own_child(flow: &Flow<'_>) -> Vec<Mutant> {
    read_another(flow, |reader| reader.children().next())
}

fn trigger_reads_action(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for trigger in flow.triggers().filter(|trigger| trigger.value().get("conditions").is_none()) {
        if let (Some(first), Some(action)) = (trigger.value().entries().next(), flow.actions().next()) {
            let condition = format!("@equals(outputs({}), true)", quoted(action.name()));
            let conditions = serde_json::json!([{ "expression": condition }]).to_string();
            sites.push(Mutant::before(first, "conditions", &conditions));
        }
    }
    sites
}

/// The step at the top level that waited for the initialization, or contains one that needs it, waits for nothing.
fn variable_before_initialization(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference) in references(flow, &[Named::Variable]) {
        let mut declared = flow.variables_named(&reference.name);
        let (Some(variable), None, Some(reader)) = (declared.next(), declared.next(), expression.action()) else {
            continue;
        };
        let Some(top) = std::iter::once(reader).chain(reader.ancestors()).last() else { continue };
        if variable.action.parent().is_some() || variable.action == top || is_in_agent(reader) {
            continue;
        }
        if let Some(entry) = top.value().entry("runAfter").filter(|_| !top.run_after().is_empty()) {
            sites.push(Mutant::json(entry.value.span(), "{}").at(expression.spot(reference.range).span));
        }
    }
    sites
}

// Loops and containers.

fn rename_loop_in_items(flow: &Flow<'_>) -> Vec<Mutant> {
    let renamed = |(expression, reference): (Expression<'_>, Reference<'_>)| {
        replace(expression, reference.range.clone(), &quoted(&format!("{}_9", reference.name)))
    };
    references(flow, &[Named::Foreach]).map(renamed).collect()
}

/// `items()` of a step that is chosen among all of the flow.
fn items_of(flow: &Flow<'_>, is_wrong: impl Fn(Expression<'_>, Action<'_>) -> bool) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference) in references(flow, &[Named::Foreach]) {
        if let Some(other) = flow.actions().find(|&other| is_wrong(expression, other)) {
            sites.push(replace(expression, reference.range, &quoted(other.name())));
        }
    }
    sites
}

fn items_of_another_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    items_of(flow, |expression, other| {
        let is_around = expression.action().is_some_and(|reader| reader.ancestors().any(|step| step == other));
        other.kind() == ActionKind::Foreach && !is_around
    })
}

fn items_of_no_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    items_of(flow, |_, other| other.kind() != ActionKind::Foreach)
}

fn items_in_the_list_of_its_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, call, _) in calls(flow).filter(|(expression, ..)| expression.is_under(&["foreach"])) {
        if let Some(own) = expression.action().filter(|action| action.kind() == ActionKind::Foreach) {
            sites.push(replace(expression, call.range(), &format!("items({})", quoted(own.name()))));
        }
    }
    sites
}

/// Moves the step with an expression from a loop to the list that the loop lies in.
fn move_out(flow: &Flow<'_>, step: Action<'_>, from: Action<'_>) -> Option<Mutant> {
    let (entry, before) = (step_entry(step)?, step_entry(from)?);
    let text = &flow.document.text()[entry.key.span().start as usize..entry.value.span().end as usize];
    let at = before.key.spot().span.start as usize;
    let insertion = Mutant::json(flowvet::source::Span::new(at, at), format!("{text}, "));
    Some(Mutant::without(flow, entry).and(insertion).at_edit(1))
}

fn move_items_out_of_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference) in references(flow, &[Named::Foreach]) {
        let Some(step) = expression.action() else { continue };
        let from = step.parent().filter(|parent| parent.name().eq_ignore_ascii_case(&reference.name));
        sites.extend(from.and_then(|from| move_out(flow, step, from)));
    }
    sites
}

fn iteration_of_no_until(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference, ..) in reads(flow) {
        let is_around = |name: &str| expression.containers().any(|step| step.name() == name);
        if !is_around(&reference.name) {
            let call = format!("iterationIndexes({})", quoted(&reference.name));
            sites.push(replace(expression, reference.call.range(), &call));
        }
    }
    sites
}

fn is_outside_loops(step: Step<'_>) -> bool {
    match step {
        Step::Action(action) => !action.ancestors().any(|step| step.kind() == ActionKind::Foreach),
        Step::Trigger(_) | Step::Outputs => true,
    }
}

fn item_outside_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    let outside =
        calls(flow).filter(|(expression, ..)| is_outside_loops(expression.step()) && !expression.is_per_item());
    outside.map(|(expression, call, _)| replace(expression, call.range(), "item()?['id']")).collect()
}

fn move_item_out_of_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, ..) in calls(flow).filter(|(expression, call, _)| call.is("item") && !expression.is_per_item()) {
        let Some(step) = expression.action() else { continue };
        let from = step.parent().filter(|parent| is_outside_loops(Step::Action(*parent)));
        sites.extend(from.and_then(|from| move_out(flow, step, from)));
    }
    sites
}

fn result_of_plain_step(flow: &Flow<'_>) -> Vec<Mutant> {
    let plain = reads(flow).filter(|(.., read)| !read.kind().is_container() && read.kind() != ActionKind::Unknown);
    plain
        .map(|(expression, reference, _, read)| {
            let place = reference.call.name_range().start..reference.call.args().next().unwrap().range().end;
            replace(expression, place, &format!("result({}", quoted(read.name())))
        })
        .collect()
}

fn result_from_within(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, call, _) in calls(flow) {
        if let Some(container) = expression.action().and_then(Action::parent) {
            sites.push(replace(expression, call.range(), &format!("result({})", quoted(container.name()))));
        }
    }
    sites
}

// Functions.

fn misspell_function(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = calls(flow).map(|(expression, call, _)| (expression, call, format!("{}s", call.name())));
    let unknown = sites.filter(|(.., name)| facts::function(name).is_none());
    unknown.map(|(expression, call, name)| replace(expression, call.name_range(), &name)).collect()
}

fn swap_letters_of_function(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, call, _) in calls(flow) {
        let mut name: Vec<char> = call.name().chars().collect();
        let middle = name.len() / 2;
        name.swap(middle - 1, middle);
        let name: String = name.into_iter().collect();
        if facts::function(&name).is_none() {
            sites.push(replace(expression, call.name_range(), &name));
        }
    }
    sites
}

fn power_fx_function(flow: &Flow<'_>) -> Vec<Mutant> {
    let names = ["IsBlank", "Blank", "Sum", "Abs", "Round", "Left", "Right", "Proper", "LookUp", "Now", "DateAdd"];
    let at = |index: usize| names[index % names.len()];
    calls(flow)
        .enumerate()
        .map(|(index, (expression, call, _))| replace(expression, call.name_range(), at(index)))
        .collect()
}

fn add_argument(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, call, function) in calls(flow) {
        let (Some(most), count) = (function.max_args, call.args().count()) else { continue };
        let (after, first) = match call.args().last() {
            Some(last) => (last.range().end, ""),
            None => (call.name_range().end + 1, "1"),
        };
        let more = most + 1 - count - first.len();
        let mutant = replace(expression, after..after, &format!("{first}{}", ", 1".repeat(more)));
        sites.push(mutant.at(expression.spot(call.name_range()).span));
    }
    sites
}

fn drop_argument(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, call, function) in calls(flow) {
        let args: Vec<Expr<'_>> = call.args().collect();
        let Some(last) = args.last().filter(|_| args.len() == function.min_args) else { continue };
        let start = args.len().checked_sub(2).map_or(last.range().start, |before| args[before].range().end);
        let mutant = replace(expression, start..last.range().end, "");
        sites.push(mutant.at(expression.spot(call.name_range()).span));
    }
    sites
}

// Grammar.

/// The bytes of a call's brackets.
fn brackets(expression: Expression<'_>, call: Call<'_>) -> (usize, usize) {
    let text = expression.template().text();
    let end = call.hops().next().map_or(call.range().end, |hop| hop.range().start);
    (call.name_range().end, text[..end].rfind(')').unwrap())
}

fn at_brackets(flow: &Flow<'_>, change: impl Fn(usize, usize) -> (usize, usize, &'static str)) -> Vec<Mutant> {
    let sites = calls(flow)
        .filter(|(expression, call, _)| expression.template().text()[call.name_range().end..].starts_with('('));
    sites
        .map(|(expression, call, _)| {
            let (open, close) = brackets(expression, call);
            let (start, end, with) = change(open, close);
            anywhere_in(expression, replace(expression, start..end, with))
        })
        .collect()
}

fn drop_closing_bracket(flow: &Flow<'_>) -> Vec<Mutant> {
    at_brackets(flow, |_, close| (close, close + 1, ""))
}

fn drop_opening_bracket(flow: &Flow<'_>) -> Vec<Mutant> {
    at_brackets(flow, |open, _| (open, open + 1, ""))
}

fn double_closing_bracket(flow: &Flow<'_>) -> Vec<Mutant> {
    at_brackets(flow, |_, close| (close, close, ")"))
}

fn drop_index_bracket(flow: &Flow<'_>) -> Vec<Mutant> {
    let hops = calls(flow).flat_map(|(expression, call, _)| call.hops().map(move |hop| (expression, hop)));
    let indexes = hops.filter(|(expression, hop)| expression.template().text()[hop.range()].ends_with(']'));
    indexes
        .map(|(expression, hop)| anywhere_in(expression, replace(expression, hop.range().end - 1..hop.range().end, "")))
        .collect()
}

fn drop_closing_quote(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = literals(flow).map(|(expression, literal)| (expression, literal.range().end));
    sites.map(|(expression, end)| anywhere_in(expression, replace(expression, end - 1..end, ""))).collect()
}

fn drop_opening_quote(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = literals(flow).map(|(expression, literal)| (expression, literal.range().start));
    sites.map(|(expression, start)| anywhere_in(expression, replace(expression, start..start + 1, ""))).collect()
}

/// The literal in other quotes.
fn requoted(flow: &Flow<'_>, open: char, close: char) -> Vec<Mutant> {
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    let sites = literals(flow).filter_map(|(expression, literal)| Some((expression, literal, literal.as_str()?)));
    let plain = sites.filter(|(.., text)| plain(text));
    plain
        .map(|(expression, literal, text)| replace(expression, literal.range(), &format!("{open}{text}{close}")))
        .collect()
}

fn double_quotes(flow: &Flow<'_>) -> Vec<Mutant> {
    requoted(flow, '"', '"')
}

fn smart_quotes(flow: &Flow<'_>) -> Vec<Mutant> {
    requoted(flow, '\u{2018}', '\u{2019}')
}

fn backslash_before_quote(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = literals(flow).map(|(expression, literal)| (expression, literal.range().end - 1));
    sites.map(|(expression, end)| anywhere_in(expression, replace(expression, end..end, "\\'s"))).collect()
}

fn drop_comma(flow: &Flow<'_>) -> Vec<Mutant> {
    between_arguments(flow, " ")
}

fn empty_argument(flow: &Flow<'_>) -> Vec<Mutant> {
    between_arguments(flow, ", ,")
}

/// Other text between the first two arguments of a call.
fn between_arguments(flow: &Flow<'_>, with: &str) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, call, _) in calls(flow) {
        let mut args = call.args();
        if let (Some(first), Some(second)) = (args.next(), args.next()) {
            let mutant = replace(expression, first.range().end..second.range().start, with);
            sites.push(mutant.at(expression.spot(call.range()).span));
        }
    }
    sites
}

/// Calls that are arguments of others.
fn inner_calls<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Expression<'m>, Call<'m>)> {
    calls(flow)
        .flat_map(|(expression, call, _)| call.args().filter_map(Expr::as_call).map(move |inner| (expression, inner)))
}

fn nested_at(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = inner_calls(flow).map(|(expression, call)| (expression, call.range()));
    sites.map(|(expression, range)| replace(expression, range.start..range.start, "@")).collect()
}

fn nested_braces(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = inner_calls(flow)
        .map(|(expression, call)| (expression, call.range(), format!("@{{{}}}", call.as_expr().text())));
    sites.map(|(expression, range, text)| replace(expression, range, &text)).collect()
}

fn operator(flow: &Flow<'_>) -> Vec<Mutant> {
    let operators = [
        ("equals", "=="),
        ("and", "&&"),
        ("or", "||"),
        ("add", "+"),
        ("sub", "-"),
        ("greater", ">"),
        ("less", "<"),
        ("concat", "&"),
        ("mul", "*"),
        ("div", "/"),
        ("greaterOrEquals", ">="),
        ("lessOrEquals", "<="),
    ];
    let mut sites = Vec::new();
    for (expression, call, _) in calls(flow).filter(|(_, call, _)| call.hops().next().is_none()) {
        let Some((_, operator)) = operators.iter().find(|(name, _)| call.is(name)) else { continue };
        let args: Vec<&str> = call.args().map(Expr::text).collect();
        if args.len() > 1 {
            sites.push(replace(expression, call.range(), &args.join(&format!(" {operator} "))));
        }
    }
    sites
}

fn null_operator(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = calls(flow).map(|(expression, call, _)| (expression, call.range().end));
    sites.map(|(expression, end)| replace(expression, end..end, " ?? 'none'")).collect()
}

fn array_literal(flow: &Flow<'_>) -> Vec<Mutant> {
    let args = calls(flow).flat_map(|(expression, call, _)| call.args().map(move |arg| (expression, arg)));
    args.map(|(expression, arg)| replace(expression, arg.range(), "[1, 2]")).collect()
}

fn grouping_brackets(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites =
        inner_calls(flow).map(|(expression, call)| (expression, call.range(), format!("({})", call.as_expr().text())));
    sites.map(|(expression, range, text)| replace(expression, range, &text)).collect()
}

fn bare_name(flow: &Flow<'_>) -> Vec<Mutant> {
    let plain = calls(flow).filter(|(_, call, _)| call.hops().next().is_none());
    plain.map(|(expression, call, _)| replace(expression, call.range(), call.name())).collect()
}

fn dangling_question_mark(flow: &Flow<'_>) -> Vec<Mutant> {
    let last = calls(flow).filter_map(|(expression, call, _)| Some((expression, call, call.hops().last()?)));
    last.map(|(expression, call, hop)| replace(expression, hop.range(), "?").at(expression.spot(call.range()).span))
        .collect()
}

fn trailing(flow: &Flow<'_>, with: &str) -> Vec<Mutant> {
    let sites = whole_calls(flow).map(|(expression, call)| (expression, call.range().end));
    sites.map(|(expression, end)| replace(expression, end..end, with)).collect()
}

fn trailing_text(flow: &Flow<'_>) -> Vec<Mutant> {
    trailing(flow, " of today")
}

fn trailing_semicolon(flow: &Flow<'_>) -> Vec<Mutant> {
    trailing(flow, ";")
}

fn over_long_expression(flow: &Flow<'_>) -> Vec<Mutant> {
    let long = "x".repeat(MAX_LENGTH);
    let sites = literals(flow).map(|(expression, literal)| (expression, literal.range().end - 1));
    sites.take(40).map(|(expression, end)| anywhere_in(expression, replace(expression, end..end, &long))).collect()
}

fn unclosed_braces(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, expr) in embedded(flow) {
        let text = expression.template().text();
        if let Some(close) = text[expr.range().end..].find('}') {
            let close = expr.range().end + close;
            // With a second one right behind it, all is well again.
            if text[close + 1..].trim_start().starts_with('}') {
                continue;
            }
            sites.push(anywhere_in(expression, replace(expression, close..close + 1, "")));
        }
    }
    sites
}

fn empty_braces(flow: &Flow<'_>) -> Vec<Mutant> {
    embedded(flow).map(|(expression, expr)| anywhere_in(expression, replace(expression, expr.range(), ""))).collect()
}

fn break_expression_in_key(flow: &Flow<'_>) -> Vec<Mutant> {
    let keys = calls(flow).filter(|(expression, ..)| expression.is_key());
    keys.map(|(expression, call, _)| {
        let (_, close) = brackets(expression, call);
        anywhere_in(expression, replace(expression, close..close + 1, ""))
    })
    .collect()
}

// Never worked out.

/// In text only so much of an expression is looked at.
fn is_short(expression: Expression<'_>) -> bool {
    expression.template().text().len() < 1500
}

fn blank_before_at(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = whole_calls(flow).filter(|(expression, _)| is_short(*expression));
    sites.map(|(expression, _)| anywhere_in(expression, replace(expression, 0..0, " "))).collect()
}

fn text_before_at(flow: &Flow<'_>) -> Vec<Mutant> {
    // Within text, blanks between `@`, name and bracket are prose.
    let is_tight =
        |call: &Call<'_>| call.range().start == 1 && call.as_expr().text()[call.name().len()..].starts_with('(');
    let sites = whole_calls(flow).filter(|(expression, call)| is_short(*expression) && is_tight(call));
    sites.map(|(expression, _)| anywhere_in(expression, replace(expression, 0..0, "Id: "))).collect()
}

fn is_known_call(expr: Expr<'_>) -> bool {
    expr.as_call().is_some_and(|call| facts::function(call.name()).is_some())
}

/// `Dear @{…},` becomes `Dear @…,`.
fn lost_braces(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, expr) in embedded(flow).filter(|(expression, expr)| is_short(*expression) && is_known_call(*expr))
    {
        let text = expression.template().text();
        let range = expr.range();
        let (Some(open), Some(close)) = (text[..range.start].rfind("@{"), text[range.end..].find('}')) else {
            continue;
        };
        let close = range.end + close + 1;
        // `name@outputs(…)` looks like an address, and at the start of the string it would be an expression.
        if text[..open].chars().next_back().is_some_and(|c| !c.is_alphanumeric() && c != '@') {
            sites.push(replace(expression, open..close, &format!("@{}", expr.text())));
        }
    }
    sites
}
