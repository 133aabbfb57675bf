//! The names of images, as far as scripts and workflows say them.

use crate::model::image::Reference;

/// The name that a build gives its image. Its tag may be anything by which releases are told apart; it counts
/// where several images of one name are.
#[derive(Clone, Debug)]
pub(in crate::model::build) enum Named {
    Exactly(Reference),
    /// GitHub fills in the repository or its owner: so many segments, of which the end is known.
    Pattern {
        registry: String,
        segments: usize,
        ending: String,
        tag: Option<String>,
    },
    /// GitLab fills in its own registry, and the project's path there.
    OfGitlab {
        ending: String,
        tag: Option<String>,
    },
}

impl Named {
    /// How much of the name is known.
    pub(in crate::model::build) fn known(&self) -> usize {
        match self {
            Self::Exactly(_) => usize::MAX,
            Self::Pattern { ending, .. } | Self::OfGitlab { ending, .. } => ending.len(),
        }
    }

    /// The tag, where it is written out.
    pub(in crate::model::build) fn tag(&self) -> Option<&str> {
        match self {
            Self::Exactly(name) => name.tag.as_deref(),
            Self::Pattern { tag, .. } | Self::OfGitlab { tag, .. } => tag.as_deref(),
        }
    }

    /// Whether two names are the same but for their tags.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Exactly(one), Self::Exactly(other)) => one.is_like(other),
            (
                Self::Pattern { registry, segments, ending, .. },
                Self::Pattern { registry: other, segments: number, ending: end, .. },
            ) => registry == other && segments == number && ending == end,
            (Self::OfGitlab { ending, .. }, Self::OfGitlab { ending: end, .. }) => ending == end,
            (Self::Exactly(_) | Self::Pattern { .. } | Self::OfGitlab { .. }, _) => false,
        }
    }

    pub(in crate::model::build) fn fits(&self, image: &Reference) -> bool {
        let repository = with_repository(&image.repository);
        match self {
            Self::Exactly(name) => {
                name.registry == image.registry
                    && (name.repository == image.repository
                        || is_owner_open(&repository, &name.repository))
            }
            Self::Pattern { registry, segments, ending, .. } => {
                let known = repository.strip_suffix(ending.as_str());
                *registry == image.registry
                    && repository.split('/').count() == *segments
                    && known.is_some_and(|it| match it.contains('$') {
                        true => ending.starts_with('/'),
                        false => repository == image.repository || it == OF_GITHUB,
                    })
            }
            Self::OfGitlab { ending, .. } => {
                let whole = of_one_variable(&image.repository);
                let project = whole.strip_suffix(ending.as_str());
                project.is_some_and(|it| is_of_gitlab(&image.registry, it, ending))
            }
        }
    }

    /// Whether an image may have this name, as what nobody knows in front of the last parts may be a registry
    /// with an owner as well: `$REGISTRY/shop`.
    pub(in crate::model::build) fn may_fit(&self, image: &Reference) -> bool {
        match self {
            Self::Pattern { registry, ending, .. } => {
                let is_open = registry == DOCKER_HUB && ending.starts_with('/');
                is_open && format!("/{}", image.repository).ends_with(ending)
            }
            Self::Exactly(_) | Self::OfGitlab { .. } => false,
        }
    }
}

/// Whether a name without its last parts may be that of a project in GitLab's registry: its host, and the
/// group and name of the project ("GitLab container registry", "Naming convention for your container
/// images"), or the variable that stands for all of it. A registry with a port may be anybody's, so that there
/// the last parts have to be known.
fn is_of_gitlab(registry: &str, project: &str, ending: &str) -> bool {
    let of_others = ["registry.k8s.io", "registry.access.redhat.com", "registry.redhat.io"];
    let is_its = registry.contains("gitlab") || registry.contains(':') && !ending.is_empty();
    let is_its = is_its || registry.starts_with("registry.") && !of_others.contains(&registry);
    let is_variable = project.trim_start_matches("library/");
    variable(is_variable).is_some_and(|(name, rest)| name == CI_REGISTRY_IMAGE && rest.is_empty())
        || project.contains('/') && is_its
}

/// GitLab's variable for a project in its registry ("Predefined CI/CD variables reference").
const CI_REGISTRY_IMAGE: &str = "CI_REGISTRY_IMAGE";

/// A name in which the parts of GitLab's variable for a project in its registry are that variable itself.
fn of_one_variable(name: &str) -> String {
    let whole = format!("${{{CI_REGISTRY_IMAGE}}}");
    PARTS_OF_PROJECT.iter().fold(name.to_owned(), |name, parts| {
        let parts = parts.iter().map(|it| format!("${{{it}}}")).collect::<Vec<_>>();
        name.replace(&parts.join("/"), &whole)
    })
}

