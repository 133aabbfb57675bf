//! `kilter check [PATH…]`: reads, judges, prints.

use crate::cli::{Exit, Failure, Terminal};
use crate::diagnostic::Severity;
use crate::report::{self, Colour, DeploymentInfo, Format, Report, RuleInfo, Style};
use crate::rules::{self, Rule};
use crate::run::{self, Config, Outcome};
use crate::source::Tree;
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// Files or folders; the working directory if there are none
    paths: Vec<PathBuf>,
    /// Rules or groups to run, separated by commas; all that are not pedantic by default
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    select: Vec<String>,
    /// Rules or groups to leave out
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    ignore: Vec<String>,
    /// Also say what is a matter of taste, and what is only possible
    #[arg(long)]
    pedantic: bool,
    #[arg(long, default_value = "full", value_parser = format)]
    format: Format,
    /// Exit with 1 if there is anything at least this severe
    #[arg(long, value_enum, default_value_t = FailOn::Warning, value_name = "SEVERITY")]
    fail_on: FailOn,
    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
    #[arg(long, value_enum, default_value_t = When::Auto)]
    color: When,
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Advice,
}

#[derive(Clone, Copy, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl From<FailOn> for Severity {
    fn from(it: FailOn) -> Self {
        match it {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Advice => Self::Advice,
        }
    }
}

impl From<When> for Colour {
    fn from(it: When) -> Self {
        match it {
            When::Auto => Self::Auto,
            When::Always => Self::Always,
            When::Never => Self::Never,
        }
    }
}

fn format(name: &str) -> Result<Format, String> {
    let known = Format::ALL.into_iter().find(|format| format.name() == name);
    known.ok_or_else(|| {
        let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("the formats are {}", names.join(", "))
    })
}

pub(super) fn run(
    arguments: &Arguments,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let config = Config { rules: selected(arguments)?, pedantic: arguments.pedantic };
    let here = [PathBuf::from(".")];
    let paths = if arguments.paths.is_empty() { &here } else { arguments.paths.as_slice() };
    let tree = Tree::walk(paths)?;
    let outcome = run::run(&tree, &config);

    let style = Style::of(arguments.color.into(), terminal.columns, |name| terminal.variable(name));
    out.write_all(render(&outcome, arguments, &style).as_bytes())?;
    Ok(verdict(arguments, &outcome))
}

fn verdict(arguments: &Arguments, outcome: &Outcome) -> Exit {
    let bar = arguments.fail_on.into();
    let found = outcome.diagnostics.iter().any(|diagnostic| diagnostic.severity() >= bar);
    if found && !arguments.exit_zero { Exit::Found } else { Exit::Clean }
}

/// The rules to run: those asked for, or all that are no matter of taste; less those left out.
fn selected(arguments: &Arguments) -> Result<Vec<&'static Rule>, Failure> {
    let names = arguments.select.iter().chain(&arguments.ignore);
    for name in names {
        if !rules::all().any(|rule| names_rule(name, rule)) {
            return Err(Failure::NoRule { name: name.clone(), near: rules::nearest(name) });
        }
    }
    let within = |names: &[String], rule: &Rule| names.iter().any(|name| names_rule(name, rule));
    let wanted = |rule: &Rule| match arguments.select.as_slice() {
        [] => !rule.pedantic || arguments.pedantic,
        selected => within(selected, rule),
    };
    Ok(rules::all().filter(|rule| wanted(rule) && !within(&arguments.ignore, rule)).collect())
}

fn names_rule(name: &str, rule: &Rule) -> bool {
    name == rule.id || name == rule.group()
}

fn render(outcome: &Outcome, arguments: &Arguments, style: &Style) -> String {
    let infos: Vec<RuleInfo> = rules::all().map(describe).collect();
    let deployments: Vec<DeploymentInfo> = outcome
        .model
        .deployments
        .iter()
        .map(|it| DeploymentInfo { name: &it.name, stage: it.stage.value.name() })
        .collect();
    let report = Report {
        diagnostics: &outcome.diagnostics,
        shown: outcome.sources.shown(),
        rules: &infos,
        deployments: &deployments,
        files: outcome.model.reading.files,
        notes: &outcome.model.reading.notes,
        homepage: env!("CARGO_PKG_REPOSITORY"),
        fail_on: arguments.fail_on.into(),
    };
    report::render(arguments.format, &report, style)
}

pub(super) fn describe(rule: &'static Rule) -> RuleInfo<'static> {
    RuleInfo {
        id: rule.id,
        severity: rule.severity,
        summary: rule.summary(),
        page: rule.page,
        docs: format!("https://kilter.dev/rules/{}", rule.id),
        since: rule.since,
        tags: &[],
        security_severity: rule.security,
    }
}
