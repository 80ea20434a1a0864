//! How flows call each other: what a flow asks of its caller and whether it answers, and what a step "Run a child flow"
//! gives. Owned, so that it outlives the flow's bytes.

use super::{Action, ActionKind, Flow, TriggerKind};
use crate::expr::{self, Form};
use crate::syntax::{Kind, Value};

/// What a flow asks of its caller, and whether it answers.
#[derive(Clone, Debug, Default)]
pub struct Interface {
    /// The inputs that its trigger declares; `None` where it checks none.
    pub inputs: Option<Vec<InputField>>,
    /// Whether it has a step that answers the caller, or one of a type that nobody knows.
    pub answers: bool,
}

/// An input that a flow's trigger declares.
#[derive(Clone, Debug)]
pub struct InputField {
    /// The name by which callers give it: `text_1`.
    pub name: String,
    /// What the designer calls it.
    pub title: Option<String>,
    /// The types that it takes; empty for any.
    pub types: Vec<InputType>,
    /// Whether callers must give it.
    pub is_required: bool,
}

/// The type of an input's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputType {
    /// Text; also what an expression inside of text gives.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// An object, such as a file.
    Object,
    /// A list.
    Array,
    /// Nothing.
    Null,
}

/// What a step gives to the flow that it runs.
#[derive(Clone, Debug)]
pub enum Given {
    /// An expression decides.
    Unknown,
    /// These inputs and no others.
    Inputs(Vec<GivenInput>),
}

/// An input that a step gives to the flow that it runs.
#[derive(Clone, Debug)]
pub struct GivenInput {
    /// The name.
    pub name: String,
    /// The type of its value, where it is known.
    pub kind: Option<InputType>,
}

impl InputType {
    fn from_schema(name: &str) -> Option<Self> {
        let known = [
            ("string", Self::Text),
            ("number", Self::Number),
            ("integer", Self::Integer),
            ("boolean", Self::Boolean),
            ("object", Self::Object),
            ("array", Self::Array),
            ("null", Self::Null),
        ];
        known.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, kind)| *kind)
    }

    fn of(value: Value<'_>) -> Option<Self> {
        Some(match value.kind() {
            Kind::Null => Self::Null,
            Kind::Bool => Self::Boolean,
            // 1.0 is read as a whole number by some and not by others.
            Kind::Number if value.text().ends_with(".0") => return None,
            Kind::Number if value.text().contains(['.', 'e', 'E']) => Self::Number,
            Kind::Number => Self::Integer,
            Kind::Array => Self::Array,
            Kind::Object => Self::Object,
            Kind::String => match expr::parse(value.as_str()?).form() {
                Form::Whole => return None,
                Form::Literal | Form::Escaped | Form::Interpolation => Self::Text,
            },
        })
    }

    /// What the designer calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Boolean => "yes or no",
            Self::Object => "an object or file",
            Self::Array => "a list",
            Self::Null => "nothing (null)",
        }
    }
}

impl InputField {
    fn new(name: &str, schema: Value<'_>, is_required: bool) -> Self {
        let title = schema.get("title").and_then(Value::as_str).filter(|title| !title.trim().is_empty());
        let declared = schema.get("type");
        let names = declared.into_iter().flat_map(|declared| {
            let one = declared.as_str().into_iter();
            one.chain(declared.items().filter_map(Value::as_str))
        });
        let types: Option<Vec<InputType>> = names.map(|name| InputType::from_schema(&name)).collect();
        let title = title.map(|title| title.into_owned());
        Self { name: name.to_owned(), title, types: types.unwrap_or_default(), is_required }
    }

    /// Whether it takes a value of that type.
    pub fn takes(&self, kind: InputType) -> bool {
        let is_whole = kind == InputType::Integer && self.types.contains(&InputType::Number);
        self.types.is_empty() || self.types.contains(&kind) || is_whole
    }
}

impl Flow<'_> {
    /// What it asks of callers, and whether it answers them.
    pub fn interface(&self) -> Interface {
        let answers = |kind| matches!(kind, ActionKind::Response | ActionKind::Unknown);
        let answers = self.actions.iter().any(|action| answers(action.kind));
        Interface { inputs: self.inputs(), answers }
    }

    fn inputs(&self) -> Option<Vec<InputField>> {
        let [trigger] = self.triggers.as_slice() else { return None };
        let step = trigger.entry.value;
        // The schema of an HTTP request describes and is not checked, unless the trigger says so.
        let is = |key: &str, wanted: &str| {
            step.get(key)
                .and_then(Value::as_str)
                .is_some_and(|text| text.split(',').any(|part| part.trim().eq_ignore_ascii_case(wanted)))
        };
        let is_checked = !is("kind", "Http") || is("operationOptions", "EnableSchemaValidation");
        if trigger.kind != TriggerKind::Request || step.get("kind").is_none() || !is_checked {
            return None;
        }
        let schema = step.at(&["inputs", "schema"])?;
        let properties = schema.get("properties").filter(|properties| properties.is_object())?;
        let required: Vec<_> = schema.get("required").into_iter().flat_map(Value::items).collect();
        let field = |entry: crate::syntax::Entry<'_>| {
            let name = entry.key.name();
            let is_required = required.iter().any(|value| value.is_str(&name));
            InputField::new(&name, entry.value, is_required)
        };
        Some(properties.entries().map(field).collect())
    }
}

