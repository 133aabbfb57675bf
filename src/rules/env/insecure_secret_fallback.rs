//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::secret::is_secret_name;
use crate::fact::{Fact, Lookup};
use crate::model::text::Fallback;
use crate::model::{
    Answered, Asked, DEBUG, Deployment, KeyWithout, Process, SECRET_KEY, SIMPLE_JWT,
};
use crate::rules::built_too::BuiltToo;
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/insecure-secret-fallback",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("8.1"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/insecure-secret-fallback.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    let mut in_compose: Vec<InCompose<'_>> = Vec::new();
    let mut in_images = Vec::new();
    for process in deployment.apps() {
        let Some(django) = &process.django else { continue };
        let app = process.fact();
        // What is off unless somebody turns it on is off where the site is served.
        let by_default = app.off_by_default(DEBUG).map(|(off, _)| off.map(|_| ()));
        // On for whoever serves the site, it is one more fault and no reason for this one.
        let left_on = || {
            let on = app.get(DEBUG).filter(|it| it.value)?;
            // What gives neither variable has both defaults.
            let is_left = app.literal(DEBUG.name).is_some() || app.default_in(&on).is_some();
            (is_left && !process.is_for_developers()).then(|| on.map(|_| ()))
        };
        let falls_on = || {
            let (_, on) = app.debug_by_default()?;
            (!process.is_for_developers()).then_some(on)
        };
        let off = by_default.or_else(|| app.without_debug()).or_else(left_on).or_else(falls_on);
        let Some(off) = off else { continue };
        let refuses = |name: &str| {
            django.refused.contains(name) || deployment.may_be_given_by_manifests(name)
        };
        // A fallback that only a branch for DEBUG reaches is a developer's: the other asks for the
        // same variable and has none.
        let undecided = app.get(DEBUG).is_none();
        let keys = if undecided { app.possible_without_debug(SECRET_KEY) } else { Vec::new() };
        let reached = |read: &Asked| {
            let by = |key| app.default_in(key).is_some_and(|it| std::ptr::eq(it, read));
            let bare = |it: &Asked| it.name == read.name && it.default.is_none();
            let demanded = django.evaluation.reads.iter().any(bare);
            !undecided || !read.for_debug && !demanded && keys.iter().any(by)
        };
        if let Some(without) = &django.trials.key_without
            && !refuses(SECRET_KEY.name)
            && !refuses(&without.read.name)
        {
            in_a_branch(process, without, &off, out);
        }
        let reads = django.evaluation.reads.iter();
        // `getenv("JWT_KEY", SECRET_KEY)`: of the key itself it is said that everybody can read it.
        for read in reads.filter(|read| signs(&app, read) && !app.falls_back_to_key(read)) {
            if refuses(SECRET_KEY.name) || refuses(&read.name) || !reached(read) {
                continue;
            }
            let asked = outermost(process, read);
            let left = deployment.left_in_image(process, &asked.name);
            let always = left.is_some()
                || deployment.declares(process, &asked.name) && process.is_given(asked);
            if let Some(left) = left.filter(|it| !in_images.contains(&it.evidence().place())) {
                in_images.push(left.evidence().place());
                in_an_image(process, asked, &left, &off, out);
            }
            if !always {
                // What signs for visitors has it, and a worker that has not signs nothing.
                let signs_otherwise = !process.kind.is_web()
                    && deployment.webs().any(|it| {
                        it.has_project_of(process)
                            && !matches!(it.environment.get(&asked.name), Lookup::Absent)
                    });
                let most = if signs_otherwise { Severity::Warning } else { Severity::Error };
                let built = BuiltToo::by(deployment, process, &asked.name);
                report(process, (read, asked), &built, &off, out, most);
            }
            let known = |it: &Fallback| in_compose.iter().any(|known| known.is_same_as(it));
            if let Some(fallback) = deployment.fallback(process, &read.name).filter(|it| !known(it))
            {
                in_compose.push(InCompose { process, read, fallback, off: off.clone() });
            }
        }
    }
    for given in in_compose {
        given.report(deployment, out);
    }
}

