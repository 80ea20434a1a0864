//! Breaks of expressions and of what they name.

use super::{Kind, Mutant};
use flowvet::facts::Named;
use flowvet::model::{Expression, Flow, Reference};

pub(super) static KINDS: &[Kind] = &[
    Kind::new("rename-action-in-reference", &["unknown-action-reference"], rename_action_in_reference),
    Kind::new("misspell-function", &["unknown-function"], misspell_function),
    Kind::new("drop-run-after", &["action-not-yet-run", "variable-before-initialization"], drop_run_after),
];

fn references<'m>(flow: &'m Flow<'m>, named: &[Named]) -> Vec<(Expression<'m>, Reference<'m>)> {
    let all =
        flow.expressions().flat_map(|expression| expression.references().map(move |reference| (expression, reference)));
    all.filter(|(_, reference)| named.contains(&reference.named)).collect()
}

fn rename_action_in_reference(flow: &Flow<'_>) -> Vec<Mutant> {
    let references = references(flow, &[Named::Action]);
    let sites = references.iter().map(|(expression, reference)| {
        let name = reference.range.start + 1..reference.range.end - 1;
        Mutant::text(expression.spot(name), &format!("{} renamed", reference.name.replace('\'', "''")))
    });
    sites.collect()
}

fn misspell_function(flow: &Flow<'_>) -> Vec<Mutant> {
    let calls =
        flow.expressions().flat_map(|expression| expression.template().calls().map(move |call| (expression, call)));
    calls
        .map(|(expression, call)| Mutant::text(expression.spot(call.name_range()), &format!("{}x", call.name())))
        .collect()
}

/// The step that waited for another reads it, or a variable that it initializes.
fn drop_run_after(flow: &Flow<'_>) -> Vec<Mutant> {
    let mut sites = Vec::new();
    for (expression, reference) in references(flow, &[Named::Action]) {
        let (Some(reader), Some(read)) = (expression.action(), flow.action_named(&reference.name)) else { continue };
        let is_waited_for = reader.run_after().len() == 1 && reader.predecessors().any(|action| action == read);
        let Some(entry) = reader.value().entry("runAfter").filter(|_| is_waited_for) else { continue };
        sites.push(Mutant::json(entry.value.span(), "{}").at(expression.spot(reference.range).span));
    }
    sites
}
