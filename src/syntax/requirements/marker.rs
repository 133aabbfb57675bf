//! Environment markers: for which interpreters and platforms a requirement applies (PEP 508).

use crate::fact::version::{Range, Version, pep440};

/// Deeper than anybody nests.
const DEEPEST: usize = 50;

const OPERATORS: [&str; 9] = ["===", "==", "!=", "<=", ">=", "~=", "<", ">", "in"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marker {
    All(Vec<Self>),
    Any(Vec<Self>),
    /// `variable operator "value"`, or turned round.
    Compare {
        variable: String,
        operator: String,
        value: String,
        turned: bool,
    },
    /// Poetry's `python = "<3.12"`.
    Python(Range),
    Unreadable,
}

impl Marker {
    /// Whether it holds where Django is served: on Linux, under CPython of one of these versions.
    /// None if that depends on more.
    pub fn holds(&self, python: Option<&Range>) -> Option<bool> {
        match self {
            Self::All(parts) => all(parts.iter().map(|part| part.holds(python))),
            Self::Any(parts) => {
                all(parts.iter().map(|part| part.holds(python).map(|it| !it))).map(|none| !none)
            }
            Self::Compare { variable, operator, value, turned } => {
                compare(variable, operator, value, *turned, python)
            }
            Self::Python(range) => python?.within(range),
            Self::Unreadable => None,
        }
    }
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(false)) {
        return Some(false);
    }
    parts.iter().all(Option::is_some).then_some(true)
}

fn compare(
    variable: &str,
    operator: &str,
    value: &str,
    turned: bool,
    python: Option<&Range>,
) -> Option<bool> {
    let here = match variable {
        "python_version" => {
            return python?.within(&of_python_version(&Compared::new(operator, value, turned))?);
        }
        "python_full_version" if !turned => {
            return python?.within(&pep440(&format!("{operator}{value}")).ok()?);
        }
        "os_name" | "os.name" => "posix",
        "sys_platform" | "sys.platform" => "linux",
        "platform_system" => "Linux",
        "platform_python_implementation" | "python_implementation" => "CPython",
        "implementation_name" => "cpython",
        _ => return None,
    };
    match operator {
        "==" | "===" => Some(here == value),
        "!=" => Some(here != value),
        "in" if turned => Some(here.contains(value)),
        "in" => Some(value.contains(here)),
        "not in" if turned => Some(!here.contains(value)),
        "not in" => Some(!value.contains(here)),
        _ => None,
    }
}

/// What a variable is compared with, the variable on the left.
struct Compared<'m> {
    operator: &'m str,
    value: &'m str,
    /// The value is looked for in the variable: `"3." in python_version`.
    within: bool,
}

impl<'m> Compared<'m> {
    fn new(operator: &'m str, value: &'m str, turned: bool) -> Self {
        let mirrored = match operator {
            "<" => ">",
            "<=" => ">=",
            ">" => "<",
            ">=" => "<=",
            same => same,
        };
        Self { operator: if turned { mirrored } else { operator }, value, within: turned }
    }

    /// Whether `in` says so of a text, as Python's strings have it.
    fn finds(&self, text: &str) -> bool {
        if self.within { text.contains(self.value) } else { self.value.contains(text) }
    }
}

/// The last minor version that `in` is asked of; there is none beyond for long.
const LAST_MINOR: u64 = 40;