/// `if not SECRET_KEY: SECRET_KEY = "…"`.
fn in_a_branch(process: &Process, without: &KeyWithout, off: &Fact<()>, out: &mut Findings) {
    let KeyWithout { read, key } = without;
    let finding = out.report(
        process,
        format!("`{}` falls back to a key that everybody can read", read.name),
        key.label("signs sessions if the variable is not set"),
    );
    let asked = read.place.map(|place| Fact::at((), place));
    finding.through(asked, "this asks for the variable");
    finding.because(off).at_most(Severity::Warning);
    finding.help("raise ImproperlyConfigured there, so that nothing starts without the variable");
}

/// `ENV SECRET_KEY=stub`, meant for the build, is there whenever the env file has no line for it.
fn in_an_image(
    process: &Process,
    read: &Asked,
    left: &Fact<String>,
    off: &Fact<()>,
    out: &mut Findings,
) {
    let name = &read.name;
    let finding = out.report(
        process,
        format!("`{name}` falls back to a key that everybody can read"),
        left.label("signs sessions if the container is not given the variable"),
    );
    let asked = read.statement.or(read.place).map(|place| Fact::at((), place));
    finding.through(asked, "this asks for the variable");
    finding.because(off).at_most(Severity::Warning);
    finding.help(
        "write it before the command of the one `RUN` that needs it, so that the image keeps none",
    );
}

/// `${SECRET_KEY:-…}` in a compose file: the settings demand the key, and always get one.
struct InCompose<'d> {
    process: &'d Process,
    read: &'d Asked,
    fallback: Fallback,
    off: Fact<()>,
}

impl InCompose<'_> {
    fn is_same_as(&self, fallback: &Fallback) -> bool {
        let file = |it: &Fallback| it.literal.evidence().place().map(|place| place.file);
        let of = &self.fallback;
        of.name == fallback.name
            && of.literal.value == fallback.literal.value
            && file(of) == file(fallback)
    }

    /// Each place of the file where an application is given it, that of the web process first: it
    /// is the one that signs sessions, whether its own settings can be followed or not.
    fn places(&self, deployment: &Deployment) -> Vec<Fact<()>> {
        let services = deployment.services().into_iter().map(|(_, process, _)| process);
        let mut apps: Vec<&Process> = services.filter(|it| it.kind.is_app()).collect();
        apps.sort_by_key(|it| !it.kind.is_web());
        let given = apps.into_iter().filter_map(|it| deployment.fallback(it, &self.read.name));
        let same = given.filter(|it| self.is_same_as(it));
        let mut places: Vec<Fact<()>> = Vec::new();
        for place in same.filter_map(|it| it.literal.evidence().place()) {
            // What is merged into several services stands there once.
            if places.iter().all(|it| it.evidence().place() != Some(place)) {
                places.push(Fact::at((), place));
            }
        }
        places
    }

    fn report(&self, deployment: &Deployment, out: &mut Findings) {
        let places = self.places(deployment);
        let [first, more @ ..] = places.as_slice() else { return };
        let name = &self.read.name;
        let finding = out.report(
            self.process,
            format!("`{name}` falls back to a key that everybody can read"),
            first.label("signs sessions if the variable is not set"),
        );
        for place in more {
            finding.also(place.label("the same fallback"));
        }
        finding.because(&self.off).help(format!("demand the variable: `${{{name}:?}}`"));
        let asked = self.read.statement.or(self.read.place).map(|place| Fact::at((), place));
        if self.fallback.used {
            finding.through(asked, "and this is the key that the settings get");
        } else {
            finding.at_most(Severity::Warning);
        }
    }
}

/// Keys that sign or encrypt: what becomes SECRET_KEY, or is called so. A password that is wrong
/// fails by itself, and the secret key of a bucket is one.
fn signs(app: &Fact<&Process>, read: &Asked) -> bool {
    is_secret_name(&read.name)
        && (read.name.contains("SIGNING_KEY")
            || app.is_made_of(SECRET_KEY, read)
            || signs_tokens(app, read))
}

