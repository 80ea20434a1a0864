//! Steps that read rows of a table or items of a list: how much they ask for, and what the flow does with it.
//!
//! What an expression decides is taken as given: a filter that is worked out when the flow runs is a filter.

use super::expressions::Step as Owner;
use super::{Action, ActionKind, Expression, Flow};
use crate::expr::{self, Call, Expr, ExprKind, Hop, Step};
use crate::facts::{self, ListOperation, Named};
use crate::syntax::Value;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// The queries of a flow, in text order.
pub(super) type Queries = Box<[Node]>;

/// What is kept of a query.
pub(super) struct Node {
    action: u32,
    operation: &'static ListOperation,
    fetch: Fetch,
    uses: Uses,
}

/// How its result is used, all over the flow.
#[derive(Default)]
struct Uses {
    first: bool,
    count: bool,
    next_page: bool,
    whole: bool,
    /// Loops over its list.
    loops: Vec<u32>,
    /// Filter array steps over its list.
    filters: Vec<u32>,
}

/// What a query in FetchXML asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Fetch {
    /// Whether there is one.
    is_given: bool,
    /// Whether it cannot be known, so that everything may be asked for.
    is_unknown: bool,
    has_filter: bool,
    has_columns: bool,
    is_aggregate: bool,
    /// Whether it names a page, which flows do that page on their own.
    has_page: bool,
    /// `top`, or `count`, which limits a page.
    top: Option<String>,
}

/// A step that reads a list: a cheap handle.
#[derive(Clone, Copy)]
pub struct Query<'m> {
    /// The step.
    pub action: Action<'m>,
    /// What is known of its operation.
    pub operation: &'static ListOperation,
    node: &'m Node,
}

/// How many rows a query asks for at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowLimit {
    /// A number that is written out.
    Known(u64),
    /// What an expression gives.
    Unknown,
}

/// A column of the row or item that a call reads: `items('Each')?['name']`.
pub struct Cell<'t> {
    /// The call.
    pub call: Call<'t>,
    /// The column.
    pub column: Cow<'t, str>,
}

impl<'m> Flow<'m> {
    /// The steps that read lists, in text order.
    pub fn queries(&'m self) -> impl Iterator<Item = Query<'m>> {
        let nodes = self.queries.get_or_init(|| self.read_queries());
        nodes.iter().map(|node| self.query(node))
    }

    fn query(&'m self, node: &'m Node) -> Query<'m> {
        Query { action: self.action(node.action), operation: node.operation, node }
    }

    fn read_queries(&'m self) -> Queries {
        let node = |action: Action<'m>| {
            let called = action.operation()?;
            let operation = facts::list_operation(called.connector?, called.id?)?;
            let fetch = operation.fetch_xml.and_then(|name| action.parameter(name)).map(Fetch::of);
            let (fetch, uses) = (fetch.unwrap_or_default(), Uses::default());
            Some(Node { action: action.index, operation, fetch, uses })
        };
        let mut nodes: Queries = self.actions().filter_map(node).collect();
        if !nodes.is_empty() {
            for expression in self.expressions() {
                note_uses(expression, &mut nodes);
            }
        }
        nodes
    }
}

impl<'m> Action<'m> {
    /// What it reads, if it reads a list.
    pub fn query(self) -> Option<Query<'m>> {
        if !self.kind().is_connector_call() {
            return None;
        }
        let nodes = self.flow.queries.get_or_init(|| self.flow.read_queries());
        let at = nodes.binary_search_by_key(&self.index, |node| node.action).ok()?;
        Some(self.flow.query(&nodes[at]))
    }

    /// The query whose list a loop or Filter array goes through as it is.
    pub fn query_gone_through(self) -> Option<Query<'m>> {
        self.flow.queries().find(|query| {
            let uses = &query.node.uses;
            uses.loops.contains(&self.index) || uses.filters.contains(&self.index)
        })
    }
}