/// The interpreters for which it holds. `python_version` is `3.11` for 3.11.4, so that
/// `<= "3.11"` holds for that one, and `> "3.11"` does not. `in` and `not in` compare texts, so that
/// `python_version in "3.10 3.11"` holds for 3.1 as well.
fn of_python_version(compared: &Compared<'_>) -> Option<Range> {
    let Compared { operator, value, .. } = *compared;
    let is_series = value.split('.').count() == 2 && !value.contains('*');
    match operator {
        "in" | "not in" => {
            let each = (0..=LAST_MINOR).map(|minor| [3, minor]).chain([[2, 7]]);
            let found = each.filter(|it| compared.finds(&format!("{}.{}", it[0], it[1])));
            let found = found.map(Range::series).reduce(|one, other| one.or(&other));
            let found = found.unwrap_or_else(|| Range::any().complement());
            Some(if operator == "in" { found } else { found.complement() })
        }
        // No pre-release is before its series here: 3.14.0rc1 is `3.14` as well.
        ">=" | "<" if is_series => {
            let since = Range::since(value.parse::<Version>().ok()?);
            Some(if operator == ">=" { since } else { since.complement() })
        }
        "==" | "!=" | "<=" | ">" if is_series => {
            let series = pep440(&format!("=={value}.*")).ok()?;
            let below = pep440(&format!("<{value}")).ok()?;
            Some(match operator {
                "==" => series,
                "!=" => series.complement(),
                "<=" => below.or(&series),
                _ => below.or(&series).complement(),
            })
        }
        "==" | "!=" | "<" | ">=" | "~=" => pep440(&format!("{operator}{value}")).ok(),
        _ => None,
    }
}

/// None if it cannot be read.
pub(super) fn parse(text: &str) -> Option<Marker> {
    let mut parser = Parser { rest: text };
    let marker = parser.any(0)?;
    parser.rest.trim().is_empty().then_some(marker)
}

struct Parser<'a> {
    rest: &'a str,
}

enum Operand {
    Variable(String),
    Value(String),
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Option<Marker> {
        let mut parts = vec![self.all(depth)?];
        while self.word("or") {
            parts.push(self.all(depth)?);
        }
        if parts.len() == 1 { parts.pop() } else { Some(Marker::Any(parts)) }
    }

    fn all(&mut self, depth: usize) -> Option<Marker> {
        let mut parts = vec![self.one(depth)?];
        while self.word("and") {
            parts.push(self.one(depth)?);
        }
        if parts.len() == 1 { parts.pop() } else { Some(Marker::All(parts)) }
    }

    fn one(&mut self, depth: usize) -> Option<Marker> {
        if depth > DEEPEST {
            return None;
        }
        if self.sign("(") {
            let inner = self.any(depth + 1)?;
            return self.sign(")").then_some(inner);
        }
        let left = self.operand()?;
        let operator = self.operator()?;
        match (left, self.operand()?) {
            (Operand::Variable(variable), Operand::Value(value)) => {
                Some(Marker::Compare { variable, operator, value, turned: false })
            }
            (Operand::Value(value), Operand::Variable(variable)) => {
                Some(Marker::Compare { variable, operator, value, turned: true })
            }
            (Operand::Value(_), Operand::Value(_))
            | (Operand::Variable(_), Operand::Variable(_)) => None,
        }
    }

    fn operand(&mut self) -> Option<Operand> {
        let rest = self.rest.trim_start();
        let quote = rest.chars().next()?;
        if matches!(quote, '"' | '\'') {
            let (value, after) = rest[1..].split_once(quote)?;
            self.rest = after;
            return Some(Operand::Value(value.to_owned()));
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.'));
        let (variable, after) = rest.split_at(end.unwrap_or(rest.len()));
        self.rest = after;
        (!variable.is_empty()).then(|| Operand::Variable(variable.to_owned()))
    }

    fn operator(&mut self) -> Option<String> {
        if self.word("not") {
            return self.word("in").then(|| "not in".to_owned());
        }
        OPERATORS.iter().find(|it| self.sign(it)).map(|it| (*it).to_owned())
    }

    fn sign(&mut self, sign: &str) -> bool {
        let after = self.rest.trim_start().strip_prefix(sign);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn word(&mut self, word: &str) -> bool {
        let after = self.rest.trim_start().strip_prefix(word);
        let after = after.filter(|it| !it.starts_with(|c: char| c.is_ascii_alphanumeric()));
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }
}
