//! Which unit a file is about, by its path (systemd.unit(5)).

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    Service,
    Socket,
    Target,
    Timer,
    Path,
    Mount,
    Automount,
    Swap,
    Slice,
    Scope,
    Device,
}

impl UnitKind {
    pub const ALL: [Self; 11] = [
        Self::Service,
        Self::Socket,
        Self::Target,
        Self::Timer,
        Self::Path,
        Self::Mount,
        Self::Automount,
        Self::Swap,
        Self::Slice,
        Self::Scope,
        Self::Device,
    ];

    pub fn suffix(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Socket => "socket",
            Self::Target => "target",
            Self::Timer => "timer",
            Self::Path => "path",
            Self::Mount => "mount",
            Self::Automount => "automount",
            Self::Swap => "swap",
            Self::Slice => "slice",
            Self::Scope => "scope",
            Self::Device => "device",
        }
    }

    fn from_suffix(suffix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.suffix() == suffix)
    }
}

/// Whose manager runs a unit: the host's, or that of a user who is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Manager {
    System,
    User,
}

/// `prefix.kind`, `prefix@instance.kind`, or the template `prefix@.kind`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitName {
    pub prefix: String,
    /// What stands after `@`: empty for a template.
    pub instance: Option<String>,
    pub kind: UnitKind,
}

impl UnitName {
    /// Reads `gunicorn.service`; `None` for what is no unit's name.
    pub fn parse(name: &str) -> Option<Self> {
        let (stem, suffix) = name.rsplit_once('.')?;
        let kind = UnitKind::from_suffix(suffix)?;
        // Placeholders of templates may stand in a name: `__SITE__-gunicorn.service`, `{{ x }}`.
        let is_valid =
            |c: char| c.is_ascii_alphanumeric() || ":-_.\\@%".contains(c) || "{}<> ".contains(c);
        if stem.is_empty() || !stem.chars().all(is_valid) || stem.starts_with('@') {
            return None;
        }
        let (prefix, instance) = match stem.split_once('@') {
            Some((prefix, instance)) => (prefix, Some(instance.to_owned())),
            None => (stem, None),
        };
        Some(Self { prefix: prefix.to_owned(), instance, kind })
    }

    pub fn is_template(&self) -> bool {
        self.instance.as_deref() == Some("")
    }

    /// The template that this is an instance of.
    pub fn template(&self) -> Option<Self> {
        let instance = self.instance.as_deref()?;
        (!instance.is_empty()).then(|| Self { instance: Some(String::new()), ..self.clone() })
    }

    pub fn without_suffix(&self) -> String {
        match &self.instance {
            Some(instance) => format!("{}@{instance}", self.prefix),
            None => self.prefix.clone(),
        }
    }

    /// The folders that may hold drop-ins for this unit, the weakest first: those of its kind,
    /// of each prefix that ends in a dash, of its template, its own.
    pub fn drop_in_folders(&self) -> Vec<String> {
        let suffix = self.kind.suffix();
        let mut folders = vec![format!("{suffix}.d")];
        let stem = self.without_suffix();
        let dashes = self.prefix.match_indices('-').map(|(at, _)| at + 1);
        for end in dashes.filter(|end| *end < self.prefix.len() || self.instance.is_some()) {
            folders.push(format!("{}.{suffix}.d", &stem[..end]));
        }
        if let Some(template) = self.template() {
            folders.push(format!("{template}.d"));
        }
        folders.push(format!("{self}.d"));
        folders
    }
}

impl fmt::Display for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.without_suffix(), self.kind.suffix())
    }
}

/// What a file is to systemd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    Unit(UnitName),
    /// A drop-in: the name of its folder (`gunicorn.service.d`) and its own, which orders it.
    DropIn {
        folder: String,
        name: String,
        kind: UnitKind,
    },
}

/// Endings that make a template or sample of a file, and are gone where it is installed.
const TEMPLATE_ENDINGS: [&str; 12] = [
    ".template",
    ".tmpl",
    ".tpl",
    ".j2",
    ".jinja2",
    ".jinja",
    ".in",
    ".example",
    ".sample",
    ".dist",
    ".erb",
    ".mustache",
];

/// Reads `deploy/gunicorn.service.j2` and `etc/gunicorn.service.d/override.conf`.
pub fn role(path: &str) -> Option<Role> {
    let mut parts = path.rsplit('/');
    let mut name = parts.next()?;
    while let Some(stem) = TEMPLATE_ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) {
        name = stem;
    }
    if let Some(unit) = UnitName::parse(name) {
        return Some(Role::Unit(unit));
    }
    let folder = parts.next()?;
    let owner = folder.strip_suffix(".d")?;
    name.ends_with(".conf").then_some(())?;
    let kind = match UnitName::parse(owner) {
        Some(unit) => unit.kind,
        None => UnitKind::from_suffix(owner)?,
    };
    Some(Role::DropIn { folder: folder.to_owned(), name: name.to_owned(), kind })
}

/// A path tells whose manager reads the unit, or a comment that says where it is to be put, or its own
/// lines; without a word it is the host's.
pub fn manager(path: &str, text: &str) -> Manager {
    let user = ["systemd/user/", ".config/systemd/"];
    let is_told = |line: &str| {
        let comment = line.trim_start().strip_prefix(['#', ';']);
        comment.is_some_and(|it| it.contains("systemctl --user") || it.contains(user[0]))
    };
    let is_of_user = user.iter().any(|part| path.contains(part)) || text.lines().any(is_told);
    match is_of_user || is_written_for_user(text) {
        true => Manager::User,
        false => Manager::System,
    }
}

/// Whether a unit names no user, and starts with what else the user's manager starts, or lies in that user's
/// home: the manager of a user has no `multi-user.target`, and that of the host has `/root` for `%h`
/// (systemd.special(7), "Units managed by the user service manager"; systemd.unit(5), "Specifiers").
fn is_written_for_user(text: &str) -> bool {
    let value = |line: &'_ str, key: &str| -> Option<String> {
        let rest = line.trim().strip_prefix(key)?.trim_start().strip_prefix('=')?;
        Some(rest.trim().to_owned())
    };
    let any = |key: &str, is: fn(&str) -> bool| {
        text.lines().filter_map(|line| value(line, key)).any(|it| is(&it))
    };
    let is_at_home = |it: &str| it.starts_with("%h");
    !any("User", |_| true)
        && (any("WantedBy", |it| it.split_whitespace().any(|it| it == "default.target"))
            || any("WorkingDirectory", is_at_home)
            || any("ExecStart", is_at_home))
}
