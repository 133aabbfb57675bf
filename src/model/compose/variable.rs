//! A variable of a service, and what the container gets for it.

use crate::fact::{Environment, Fact, Lookup, Supplied, symbol};
use crate::model::text::{Source, Text};

/// `NAME: value`, or `NAME` alone, which passes on what the project has under that name.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: Fact<String>,
    pub value: Option<Text>,
    /// Written in a list, where quotes are part of the value.
    pub in_list: bool,
}

impl Variable {
    /// Whether quotes stand around the value and are part of it.
    pub fn is_quoted(&self) -> bool {
        let text = self.value.as_ref().map(ToString::to_string).unwrap_or_default();
        let around =
            |quote: char| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
        self.in_list && (around('"') || around('\''))
    }

    /// What the container gets. A name alone that the project does not have is not set.
    pub fn supplied(&self, project: &Environment) -> Fact<Supplied> {
        let Some(value) = &self.value else {
            return match project.get(&self.name.value) {
                Lookup::Set(value) => {
                    self.name.map(|_| Supplied::Value(value.value.clone())).given(&value)
                }
                Lookup::Unknown(why) => {
                    self.name.map(|_| Supplied::Perhaps(why.value.clone())).given(&why)
                }
                Lookup::Absent => self.name.map(|_| Supplied::Removed),
            };
        };
        match value.known() {
            Some(known) => known.map(|text| Supplied::Value(text.clone())),
            None => {
                let text = value.fact();
                let why = format!("`{text}` depends on what compose is run with").into();
                text.map(|_| match url_to(value) {
                    _ if is_one_variable(value) => Supplied::OrEmpty(why),
                    Some(text) => Supplied::UrlTo { text: text.into(), why },
                    None => Supplied::Unknown(why),
                })
            }
        }
    }
}

/// Whether a value is `${X}`, and so empty where nobody sets X (Compose Specification,
/// "Interpolation").
fn is_one_variable(value: &Text) -> bool {
    let is_name = |name: &str| name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    let mut parts = value.parts().iter().filter(|part| !part.value.text.is_empty());
    match (parts.next(), parts.next()) {
        (Some(part), None) => matches!(&part.value.source, Source::Unknown(name) if is_name(name)),
        _ => false,
    }
}

/// The URL that a value is, with its variables as symbols, if none of them has a say in which server that is.
fn url_to(value: &Text) -> Option<String> {
    let mut url = String::new();
    for part in value.parts() {
        match &part.value.source {
            Source::Unknown(expression) => url.push_str(&symbol_of(expression)?),
            _ if part.value.text.contains('$') => return None,
            _ => url.push_str(&part.value.text),
        }
    }
    symbol::names_server(&url).then_some(url)
}

/// `${NAME}` for `${NAME:?it is needed}`, whose operator would be read as a part of the URL.
fn symbol_of(expression: &str) -> Option<String> {
    let end = expression.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    let name = &expression[..end.unwrap_or(expression.len())];
    (!name.is_empty()).then(|| format!("${{{name}}}"))
}
