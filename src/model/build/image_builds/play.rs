//! What tasks of Ansible build with its module for images (Ansible's documentation,
//! "community.docker.docker_image", "community.docker.docker_image_build").

use crate::model::Files;
use crate::model::build::image_builds::{Call, Named, Recipe};
use crate::model::build::provisioned;
use crate::model::text::Text;
use crate::syntax::yaml::{self, Node};

const MODULES: [&str; 2] = ["docker_image", "docker_image_build"];

pub(super) fn built(files: &Files) -> Vec<(Named, Recipe)> {
    let mut found = Vec::new();
    for read in provisioned::plays(files).into_iter().filter(|it| it.has(MODULES[0])) {
        for root in &yaml::parse(read.id, read.text).documents {
            let mut tasks = Vec::new();
            collect(root, &mut tasks);
            found.extend(
                tasks.into_iter().filter_map(call).flat_map(|it| it.found(files, read.path)),
            );
        }
    }
    found
}

/// All that a document gives the modules, in whatever blocks and plays it is.
fn collect<'n>(node: &'n Node, found: &mut Vec<&'n Node>) {
    for pair in node.pairs() {
        let name = pair.key.text().and_then(|it| it.rsplit('.').next());
        if name.is_some_and(|it| MODULES.contains(&it)) {
            found.push(&pair.value);
        }
        collect(&pair.value, found);
    }
    node.items().iter().for_each(|it| collect(it, found));
}

fn call(task: &Node) -> Option<Call> {
    // The older module has it below `build`, the newer one beside the name.
    let build = task.get("build").unwrap_or(task);
    let name = task.get("name").and_then(Node::text).filter(|it| !it.contains("{{"))?;
    let context = below_checkout(build.get("path").and_then(Node::text)?)?;
    let file = match build.get("dockerfile").and_then(Node::text) {
        // It is looked for in the folder, unless it says where it is.
        Some(file) if file.starts_with("{{") => Some(below_checkout(file)?),
        Some(file) => Some(format!("{context}/{file}")),
        None => None,
    };
    let given = build.get("args").into_iter().flat_map(Node::pairs);
    let value = |node: &Node| {
        let text = node.text().filter(|it| !it.contains("{{"))?;
        Some(Text::literal(text, node.place))
    };
    let given = given.filter_map(|it| Some((it.key.text()?.to_owned(), value(&it.value))));
    Some(Call {
        names: vec![name.to_owned()],
        file,
        target: build.get("target").and_then(Node::text).map(str::to_owned),
        context: Some(context),
        folder: camino::Utf8PathBuf::new(),
        arguments: given.collect(),
        is_open: build.get("args").is_some_and(|it| it.pairs().is_empty()),
    })
}

/// A path without the variable in front, which is where the machine that builds has the checkout.
fn below_checkout(path: &str) -> Option<String> {
    let rest = match path.strip_prefix("{{") {
        Some(rest) => rest.split_once("}}")?.1.trim_start_matches('/'),
        None => path,
    };
    let rest = if rest.is_empty() { "." } else { rest };
    (!rest.contains("{{") && !rest.starts_with('/')).then(|| rest.to_owned())
}