/// djangorestframework-simplejwt's, which is SECRET_KEY where nothing is said ("Settings"). Settings that
/// ask for the same variable again and have no default do so to stop without it.
fn signs_tokens(app: &Fact<&Process>, read: &Asked) -> bool {
    let reads = app.value.django.iter().flat_map(|it| &it.evaluation.reads);
    let is_bare = |it: &Asked| {
        let default = it.default.as_ref().and_then(|it| it.text.as_deref());
        it.name == read.name && matches!(default, None | Some("None"))
    };
    let demanded = reads.into_iter().any(is_bare);
    !demanded && app.has_default_of(SIMPLE_JWT, &["SIGNING_KEY"], read)
}

/// `getenv("A", getenv("B", "…"))`: who gives A is not asked for B, and demanding B would stop what has A.
fn outermost<'a>(process: &'a Process, read: &'a Asked) -> &'a Asked {
    let reads = process.django.iter().flat_map(|it| &it.evaluation.reads);
    let around = reads.filter(|it| it.stands_around(read));
    around.max_by_key(|it| it.place.map(|it| it.span.len())).unwrap_or(read)
}

/// `read` has the key in its default; `asked` is what a deployment has to give.
fn report(
    process: &Process,
    (read, asked): (&Asked, &Asked),
    built: &BuiltToo<'_>,
    off: &Fact<()>,
    out: &mut Findings,
    most: Severity,
) {
    let name = &asked.name;
    let Some(default) = &read.default else { return };
    // Django refuses an empty key and None, and what is worked out is no text that everybody can read. The
    // text `None` is what becomes of a variable that is not set, and env/none-as-string tells that.
    let literal = default.text.as_ref().is_some_and(|text| {
        let text = text.strip_prefix(['\'', '"']).map(|it| it.trim_matches(['\'', '"']));
        text.is_some_and(|it| it.len() > 1 && it != "None")
    });
    let Some(fallback) = default.evidence.place().filter(|_| literal) else { return };
    // What a library has stands nowhere here, and then the call is what shows it.
    let is_here = default.text.as_ref().is_some_and(|text| text.len() <= fallback.span.len() + 2);
    let fallback = if is_here { fallback } else { read.place.unwrap_or(fallback) };
    let fallback = Fact::at((), fallback);
    let message = format!("`{name}` falls back to a key that everybody can read");
    let only_for_empty = asked.falls_back_if_empty_only();
    let lost = if only_for_empty { "is empty" } else { "is lost" };
    let app = process.fact();
    let is_own = !app.is_made_of(SECRET_KEY, read) && signs_tokens(&app, read);
    let signed = if is_own { "tokens" } else { "sessions" };
    let label = fallback.label(format!("signs {signed} if the variable {lost}"));
    let finding = out.report(process, message, label);
    finding.because(off).help(format!("demand the variable: `{}`", asked.demanded()));
    // Behind a helper of the project nobody can tell what it does without.
    let call = read.place.filter(|_| std::ptr::eq(read, asked));
    let inside = fallback
        .written_at()
        .zip(call)
        .filter(|(default, call)| call.contains(*default) && default != call);
    let cut = inside.map(|(place, _)| Edit::RemoveArgument { place });
    // Nothing starts without the variable then.
    finding.mend(Safety::Unsafe, "demand the variable", built.edits(cut));
    match (&asked.answer, process.environment.get(name)) {
        (Answered::Absent, Lookup::Absent) if !only_for_empty => {
            for source in process.environment.sources() {
                finding.also(source.label(format!("`{name}` is not in `{source}`, so it is used")));
            }
            if process.environment.sources().is_empty() {
                finding.also(process.declared.label("started without the variable, so it is used"));
            }
        }
        _ => _ = finding.at_most(Severity::Warning),
    }
    built.tell(finding);
    finding.at_most(most);
}
