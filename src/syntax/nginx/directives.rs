//! nginx's own directives: where they may stand and how many arguments they take.
//!
//! The table is printed from nginx's source by `scripts/nginx-directives`, 1.18 to 1.29 joined:
//! what a release removed is still known by name. Directives of third parties are not in it, and
//! nothing is said of them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One form of a directive.
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    /// `http`, `server`, `location`, `server-if`, …; `any` for all.
    contexts: &'static str,
    pub block: bool,
    arguments: &'static str,
}

static TABLE: LazyLock<HashMap<&'static str, Vec<Directive>>> = LazyLock::new(|| {
    let mut table: HashMap<_, Vec<_>> = HashMap::new();
    for line in include_str!("directives.tsv").lines() {
        let mut columns = line.split('\t');
        let mut column = || columns.next().expect("the table has four columns");
        let (name, contexts, kind, arguments) = (column(), column(), column(), column());
        let directive = Directive { contexts, block: kind == "block", arguments };
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
