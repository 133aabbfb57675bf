//! What the operator declares of a deployment: the sentences of a runbook, as data.
//!
//! Each value knows where it stands in the configuration file, so that a diagnostic can point at
//! the sentence that is broken. Whether one holds is for assembly, rules and probes to say.

use crate::fact::Fact;
use crate::fact::symbol::Bindings;
use crate::model::Stage;
use crate::source::{Globs, Spanned};
use camino::{Utf8Path, Utf8PathBuf};

/// One `[deployment.NAME]`. What is not declared is not asked for.
#[derive(Clone, Debug)]
pub struct Contract {
    pub name: Spanned<String>,
    pub stage: Option<Spanned<Stage>>,
    /// The module that DJANGO_SETTINGS_MODULE names.
    pub settings: Option<Spanned<String>>,
    /// Where this repository lies on the server.
    pub root: Option<Spanned<Utf8PathBuf>>,
    /// The folder that lies there: the one of the configuration file.
    pub folder: Utf8PathBuf,
    /// The files that belong to the deployment; none if kilter shall find them.
    pub files: Option<DeploymentFiles>,
    /// What a template's symbol stands for.
    pub bind: Vec<(Spanned<String>, Spanned<String>)>,
    /// The user that the application's processes run as.
    pub run_as: Option<Spanned<String>>,
    pub domains: Vec<Spanned<String>>,
    pub tls: Option<Spanned<Tls>>,
    /// Variables that each Django process must get.
    pub requires: Vec<Spanned<String>>,
    /// Variables of which a process gets all or none.
    pub requires_together: Vec<Spanned<Vec<Spanned<String>>>>,
    pub static_root: Option<Spanned<Utf8PathBuf>>,
    pub media_root: Option<Spanned<Utf8PathBuf>>,
    /// The only ports that are open to others; an empty list opens none.
    pub ports: Option<Spanned<Vec<Spanned<u16>>>>,
    /// Services that nobody reaches from outside.
    pub loopback_only: Vec<Spanned<String>>,
    /// Units that are installed and enabled.
    pub units: Vec<Spanned<String>>,
    pub timers: Vec<Spanned<String>>,
    /// Services, units or programs that run.
    pub processes: Vec<Spanned<String>>,
    /// A path of the site and the status that it answers with.
    pub routes: Vec<(Spanned<String>, Spanned<u16>)>,
    pub host: Option<HostContract>,
    pub paths: Vec<PathContract>,
}

#[derive(Clone, Debug)]
pub struct DeploymentFiles {
    pub globs: Globs,
    pub patterns: Vec<Spanned<String>>,
}

impl Contract {
    /// Units and timers, with the kind that systemctl(1) adds where none is written.
    pub fn unit_names(&self) -> Vec<Fact<String>> {
        let named = |it: &Spanned<String>, kind: &str| {
            let has_kind = UNIT_KINDS.iter().any(|kind| it.value.ends_with(kind));
            let name = if has_kind { it.value.clone() } else { format!("{}{kind}", it.value) };
            Fact::at(name, it.place)
        };
        let units = self.units.iter().map(|it| named(it, ".service"));
        units.chain(self.timers.iter().map(|it| named(it, ".timer"))).collect()
    }
}

/// systemd.unit(5), "Description".
const UNIT_KINDS: [&str; 11] = [
    ".service",
    ".socket",
    ".device",
    ".mount",
    ".automount",
    ".swap",
    ".target",
    ".path",
    ".timer",
    ".slice",
    ".scope",
];

/// Where the domains' TLS ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// At the web server of this deployment.
    Here,
    /// Before it: at a load balancer or a content delivery network.
    Elsewhere,
    /// The site is served in the clear.
    None,
}

/// What the placeholders of a file stand for, by the contracts that it may belong to.
pub fn bindings(contracts: &[Contract], path: &Utf8Path) -> Bindings {
    let of_file = |it: &&Contract| it.files.as_ref().is_none_or(|it| it.globs.matches(path));
    let pairs = contracts.iter().filter(of_file).flat_map(|it| &it.bind);
    Bindings::agreed(pairs.map(|(symbol, value)| (symbol.value.as_str(), value.value.as_str())))
}

/// The machine that the deployment runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostContract {
    pub name: Option<Spanned<String>>,
    /// As `/etc/os-release` names it: "debian 12".
    pub os: Option<Spanned<String>>,
}

/// A file or directory on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathContract {
    pub path: Spanned<Utf8PathBuf>,
    pub owner: Option<Spanned<String>>,
    pub group: Option<Spanned<String>>,
    pub mode: Option<Spanned<Mode>>,
    pub exists: Option<Spanned<bool>>,
}

/// Permissions as they are declared: bits that must be set, and bits that must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mode {
    /// As it is written.
    pub text: String,
    pub set: u32,
    pub clear: u32,
}

impl Mode {
    /// `2775` says all bits; `g+w,o-rwx` says those named, in the language of chmod(1).
    pub fn parse(text: &str) -> Option<Self> {
        const ALL: u32 = 0o7777;
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            let octal = (3..=5).contains(&text.len());
            let set = u32::from_str_radix(text, 8).ok().filter(|bits| octal && *bits <= ALL)?;
            return Some(Self { text: text.to_owned(), set, clear: ALL & !set });
        }
        let (mut set, mut clear) = (0, 0);
        for clause in text.split(',') {
            let (who, rest) = clause.split_at(clause.find(['+', '-', '='])?);
            let (sign, letters) = rest.split_at(1);
            if letters.is_empty() && sign != "=" {
                return None;
            }
            let classes = classes(who)?;
            let bits = permissions(letters)? & classes;
            match sign {
                "+" => set |= bits,
                "-" => clear |= bits,
                _ => {
                    set |= bits;
                    clear |= classes & 0o777 & !bits;
                }
            }
        }
        // Asked for and forbidden: nothing could have it.
        (set & clear == 0).then(|| Self { text: text.to_owned(), set, clear })
    }

    pub fn holds(&self, mode: u32) -> bool {
        mode & self.set == self.set && mode & self.clear == 0
    }
}

/// The bits that belong to these classes of users.
fn classes(who: &str) -> Option<u32> {
    let mut bits = 0;
    for class in if who.is_empty() { "a" } else { who }.chars() {
        bits |= match class {
            'u' => 0o4700,
            'g' => 0o2070,
            'o' => 0o1007,
            'a' => 0o7777,
            _ => return None,
        };
    }
    Some(bits)
}

fn permissions(letters: &str) -> Option<u32> {
    let mut bits = 0;
    for letter in letters.chars() {
        bits |= match letter {
            'r' => 0o444,
            'w' => 0o222,
            'x' => 0o111,
            's' => 0o6000,
            't' => 0o1000,
            _ => return None,
        };
    }
    Some(bits)
}
