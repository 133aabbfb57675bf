//! Lines as they stand in their levels once includes are followed.
//!
//! A level owns its lines in reading order and knows the level around it; what it inherits is
//! asked from [`Level`](crate::model::nginx::Level).

use crate::diagnostic::{Edit, Kind};
use crate::fact::{Fact, Origin, secret};
use crate::model::nginx::matcher::Matcher;
use crate::model::nginx::text;
use crate::source::Place;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(u32);

/// What may stand in a level, named as nginx's manual does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    Main,
    Events,
    Http,
    Server,
    Location,
    /// `if` at server level: rewriting only.
    ServerIf,
    LocationIf,
    LimitExcept,
    Upstream,
    /// Lines that are data: `map`, `geo`, `types`, `split_clients`.
    Data,
    /// `stream` and `mail` and all below them.
    OtherProtocol,
    /// A block of a module that is not nginx's own.
    Foreign,
}

impl Context {
    /// What nginx's source calls it, as far as it has directives of its own.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Main => "main",
            Self::Events => "events",
            Self::Http => "http",
            Self::Server => "server",
            Self::Location => "location",
            Self::ServerIf => "server-if",
            Self::LocationIf => "location-if",
            Self::LimitExcept => "limit_except",
            Self::Upstream => "upstream",
            Self::Data | Self::OtherProtocol | Self::Foreign => return None,
        })
    }
}

/// A directive in its level.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: String,
    pub args: Vec<Fact<String>>,
    /// Name and arguments where they are written, or the package that ships them.
    pub origin: Origin,
    /// The `include` lines that lead here, outermost first.
    pub via: Arc<[Place]>,
    /// The level of its block.
    pub body: Option<ScopeId>,
}

/// Why a level may hold more lines than are in view.
#[derive(Clone, Debug)]
pub struct Unseen {
    pub why: Arc<str>,
    /// The include that could not be followed; none if nothing includes the root.
    pub place: Option<Place>,
}

#[derive(Debug)]
pub struct Scope {
    pub context: Context,
    pub parent: Option<ScopeId>,
    pub lines: Vec<Line>,
    /// Those of them that open no level, by their number: what is inherited is among these, and an
    /// `http` has a line for every server.
    settings: Vec<u32>,
    /// The line whose block this is; none for what is implied by a fragment.
    pub opener: Option<Origin>,
    /// Of a location: which URIs it is for.
    pub matcher: Option<Matcher>,
    pub unseen: Vec<Unseen>,
}

/// What stopped the reading somewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// A literal path that is not there: nginx does not start.
    MissingInclude(String),
    /// The same, but the file lies in the tree, and was read for what it is meant to be.
    Misplaced(String),
    IncludeCycle(String),
    /// Kilter's own bound on what it expands.
    TooMuch,
}

impl Scope {
    pub(super) fn push(&mut self, line: Line) {
        if line.body.is_none() {
            self.settings.push(self.lines.len() as u32);
        }
        self.lines.push(line);
    }

    /// The lines that open no level.
    pub(super) fn settings(&self) -> impl Iterator<Item = &Line> {
        self.settings.iter().map(|number| &self.lines[*number as usize])
    }
}

impl Line {
    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// The value of an argument, from 0.
    pub fn arg(&self, index: usize) -> Option<&str> {
        self.args.get(index).map(|arg| arg.value.as_str())
    }

    /// Something that this line as a whole says.
    pub fn fact<T>(&self, value: T) -> Fact<T> {
        Fact::new(value, self.origin)
    }

    /// `name=value` among the arguments.
    pub fn option(&self, name: &str) -> Option<Fact<String>> {
        self.args.iter().find_map(|arg| {
            arg.try_map(|arg| Some(arg.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
        })
    }

    /// It could be written so elsewhere.
    pub fn text(&self) -> String {
        let args = self.args.iter().map(|arg| format!(" {}", text::quoted(&arg.value)));
        format!("{}{};", self.name, args.collect::<String>())
    }

    /// Edits that repeat other lines right before this one; none if what one says may be a secret.
    pub fn repeating(&self, others: &[&Self]) -> Vec<Edit> {
        let before = self.fact(()).written_at();
        let is_secret = |line: &Self| {
            line.arg(0).is_some_and(|name| {
                secret::is_secret_name(name) || name.eq_ignore_ascii_case("authorization")
            })
        };
        let Some(before) = before.filter(|_| !others.iter().any(|line| is_secret(line))) else {
            return Vec::new();
        };
        let edit = |line: &&Self| Edit::before(before, line.text(), Kind::Statement);
        others.iter().map(edit).collect()
    }

    pub fn has_arg(&self, arg: &str) -> bool {
        self.args.iter().any(|it| it.value == arg)
    }
}

/// All levels of a configuration; a level comes after the one around it.
#[derive(Debug)]
pub(super) struct Table(Vec<Scope>);

impl Table {
    pub(super) const MAIN: ScopeId = ScopeId(0);
    pub(super) const HTTP: ScopeId = ScopeId(1);

    pub(super) fn new() -> Self {
        let mut table = Self(Vec::new());
        let main = table.add(Context::Main, None, None);
        table.add(Context::Http, Some(main), None);
        table
    }

    pub(super) fn add(
        &mut self,
        context: Context,
        parent: Option<ScopeId>,
        opener: Option<Origin>,
    ) -> ScopeId {
        let id = ScopeId(self.0.len() as u32);
        self.0.push(Scope {
            context,
            parent,
            lines: Vec::new(),
            settings: Vec::new(),
            opener,
            matcher: None,
            unseen: Vec::new(),
        });
        id
    }

    pub(super) fn get(&self, id: ScopeId) -> &Scope {
        &self.0[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.0[id.0 as usize]
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ScopeId> + use<> {
        (0..self.0.len() as u32).map(ScopeId)
    }

    /// A level and those around it, inside out.
    pub(super) fn outwards(&self, id: ScopeId) -> impl Iterator<Item = ScopeId> {
        std::iter::successors(Some(id), |id| self.get(*id).parent)
    }
}