/// What [`CI_REGISTRY_IMAGE`] is made of (the same reference).
const PARTS_OF_PROJECT: [&[&str]; 2] = [
    &["CI_REGISTRY", "CI_PROJECT_NAMESPACE", "CI_PROJECT_NAME"],
    &["CI_REGISTRY", "CI_PROJECT_PATH"],
];

/// The registry of an image that names none.
const DOCKER_HUB: &str = "docker.io";

/// What stands for the value of `GITHUB_REPOSITORY`.
const OF_GITHUB: &str = "owner/name";

/// A name in which GitHub's own variable has a value of two segments, as it always has.
fn with_repository(name: &str) -> String {
    let mut out = name.to_owned();
    if let Some(at) = name.find("${GITHUB_REPOSITORY")
        && let Some((variable, _)) = name[at..].split_once('}')
        && matches!(variable["${GITHUB_REPOSITORY".len()..].chars().next(), None | Some(':' | '-'))
    {
        out.replace_range(at..=at + variable.len(), OF_GITHUB);
        // What Docker's own registry puts in front of a name without an owner.
        return out.strip_prefix("library/").map(str::to_owned).unwrap_or(out);
    }
    out
}

/// Whether a name is this one but for an owner that a variable holds: `${DOCKER_USER}/shop`.
fn is_owner_open(name: &str, other: &str) -> bool {
    let Some(((owner, rest), (_, of_other))) = name.split_once('/').zip(other.split_once('/'))
    else {
        return false;
    };
    let is_variable = variable(owner).is_some_and(|(_, behind)| behind.is_empty());
    is_variable && rest == of_other && !rest.contains('$')
}

/// What stands for an expression of a workflow.
pub(super) const UNKNOWN: char = '\u{e010}';
pub(super) const REPOSITORY: char = '\u{e011}';
pub(super) const OWNER: char = '\u{e012}';
/// What stands for a project in GitLab's registry.
const GITLAB: char = '\u{e013}';

/// How a value of a job's matrix is asked for.
pub(super) const MATRIX: &str = "matrix.";
/// How what an earlier step wrote is asked for.
pub(super) const STEPS: &str = "steps.";
/// How what an earlier job hands on is asked for.
pub(super) const NEEDS: &str = "needs.";

/// A text with what a workflow's `${{ … }}` come to; `env` is asked for all but its own variables by the
/// whole expression, as `matrix.NAME`.
pub(super) fn filled_in(text: &str, env: &dyn Fn(&str) -> Option<String>) -> String {
    filled_in_at(text, env, 0)
}

/// Values of values: more are a mistake, or one of itself.
const DEEPEST: usize = 4;

