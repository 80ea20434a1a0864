//! Breaks of variables, and of how names are spelled.

use super::expressions::{is_in_agent, parameters, quoted, reads, references, replace, whole_calls};
use super::{Kind, Mutant, step_entry};
use flowvet::expr::Call;
use flowvet::facts::Named;
use flowvet::model::{Action, ActionKind, Expression, Flow};

pub(super) static KINDS: &[Kind] = &[
    Kind::new("set-variable-by-itself", &["variable-self-reference"], set_variable_by_itself),
    Kind::new("append-variable-to-itself", &["variable-self-reference"], append_variable_to_itself),
    Kind::new("initialize-twice", &["variable-initialized-twice"], initialize_twice),
    Kind::new("rename-to-another-variable", &["variable-initialized-twice"], rename_to_another_variable),
    Kind::new("move-initialize-into-container", &["nested-initialize-variable"], move_initialize_into_container),
    Kind::new("casing-of-action", &["reference-casing"], casing_of_action),
    Kind::new("casing-of-variable", &["reference-casing"], casing_of_variable),
    Kind::new("casing-of-run-after", &["reference-casing"], casing_of_run_after),
    Kind::new("casing-of-loop", &["reference-casing"], casing_of_loop),
    Kind::new("replace-parameter-by-value", &["unused-parameter"], replace_parameter_by_value),
    Kind::new("zero-width-before-call", &["invisible-character"], zero_width_before_call),
    Kind::new("zero-width-in-function", &["invisible-character"], zero_width_in_function),
    Kind::new("zero-width-in-name", &["invisible-character"], zero_width_in_name),
    Kind::new("cyrillic-letter-in-name", &["invisible-character"], cyrillic_letter_in_name),
    Kind::new("cyrillic-letter-in-function", &["invisible-character"], cyrillic_letter_in_function),
    Kind::new("no-break-blank-after-comma", &["invisible-character"], no_break_blank_after_comma),
    Kind::new("lost-at", &["unevaluated-expression"], lost_at),
];

/// Puts a reading of its own variable into the value of a step.
fn by_itself(flow: &Flow<'_>, kinds: &[ActionKind], call: impl Fn(&str) -> String) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for action in flow.actions().filter(|action| kinds.contains(&action.kind())) {
        let Some((name, _)) = action.variable_written() else { continue };
        if let Some(value) = action.inputs().and_then(|inputs| inputs.get("value")) {
            let expression = call(&format!("variables({})", quoted(&name)));
            sites.push(Mutant::json(value.span(), serde_json::to_string(&expression).unwrap()));
        }
    }
    sites
}

fn set_variable_by_itself(flow: &Flow<'_>) -> Vec<Mutant> {
    by_itself(flow, &[ActionKind::SetVariable], |read| format!("@concat({read}, 'x')"))
}

fn append_variable_to_itself(flow: &Flow<'_>) -> Vec<Mutant> {
    let kinds = [ActionKind::AppendToArrayVariable, ActionKind::AppendToStringVariable];
    by_itself(flow, &kinds, |read| format!("{{ \"all\": @{{{read}}} }}"))
}

/// A copy of the step, with other letter case.
fn initialize_twice(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for variable in flow.variables() {
        let Some(entry) = step_entry(variable.action) else { continue };
        let name = serde_json::to_string(&variable.name.to_uppercase()).unwrap();
        let copy = format!(
            "{{\"type\": \"InitializeVariable\", \"inputs\": {{\"variables\": [{{\"name\": {name}, \"type\": \"string\"}}]}}}}"
        );
        // The later of the two is reported: the original.
        let place = variable.name_value.span();
        sites.push(Mutant::before(entry, "Once_more", &copy).at(place));
    }
    sites
}

fn rename_to_another_variable(flow: &Flow<'_>) -> Vec<Mutant> {
    let variables: Vec<_> = flow.variables().collect();
    let pairs = variables.windows(2).map(|pair| (&pair[0], &pair[1]));
    pairs.map(|(first, second)| Mutant::json(second.name_value.span(), first.name_value.text())).collect()
}

fn move_initialize_into_container(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for variable in flow.variables().filter(|variable| variable.action.parent().is_none()) {
        let containers = flow.actions().filter(|action| action.kind().is_container());
        let children = containers.filter_map(|container| container.children().next());
        let first = children.filter(|&child| !is_in_agent(child)).find_map(step_entry);
        let (Some(entry), Some(first)) = (step_entry(variable.action), first) else { continue };
        let moved = Mutant::before(first, variable.action.name(), entry.value.text());
        sites.push(Mutant::without(flow, entry).and(moved).at_edit(1));
    }
    sites
}

/// The same name in capitals, if that is another spelling.
fn in_capitals<'m>(names: impl Iterator<Item = (Expression<'m>, std::ops::Range<usize>, String)>) -> Vec<Mutant> {
    let other = names.filter(|(.., name)| name.to_uppercase() != *name && name.is_ascii());
    other.map(|(expression, range, name)| replace(expression, range, &quoted(&name.to_uppercase()))).collect()
}

