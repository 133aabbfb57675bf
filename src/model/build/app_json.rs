//! The variables that a platform fills in when it makes an app of a repository (Heroku Dev Center,
//! "app.json Schema"): `env`, with a value or an object that may have one.

use crate::fact::{Certainty, Environment, Fact, Supplied};
use crate::model::{Files, Found};
use crate::syntax::yaml::{self, Node, Pair};
use camino::Utf8Path;

/// Sets what `app.json` beside the Procfile says, which somebody may have changed since.
pub(super) fn supply(files: &Files, folder: &Utf8Path, environment: &mut Environment) {
    let Found::Read(read) = files.find(&folder.join("app.json")) else { return };
    // What is JSON is YAML.
    let tree = yaml::parse(read.id, read.text);
    let variables = tree.documents.first().and_then(|root| root.get("env"));
    for variable in variables.map(Node::pairs).unwrap_or_default() {
        if let (Some(name), Some(value)) = (variable.key.text(), value(variable)) {
            let why = "`app.json` sets it for new apps, and whoever runs one may set another";
            environment.set(name, value.doubt(Certainty::Likely, why));
        }
    }
}

fn value(variable: &Pair) -> Option<Fact<Supplied>> {
    let given = &variable.value;
    let value = given.text().map(|text| (text, given));
    let value = value.or_else(|| given.get("value").and_then(|it| Some((it.text()?, it))));
    if let Some((text, node)) = value {
        return Some(Fact::at(Supplied::Value(text.to_owned()), node.place));
    }
    // Without a value somebody is asked for one, unless it may be left out.
    let is_optional = given.get("required").and_then(Node::text) == Some("false");
    let unknown = Supplied::Unknown("whoever makes the app fills it in".into());
    (!is_optional).then(|| Fact::at(unknown, variable.key.place))
}
