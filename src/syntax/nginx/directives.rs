//! nginx's own directives: where they may stand, how many arguments they take and what those have to
//! be, and which may stand only once.
//!
//! The table is printed from nginx's source by `scripts/nginx-directives`, 1.18 to 1.29 joined:
//! what a release removed is still known by name. Directives of third parties are not in it, and
//! nothing is said of them.

use crate::syntax::nginx::units::{self, Resolution};
use std::collections::HashMap;
use std::sync::LazyLock;

/// One form of a directive.
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    /// `http`, `server`, `location`, `server-if`, …; `any` for all.
    contexts: &'static str,
    pub block: bool,
    arguments: &'static str,
    pub value: Value,
    /// Whether nginx refuses the second in a block ("is duplicate").
    pub once: bool,
}

/// What the arguments of a directive have to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Whatever a function of its own makes of them.
    Any,
    Flag,
    Number {
        least: u64,
        most: u64,
    },
    Size,
    /// A size of what may be as long as a file.
    Offset,
    Time(Resolution),
    /// A number and a size.
    Buffers,
    /// One of these words, which bars part.
    One(&'static str),
    /// Any number of them.
    Each(&'static str),
}

static TABLE: LazyLock<HashMap<&'static str, Vec<Directive>>> = LazyLock::new(|| {
    let mut table: HashMap<_, Vec<_>> = HashMap::new();
    for line in include_str!("directives.tsv").lines() {
        let mut columns = line.split('\t');
        let mut column = || columns.next().expect("the table has six columns");
        let (name, contexts, kind, arguments) = (column(), column(), column(), column());
        let (value, often) = (Value::parse(column()), column());
        let (block, once) = (kind == "block", often == "once");
        let directive = Directive { contexts, block, arguments, value, once };
        table.entry(name).or_default().push(directive);
    }
    table
});

/// The forms of a directive; none if it is not nginx's own.
pub fn known(name: &str) -> &'static [Directive] {
    TABLE.get(name).map_or(&[], Vec::as_slice)
}

/// The names of all that may stand in a context.
pub fn known_in(context: &str) -> impl Iterator<Item = &'static str> {
    let stands = move |forms: &Vec<Directive>| forms.iter().any(|it| it.stands_in(context));
    TABLE.iter().filter(move |(_, forms)| stands(forms)).map(|(name, _)| *name)
}

/// Every context a directive may stand in.
pub fn contexts(name: &str) -> impl Iterator<Item = &'static str> {
    known(name).iter().flat_map(Directive::contexts)
}

impl Value {
    fn parse(column: &'static str) -> Self {
        let (name, rest) = column.split_once(':').unwrap_or((column, ""));
        match name {
            "flag" => Self::Flag,
            "number" => {
                let bound = |text: &str, none: u64| text.parse().unwrap_or(none);
                let (least, most) = rest.split_once('-').unwrap_or_default();
                Self::Number { least: bound(least, 0), most: bound(most, u64::MAX) }
            }
            "size" => Self::Size,
            "offset" => Self::Offset,
            "msec" => Self::Time(Resolution::Milliseconds),
            "sec" => Self::Time(Resolution::Seconds),
            "buffers" => Self::Buffers,
            "one" => Self::One(rest),
            "each" => Self::Each(rest),
            _ => Self::Any,
        }
    }

    /// Whether nginx takes an argument, by its number among them. Words are compared in any case.
    pub fn takes(self, index: usize, text: &str) -> bool {
        let among = |words: &str| words.split('|').any(|word| word.eq_ignore_ascii_case(text));
        match self {
            Self::Any => true,
            Self::Flag => among("on|off"),
            Self::Number { least, most } => {
                units::number(text).is_some_and(|it| (least..=most).contains(&it))
            }
            Self::Buffers if index == 0 => units::number(text).is_some_and(|it| it > 0),
            Self::Buffers => units::size(text).is_some_and(|it| it > 0),
            Self::Size => units::size(text).is_some(),
            Self::Offset => units::offset(text).is_some(),
            Self::Time(resolution) => units::time(text, resolution).is_some(),
            Self::One(words) | Self::Each(words) => among(words),
        }
    }

    /// What was plainly meant by an argument that it does not take: `10MB`, `5min`, `yes`.
    pub fn meant(self, index: usize, text: &str) -> Option<String> {
        let lower = text.to_ascii_lowercase();
        let digits = lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len());
        let (number, unit) = lower.split_at(digits);
        let meant = match (self, unit) {
            (Self::Flag, "yes" | "true" | "enable" | "enabled") => "on".to_owned(),
            (Self::Flag, "no" | "false" | "disable" | "disabled") => "off".to_owned(),
            (Self::Flag, "") if number == "1" => "on".to_owned(),
            (Self::Flag, "") if number == "0" => "off".to_owned(),
            (Self::Size | Self::Offset | Self::Buffers, "kb" | "mb" | "gb") => {
                format!("{number}{}", &unit[..1])
            }
            (Self::Time(_), "sec" | "secs" | "second" | "seconds") => format!("{number}s"),
            (Self::Time(_), "min" | "mins" | "minute" | "minutes") => format!("{number}m"),
            (Self::Time(_), "hour" | "hours" | "hr" | "day" | "days") => {
                format!("{number}{}", &unit[..1])
            }
            _ => return None,
        };
        self.takes(index, &meant).then_some(meant)
    }
}

impl Directive {
    pub fn takes(&self, count: usize) -> bool {
        match self.arguments.strip_suffix('-') {
            Some(least) => least.parse().is_ok_and(|least: usize| count >= least),
            None => self.numbers().any(|number| number == count),
        }
    }

    /// The greatest number of arguments; none if there may be any number.
    pub fn most(&self) -> Option<usize> {
        if self.arguments.ends_with('-') { None } else { self.numbers().max() }
    }

    fn numbers(&self) -> impl Iterator<Item = usize> {
        self.arguments.split(',').filter_map(|number| number.parse().ok())
    }

    /// Every context that it may stand in.
    pub fn contexts(&self) -> impl Iterator<Item = &'static str> {
        self.contexts.split(' ')
    }

    /// Whether it may stand in a context.
    pub fn stands_in(&self, context: &str) -> bool {
        self.contexts().any(|allowed| allowed == context || allowed == "any")
    }
}
