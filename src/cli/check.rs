//! `kilter check [PATH…]`: reads, judges, prints.

use crate::cli::options::{self, Options};
use crate::cli::{Exit, Failure, Terminal};
use crate::cli::{add_ignore, baseline, mend, output, since, statistics, unknown};
use crate::config::{self, Config, Request};
use crate::diagnostic::{self, Checked, Diagnostic, Severity};
use crate::report::{self, Colour, DeploymentInfo, Format, Report, RuleInfo, Style};
use crate::rules::{self, Check, Rule};
use crate::run::{self, Outcome};
use crate::source::Tree;
use std::io::Write;
use std::path::PathBuf;

/// What was asked for, from everywhere where one can ask.
pub(super) struct Asked {
    pub(super) config: Config,
    pub(super) options: Options,
    /// Where to look.
    pub(super) roots: Vec<PathBuf>,
}

pub(super) fn asked(options: Options, terminal: &Terminal) -> Result<Asked, Failure> {
    let variables = Options::from_variables(terminal)?;
    let mut roots = options.paths.clone();
    if roots.is_empty() {
        roots.push(".".into());
    }
    let (given, told) = (options.table(options::option), variables.table(options::variable));
    let options = options.over(variables);
    let here = std::env::current_dir().map_err(Failure::Here)?;
    let request = Request {
        roots: &roots,
        here: &here,
        file: options.judging.config.as_deref(),
        variables: told,
        options: given,
    };
    let mut config = config::load(request)?;
    config.deployments.clone_from(&options.deployment);
    Ok(Asked { config, options, roots })
}

pub(super) fn run(
    options: Options,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let asked = asked(options, terminal)?;
    let Asked { config, options, .. } = &asked;
    let (mut tree, mut outcome) = judge(&asked, terminal)?;
    if options.write_baseline {
        return baseline::write_all(&outcome, config.baseline.as_deref(), out);
    }
    if options.diff {
        return mend::diff(&asked, &tree, &outcome, out);
    }
    if options.fix {
        (tree, outcome) = mend::mend(&asked, terminal, (tree, outcome))?;
    }
    if options.show_unknown {
        let unknown = unknown::notes(&outcome);
        outcome.model.reading.notes.extend(unknown);
    }
    if let Some(reason) = &options.add_ignore {
        add_ignore::apply(&mut outcome, reason, &tree)?;
    }
    let exit = tell(&asked, &outcome, terminal, out);
    // Millions of small nodes, given back one by one to a system that takes all of them at once.
    std::mem::forget((tree, outcome));
    exit
}

/// Reads and judges, and leaves out what is known already.
pub(super) fn judge(
    Asked { config, options, roots }: &Asked,
    terminal: &Terminal,
) -> Result<(Tree, Outcome), Failure> {
    let tree = Tree::walk_without(roots, config.exclude.clone())?;
    let mut outcome = run::run(&tree, config);
    know(&config.deployments, &outcome)?;
    if let Some(revision) = &options.since {
        let search = terminal.variable("PATH");
        let known = since::known(revision, &tree, roots, config, search)?;
        let (older, _) = baseline::apply(&mut outcome, &known);
        let note = format!("{} older than `{revision}`", baseline::findings(older));
        outcome.model.reading.notes.extend((older > 0).then_some(note));
    }
    if let Some(path) = config.baseline.as_deref().filter(|_| !options.write_baseline) {
        let note = baseline::judge(&mut outcome, path, options.shrink_baseline)?;
        outcome.model.reading.notes.extend(note);
    }
    Ok((tree, outcome))
}

pub(super) fn tell(
    Asked { config, options, .. }: &Asked,
    outcome: &Outcome,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let colour = options.judging.color.map_or(Colour::Auto, Into::into);
    let style = Style::of(colour, terminal.columns, |name| terminal.variable(name));
    let files = options.judging.output.iter();
    let files = files.map(|it| (&it.file, render(outcome, config, it.format, &Style::PLAIN)));
    output::write(files.collect())?;
    let text = match options.statistics {
        true => statistics::render(outcome, config.format),
        false => render(outcome, config, config.format, &style),
    };
    out.write_all(text.as_bytes())?;

    if config.format == Format::Nagios {
        return Ok(as_plugin(outcome));
    }
    let found = outcome.diagnostics.iter().any(|it| it.severity() >= config.fail_on);
    Ok(if found && !options.judging.exit_zero { Exit::Found } else { Exit::Clean })
}

/// The codes that Nagios gave its plugins.
fn as_plugin(outcome: &Outcome) -> Exit {
    let worst = outcome.diagnostics.iter().map(Diagnostic::severity).max();
    let is_passed = |it: &Checked| it.outcome == diagnostic::Outcome::Passed;
    match worst {
        Some(Severity::Error) => Exit::Failed,
        Some(Severity::Warning) => Exit::Found,
        Some(Severity::Advice) | None => {
            let blind = !outcome.checked.is_empty() && !outcome.checked.iter().any(is_passed);
            if blind { Exit::Untold } else { Exit::Clean }
        }
    }
}

/// Deployments are asked for by names that are known only once everything was read.
fn know(asked: &[String], outcome: &Outcome) -> Result<(), Failure> {
    let all = &outcome.deployments;
    match asked.iter().find(|name| !all.contains(name)) {
        None => Ok(()),
        Some(name) => Err(Failure::NoDeployment { name: name.clone(), all: all.clone() }),
    }
}

fn render(outcome: &Outcome, config: &Config, format: Format, style: &Style) -> String {
    // Of files alone, nobody asked what a machine shows.
    let asked =
        rules::all().filter(|it| outcome.is_machine || !matches!(it.check, Check::Live(..)));
    let infos: Vec<RuleInfo> = asked.map(describe).collect();
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
        fail_on: config.fail_on,
        checked: outcome.is_machine.then_some(&outcome.checked),
    };
    report::render(format, &report, style)
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
        area: match rule.check {
            Check::Live(area, _) => Some(area),
            _ => None,
        },
    }
}
