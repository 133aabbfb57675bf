//! The variables of processes, as text and as JSON, and as an example to be filled in.
//!
//! Values are not shown: who supplies a variable is a place.

use crate::fact::Fact;
use crate::report::text::printable;
use crate::source::{Place, Shown};
use serde::Serialize;

/// The processes of a deployment.
#[derive(Debug)]
pub struct Deployment {
    pub name: String,
    pub stage: &'static str,
    pub processes: Vec<Process>,
}

#[derive(Debug)]
pub struct Process {
    pub name: String,
    pub variables: Vec<Variable>,
    /// Why there may be more than is listed.
    pub open: Vec<String>,
}

#[derive(Debug)]
pub struct Variable {
    pub name: String,
    pub state: &'static str,
    /// The one that wins last.
    pub supplied: Vec<Fact<()>>,
    pub read: Option<Place>,
    pub required: bool,
    pub default: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    deployments: Vec<JsonDeployment<'a>>,
}

#[derive(Serialize)]
struct JsonDeployment<'a> {
    name: &'a str,
    stage: &'a str,
    processes: Vec<JsonProcess<'a>>,
}

#[derive(Serialize)]
struct JsonProcess<'a> {
    name: &'a str,
    variables: Vec<JsonVariable<'a>>,
    open: &'a [String],
}

#[derive(Serialize)]
struct JsonVariable<'a> {
    name: &'a str,
    state: &'a str,
    required: bool,
    default: Option<&'a str>,
    supplied: Vec<JsonPlace<'a>>,
    read: Option<JsonPlace<'a>>,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    path: &'a str,
    line: usize,
}

pub fn json(deployments: &[Deployment], shown: Shown<'_>) -> String {
    let place = |place: Place| {
        let place = shown.written_at(place);
        JsonPlace { path: shown.path(place.file), line: shown.position(place).0 }
    };
    let supplied = |it: &Fact<()>| it.evidence().place().map(place);
    let each = deployments.iter().map(|deployment| JsonDeployment {
        name: &deployment.name,
        stage: deployment.stage,
        processes: deployment
            .processes
            .iter()
            .map(|process| JsonProcess {
                name: &process.name,
                open: &process.open,
                variables: process
                    .variables
                    .iter()
                    .map(|it| JsonVariable {
                        name: &it.name,
                        state: it.state,
                        required: it.required,
                        default: it.default.as_deref(),
                        supplied: it.supplied.iter().filter_map(supplied).collect(),
                        read: it.read.map(place),
                    })
                    .collect(),
            })
            .collect(),
    });
    let document = Document { version: 1, deployments: each.collect() };
    serde_json::to_string_pretty(&document).expect("strings and numbers only") + "\n"
}

/// A block for each process, the gaps first.
pub fn text(deployments: &[Deployment], shown: Shown<'_>) -> String {
    let mut out = String::new();
    for deployment in deployments {
        out += &format!("{} ({})\n", printable(&deployment.name), deployment.stage);
        for process in &deployment.processes {
            out += &format!("\n  {}\n", printable(&process.name));
            let width = process.variables.iter().map(|it| it.name.len()).max().unwrap_or_default();
            for variable in &process.variables {
                let said = sources(variable, shown);
                let line = format!("    {:<9}  {:<width$}  {said}", variable.state, variable.name);
                out += &format!("{}\n", printable(line.trim_end()));
            }
            for why in &process.open {
                out += &format!("    and what is not in view: {}\n", printable(why));
            }
        }
        out.push('\n');
    }
    out
}

/// "from .env:3, over compose.yml:7; read at settings.py:9, or else `shop`".
fn sources(variable: &Variable, shown: Shown<'_>) -> String {
    let address = |place: Place| {
        let place = shown.written_at(place);
        format!("{}:{}", shown.path(place.file), shown.position(place).0)
    };
    let mut parts = Vec::new();
    let places: Vec<String> = variable
        .supplied
        .iter()
        .rev()
        .filter_map(|it| Some(address(it.evidence().place()?)))
        .collect();
    if let Some((winner, lost)) = places.split_first() {
        let mut from = format!("from {winner}");
        let origins =
            variable.supplied.last().map(|it| it.evidence().origins()).unwrap_or_default();
        let by = origins.iter().skip(1).filter_map(|origin| origin.place()).map(address);
        for place in by.filter(|place| place != winner).take(2) {
            from += &format!(" by way of {place}");
        }
        for place in lost {
            from += &format!(", over {place}");
        }
        parts.push(from);
    }
    if let Some(place) = variable.read {
        let mut read = format!("read at {}", address(place));
        if variable.required {
            read += ", required";
        } else if let Some(default) = variable.default.as_ref().filter(|it| !it.is_empty()) {
            read += &format!(", or else `{default}`");
        }
        parts.push(read);
    }
    parts.join("; ")
}

/// A file to be copied and filled in: what is required is open, all else is commented and has
/// the default of the settings.
pub fn example(variables: &[Variable], shown: Shown<'_>) -> String {
    let mut out = String::from("# Made by `kilter env --example`: copy to .env and fill in.\n");
    let mut file = None;
    for variable in variables {
        let read = variable.read.map(|place| place.file);
        if read != file
            && let Some(id) = read
        {
            out += &format!("\n# Read in {}\n", printable(shown.path(id)));
        }
        file = read;
        let value = variable.default.as_deref().map(quoted).unwrap_or_default();
        let mark = if variable.required { "" } else { "# " };
        let note = if variable.required { "# required\n" } else { "" };
        out += &format!("{note}{mark}{}={value}\n", variable.name);
    }
    out
}

/// As every reader of env files takes it for the same text.
fn quoted(value: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "_-./:,@+=%*".contains(char);
    match value {
        _ if value.chars().all(plain) => value.to_owned(),
        _ if value.contains(['\'', '\n']) => String::new(),
        _ => format!("'{value}'"),
    }
}
