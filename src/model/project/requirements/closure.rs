//! What one way of installing comes to, and the questions that it answers.

use super::distributions;
use crate::fact::version::Range;
use crate::fact::{Certainty, Fact, Origin};
use crate::source::{Place, Spanned};
use crate::syntax::requirements::Marker;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, hash_map};
use std::sync::OnceLock;

/// Distributions by normalised name.
#[derive(Clone, Debug, Default)]
pub(super) struct List(BTreeMap<String, Listed>);

#[derive(Clone, Debug)]
pub(super) struct Closure {
    pub(super) listed: List,
    /// What stands in groups, extras or parts of a lock file that this way does not install.
    pub(super) others: List,
    /// All that asks for a distribution of which a marker is not decided, in order.
    pub(super) undecided: Vec<Asked>,
    /// What constraints say of those.
    pub(super) pins: BTreeMap<String, Fact<Range>>,
    pub(super) python: Option<Fact<Range>>,
    /// A list that sends pip elsewhere for packages.
    pub(super) index: Option<Place>,
    /// Where what is missing would stand.
    pub(super) within: Place,
    /// Why more may be installed than is listed.
    pub(super) open: Option<Spanned<&'static str>>,
    /// Whether dependencies of dependencies are listed as well.
    pub(super) complete: bool,
    /// Which of what is listed brings what is not, found out when one first asks.
    pub(super) brought: OnceLock<HashMap<&'static str, (String, Place)>>,
}

#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) place: Place,
    pub(super) extras: Vec<String>,
    /// None if it comes from a checkout or was refused.
    pub(super) range: Option<Range>,
    /// The pin of a lock file or constraint, which decides.
    pub(super) pinned: Option<Fact<Range>>,
    /// Its marker depends on what is not known.
    pub(super) conditional: bool,
}

/// A line that asks for a distribution, or what a resolver chose of it.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) listed: Listed,
    pub(super) marker: Option<Marker>,
    pub(super) by_lock: bool,
}

impl Listed {
    pub(super) fn versions(&self) -> Option<Fact<Range>> {
        let asked = self.range.clone().map(|range| Fact::at(range, self.place));
        match (&self.pinned, asked) {
            (Some(pinned), Some(asked)) => {
                let both = pinned.value.and(&asked.value);
                // A lock file that is behind its project is what is installed all the same.
                let both = if both.is_empty() { pinned.value.clone() } else { both };
                Some(pinned.map(|_| both.clone()).given(&asked))
            }
            (Some(pinned), None) => Some(pinned.clone()),
            (None, asked) => asked,
        }
    }

    /// Asked for once more: at once, or for other interpreters.
    fn and(&mut self, other: Self) {
        self.extras.extend(other.extras.iter().cloned());
        let (Some(one), Some(two)) = (&self.range, &other.range) else {
            self.range = None;
            self.conditional &= other.conditional;
            return;
        };
        let both = one.and(two);
        let may_differ = self.conditional || other.conditional;
        // Of one list that contradicts itself pip installs nothing; of two, what comes last.
        if both.is_empty() && !may_differ && self.place.file == other.place.file {
            self.range = None;
            return;
        }
        let either = may_differ || both.is_empty();
        self.range = Some(if either { one.or(two) } else { both });
        self.conditional &= other.conditional;
    }

    /// A lock file may hold several versions, each for some interpreters.
    fn lock(&mut self, version: Option<Fact<Range>>) {
        self.pinned = match (self.pinned.take(), version) {
            (Some(one), Some(two)) => Some(one.zip(&two).map(|(one, two)| one.or(two))),
            (one, two) => one.or(two),
        };
    }
}

impl Closure {
    /// The same on these interpreters alone, which decide what markers ask of them.
    pub(super) fn under(&self, python: &Range) -> Self {
        let mut under = self.clone();
        for asked in &self.undecided {
            under.listed.0.remove(&asked.name);
        }
        for asked in &self.undecided {
            let holds = asked.marker.as_ref().map_or(Some(true), |it| it.holds(Some(python)));
            if holds == Some(false) {
                continue;
            }
            let listed = Listed { conditional: holds.is_none(), ..asked.listed.clone() };
            under.listed.add(asked.name.clone(), listed, asked.by_lock);
        }
        for (name, pin) in &self.pins {
            under.listed.constrain(name, pin);
        }
        under.brought = OnceLock::new();
        under
    }

    pub(super) fn has(&self, name: &str) -> Option<Fact<bool>> {
        if let Some(listed) = self.listed.get(name) {
            return (!listed.conditional).then(|| Fact::at(true, listed.place));
        }
        let by = if self.complete { None } else { self.brought().get(name) };
        if let Some((by, place)) = by {
            let brought = Fact::at(true, *place);
            return Some(brought.doubt(Certainty::Likely, &format!("it comes with {by}")));
        }
        // Frameworks bring the server that they are run by, and this is the one.
        let may_come = name == "uvicorn" && !self.complete && self.unknown().next().is_some();
        (self.open.is_none() && !may_come).then(|| self.absent(name))
    }