fn filled_in_at(text: &str, env: &dyn Fn(&str) -> Option<String>, depth: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${{") {
        let Some((inner, after)) = behind.split_once("}}") else { break };
        out.push_str(before);
        let inner = inner.trim();
        match inner {
            "github.repository" => out.push(REPOSITORY),
            "github.repository_owner" => out.push(OWNER),
            _ => match value_of(inner, env).filter(|_| depth < DEEPEST) {
                Some(value) => out.push_str(&filled_in_at(&value, env, depth + 1)),
                None => out.push(UNKNOWN),
            },
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn value_of(expression: &str, env: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let is_whole = || [MATRIX, STEPS, NEEDS].iter().any(|it| expression.starts_with(it));
    env(expression.strip_prefix("env.").or_else(|| is_whole().then_some(expression))?)
}

/// A name as far as it is known. An owner that is not known may be anybody.
pub(super) fn named(text: &str) -> Option<Named> {
    let last = text.rfind('/').map_or(0, |at| at + 1);
    let end = text[last..].find([':', '@']).map_or(text.len(), |at| last + at);
    let tag = tag_of(&text[end..]);
    let name = of_one_variable(&braced(&text[..end]));
    let segments = name.split('/').map(|segment| match segment.starts_with('$') {
        true => of_variable(segment).to_string(),
        false => segment.to_owned(),
    });
    let name = segments.collect::<Vec<_>>().join("/");
    // The registry and the path of the project, which are one variable as well.
    let name = name.replace(&format!("{UNKNOWN}/{GITLAB}"), &GITLAB.to_string());
    if name.contains('$') || name.is_empty() {
        return None;
    }
    if let Some(ending) = name.strip_prefix(GITLAB) {
        let is_plain = !ending.contains([REPOSITORY, OWNER, UNKNOWN, GITLAB]);
        return is_plain.then(|| Named::OfGitlab { ending: ending.to_owned(), tag });
    }
    let Some(at) = name.find([REPOSITORY, OWNER, UNKNOWN]) else {
        return Some(Named::Exactly(Reference { tag, ..Reference::parse(&name)? }));
    };
    let registry = name[..at].strip_suffix('/').unwrap_or(&name[..at]);
    let registry = if registry.is_empty() { DOCKER_HUB } else { registry };
    let filled = name[at..].chars().next()?;
    let ending = &name[at + filled.len_utf8()..];
    let own = if filled == REPOSITORY { 2 } else { 1 };
    let is_whole = filled == REPOSITORY || ending.starts_with('/');
    let is_plain = !registry.contains('/') && !ending.contains([REPOSITORY, OWNER, UNKNOWN]);
    (is_whole && is_plain).then(|| Named::Pattern {
        registry: registry.to_owned(),
        segments: own + ending.matches('/').count(),
        ending: ending.to_owned(),
        tag,
    })
}

/// What stands for a part of a name that a variable holds, be it written in small letters: what runs a
/// script sets some of them (GitHub's documentation, "Default environment variables").
fn of_variable(segment: &str) -> char {
    let name = segment.trim_start_matches(['$', '{']).trim_end_matches('}');
    match name.trim_end_matches(',') {
        "GITHUB_REPOSITORY" => REPOSITORY,
        "GITHUB_REPOSITORY_OWNER" => OWNER,
        CI_REGISTRY_IMAGE | "CI_PROJECT_PATH" => GITLAB,
        _ => UNKNOWN,
    }
}

/// A text whose variables all stand in braces.
fn braced(text: &str) -> String {
    with_values(text, &|name| Some(format!("${{{name}}}")))
}

/// The tag with which a text goes on behind the name, where nothing is to be filled in, or where words among
/// the variables tell one image from another: `${BRANCH}_web.${PIPELINE}`. `latest` is Docker's own (docker
/// build, `--tag`).
pub(in crate::model::build) fn tag_of(behind: &str) -> Option<String> {
    let Some(tag) = behind.strip_prefix(':') else {
        return behind.is_empty().then(|| "latest".to_owned());
    };
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
    let tag = braced(tag);
    let said = with_values(&tag, &|_| Some(String::new()));
    let is_named =
        said.len() == tag.len() || said.chars().filter(char::is_ascii_alphabetic).count() > 2;
    (is_named && said.chars().all(is_plain)).then_some(tag)
}

/// A text with its variables, as far as `value_of` knows what they hold.
pub(in crate::model::build) fn with_values(
    text: &str,
    value_of: &dyn Fn(&str) -> Option<String>,
) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let Some((name, behind)) = variable(&rest[at..]) else {
            out.push('$');
            rest = &rest[at + 1..];
            continue;
        };
        match value_of(name) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&rest[at..rest.len() - behind.len()]),
        }
        rest = behind;
    }
    out + rest
}

/// The name of the variable that a text starts with, `$NAME`, `${NAME}` or make's `$(NAME)`, and
/// what is behind it.
pub(super) fn variable(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('$')?;
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    // make takes nearly any character in a name (GNU make, "How to Use Variables").
    let is_of_make = |it: char| is_name(it) || it == '-';
    for (open, close) in [('{', '}'), ('(', ')')] {
        if let Some(inner) = inner.strip_prefix(open) {
            let (name, behind) = inner.split_once(close)?;
            return name.chars().all(is_of_make).then_some((name, behind));
        }
    }
    let end = inner.find(|it| !is_name(it)).unwrap_or(inner.len());
    (end > 0).then(|| inner.split_at(end))
}

/// What a script gives a variable, line for line: `NAME=value`, make's `NAME := value`, and `NAME: value`
/// of a workflow's `env`.
pub(in crate::model::build) fn assigned<'t>(script: &'t str, name: &str) -> Vec<&'t str> {
    let value = |line: &'t str| {
        let line = line.trim_start();
        let line = ["export ", "readonly ", "local "]
            .iter()
            .find_map(|it| line.strip_prefix(it))
            .unwrap_or(line);
        let rest = line.strip_prefix(name)?.trim_start();
        let set = rest.trim_start_matches([':', '?']).strip_prefix('=');
        let rest = set.or_else(|| rest.strip_prefix(": "))?;
        let plain = rest.split(" #").next().unwrap_or(rest).trim();
        Some(plain.trim_matches(['"', '\'']))
    };
    script.lines().filter_map(value).collect()
}