fn casing_of_action(flow: &Flow<'_>) -> Vec<Mutant> {
    in_capitals(
        reads(flow).map(|(expression, reference, ..)| (expression, reference.range, reference.name.into_owned())),
    )
}

fn casing_of_variable(flow: &Flow<'_>) -> Vec<Mutant> {
    let variables = references(flow, &[Named::Variable]).filter(|(_, reference)| reference.variable().is_some());
    in_capitals(variables.map(|(expression, reference)| (expression, reference.range, reference.name.into_owned())))
}

fn casing_of_loop(flow: &Flow<'_>) -> Vec<Mutant> {
    let loops = references(flow, &[Named::Foreach]);
    in_capitals(loops.map(|(expression, reference)| (expression, reference.range, reference.name.into_owned())))
}

fn casing_of_run_after(flow: &Flow<'_>) -> Vec<Mutant> {
    let edges = flow
        .actions()
        .flat_map(Action::run_after)
        .filter(|edge| edge.name.is_ascii() && flow.action_named(&edge.name).is_some());
    let other = edges.filter(|edge| edge.name.to_uppercase() != edge.name);
    let in_capitals = |name: &str| serde_json::to_string(&name.to_uppercase()).unwrap();
    other.map(|edge| Mutant::json(edge.entry.key.span(), in_capitals(&edge.name))).collect()
}

/// The only reading of a parameter becomes the value of the day.
fn replace_parameter_by_value(flow: &Flow<'_>) -> Vec<Mutant> {
    let all: Vec<_> = parameters(flow).collect();
    let mut sites = Vec::new();
    for parameter in flow.parameters.iter().filter(|parameter| !parameter.name.starts_with('$')) {
        let mut readings = all.iter().filter(|(_, reference)| reference.name.eq_ignore_ascii_case(&parameter.name));
        if let (Some((expression, reference)), None) = (readings.next(), readings.next()) {
            let value = replace(*expression, reference.call.range(), "'the value of the day'");
            sites.push(value.at(parameter.entry.key.span()));
        }
    }
    sites
}

fn calls<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Expression<'m>, Call<'m>)> {
    let sound = flow.expressions().filter(|expression| expression.template().faults().is_empty());
    let all = sound.flat_map(|expression| expression.calls().map(move |(call, function)| (expression, call, function)));
    all.filter_map(|(expression, call, function)| function.map(|_| (expression, call)))
}

fn zero_width_before_call(flow: &Flow<'_>) -> Vec<Mutant> {
    let starts = calls(flow).map(|(expression, call)| (expression, call.range().start));
    starts.map(|(expression, start)| replace(expression, start..start, "\u{200b}")).collect()
}

fn zero_width_in_function(flow: &Flow<'_>) -> Vec<Mutant> {
    let ends = calls(flow).map(|(expression, call)| (expression, call.name_range().end));
    ends.map(|(expression, end)| replace(expression, end..end, "\u{feff}")).collect()
}

fn zero_width_in_name(flow: &Flow<'_>) -> Vec<Mutant> {
    let ends = reads(flow).map(|(expression, reference, ..)| (expression, reference.range.end - 1));
    ends.map(|(expression, end)| replace(expression, end..end, "\u{200b}")).collect()
}

fn cyrillic_letter_in_name(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference) in references(flow, &[Named::Action, Named::Variable, Named::Parameter, Named::Foreach])
    {
        let is_known = reference.action().is_some()
            || reference.variable().is_some()
            || flow.parameters.iter().any(|parameter| parameter.name == reference.name);
        let text = &expression.template().text()[reference.range.clone()];
        if let Some(at) = text.find('e').filter(|_| is_known) {
            let at = reference.range.start + at;
            let mutant = replace(expression, at..at + 1, "\u{435}");
            sites.push(mutant.at(expression.spot(reference.range).span));
        }
    }
    sites
}

fn cyrillic_letter_in_function(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, call) in calls(flow) {
        if let Some(at) = call.name().find('o') {
            let at = call.name_range().start + at;
            let mutant = replace(expression, at..at + 1, "\u{43e}");
            sites.push(mutant.at(expression.spot(call.name_range()).span));
        }
    }
    sites
}

fn no_break_blank_after_comma(flow: &Flow<'_>) -> Vec<Mutant> {
    let seconds = calls(flow).filter_map(|(expression, call)| Some((expression, call.args().nth(1)?.range().start)));
    seconds.map(|(expression, start)| replace(expression, start..start, "\u{a0}")).collect()
}

/// `@outputs('A')` becomes `outputs('A')`.
fn lost_at(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, call) in whole_calls(flow) {
        let text = expression.template().text();
        let reads =
            expression.references().any(|reference| reference.action().is_some() || reference.variable().is_some());
        if reads || text.contains("triggerBody(") || text.contains("triggerOutputs(") {
            let place = expression.spot(call.range()).span;
            sites.push(replace(expression, 0..1, "").at(place));
        }
    }
    sites
}
