//! The options of `kilter check`, from the command line and from the environment.
//!
//! Each option that only asks can also be given as a variable: `--fail-on` is `KILTER_FAIL_ON`.
//! Those that write are left to the command line.

use crate::cli::{Failure, Terminal};
use crate::config::{By, Stated, Table, Value};
use crate::report::{Colour, Format};
use clap::builder::PossibleValuesParser;
use clap::{ArgAction, Args, Command, FromArgMatches, ValueEnum};
use std::path::PathBuf;

#[derive(Args, Clone, Default)]
pub(super) struct Options {
    /// Files or folders; the working directory if there are none
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) judging: Judging,
    /// Files and folders that are not read, as patterns
    #[arg(long, value_delimiter = ',', value_name = "PATTERN")]
    pub(super) exclude: Vec<String>,
    /// Judge these deployments only
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub(super) deployment: Vec<String>,
    /// Leave out the findings that this file lists
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<String>,
    /// List all findings in the baseline, so that only new ones are shown from now on
    #[arg(long, conflicts_with_all = ["shrink_baseline", "since", "add_ignore"])]
    pub(super) write_baseline: bool,
    /// Take out of the baseline what is no longer found
    #[arg(long)]
    pub(super) shrink_baseline: bool,
    /// Show only what was not yet out of kilter at this git revision
    #[arg(long, value_name = "REV")]
    pub(super) since: Option<String>,
    /// Mend what can be mended without changing what a working deployment does
    #[arg(long, conflicts_with_all = ["diff", "write_baseline", "add_ignore"])]
    pub(super) fix: bool,
    /// With `--fix` or `--diff`, take fixes as well that could change what a deployment does
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Print what `--fix` would do as a patch, and do nothing
    #[arg(long, conflicts_with_all = ["write_baseline", "add_ignore"])]
    pub(super) diff: bool,
    /// Write comments into the files that ignore all that is found, with this reason
    #[arg(long, value_name = "REASON")]
    pub(super) add_ignore: Option<String>,
    /// Count how often each rule speaks, instead of saying what was found
    #[arg(long)]
    pub(super) statistics: bool,
    /// Also say what kilter could not find out, and what it withholds for that
    #[arg(long)]
    pub(super) show_unknown: bool,
}

/// What can be asked of every command that judges: by which rules, and how it is told.
#[derive(Args, Clone, Default)]
pub(super) struct Judging {
    /// Rules or groups to run, separated by commas; all that are not pedantic by default
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    select: Vec<String>,
    /// Rules or groups to run besides those that are selected
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    extend_select: Vec<String>,
    /// Rules or groups to leave out
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    ignore: Vec<String>,
    /// Also say what is a matter of taste, and what is only possible
    #[arg(long)]
    pedantic: bool,
    /// How findings are printed [default: full]
    #[arg(long, value_parser = formats())]
    format: Option<String>,
    /// Write findings to a file as well; can be given several times
    #[arg(long, value_delimiter = ',', value_name = "FORMAT=FILE", value_parser = Output::parse)]
    pub(super) output: Vec<Output>,
    /// Exit with 1 if there is anything at least this severe [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = ["error", "warning", "advice"])]
    fail_on: Option<String>,
    /// Exit with 0 whatever is found
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// The configuration file, instead of the nearest kilter.toml or pyproject.toml
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// When to use colours [default: auto]
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(super) color: Option<When>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

/// One more report, into a file.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) file: PathBuf,
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

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(Format::names())
}

impl Output {
    fn parse(text: &str) -> Result<Self, String> {
        let names = || Format::names().join(", ");
        let (name, file) =
            text.split_once('=').ok_or("write it as FORMAT=FILE, as in `sarif=kilter.sarif`")?;
        let format = Format::named(name);
        let format = format.ok_or_else(|| format!("the formats are {}", names()))?;
        if file.is_empty() {
            return Err("the file has no name".to_owned());
        }
        Ok(Self { format, file: file.into() })
    }
}

