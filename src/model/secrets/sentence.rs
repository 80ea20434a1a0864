//! What is said of a secret: where it is, never what it is.

use super::{Beside, Firmness, Holder, Secret};

impl Secret<'_> {
    /// A finding's message.
    pub fn sentence(&self) -> String {
        let what = format!("a literal {}", self.kind.title());
        let holds = match self.firmness {
            Firmness::Sure => "holds",
            Firmness::Likely => "seems to hold",
        };
        let holder = match &self.site.holder {
            Holder::Authentication(field) => format!("`{field}` in the authentication of this step"),
            Holder::Header(name) => format!("the header `{name}`"),
            Holder::Query(name) => format!("the query parameter `{name}`"),
            Holder::Parameter(name) => format!("the default value of the parameter `{name}`"),
            Holder::Variable(name) => format!("the value given to the variable `{name}`"),
            Holder::Field(name) if name.eq_ignore_ascii_case("inputs") => "the input of this step".to_owned(),
            Holder::Field(name) => format!("the field `{name}`"),
        };
        match &self.site.beside {
            None => format!("{holder} {holds} {what}"),
            Some(Beside { name, is_query: false }) => format!("`{name}` in {holder} {holds} {what}"),
            Some(Beside { name, is_query: true }) => format!("the query parameter `{name}` in {holder} {holds} {what}"),
        }
    }
}
