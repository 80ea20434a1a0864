//! The functions of the expression language, and names of other languages that people write in their place.

use super::table::Table;
use std::sync::OnceLock;

const FUNCTIONS: &str = include_str!("../../rules/facts/functions.tsv");
static FOREIGN: Table = Table::new(include_str!("../../rules/facts/foreign-functions.tsv"));

/// A function of the expression language.
#[derive(Debug)]
pub struct Function {
    /// The usual spelling; the platform ignores case.
    pub name: &'static str,
    /// Fewest arguments.
    pub min_args: usize,
    /// Most arguments; `None` without end.
    pub max_args: Option<usize>,
    /// Where it is known to work.
    pub availability: Availability,
    /// What the first argument is the name of, if it is one.
    pub names: Option<Named>,
    parameters: &'static str,
    returns: &'static str,
}

/// A parameter of a [`Function`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionParameter {
    /// What the documentation calls it.
    pub name: &'static str,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// Whether it may be repeated.
    pub is_variadic: bool,
    types: &'static str,
}

/// Where a function works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Everywhere.
    All,
    /// In Logic Apps; the reference that Power Automate shares does not have it yet.
    Unverified,
    /// In Logic Apps only.
    LogicApps,
    /// In Logic Apps Standard only.
    Standard,
    /// Nowhere: a placeholder of the designer.
    Designer,
}

/// What a function's first argument names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Named {
    /// An action of the flow.
    Action,
    /// An action that contains others.
    Container,
    /// An Apply to each around the place.
    Foreach,
    /// A Do until around the place.
    Until,
    /// A variable.
    Variable,
    /// A parameter of the definition.
    Parameter,
}

impl Function {
    fn new(line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        let mut column = || columns.next();
        let (name, min, max) = (column()?, column()?, column()?);
        let (parameters, returns, availability, names) = (column()?, column()?, column()?, column()?);
        Some(Self {
            name,
            min_args: min.parse().ok()?,
            max_args: if max == "*" { None } else { Some(max.parse().ok()?) },
            availability: match availability {
                "all" => Availability::All,
                "unverified" => Availability::Unverified,
                "logic-apps" => Availability::LogicApps,
                "standard" => Availability::Standard,
                "designer" => Availability::Designer,
                _ => return None,
            },
            names: match names {
                "-" => None,
                "action" => Some(Named::Action),
                "container" => Some(Named::Container),
                "foreach" => Some(Named::Foreach),
                "until" => Some(Named::Until),
                "variable" => Some(Named::Variable),
                "parameter" => Some(Named::Parameter),
                _ => return None,
            },
            parameters,
            returns,
        })
    }

    /// The parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = FunctionParameter> {
        let all = if self.parameters == "-" { "" } else { self.parameters };
        all.split(", ").filter_map(|text| {
            let (name, types) = text.split_once(':')?;
            let plain = name.trim_end_matches(['?', '.']);
            let (is_optional, is_variadic) = (name.ends_with('?'), name.ends_with("..."));
            Some(FunctionParameter { name: plain, is_optional, is_variadic, types })
        })
    }

    /// The types of its result: `string`, `integer`, `number`, `boolean`, `array`, `object`, `any`, …
    pub fn returns(&self) -> impl Iterator<Item = &'static str> {
        self.returns.split('|')
    }
}

impl FunctionParameter {
    /// The types that it takes, as in [`Function::returns`].
    pub fn types(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.types.split('|')
    }
}

/// The function of a name, without case.
pub fn function(name: &str) -> Option<&'static Function> {
    let (functions, index) = (functions(), index());
    let slots = (0..SLOTS).map(|step| index[(slot(name) + step) % SLOTS]).take_while(|&number| number != EMPTY);
    slots.map(|number| &functions[usize::from(number)]).find(|function| function.name.eq_ignore_ascii_case(name))
}

const SLOTS: usize = 512;
const EMPTY: u8 = u8::MAX;

/// Where the search for a name begins. Every call of every flow is looked up, so this looks at few letters.
fn slot(name: &str) -> usize {
    let bytes = name.as_bytes();
    let letter = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0) | 0x20);
    let length = bytes.len();
    (length + 27 * letter(0) + 67 * letter(length / 2) + 31 * letter(length.saturating_sub(2))) % SLOTS
}

/// The functions' numbers by [`slot`]; a taken slot moves a number to the next free one.
fn index() -> &'static [u8; SLOTS] {
    static INDEX: OnceLock<[u8; SLOTS]> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = [EMPTY; SLOTS];
        for (number, function) in functions().iter().enumerate() {
            let mut at = slot(function.name);
            while index[at] != EMPTY {
                at = (at + 1) % SLOTS;
            }
            index[at] = number as u8;
        }
        index
    })
}

/// Every function, by name.
pub fn functions() -> &'static [Function] {
    static PARSED: OnceLock<Vec<Function>> = OnceLock::new();
    PARSED.get_or_init(|| FUNCTIONS.lines().filter(|line| !line.starts_with('#')).filter_map(Function::new).collect())
}

/// What to write instead of a function that other languages have and flows have not, such as Power Fx's `Blank`.
pub fn foreign_function(name: &str) -> Option<&'static str> {
    FOREIGN.find(&[name]).map(|row| row.column(1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::table::assert_sorted;
    use super::*;

    #[test]
    fn every_row_is_read_and_agrees_with_itself() {
        assert_sorted(&Table::new(FUNCTIONS), 7, 1);
        assert_eq!(functions().len(), Table::new(FUNCTIONS).rows().count());
        assert!(functions().len() < usize::from(EMPTY), "numbers of functions no longer fit the index");
        let types =
            ["any", "array", "binary", "boolean", "decimal", "float", "integer", "number", "object", "string", "xml"];
        for function in functions() {
            let parameters: Vec<FunctionParameter> = function.parameters().collect();
            let name = function.name;
            assert!(function.max_args.is_none_or(|max| max >= function.min_args), "{name}");
            assert_eq!(parameters.iter().any(|one| one.is_variadic), function.max_args.is_none(), "{name}");
            if let Some(max) = function.max_args {
                assert_eq!(parameters.len(), max, "{name}");
            }
            for known in parameters.iter().flat_map(FunctionParameter::types).chain(function.returns()) {
                assert!(types.contains(&known), "{name}: {known}");
            }
            assert!(function.names.is_none() || parameters[0].types == "string", "{name}");
        }
    }

    #[test]
    fn names_are_found_without_case() {
        let format = function("FORMATdatetime").unwrap();
        assert_eq!((format.name, format.min_args, format.max_args), ("formatDateTime", 1, Some(3)));
        assert_eq!(function("items").unwrap().names, Some(Named::Foreach));
        assert_eq!(function("concat").unwrap().max_args, None);
        assert!(function("blank").is_none() && function("").is_none());
    }

    #[test]
    fn foreign_names_are_no_functions_and_their_advice_is() {
        assert_sorted(&FOREIGN, 2, 1);
        for row in FOREIGN.rows() {
            let (name, advice) = (row.column(0), row.column(1));
            assert!(function(name).is_none(), "{name}");
            let template = crate::expr::parse(format!("@{advice}"));
            assert_eq!(template.faults(), [], "{name}: {advice}");
            for call in template.calls() {
                let function = function(call.name()).unwrap_or_else(|| panic!("{name}: {advice}"));
                let count = call.args().count();
                assert!(count >= function.min_args && function.max_args.is_none_or(|max| count <= max), "{advice}");
            }
        }
        assert!(foreign_function("BLANK").is_some());
    }
}
