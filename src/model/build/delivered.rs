//! What brings a checkout to a server and runs its commands there, beside the workflows of GitHub: hooks of
//! AWS CodeDeploy, and the stages of a Jenkinsfile that are called after it.

use crate::model::Files;
use crate::source::normalize;
use camino::Utf8Path;

/// The name under which Jenkins looks for a pipeline.
pub(super) const PIPELINE: &str = "Jenkinsfile";

/// Whether a hook of CodeDeploy runs a script of the tree, on the machine that it has copied the tree to.
/// Its `location` begins where the `appspec.yml` lies (CodeDeploy's guide, "AppSpec 'hooks' section").
pub(super) fn is_hook(files: &Files, script: &Utf8Path) -> bool {
    let specs = ["appspec.yml", "appspec.yaml"].into_iter().flat_map(|it| files.files_named(it));
    specs.filter_map(|path| files.skim(path).read()).any(|spec| {
        let folder = spec.path.parent().unwrap_or(Utf8Path::new(""));
        let mut hooks = spec.text.lines().skip_while(|line| !line.starts_with("hooks:"));
        hooks.any(|line| {
            let location = line.trim_start().trim_start_matches("- ").strip_prefix("location:");
            let location = location.map(|it| it.trim().trim_matches(['"', '\'']));
            location.is_some_and(|it| normalize(&folder.join(it)) == script)
        })
    })
}

/// Whether a place of a Jenkinsfile lies in a stage that deploys, as its name says:
/// `stage('Deploy image') { … }`.
pub(super) fn is_in_stage(pipeline: &str, at: usize) -> bool {
    let before = pipeline.get(..at).unwrap_or_default();
    let Some((around, stage)) = before.rsplit_once("stage(") else { return false };
    let is_comment = around.rsplit('\n').next().is_some_and(|it| it.trim_start().starts_with("//"));
    let name = stage.split(')').next().unwrap_or_default().to_ascii_lowercase();
    !is_comment && name.split(|it: char| !it.is_alphanumeric()).any(|it| it.starts_with("deploy"))
}

/// Whether a pipeline runs a script of the tree in such a stage.
pub(super) fn is_run_by_pipeline(files: &Files, script: &Utf8Path) -> bool {
    let Some(name) = script.file_name() else { return false };
    let pipelines = files.files_named(PIPELINE).filter_map(|path| files.skim(path).read());
    pipelines.into_iter().any(|it| calls(it.text, name).any(|at| is_in_stage(it.text, at)))
}

/// Where a text calls a script by the end of its path: `./deploy.sh`, `bash deploy.sh`.
pub(super) fn calls<'t>(text: &'t str, script: &'t str) -> impl Iterator<Item = usize> {
    let named = text.match_indices(script).map(|(at, _)| at);
    named.filter(|at| text[..*at].ends_with(['/', ' ']))
}