impl<'m> Query<'m> {
    fn parameters(self) -> Option<Value<'m>> {
        self.action.inputs()?.get("parameters").filter(|parameters| parameters.is_object())
    }

    /// A parameter that is not empty.
    fn given(self, name: &str) -> Option<Value<'m>> {
        let value = self.parameters()?.get(name)?;
        let is_blank = value.as_str().is_some_and(|text| text.trim().is_empty());
        let is_null = matches!(value.kind(), crate::syntax::Kind::Null);
        (!is_blank && !is_null).then_some(value)
    }

    /// Whether its parameters are worked out when the flow runs, all of them.
    fn is_unknown(self) -> bool {
        let inputs = self.action.inputs();
        let parameters = inputs.and_then(|inputs| inputs.get("parameters").or(Some(inputs)));
        parameters.is_some_and(|parameters| !parameters.is_object())
    }

    /// The table or list, where its name is written out.
    pub fn name(self) -> Option<Cow<'m, str>> {
        let name = self.operation.on.iter().rev().find_map(|name| self.given(name))?.as_str()?;
        (!expr::is_template(&name) && !super::is_guid(name.as_ref()) && name.len() < 64).then_some(name)
    }

    /// The parameter by which it is narrowed.
    pub fn filter(self) -> Option<Value<'m>> {
        self.operation.filters.iter().find_map(|name| self.given(name))
    }

    /// Whether it is narrowed, or may be.
    pub fn is_filtered(self) -> bool {
        let fetch = &self.node.fetch;
        let by_fetch = fetch.is_given && (fetch.is_unknown || fetch.has_filter || fetch.is_aggregate);
        by_fetch || self.is_unknown() || self.filter().is_some()
    }

    /// Whether it names the columns that it needs, or may do so, or cannot.
    pub fn has_columns(self) -> bool {
        let fetch = &self.node.fetch;
        let Some(columns) = self.operation.columns else { return true };
        if fetch.is_given {
            return fetch.is_unknown || fetch.has_columns || fetch.is_aggregate;
        }
        self.is_unknown() || self.given(columns).is_some()
    }

    /// How many rows it asks for at most.
    pub fn row_limit(self) -> Option<RowLimit> {
        let known = |text: &str| text.trim().parse().map_or(RowLimit::Unknown, RowLimit::Known);
        let fetch = &self.node.fetch;
        if self.is_unknown() || fetch.is_unknown {
            return Some(RowLimit::Unknown);
        }
        if let Some(top) = &fetch.top {
            return Some(known(top));
        }
        let top = self.given(self.operation.top?)?;
        Some(match top.as_number() {
            Some(number) => known(number),
            None => known(&top.as_str().unwrap_or_default()),
        })
    }

    /// How many rows its setting Pagination asks for, if that is on.
    pub fn threshold(self) -> Option<Value<'m>> {
        self.action.value().at(&["runtimeConfiguration", "paginationPolicy", "minimumItemCount"])
    }

    /// Whether the flow fetches page after page on its own.
    pub fn pages_itself(self) -> bool {
        let uses = &self.node.uses;
        uses.next_page || self.node.fetch.has_page || self.operation.next.iter().any(|name| self.given(name).is_some())
    }

    /// Whether it says in FetchXML what it asks for.
    pub fn is_fetch_xml(self) -> bool {
        self.node.fetch.is_given
    }

    /// Whether the flow reads the first or last of its rows, and nothing else of its list.
    pub fn is_read_for_one(self) -> bool {
        self.node.uses.first && !self.is_read_whole()
    }

    /// Whether the flow asks how many rows there are, or if there are any, and nothing else of its list.
    pub fn is_read_for_count(self) -> bool {
        self.node.uses.count && !self.node.uses.first && !self.is_read_whole()
    }

    /// Whether the flow uses all of its list.
    pub fn is_read_whole(self) -> bool {
        let uses = &self.node.uses;
        uses.whole || !uses.loops.is_empty() || !uses.filters.is_empty()
    }

    /// Whether the flow uses all of its list in other ways than by Filter array and loop.
    pub fn is_passed_on(self) -> bool {
        self.node.uses.whole
    }

    /// Whether the flow reads anything but the whole list: its first row, or how many there are.
    pub fn is_read_for_one_or_count(self) -> bool {
        self.node.uses.first || self.node.uses.count
    }

    /// The loops over its list.
    pub fn loops(self) -> impl Iterator<Item = Action<'m>> {
        self.node.uses.loops.iter().map(move |&index| self.action.flow().action(index))
    }

    /// The Filter array steps over its list.
    pub fn filters(self) -> impl Iterator<Item = Action<'m>> {
        self.node.uses.filters.iter().map(move |&index| self.action.flow().action(index))
    }
}

