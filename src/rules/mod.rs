//! Every rule, by group.
//!
//! A rule is data and one function over the model. It speaks on proof and is silent where it
//! does not know; it sees no text, no disk and no other rule.

use crate::diagnostic::{Area, Checked, Diagnostic, Findings, Severity};
use crate::fact::spelling;
use crate::model::nginx::Config;
use crate::model::observed::Observed;
use crate::model::{Deployment, EnvFile, Fault, Model, Refused, Stage};

mod assets;
mod caddy;
mod compose;
mod django;
mod docker;
mod dotenv;
mod env;
mod exposure;
mod hosts;
mod identity;
mod kilter;
mod live;
mod nginx;
mod proxy;
mod server;
mod sockets;
mod startup;
mod storage;
mod systemd;
mod tls;

mod built_too;
mod drift;
mod made_one;
mod several;
mod unfilled;
mod without_module;

/// One thing that kilter checks: its page, and a function.
pub struct Rule {
    /// `group/name`, also the page's path under `rules/` and the code's under `src/rules/`.
    pub id: &'static str,
    pub since: &'static str,
    /// The highest it may be; a finding can be [lower](Diagnostic::at_most).
    pub severity: Severity,
    /// Whether it speaks only when `--pedantic` or a selection asks for it.
    pub pedantic: bool,
    /// The rules whose findings about the same subject are but consequences of this one's.
    pub explains: &'static [&'static str],
    /// From "0.1" to "10.0" in CVSS's scale, if what it finds can be exploited.
    pub security: Option<&'static str>,
    pub check: Check,
    /// `rules/<id>.md`: what the rule finds, and the examples that test it.
    pub page: &'static str,
}

/// What a rule reads. It is called once for each there is.
pub enum Check {
    Deployment(fn(&Deployment, &mut Findings)),
    /// Each configuration of nginx that a deployment has.
    Nginx(fn(&Config, &mut Findings)),
    /// Each env file of the tree, whoever reads it.
    Dotenv(fn(&EnvFile, &mut Findings)),
    /// What was seen of a machine that a deployment runs on.
    Live(Area, fn(&Deployment, &Observed, &mut Findings)),
    /// All that was read, deployments or not.
    Model(fn(&Model, &mut Findings)),
    /// What the real consumer of this format refuses, and its parser has said already.
    Refused {
        is: fn(Fault) -> bool,
        label: &'static str,
        help: &'static str,
    },
    /// What is told of one file by its parser, and of several by their model.
    Each(&'static [Self]),
    /// Said by the run itself, of ignores and selections: there is nothing to call.
    Run,
}

/// Further places of one mistake in one file that are pointed at.
const MOST_ALIKE: usize = 3;

pub struct Group {
    pub name: &'static str,
    /// What the group is about, for lists of rules.
    pub title: &'static str,
    pub rules: &'static [&'static Rule],
}

pub static GROUPS: &[Group] = &[
    assets::GROUP,
    caddy::GROUP,
    compose::GROUP,
    django::GROUP,
    docker::GROUP,
    dotenv::GROUP,
    env::GROUP,
    exposure::GROUP,
    hosts::GROUP,
    identity::GROUP,
    kilter::GROUP,
    live::GROUP,
    nginx::GROUP,
    proxy::GROUP,
    server::GROUP,
    sockets::GROUP,
    startup::GROUP,
    storage::GROUP,
    systemd::GROUP,
    tls::GROUP,
];

pub fn all() -> impl Iterator<Item = &'static Rule> {
    GROUPS.iter().flat_map(|group| group.rules).copied()
}

pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// How closely a name says which rules it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Specificity {
    All,
    Group,
    Rule,
}

/// How closely a name, as configurations and comments use them, means the rule; none if it
/// does not.
pub fn specificity(name: &str, rule: &str) -> Option<Specificity> {
    let group = rule.split_once('/').map(|(group, _)| group);
    match name {
        "all" => Some(Specificity::All),
        name if name == rule => Some(Specificity::Rule),
        name if Some(name) == group => Some(Specificity::Group),
        _ => None,
    }
}

/// The rule or group that was probably meant.
pub fn nearest(name: &str) -> Option<&'static str> {
    spelling::nearest(name, all().flat_map(|rule| [rule.id, rule.group()]))
}

