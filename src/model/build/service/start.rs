//! How a container begins, and what its health check runs.

use crate::fact::{Environment, Fact};
use crate::model::build::aligned::aligned;
use crate::model::build::main_step::{self, Run, Scripts};
use crate::model::build::service::{Begun, Container};
use crate::model::build::{entrypoint, supervisord};
use crate::model::compose;
use crate::model::image::{Image, Start};
use crate::model::text::Text;
use crate::model::{Files, Found, Health, View};
use crate::source::Place;
use crate::syntax::dockerfile::Form;
use crate::syntax::shell::evaluate::Argument;
use crate::syntax::shell::{self, Command, Connector, Flavour, Simple};
use crate::syntax::spliced::Spliced;
use camino::{Utf8Path, Utf8PathBuf};

pub(super) const MEANT: &str = "it runs once a shell reads the whole line";

fn words_of(start: &Start) -> Vec<Argument> {
    match start {
        Start::Stock(words, place) => {
            words.iter().map(|word| Argument::new(Spliced::new(word, *place))).collect()
        }
        Start::Written(command) => form_words(&command.form, &command.shell, command.place),
    }
}

/// The words of an instruction; a text is handed to the shell.
pub(in crate::model::build) fn form_words(
    form: &Form,
    shell: &[String],
    place: Place,
) -> Vec<Argument> {
    match form {
        Form::Exec(words) => words.iter().cloned().map(Argument::new).collect(),
        Form::Shell(text) => {
            let shell = shell.iter().map(|it| Argument::new(Spliced::new(it, place)));
            shell.chain([Argument::new(text.clone())]).collect()
        }
    }
}

impl Container<'_> {
    /// Entrypoint and command, as Docker puts them together: a new entrypoint takes away the
    /// image's command.
    pub(super) fn begin(&self, view: &View, environment: &Environment) -> Begun {
        let (entrypoint, command) = (&self.service.entrypoint, &self.service.command);
        let image = self.image.and_then(|it| it.image.as_ref());
        let of_image =
            |start: Option<Start>| start.map(|start| words_of(&start)).unwrap_or_default();
        let meant = |given: &compose::Command, is_shell| self.meant(given, is_shell);
        let before = match entrypoint {
            Some(given) => meant(given, false).unwrap_or_else(|| self.texts(&given.words)),
            None => of_image(image.and_then(|image| image.entrypoint())),
        };
        let is_shell = before.last().is_some_and(|it| it.as_str() == "-c");
        let behind = match command {
            Some(given) => meant(given, is_shell).unwrap_or_else(|| self.texts(&given.words)),
            None if entrypoint.is_some() => Vec::new(),
            None => of_image(image.and_then(|image| image.command())),
        };
        let flavour = self.image.and_then(|it| it.flavour.as_ref());
        let stock = flavour.map(|it| it.value.stock);
        let is_nginx = || stock.is_some_and(|it| it.has_entrypoint_of_nginx());
        let is_written = || matches!(image.and_then(|it| it.command()), Some(Start::Written(_)));
        let is_passed_on = entrypoint.is_none()
            && matches!(image.and_then(|it| it.entrypoint()), Some(Start::Stock(..)))
            && (is_written() && is_nginx() || stock.is_some_and(|it| it.only_runs_the_command()));
        let in_front = if is_passed_on { &[] } else { before.as_slice() };
        let words = [in_front, behind.as_slice()].concat();
        let cwd = self.cwd();
        let tree = |path: &Utf8Path| self.in_tree(view, path);
        let written = |path: &Utf8Path| image?.text_at(path, &|file| self.files.read(file).text);
        let searched = image.map(|image| image.searched()).unwrap_or_default();
        let scripts = Scripts { tree: &tree, written: &written, searched: &searched };
        let run = |words: &[Argument]| {
            main_step::run_in_image(self.files, words, environment, cwd.as_ref(), scripts)
        };
        // What stands behind a script that is not in view is likely what it runs in the end.
        let of_image = |it: &Image| {
            matches!(it.entrypoint(), Some(Start::Written(_))) && !it.keeps_entrypoint()
        };
        let is_own = entrypoint.is_some() || image.is_some_and(of_image);
        let unseen = match (in_front, behind.as_slice()) {
            ([only], [_, ..]) => is_own && is_out_of_view(self.files, only, cwd.as_ref(), scripts),
            _ => false,
        };
        let run = run(if unseen { &behind } else { &words });
        let starts_server =
            run.as_ref().is_some_and(|it| it.steps[it.main].started.program.value.is_server());
        let unset = match starts_server || unseen {
            true => None,
            false => main_step::unset(self.files, &words, environment, cwd.as_ref(), scripts),
        };
        let mut run = run.map(|run| self.supervised(run, &tree));
        for step in run.iter_mut().flat_map(|it| &mut it.steps).filter(|_| self.lacks_a_shell()) {
            step.started.doubt(MEANT);
            // The shell that is missing is to give way to its last program.
            step.fronts.clear();
        }
        let start = entrypoint::Start {
            files: self.files,
            entrypoint: &before,
            command: &behind,
            scripts,
            cwd: cwd.as_ref().map(|it| it.value.as_path()),
            system: self.image.and_then(|it| it.flavour.as_ref()?.value.system),
        };
        let shadowed = run.as_ref().and_then(|run| start.shadowed(run));
        let deaf = start.deaf();
        Begun { run, unseen, shadowed, deaf, unset, exits: exits(&words) }
    }

    /// With the programs of a supervisord that it comes to.
    fn supervised(&self, run: Run, tree: &dyn Fn(&Utf8Path) -> Option<Utf8PathBuf>) -> Run {
        let supervisor = &run.steps[run.main];
        if supervisor.program_name() != "supervisord" {
            return run;
        }
        let context = self.image.and_then(|it| it.in_context(self.files));
        // Debian's supervisord takes what is linked into its folder for what lies there; a folder may be
        // linked as a whole.
        let links = context.as_ref().map(|(image, _)| image.links()).unwrap_or_default();
        let below = |path: &Utf8Path, from: &Utf8Path, to: &Utf8Path| {
            let rest = path.strip_prefix(from).ok()?;
            Some(if rest.as_str().is_empty() { to.to_owned() } else { to.join(rest) })
        };
        let linked =
            |at: &Utf8Path| links.iter().find_map(|it| below(at, &it.value.1, &it.value.0));
        let tree = |at: &Utf8Path| tree(at).or_else(|| tree(&linked(at)?));
        let places = |path: &Utf8Path| {
            let Some((image, context)) = &context else { return Vec::new() };
            let copied = image.places_of(path, context).into_iter().map(|it| it.value);
            let mut places: Vec<Utf8PathBuf> = copied.collect();
            let led = |it| links.iter().filter_map(move |to| below(it, &to.value.0, &to.value.1));
            let more: Vec<_> = places.iter().flat_map(|it| led(it)).collect();
            places.extend(more);
            places
        };
        let programs = supervisord::in_container(self.files, supervisor, &tree, &places);
        let has_web = programs.last().is_some_and(|step| !step.apart);
        // A shell in front of the supervisor keeps the signals from all that it would stop.
        let fronts = supervisor.fronts.clone();
        let Run { mut main, mut steps } = run;
        steps.extend(programs);
        if has_web {
            main = steps.len() - 1;
            steps[main].fronts = fronts;
        }
        Run { main, steps }
    }

    /// Whether compose drops the end of a line that was meant for a shell.
    pub(super) fn lacks_a_shell(&self) -> bool {
        let mut lines = [&self.service.entrypoint, &self.service.command].into_iter().flatten();
        lines.any(|it| it.meant_for_a_shell().is_some())
    }

    /// What a line comes to once a shell reads all of it, of which compose has its first program run
    /// alone: what else is wrong is there when that is mended.
    fn meant(&self, given: &compose::Command, is_shell: bool) -> Option<Vec<Argument>> {
        let line = given.meant_for_a_shell()?;
        let words = ["sh", "-c"].map(|it| Argument::new(Spliced::new(it, line.place)));
        let shell = words.into_iter().filter(|_| !is_shell);
        Some(shell.chain([aligned(self.files, &line.fact())]).collect())
    }

    fn texts(&self, words: &[Text]) -> Vec<Argument> {
        words.iter().map(|word| aligned(self.files, &word.fact())).collect()
    }

    /// What the health check runs: the service's own, or the image's.
    pub(in crate::model::build) fn health(&self, view: &View) -> Health {
        let own = self.service.healthcheck.as_ref();
        if own.is_some_and(|it| it.disable.as_ref().is_some_and(|it| it.value)) {
            return Health::default();
        }
        let of_image = || {
            let check = self.image?.image.as_ref()?.healthcheck()??;
            Some(words_of(&Start::Written(check.clone())))
        };
        let words = match own.and_then(|it| it.test.as_ref()) {
            Some(compose::Test::None(_)) => return Health::default(),
            Some(compose::Test::Exec(words)) => self.texts(words),
            Some(compose::Test::Shell(text)) => {
                let shell = ["/bin/sh", "-c"].map(|it| Argument::new(Spliced::new(it, text.place)));
                shell.into_iter().chain([aligned(self.files, &text.fact())]).collect()
            }
            None => of_image().unwrap_or_default(),
        };
        let cwd = self.cwd();
        let tree = |path: &Utf8Path| self.in_tree(view, path);
        let run = main_step::run(self.files, &words, &self.environment(), cwd.as_ref(), &tree);
        let shell = words.get(1).is_some_and(|it| it.as_str() == "-c");
        let text = words.get(2).filter(|_| shell).map(Argument::as_str);
        Health::new(run.map(|run| run.steps).unwrap_or_default(), text)
    }
}