    /// For each known distribution that comes with a listed one, at whatever distance, the first
    /// that brings it.
    fn brought(&self) -> &HashMap<&'static str, (String, Place)> {
        self.brought.get_or_init(|| {
            let mut brought = HashMap::new();
            for (by, listed) in self.listed.iter() {
                let mut next: Vec<_> = brings(by, &listed.extras).collect();
                while let Some(name) = next.pop() {
                    // One that came with another had all that it brings come as well.
                    if let hash_map::Entry::Vacant(entry) = brought.entry(name) {
                        entry.insert((by.to_owned(), listed.place));
                        next.extend(distributions::brought_by(name));
                    }
                }
            }
            brought
        })
    }

    pub(super) fn provides(&self, module: &str) -> Option<Fact<bool>> {
        let mut doubtful = false;
        for name in distributions::providers_of(module) {
            match self.has(name) {
                Some(fact) if fact.value => return Some(fact),
                Some(_) => {}
                None => doubtful = true,
            }
        }
        let mut unknown = self.unknown();
        if let Some((_, listed)) = unknown.find(|(it, _)| distributions::suggests(it, module)) {
            let found = Fact::at(true, listed.place);
            return Some(found.doubt(Certainty::Likely, "its name suggests the module"));
        }
        let is_known = distributions::providers_of(module).next().is_some();
        let is_told = !self.may_bring_unseen(module) || is_known && self.is_frozen();
        let told = !doubtful && is_told && self.open.is_none();
        told.then(|| self.absent(module))
    }

    /// Whether dependencies of dependencies are listed as well, each with its version: nobody writes down
    /// what Django itself needs but `pip freeze`. What a command installs by its name beside such a list, as
    /// `pip install --upgrade pip`, has no version, and leaves the list what it is where all that comes with
    /// it is known.
    pub(super) fn is_frozen(&self) -> bool {
        if self.complete {
            return true;
        }
        let [Some(asgiref), Some(sqlparse)] = ["asgiref", "sqlparse"].map(|it| self.listed.get(it))
        else {
            return false;
        };
        let is_pinned = |it: &Listed| it.versions().is_some_and(|it| it.value.pinned().is_some());
        let is_beside =
            |it: &Listed| [asgiref, sqlparse].iter().all(|of| of.place.file != it.place.file);
        self.open.is_none()
            && self
                .listed
                .iter()
                .all(|(name, it)| is_pinned(it) || is_beside(it) && self.is_understood(name, it))
    }

    /// Whether what is in no table may bring a module: an application of Django comes with others, and
    /// what comes from a checkout may be anything, a whole site among them.
    fn may_bring_unseen(&self, module: &str) -> bool {
        let mut known = distributions::providers_of(module).peekable();
        let is_app = known.peek().is_some() && known.all(distributions::may_be_for_django);
        self.unknown().any(|(name, listed)| {
            !is_app || listed.range.is_none() || distributions::may_be_for_django(name)
        })
    }

    /// What is listed and in no table, so that its modules and dependencies are not known.
    pub(super) fn unknown(&self) -> impl Iterator<Item = (&str, &Listed)> {
        self.listed.iter().filter(|(name, listed)| !self.is_understood(name, listed))
    }

    /// Whether all is known that comes with a distribution.
    fn is_understood(&self, name: &str, listed: &Listed) -> bool {
        let mut extras = listed.extras.iter();
        let extra_known = |it: &String| distributions::brought_by_extra(name, it).is_some();
        distributions::is_known(name) && (self.complete || extras.all(extra_known))
    }

    fn absent(&self, wanted: &str) -> Fact<bool> {
        let absent = Fact::new(false, Origin::Absent { within: self.within });
        let unknown: Vec<&str> = self.unknown().map(|(name, _)| name).collect();
        if self.complete || unknown.is_empty() {
            return absent;
        }
        // Only one that is named for it is worth naming.
        let named = unknown.iter().find(|it| it.contains(wanted)).copied();
        let which = named.unwrap_or("another of these packages");
        absent.doubt(Certainty::Likely, &format!("{which} may bring it along"))
    }
}

/// What a known distribution, with its extras, depends on.
fn brings(name: &str, extras: &[String]) -> impl Iterator<Item = &'static str> {
    let extras = extras.iter().filter_map(|it| distributions::brought_by_extra(name, it));
    distributions::brought_by(name).chain(extras.flat_map(str::split_whitespace))
}

impl List {
    pub(super) fn get(&self, name: &str) -> Option<&Listed> {
        self.0.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Listed)> {
        self.0.iter().map(|(name, listed)| (name.as_str(), listed))
    }

    /// Adds what a file asks for, or what a resolver chose.
    pub(super) fn add(&mut self, name: String, new: Listed, by_lock: bool) {
        match by_lock {
            true => self.lock(name, new),
            false => self.ask(name, new),
        }
    }

    /// Adds what a file asks for.
    fn ask(&mut self, name: String, new: Listed) {
        match self.0.entry(name) {
            Entry::Vacant(entry) => _ = entry.insert(new),
            Entry::Occupied(mut entry) => entry.get_mut().and(new),
        }
    }

    /// Adds what a resolver chose.
    fn lock(&mut self, name: String, new: Listed) {
        match self.0.entry(name) {
            Entry::Vacant(entry) => _ = entry.insert(new),
            Entry::Occupied(mut entry) => entry.get_mut().lock(new.pinned),
        }
    }

    pub(super) fn constrain(&mut self, name: &str, pin: &Fact<Range>) {
        if let Some(listed) = self.0.get_mut(name) {
            listed.pinned = Some(pin.clone());
        }
    }
}