/// Notes what an expression does with the results of queries.
fn note_uses(expression: Expression<'_>, nodes: &mut [Node]) {
    for reference in expression.references().filter(|reference| reference.named == Named::Action) {
        let Some(action) = reference.action() else { continue };
        let Ok(at) = nodes.binary_search_by_key(&action.index, |node| node.action) else { continue };
        let uses = &mut nodes[at].uses;
        match read(expression, reference.call) {
            Read::Nothing => {}
            Read::First => uses.first = true,
            Read::Count => uses.count = true,
            Read::NextPage => uses.next_page = true,
            Read::Whole => uses.whole = true,
            Read::Loop(by) => uses.loops.push(by),
            Read::Filter(by) => uses.filters.push(by),
        }
    }
}

/// What a call reads of a query's result.
enum Read {
    Nothing,
    First,
    Count,
    NextPage,
    Whole,
    Loop(u32),
    Filter(u32),
}

fn read(expression: Expression<'_>, call: Call<'_>) -> Read {
    if call.is("actions") || call.is("result") {
        return Read::Nothing;
    }
    let mut hops = call.hops();
    let Some(behind) = behind_list(call.is("outputs"), &mut hops) else { return other_part(call) };
    if let Behind::Item = behind {
        return Read::First;
    }
    // What is done with the list as a whole.
    let mut inner = call;
    loop {
        let outer = expression.template().calls().find(|outer| is_argument(*outer, inner));
        let Some(outer) = outer else { break };
        let is = |names: &[&str]| names.iter().any(|name| outer.is(name));
        if is(&["first", "last"]) {
            return Read::First;
        }
        if is(&["length", "empty"]) {
            return Read::Count;
        }
        if !is(&["coalesce"]) {
            return Read::Whole;
        }
        inner = outer;
    }
    let Owner::Action(owner) = expression.step() else { return Read::Whole };
    // Whether the expression is nothing but the list.
    let is_bare = expression.only_root().is_some_and(|root| root.range() == inner.range());
    match owner.kind() {
        ActionKind::Foreach if is_bare && expression.is_under(&["foreach"]) => Read::Loop(owner.index),
        ActionKind::Query if is_bare && expression.is_under(&["inputs", "from"]) => Read::Filter(owner.index),
        // A condition on the list as such asks if there is any.
        ActionKind::If if is_bare => Read::Count,
        _ => Read::Whole,
    }
}

/// Whether `inner` is one of the arguments of a call.
fn is_argument(outer: Call<'_>, inner: Call<'_>) -> bool {
    outer.number() < inner.number()
        && outer.args().any(|argument| argument.as_call().is_some_and(|call| call.number() == inner.number()))
}

/// What is read of a list.
enum Behind {
    List,
    Item,
}

/// Follows the hops to the list of rows: `body/value`, `['body']['value']`. `None` where they lead elsewhere.
fn behind_list<'t>(is_outputs: bool, hops: &mut impl Iterator<Item = Hop<'t>>) -> Option<Behind> {
    let is = |hop: &Hop<'t>, wanted: &str| hop.name().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
    let Some(mut hop) = hops.next() else { return Some(Behind::List) };
    if is_outputs && is(&hop, "body") {
        let Some(next) = hops.next() else { return Some(Behind::List) };
        hop = next;
    } else if is_outputs && !is(&hop, "body/value") {
        return None;
    }
    if !is(&hop, "value") && !is(&hop, "body/value") {
        return None;
    }
    match hops.next() {
        None => Some(Behind::List),
        Some(_) => Some(Behind::Item),
    }
}

/// What a call reads of the result that is not its list.
fn other_part(call: Call<'_>) -> Read {
    let names: Vec<_> = call.hops().filter_map(|hop| hop.name().map(|name| name.to_lowercase())).collect();
    let has = |part: &str| names.iter().any(|name| name.contains(part));
    if has("nextlink") {
        Read::NextPage
    } else if has("odata.count") {
        Read::Count
    } else {
        Read::Nothing
    }
}