/// Whether a shell is given a text that ends with `exit`: `sh -c "mc mb …; exit 0"`. Nobody writes that
/// behind what is to go on.
fn exits(words: &[Argument]) -> bool {
    let [.., option, text] = words else { return false };
    let Some(place) = text.text.evidence().place().filter(|_| option.as_str() == "-c") else {
        return false;
    };
    let script = shell::parse(&Spliced::new(text.as_str(), place), Flavour::Posix);
    let last = script.list.last().filter(|it| it.connector == Connector::Then && !it.background);
    let is_exit = |it: &Simple| it.words.first().is_some_and(|it| it.raw.as_str() == "exit");
    script.refused.is_none()
        && last.is_some_and(|it| matches!(&it.command, Command::Simple(it) if is_exit(it)))
}

/// Whether an entrypoint is a script of the project's own, by its path, that is nowhere in the tree.
fn is_out_of_view(
    files: &Files,
    word: &Argument,
    cwd: Option<&Fact<Utf8PathBuf>>,
    scripts: Scripts<'_>,
) -> bool {
    let path = word.as_str();
    let folders = ["/bin/", "/sbin/", "/usr/", "/opt/", "/nix/"];
    if !path.starts_with(['/', '.']) || folders.iter().any(|it| path.starts_with(it)) {
        return false;
    }
    let cwd = cwd.map(|it| it.value.as_path());
    let found = scripts.in_tree(path, cwd);
    let is_written =
        || scripts.places_of(path, cwd).iter().any(|path| (scripts.written)(path).is_some());
    found.is_none_or(|it| matches!(files.find(&it), Found::Absent)) && !is_written()
}
