//! What distributions are imported as, and which module comes from which.
//!
//! A wheel says so itself, but wheels are not in the tree, so this is a table of those that
//! Django projects use. It is kept by hand: modules as the projects document them, dependencies
//! of any release as their lock files show. What is not in it keeps the rule that most names follow.

use std::collections::HashMap;
use std::sync::LazyLock;

mod django;
mod extras;
mod freeze;
mod python;

/// The normalised name, the top-level modules, and those of its unconditional dependencies, in
/// any of its releases, that are in a table as well.
type Row = (&'static str, &'static str, &'static str);

/// A name, one of its extras, and what that adds of what is in a table.
pub type ExtraRow = (&'static str, &'static str, &'static str);

const TABLES: [&[Row]; 3] = [django::ROWS, python::ROWS, freeze::ROWS];

/// The names of all that are known, table after table.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLES.into_iter().flatten().map(|(name, _, _)| *name)
}

fn row(name: &str) -> Option<&'static Row> {
    let found = |table: &'static [Row]| {
        table.binary_search_by(|(row, _, _)| (*row).cmp(name)).ok().map(|at| &table[at])
    };
    TABLES.into_iter().find_map(found)
}

/// Whether the modules of a distribution and what it brings along are known.
pub fn is_known(name: &str) -> bool {
    row(name).is_some()
}

/// The modules of a distribution; of one that is not known, the one that its name suggests.
pub fn modules_of(name: &str) -> Vec<String> {
    match row(name) {
        Some((_, modules, _)) => modules.split_whitespace().map(str::to_owned).collect(),
        None => vec![name.replace('-', "_")],
    }
}

/// Whether a distribution that is not known may well be imported by this name. What somebody goes on with for
/// others has a number more: `django-webpack4-loader` brings `webpack_loader`.
pub fn suggests(name: &str, module: &str) -> bool {
    // Nothing is made of either: every name that is not known is asked about every module.
    let letters = |text: &'_ str| -> usize { text.bytes().filter(u8::is_ascii_alphabetic).count() };
    let module =
        || module.bytes().filter(u8::is_ascii_alphabetic).map(|it| it.to_ascii_lowercase());
    let is_it =
        |name: &str| letters(name) > 2 && name.bytes().filter(u8::is_ascii_alphabetic).eq(module());
    let name = name.strip_prefix("python-").unwrap_or(name);
    let without = name.strip_prefix("django-").unwrap_or(name);
    is_it(name) || is_it(without)
}

/// For each module the distributions that it comes from, table after table.
static PROVIDERS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut providers: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, modules, _) in TABLES.into_iter().flatten() {
        for module in modules.split_whitespace() {
            providers.entry(module).or_default().push(name);
        }
    }
    providers
});

/// The known distributions that a module comes from.
pub fn providers_of(module: &str) -> impl Iterator<Item = &'static str> {
    PROVIDERS.get(module).into_iter().flatten().copied()
}

/// Whether a distribution is made for Django, as far as is known: of one that is in no table its name
/// says so. Nothing else brings an application of Django along.
pub fn may_be_for_django(name: &str) -> bool {
    let is_in = |rows: &[Row]| rows.binary_search_by(|(row, _, _)| (*row).cmp(name)).is_ok();
    let words = ["django", "drf", "dj", "wagtail", "cms", "mezzanine", "oscar", "cookbook"];
    let says_so = |it: &str| words.iter().any(|word| it.starts_with(word) || it.ends_with("cms"));
    is_in(django::ROWS) || !is_known(name) && name.split('-').any(says_so)
}

/// What a known distribution depends on.
pub fn brought_by(name: &str) -> impl Iterator<Item = &'static str> {
    row(name).into_iter().flat_map(|(_, _, brings)| brings.split_whitespace())
}

/// What an extra of a distribution adds, as names with blanks between; none if that is not known.
pub fn brought_by_extra(name: &str, extra: &str) -> Option<&'static str> {
    let same = |row: &&ExtraRow| row.0 == name && row.1 == extra;
    extras::ROWS.iter().find(same).map(|(_, _, brings)| *brings)
}

/// The distributions, extras, and what those bring, for a look over the whole table.
pub fn extras() -> impl Iterator<Item = &'static ExtraRow> {
    extras::ROWS.iter()
}