impl Action<'_> {
    /// What a step "Run a child flow" gives to the child.
    pub fn given(self) -> Given {
        let Some(body) = self.inputs().and_then(|inputs| inputs.get("body")) else { return Given::Inputs(Vec::new()) };
        if !body.is_object() {
            return if body.kind() == Kind::Null { Given::Inputs(Vec::new()) } else { Given::Unknown };
        }
        let mut inputs = Vec::new();
        for entry in body.entries() {
            let name = entry.key.name();
            if expr::is_template(&name) {
                return Given::Unknown;
            }
            inputs.push(GivenInput { name: name.into_owned(), kind: InputType::of(entry.value) });
        }
        Given::Inputs(inputs)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::model::shape;
    use crate::syntax::Document;

    fn with_flow<T>(trigger: &str, actions: &str, look: impl Fn(&Flow<'_>) -> T) -> T {
        let text = format!(
            r#"{{"properties": {{"connectionReferences": {{}}, "definition":
                {{"triggers": {{"manual": {trigger}}}, "actions": {{{actions}}}}}}}, "schemaVersion": "1.0.0.0"}}"#
        );
        let document = Document::parse(&text).unwrap();
        let shape = shape::shapes(&document).remove(0);
        look(&Flow::lower(&document, &shape, "F.json", None, None, &[]))
    }

    #[test]
    fn reads_what_a_trigger_declares() {
        let schema = r#""inputs": {"schema": {"type": "object", "properties": {
            "text": {"title": "Order", "type": "string"}, "number": {"title": "", "type": ["number", "null"]}, "any": {"type": "color"}
        }, "required": ["TEXT"]}}"#;
        let button = format!(r#"{{"type": "Request", "kind": "Button", {schema}}}"#);
        let fields = with_flow(&button, "", |flow| flow.interface().inputs.unwrap());
        assert_eq!(fields[0].title.as_deref(), Some("Order"));
        assert!(fields[0].is_required && fields[0].takes(InputType::Text) && !fields[0].takes(InputType::Integer));
        assert!(!fields[1].is_required && fields[1].title.is_none());
        assert!(fields[1].takes(InputType::Integer) && fields[1].takes(InputType::Null));
        assert!(!fields[1].takes(InputType::Text) && fields[2].takes(InputType::Text));
        for unchecked in [
            format!(r#"{{"type": "Request", "kind": "Http", {schema}}}"#),
            format!(r#"{{"type": "Request", {schema}}}"#),
            r#"{"type": "Recurrence"}"#.to_owned(),
            r#"{"type": "Request", "kind": "Button", "inputs": {}}"#.to_owned(),
        ] {
            assert!(with_flow(&unchecked, "", |flow| flow.interface().inputs.is_none()), "{unchecked}");
        }
        let checked =
            format!(r#"{{"type": "Request", "kind": "Http", "operationOptions": "EnableSchemaValidation", {schema}}}"#);
        assert!(with_flow(&checked, "", |flow| flow.interface().inputs.is_some()));
    }

    #[test]
    fn knows_what_answers() {
        let answers = |kind: &str| {
            let inner = format!(r#""S": {{"type": "Scope", "actions": {{"A": {{"type": "{kind}"}}}}}}"#);
            with_flow(r#"{"type": "Request", "kind": "Button"}"#, &inner, |flow| flow.interface().answers)
        };
        assert!(answers("response") && answers("RespondInSomeNewWay"));
        assert!(!answers("Compose") && !answers("Terminate"));
    }

    #[test]
    fn reads_what_a_call_gives() {
        let given = |body: &str| {
            let call = format!(r#""Run": {{"type": "Workflow", "inputs": {{"host": {{}}{body}}}}}"#);
            with_flow(r#"{"type": "Recurrence"}"#, &call, |flow| match flow.actions().next().unwrap().given() {
                Given::Unknown => None,
                Given::Inputs(inputs) => Some(inputs.into_iter().map(|input| input.kind).collect::<Vec<_>>()),
            })
        };
        assert_eq!(given(""), Some(Vec::new()));
        assert_eq!(given(r#", "body": null"#), Some(Vec::new()));
        assert_eq!(given(r#", "body": "@variables('x')""#), None);
        assert_eq!(given(r#", "body": {"@{variables('x')}": 1}"#), None);
        use InputType::*;
        assert_eq!(
            given(
                r#", "body": {"a": "x", "b": "@x", "c": "n @{x()}", "d": 1, "e": 1.5, "f": 1.0, "g": true, "h": null, "i": {}, "j": []}"#
            ),
            Some(vec![
                Some(Text),
                None,
                Some(Text),
                Some(Integer),
                Some(Number),
                None,
                Some(Boolean),
                Some(Null),
                Some(Object),
                Some(Array)
            ])
        );
    }
}
