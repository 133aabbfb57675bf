//! The layers of the architecture, held by reading `src` as text.
//!
//! Rust has no visibility between sibling modules, so this reads what is used. It understands
//! paths and not Rust; what would blind it (groups at the root, aliases) is a fault as well.

use std::fs;
use std::path::{Path, PathBuf};

/// Every entry of `src`, lowest first. A layer uses those before it, or the ones it names.
const LAYERS: &[(&str, Option<&[&str]>)] = &[
    ("source", None),
    ("fact", None),
    ("host", Some(&["source", "fact"])),
    ("diagnostic", None),
    ("syntax", None),
    ("python", None),
    ("model", None),
    ("doctor", None),
    ("rules", Some(&["model", "diagnostic", "fact"])),
    ("report", Some(&["diagnostic", "fact", "source"])),
    ("fix", Some(&["diagnostic", "fact", "source", "syntax"])),
    ("config", None),
    ("run", None),
    ("cli", None),
    ("lib", None),
    ("main", None),
];

/// The disk and the world outside: one layer's business.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net::Tcp",
    "std::net::Udp",
    "std::net::ToSocketAddrs",
    "std::os::unix::net",
    "std::process",
];

/// The layers whose business that is.
const WORLDLY: &[&str] = &["source", "host", "fix", "cli", "main"];

/// What this test could not see through.
const BLIND: &[&str] =
    &["super::{", "std::{", "crate as ", "super as ", "self as ", "extern crate", "#[path"];

/// What rules may see of the layers below the model.
const REEXPORTS: &[&str] = &[
    "pub use crate::python::{Answer as Answered, Missing, Read as Asked, Value};",
    "pub use crate::source::Unread;",
    "pub use crate::syntax::Fault;",
    "pub use crate::syntax::dotenv::{Assignment, Line as EnvLine};",
    "pub use crate::syntax::systemd::UnitKind;",
    "pub use crate::syntax::kind::Kind;",
    "pub use crate::syntax::{nginx::Fault as NginxFault, systemd::Fault as UnitFault};",
];

#[test]
fn layers_only_look_down() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&src) {
        let path = file.strip_prefix(&src).unwrap().to_str().unwrap();
        let faults = faults(path, &fs::read_to_string(&file).unwrap());
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// What is wrong with a file of `src`, by its path from there and its text.
fn faults(path: &str, text: &str) -> Vec<String> {
    let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let layer = module.split('/').next().unwrap();
    if layer == "tests" {
        return Vec::new();
    }
    let Some(height) = LAYERS.iter().position(|(name, _)| *name == layer) else {
        return vec![format!("{path}: `{layer}` is in no layer")];
    };
    let below: Vec<&str> = LAYERS[..height].iter().map(|(name, _)| *name).collect();
    let allowed = LAYERS[height].1.unwrap_or(&below);
    let mut faults = Vec::new();
    let mut fault = |is: bool, what: String| is.then(|| faults.push(format!("{path}: {what}")));
    fault(!text.starts_with("//! "), "does not say what it is for".to_owned());
    for (at, root) in text.match_indices("crate::") {
        let path = text[at + root.len()..].split(|c: char| !c.is_alphanumeric() && c != '_');
        let used = path.into_iter().next().unwrap();
        fault(used != layer && !allowed.contains(&used), format!("{layer} uses `{used}`"));
    }
    // As many steps up as the module is deep, and the path is outside.
    let out = "super::".repeat(module.split('/').count());
    fault(text.contains(&out), format!("`super::` leaves {layer}"));
    for blind in BLIND {
        fault(text.contains(blind), format!("`{blind}` hides what is used"));
    }
    for outside in OUTSIDE {
        fault(
            text.contains(outside) && !WORLDLY.contains(&layer),
            format!("{layer} uses `{outside}`"),
        );
    }
    for line in text.lines().map(str::trim).filter(|line| line.starts_with("pub")) {
        let reexport = line.contains(" use crate::") && !REEXPORTS.contains(&line);
        fault(reexport, format!("`{line}` re-exports"));
    }
    faults
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|it| it == "rs")).collect()
}

#[test]
fn every_way_out_of_a_layer_is_caught() {
    let caught = |path, code: &str, fault| {
        let found = faults(path, &format!("//! What for.\n{code}\n"));
        assert!(found.iter().any(|found| found.contains(fault)), "{path}, {code}: {found:?}");
    };
    caught("source/mod.rs", "use crate::model::Site;", "source uses `model`");
    caught("rules/a/b.rs", "use crate::source::Sources;", "rules uses `source`");
    caught("rules/a/b.rs", "let x = crate::syntax::parse();", "rules uses `syntax`");
    caught("fact.rs", "use crate::{fact, model};", "fact uses ``");
    caught("diagnostic.rs", "use super::report;", "`super::` leaves diagnostic");
    caught("rules/mod.rs", "use super::syntax;", "`super::` leaves rules");
    caught("rules/a/b.rs", "use super::super::super::run;", "`super::` leaves rules");
    caught("rules/a/b.rs", "use super::{super::super::run};", "hides");
    caught("model/mod.rs", "use crate as root;", "hides");
    caught("evil/mod.rs", "", "in no layer");
    caught("helpers.rs", "", "in no layer");
    caught("model/mod.rs", "pub use crate::source::Sources;", "re-exports");
    caught("model/mod.rs", "pub(crate) use crate::syntax::Tree;", "re-exports");
    caught("model/mod.rs", "mod m {\n    pub use crate::source::Source;\n}", "re-exports");
    caught("rules/a/b.rs", "use std::fs;", "rules uses `std::fs`");
    caught("rules/a/b.rs", "use std::{fs, io};", "hides");
    caught("model/mod.rs", "let home = std::env::var(\"HOME\");", "model uses `std::env`");
    let fine = "//! What for.\nuse super::super::Rule;\nuse crate::fact::Fact;";
    assert_eq!(faults("rules/a/b.rs", fine), Vec::<String>::new());
}
