//! Values that files of YAML and JSON have under the names of variables: the manifest of a Secret of
//! Kubernetes' (its documentation, "Secrets"), what `gcloud run deploy --env-vars-file` is given (its
//! reference), and the JSON that settings take their own values of (`secrets.json`).

use crate::fact::Fact;
use crate::model::build::committed::tracked;
use crate::model::build::faults::is_in_capitals;
use crate::model::build::named_stage::is_of_no_server;
use crate::model::{CommittedVariables, Files, Read};
use crate::source::{Place, file_name, words};
use crate::syntax::kind::is_example;
use crate::syntax::yaml::{self, Node};
use camino::{Utf8Path, Utf8PathBuf};
use data_encoding::BASE64;

/// Manifests with a Secret in them.
pub(super) fn manifests(files: &Files) -> Vec<CommittedVariables> {
    let may_be = |path: &Utf8Path| {
        const PLACES: [&str; 5] = ["k8s", "kube", "manifest", "openshift", "secret"];
        let path = path.as_str().to_ascii_lowercase();
        PLACES.iter().any(|it| path.contains(it))
    };
    of_files(files, &["yml", "yaml"], may_be, |read| {
        // What Helm or somebody else fills in, or sops has encrypted, is no value yet.
        if ["{{", "\nsops:"].iter().any(|it| read.has(it)) {
            return Vec::new();
        }
        let file = yaml::parse(read.id, read.text);
        let is_secret = |it: &&Node| it.get("kind").and_then(Node::text) == Some("Secret");
        let mut found = Vec::new();
        for manifest in file.documents.iter().filter(is_secret) {
            found.extend(values(manifest.get("stringData"), |text| Some(text.to_owned())));
            found.extend(values(manifest.get("data"), decoded));
        }
        found
    })
}

/// Files that are nothing but names in capitals with their values.
pub(super) fn value_files(files: &Files) -> Vec<CommittedVariables> {
    const NAMED: [&str; 12] = [
        "config",
        "configuration",
        "credentials",
        "creds",
        "env",
        "environment",
        "keys",
        "secret",
        "secrets",
        "settings",
        "variables",
        "vars",
    ];
    let may_be = |path: &Utf8Path| {
        let named = file_name(path).map(words).unwrap_or_default();
        named.iter().any(|it| NAMED.contains(&it.as_str())) && !is_of_front_end(files, path)
    };
    of_files(files, &["json", "yaml", "yml"], may_be, |read| {
        let file = yaml::parse(read.id, read.text);
        let [only] = file.documents.as_slice() else { return Vec::new() };
        let mut names = only.pairs().iter().map(|it| it.key.text());
        match only.pairs().len() > 1 && names.all(|it| it.is_some_and(is_in_capitals)) {
            true => values(Some(only), |text| Some(text.to_owned())),
            false => Vec::new(),
        }
    })
}

/// Whether its folder, or one around it, has packages of a front end: what a browser is sent has no
/// secrets, whatever its names are.
fn is_of_front_end(files: &Files, path: &Utf8Path) -> bool {
    let has = |folder: &Utf8Path, name: &str| files.tree.is_file(&folder.join(name));
    path.ancestors().skip(1).any(|it| has(it, "package.json") && !has(it, "manage.py"))
}

fn of_files<'f>(
    files: &'f Files<'f>,
    endings: &[&str],
    may_be: impl Fn(&Utf8Path) -> bool,
    variables: impl Fn(&Read<'f>) -> Vec<(String, Fact<String>)>,
) -> Vec<CommittedVariables> {
    let named = files.ending_in(endings);
    let is_one = |path: &&&Utf8PathBuf| {
        let below = files.from_root(path).1;
        may_be(path) && !is_example(below) && !is_of_no_server(below)
    };
    // All that are to be read are asked for in one round.
    let read: Vec<_> = named.iter().filter(is_one).map(|path| files.skim(path)).collect();
    let of_file = |read: Read<'f>| {
        let committed = tracked(files, read.path)?.at(Place::new(read.id, 0, 0));
        let variables = variables(&read);
        let path = files.from_root(read.path).1.to_owned();
        (!variables.is_empty()).then_some(CommittedVariables { path, committed, variables })
    };
    read.into_iter().filter_map(|it| of_file(it.read()?)).collect()
}

/// What stands under each name of a mapping.
fn values(
    mapping: Option<&Node>,
    text: impl Fn(&str) -> Option<String>,
) -> Vec<(String, Fact<String>)> {
    let pairs = mapping.map(Node::pairs).unwrap_or_default().iter();
    let each = pairs.filter_map(|pair| {
        let name = pair.key.text()?;
        let value = text(pair.value.text()?)?;
        Some((name.to_owned(), Fact::at(value, pair.value.place)))
    });
    each.collect()
}

/// A text in base64 (RFC 4648, section 4), if it is one.
fn decoded(coded: &str) -> Option<String> {
    let bytes = BASE64.decode(coded.trim_end().as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    Some(text.trim_end_matches('\n').to_owned())
}