impl Fetch {
    fn of(value: Value<'_>) -> Self {
        let Some(text) = value.as_str() else { return Self::default() };
        if text.trim().is_empty() {
            return Self::default();
        }
        let given = Self { is_given: true, ..Self::default() };
        if !text.trim_start().starts_with('<') {
            return Self { is_unknown: true, ..given };
        }
        given.read(&text).unwrap_or(Self { is_given: true, is_unknown: true, ..Self::default() })
    }

    /// Reads what the query asks for. A text that is no XML, perhaps because expressions stand in it, is unknown.
    fn read(mut self, text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) | Event::Empty(tag) => self.element(&tag),
                Event::Eof => return Some(self),
                _ => {}
            }
        }
    }

    fn element(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        let is = |wanted: &str| name.into_inner().eq_ignore_ascii_case(wanted);
        if is("condition") {
            self.has_filter = true;
        } else if is("attribute") {
            self.has_columns = true;
        } else if is("link-entity") {
            // An inner join narrows as well.
            self.has_filter |= attribute(tag, "link-type").is_none_or(|kind| !kind.eq_ignore_ascii_case("outer"));
        } else if is("fetch") {
            self.is_aggregate = attribute(tag, "aggregate").is_some_and(|value| value.eq_ignore_ascii_case("true"));
            self.has_page = attribute(tag, "page").is_some() || attribute(tag, "paging-cookie").is_some();
            self.top = attribute(tag, "top").or_else(|| attribute(tag, "count"));
        }
    }
}

fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    let found =
        attributes.flatten().find(|attribute| attribute.key.local_name().into_inner().eq_ignore_ascii_case(wanted));
    found.map(|attribute| attribute.value.into_owned())
}