/// Options that write: whoever gives one means this run, and no other.
const ACTIONS: &[&str] = &["write-baseline", "shrink-baseline", "add-ignore", "fix", "diff"];

/// Who said an option: its name on the command line, or the variable's.
pub(super) type Speaker = fn(&str) -> By;

pub(super) fn option(name: &str) -> By {
    By::Option(format!("--{name}"))
}

pub(super) fn variable(name: &str) -> By {
    By::Variable(variable_of(name))
}

fn variable_of(name: &str) -> String {
    format!("KILTER_{}", name.replace('-', "_").to_uppercase())
}

impl Options {
    /// What the variables say.
    pub(super) fn from_variables(terminal: &Terminal) -> Result<Self, Failure> {
        let command = Self::augment_args(Command::new("kilter").no_binary_name(true));
        let mut given = Vec::new();
        for argument in command.get_arguments() {
            let name = argument.get_long().filter(|name| !ACTIONS.contains(name));
            let Some(name) = name else { continue };
            let variable = variable_of(name);
            let Some(value) = terminal.variable(&variable).filter(|value| !value.is_empty()) else {
                continue;
            };
            let word = if matches!(argument.get_action(), ArgAction::SetTrue) {
                match value.to_ascii_lowercase().as_str() {
                    "1" | "true" | "yes" | "on" => format!("--{name}"),
                    "0" | "false" | "no" | "off" => continue,
                    _ => {
                        let why = format!("`{}` is neither 1 nor 0", value.escape_debug());
                        return Err(Failure::Variable { variable, why });
                    }
                }
            } else {
                format!("--{name}={value}")
            };
            if let Err(error) = command.clone().try_get_matches_from([&word]) {
                let said = error.to_string();
                let lines = said.lines().take_while(|line| !line.trim().is_empty());
                let why = lines.map(str::trim).collect::<Vec<_>>().join(" ");
                let why = why.trim_start_matches("error: ").to_owned();
                return Err(Failure::Variable { variable, why });
            }
            given.push(word);
        }
        let matches = command.try_get_matches_from(given).map_err(Failure::Arguments)?;
        Self::from_arg_matches(&matches).map_err(Failure::Arguments)
    }

    /// What configuration files could have said as well.
    pub(super) fn table(&self, by: Speaker) -> Table {
        let mut table = Table::default();
        let mut insert = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                table.insert(name, by(name), Stated { value, by: by(name) });
            }
        };
        let lists = [
            ("select", &self.judging.select),
            ("extend-select", &self.judging.extend_select),
            ("ignore", &self.judging.ignore),
            ("exclude", &self.exclude),
        ];
        for (name, items) in lists {
            let item = |it: &String| Stated { value: Value::Text(it.clone()), by: by(name) };
            let items: Vec<_> = items.iter().map(item).collect();
            insert(name, (!items.is_empty()).then_some(Value::List(items)));
        }
        insert("pedantic", self.judging.pedantic.then_some(Value::Flag(true)));
        insert("format", self.judging.format.clone().map(Value::Text));
        insert("baseline", self.baseline.clone().map(Value::Text));
        insert("fail-on", self.judging.fail_on.clone().map(Value::Text));
        table
    }

    /// These over others, in what only they can say.
    pub(super) fn over(self, other: Self) -> Self {
        fn first<T>(one: Vec<T>, other: Vec<T>) -> Vec<T> {
            if one.is_empty() { other } else { one }
        }
        Self {
            deployment: first(self.deployment, other.deployment),
            judging: self.judging.over(other.judging),
            unsafe_fixes: self.unsafe_fixes || other.unsafe_fixes,
            since: self.since.or(other.since),
            statistics: self.statistics || other.statistics,
            show_unknown: self.show_unknown || other.show_unknown,
            ..self
        }
    }
}

impl Judging {
    fn over(self, other: Self) -> Self {
        Self {
            output: if self.output.is_empty() { other.output } else { self.output },
            exit_zero: self.exit_zero || other.exit_zero,
            config: self.config.or(other.config),
            color: self.color.or(other.color),
            ..self
        }
    }
}