impl Rule {
    pub fn group(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(group, _)| group)
    }

    /// The page's first paragraph: what the rule finds, in one line.
    pub fn summary(&self) -> &'static str {
        self.page.lines().skip(1).find(|line| !line.is_empty()).unwrap_or_default()
    }

    pub fn run(&self, model: &Model) -> Vec<Diagnostic> {
        self.examine(model).0
    }

    /// Whether what it finds is a fault only where others come to: on a developer's machine it
    /// works, and what is open there is open to nobody.
    pub fn hurts_visitors_only(&self) -> bool {
        const RULES: [&str; 8] = [
            "hosts/x-forwarded-host-trusted",
            "identity/runs-as-root",
            "proxy/forwarded-proto-spoofable",
            "proxy/forwarded-trust-exposed",
            "server/reload-in-production",
            "startup/dev-server",
            "storage/db-ephemeral",
            "storage/media-ephemeral",
        ];
        match self.group() {
            "env" => self.id != "env/credential-mismatch",
            "exposure" => true,
            _ => RULES.contains(&self.id),
        }
    }

    /// What it finds, and on a machine what else it looked at.
    pub fn examine(&self, model: &Model) -> (Vec<Diagnostic>, Vec<Checked>) {
        self.examine_by(&self.check, model)
    }

    fn examine_by(&self, check: &Check, model: &Model) -> (Vec<Diagnostic>, Vec<Checked>) {
        match *check {
            Check::Each(checks) => {
                let each = checks.iter().map(|check| self.examine_by(check, model));
                let (found, checked): (Vec<_>, Vec<_>) = each.unzip();
                (found.concat(), checked.concat())
            }
            Check::Deployment(check) => self.in_each(model, check),
            Check::Nginx(check) => self.in_each(model, |deployment, out| {
                deployment.nginx.iter().for_each(|config| check(config, out));
            }),
            Check::Dotenv(check) => self.found(None, |out| {
                let files = model.surroundings.env_files.iter().filter(|it| !it.is_kept_aside());
                files.for_each(|file| check(file, out));
            }),
            Check::Live(_, check) => self.in_each(model, |deployment, out| {
                if let Some(observed) = &deployment.observed {
                    check(deployment, observed, out);
                }
            }),
            Check::Model(check) => self.found(None, |out| check(model, out)),
            Check::Refused { is, label, help } => self.found(None, |out| {
                let found = model.reading.refused.iter().filter(|it| is(it.fault));
                let found: Vec<&Refused> = found.collect();
                for (at, it) in found.iter().copied().enumerate() {
                    // Who made a mistake twice mends it twice, and reads of it once.
                    if found[..at].iter().any(|before| before.stops_like(it)) {
                        continue;
                    }
                    let again: Vec<&Refused> = found[at + 1..]
                        .iter()
                        .copied()
                        .filter(|other| it.stops_like(other))
                        .collect();
                    let (label, severity) = match it.fault.is_fatal() {
                        true => (label, Severity::Error),
                        false => ("reading goes on here", Severity::Warning),
                    };
                    let said = out.report(it, &it.message.value, it.message.label(label));
                    said.help(it.help.unwrap_or(help)).at_most(severity);
                    if let Some(also) = &it.also {
                        said.also(also.label(&also.value));
                    }
                    for other in again.iter().take(MOST_ALIKE) {
                        let text = match other.message.value == it.message.value {
                            true => "and the same here".to_owned(),
                            false => format!("then here: {}", other.message),
                        };
                        said.also(other.message.label(text));
                    }
                    if let Some(fix) = &it.fix {
                        let further = again.iter().filter_map(|it| it.fix.as_ref());
                        let further = further.filter(|it| it.title == fix.title);
                        let mut fix = fix.clone();
                        fix.edits.extend(further.flat_map(|it| it.edits.iter().cloned()));
                        said.fix(fix);
                    }
                }
            }),
            Check::Run => (Vec::new(), Vec::new()),
        }
    }

    fn in_each(
        &self,
        model: &Model,
        check: impl Fn(&Deployment, &mut Findings),
    ) -> (Vec<Diagnostic>, Vec<Checked>) {
        // Nobody wants to hear that a developer's machine is no production.
        let each = model.deployments.iter().filter(|it| it.stage.value == Stage::Production);
        let each = each.map(|it| self.found(Some(&it.name), |out| check(it, out)));
        let (found, checked): (Vec<_>, Vec<_>) = each.unzip();
        (found.concat(), checked.concat())
    }

    fn found(
        &self,
        deployment: Option<&str>,
        check: impl Fn(&mut Findings),
    ) -> (Vec<Diagnostic>, Vec<Checked>) {
        let mut out = Findings::new(self.id, self.severity, deployment);
        check(&mut out);
        out.into_parts()
    }
}