/// The column that an expression reads and nothing else: `items('Each')?['name']`, `triggerOutputs()?['body/name']`.
pub(super) fn cell(root: Expr<'_>) -> Option<Cell<'_>> {
    let call = root.as_call()?;
    let last = call.hops().last()?;
    let name = match last.step() {
        Step::Name(name) => Cow::Borrowed(name),
        Step::Index(index) => match index.kind() {
            ExprKind::String(name) => name,
            _ => return None,
        },
    };
    let column = match name.rsplit_once("body/") {
        Some((_, column)) => Cow::Owned(column.to_owned()),
        None => name,
    };
    Some(Cell { call, column })
}

impl<'t> Cell<'t> {
    /// The column that an expression reads, if it reads one and does nothing else.
    pub fn of(root: Expr<'t>) -> Option<Self> {
        cell(root)
    }

    /// Whether another cell is of the same row.
    pub fn is_in_row_of(&self, other: &Cell<'_>) -> bool {
        self.row() == other.row()
    }

    /// What stands before the column.
    fn row(&self) -> String {
        let start = self.call.range().start;
        let end = self.call.hops().last().map_or(start, |hop| hop.range().start);
        let text = self.call.as_expr().text();
        let row = text.get(..end - start).unwrap_or(text);
        row.chars().filter(|c| !c.is_whitespace() && *c != '?').flat_map(char::to_lowercase).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Fetch, RowLimit};
    use crate::model::{Completeness, Flow, shape};
    use crate::syntax::Document;

    /// Asks the query of a flow with a step `List` and steps that use it.
    fn asked<T>(parameters: &str, users: &str, ask: impl Fn(super::Query<'_>) -> T) -> T {
        let text = format!(
            r#"{{"properties": {{"connectionReferences": {{}}, "definition": {{"triggers": {{}}, "actions": {{
                "List": {{"type": "OpenApiConnection", "inputs": {{"host": {{"operationId": "ListRecords",
                    "apiId": "/apis/shared_commondataserviceforapps"}}, "parameters": {parameters}}}}}{users}}}}}}},
                "schemaVersion": "1.0.0.0"}}"#
        );
        let document = Document::parse(&text).unwrap();
        let shape = shape::shapes(&document).remove(0);
        assert_eq!(shape.completeness, Completeness::Whole);
        let flow = Flow::lower(&document, &shape, "F.json", None, None, &[]);
        let query = flow.queries().next().unwrap();
        assert_eq!(flow.action_named("list").unwrap().query().unwrap().action, query.action);
        ask(query)
    }

    #[test]
    fn reads_what_a_query_asks_for() {
        for (parameters, filtered, columns, limit) in [
            (r#"{"entityName": "accounts"}"#, false, false, None),
            (r#"{"$filter": " ", "$select": null, "$top": ""}"#, false, false, None),
            (r#"{"$filter": "a eq 1", "$select": "a", "$top": 5}"#, true, true, Some(RowLimit::Known(5))),
            (r#"{"$top": "7"}"#, false, false, Some(RowLimit::Known(7))),
            (r#"{"$top": "@variables('n')"}"#, false, false, Some(RowLimit::Unknown)),
            (r#""@variables('all')""#, true, true, Some(RowLimit::Unknown)),
            (r#"{"fetchXml": "<fetch top='3'><entity name='a'/></fetch>"}"#, false, false, Some(RowLimit::Known(3))),
            (r#"{"fetchXml": "@outputs('x')"}"#, true, true, Some(RowLimit::Unknown)),
        ] {
            let found = asked(parameters, "", |query| (query.is_filtered(), query.has_columns(), query.row_limit()));
            assert_eq!(found, (filtered, columns, limit), "{parameters}");
        }
    }

    #[test]
    fn reads_fetch_xml() {
        let read = |text: &str| Fetch { is_given: true, ..Fetch::default() }.read(text);
        let joined = read("<fetch><entity name='a'><link-entity name='b'/></entity></fetch>").unwrap();
        assert!(joined.has_filter && !joined.has_columns);
        let outer = read("<fetch><entity name='a'><link-entity name='b' link-type='outer'/></entity></fetch>").unwrap();
        assert!(!outer.has_filter);
        let paged = read("<fetch count='50' page='@{variables('p')}' paging-cookie=\"\"><entity/></fetch>");
        assert!(paged.is_none_or(|paged| paged.has_page));
        let full = read(
            "<fetch aggregate='true'><entity name='a'><attribute name='x'/><filter><condition/></filter></entity></fetch>",
        );
        assert!(full.is_some_and(|full| full.is_aggregate && full.has_columns && full.has_filter));
        assert_eq!(read("<fetch><entity></fetch>"), None);
    }

    #[test]
    fn sees_how_the_list_is_used() {
        let step = |inputs: &str| format!(r#", "Use": {{"type": "Compose", "inputs": "{inputs}"}}"#);
        let each = |list: &str| format!(r#", "Use": {{"type": "Foreach", "foreach": "{list}", "actions": {{}}}}"#);
        for (users, one, count, whole) in [
            (String::new(), false, false, false),
            (step("@first(outputs('List')?['body/value'])?['a']"), true, false, false),
            (step("@outputs('List')?['body']?['value'][0]"), true, false, false),
            (step("@body('List')?['value']?[0]?['a']"), true, false, false),
            (step("@{length(coalesce(outputs('List')?['body/value'], json('[]')))} rows"), false, true, false),
            (step("@if(empty(body('List')?['value']), 'none', 'some')"), false, true, false),
            (step("@outputs('List')?['body/value']"), false, false, true),
            (step("@join(body('List')?['value'], ',')"), false, false, true),
            (step("@body('List')"), false, false, true),
            (step("@outputs('List')?['statusCode']"), false, false, false),
            (each("@outputs('List')?['body/value']"), false, false, true),
            (each("@first(outputs('List')?['body/value'])?['lines']"), true, false, false),
        ] {
            let found = asked("{}", &users, |query| {
                (query.is_read_for_one(), query.is_read_for_count(), query.is_read_whole())
            });
            assert_eq!(found, (one, count, whole), "{users}");
        }
        let loops =
            asked("{}", &each("@body('List')?['value']"), |query| (query.loops().count(), query.is_passed_on()));
        assert_eq!(loops, (1, false));
        assert!(asked("{}", &step("@outputs('List')?['body/@odata.nextLink']"), |query| query.pages_itself()));
    }
}
