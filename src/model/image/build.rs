//! A Dockerfile's instructions as stages and layers: which variable is in scope where, which
//! stage is built on which, where relative paths lead.

use crate::fact::{Certainty, Fact};
use crate::model::compose::Variable;
use crate::model::image::expand::{Lookup, expand};
use crate::model::image::foundation::Foundation;
use crate::model::image::layer::{Base, Command, Copy, Does, From, Layer, Run, Stage};
use crate::model::image::scope::{Inherited, Scope, bounded};
use crate::model::image::stock::Flavour;
use crate::model::image::{Ignore, Image};
use crate::model::text::Text;
use crate::source::Place;
use crate::syntax::dockerfile::{
    self, Argument, Assignment, File, Form, Instruction, Transfer, Word,
};
use camino::Utf8PathBuf;
use std::collections::HashMap;

/// No build has this many stages; each inherits the variables of its base.
const MOST_STAGES: usize = 500;

/// Arguments that BuildKit sets by itself (Dockerfile reference, "Automatic platform ARGs").
const PLATFORM: [&str; 8] = [
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// The `--build-arg`s of a build.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    given: HashMap<String, Option<Text>>,
    /// Whether there may be others, that no file shows.
    open: bool,
}

impl Arguments {
    /// Nobody knows how the image is built.
    pub fn unseen() -> Self {
        Self { given: HashMap::new(), open: true }
    }

    /// These and no others. `None`: a value that nobody can tell.
    pub fn given(arguments: &[(String, Option<Text>)]) -> Self {
        Self { given: arguments.iter().cloned().collect(), open: false }
    }

    /// These, and perhaps others, as a build that is only described gets them.
    pub fn among(arguments: &[(String, Option<Text>)]) -> Self {
        Self { open: true, ..Self::given(arguments) }
    }

    /// Those of a compose file, which are all there are.
    pub fn of(variables: &[Variable]) -> Self {
        let one = |it: &Variable| (it.name.value.clone(), it.value.clone());
        Self { given: variables.iter().map(one).collect(), open: false }
    }
}

/// What the file builds, up to this stage or to its last. Where there is no such stage nothing is built,
/// and what else is wrong is worth knowing before that is mended.
pub fn build(file: &File, arguments: &Arguments, target: Option<&str>) -> Option<Image> {
    build_on(file, arguments, target, &|_| None).map(|it| it.image)
}

/// The same where `below` may know what the images are that the file is built on.
pub fn build_on(
    file: &File,
    arguments: &Arguments,
    target: Option<&str>,
    below: &dyn Fn(&str) -> Option<Foundation>,
) -> Option<Foundation> {
    let mut builder = Builder {
        arguments,
        below,
        globals: HashMap::new(),
        stages: Vec::new(),
        scopes: Vec::new(),
    };
    for instruction in &file.instructions {
        builder.instruction(instruction);
        if builder.stages.len() > MOST_STAGES {
            return None;
        }
    }
    let last = builder.stages.len().checked_sub(1)?;
    let image = Image { stages: builder.stages, target: last };
    let image = target.and_then(|target| image.at_target(target)).unwrap_or(image);
    let scope = builder.scopes.swap_remove(image.target);
    Some(Foundation { image, scope })
}

struct Builder<'a> {
    arguments: &'a Arguments,
    /// What the tree builds under a name.
    below: &'a dyn Fn(&str) -> Option<Foundation>,
    /// `ARG`s before the first `FROM`.
    globals: HashMap<String, Option<Text>>,
    stages: Vec<Stage>,
    /// Of each stage, as it is at its end.
    scopes: Vec<Scope>,
}

impl Builder<'_> {
    fn instruction(&mut self, instruction: &Instruction) {
        if let dockerfile::Command::From { image, name } = &instruction.command {
            return self.from(instruction.place, image, name.as_ref());
        }
        let Some(mut scope) = self.scopes.pop() else {
            if let dockerfile::Command::Arg(arguments) = &instruction.command {
                arguments.iter().for_each(|it| self.global(it));
            }
            return;
        };
        let layers = self.layers(instruction, &mut scope);
        if let Some(stage) = self.stages.last_mut() {
            let layer = |does| Layer { place: instruction.place, does };
            stage.layers.extend(layers.into_iter().map(layer));
            stage.workdir.clone_from(&scope.workdir);
        }
        self.scopes.push(scope);
    }

    fn global(&mut self, argument: &Argument) {
        let value = argument
            .default
            .as_ref()
            .map(|word| bounded(expand(word, &|name| self.global_value(name))));
        let value = self.argument(&argument.name.value, value);
        self.globals.insert(argument.name.value.clone(), value);
    }

    fn global_value(&self, name: &str) -> Lookup {
        match self.globals.get(name) {
            Some(Some(value)) => Lookup::Set(value.clone()),
            None if PLATFORM.contains(&name) => Lookup::Unknown,
            Some(None) if self.arguments.open => Lookup::Unknown,
            Some(None) | None => Lookup::Unset,
        }
    }

    /// The value of an argument: what the build gives, or else its default.
    fn argument(&self, name: &str, default: Option<Text>) -> Option<Text> {
        match self.arguments.given.get(name) {
            Some(Some(given)) => Some(given.clone()),
            // `args: [NAME]` passes on what the project has, which may be nothing.
            Some(None) => {
                default.map(|text| text.doubted(Certainty::Likely, "the build may set it"))
            }
            None if self.arguments.open => {
                default.map(|text| text.doubted(Certainty::Likely, "`--build-arg` may set it"))
            }
            None => default,
        }
    }

    fn from(&mut self, place: Place, image: &Word, name: Option<&crate::source::Spanned<String>>) {
        let text = bounded(expand(image, &|name| self.global_value(name)));
        let named = text.to_string();
        let is = |stage: &Stage| {
            stage.name.as_ref().is_some_and(|it| it.value.eq_ignore_ascii_case(&named))
        };
        let earlier = self.stages.iter().rposition(is);
        let (base, scope) = match earlier {
            Some(stage) => (Base::Stage(stage), self.scopes[stage].clone()),
            None if named == "scratch" => {
                let root = Fact::at(Utf8PathBuf::from("/"), place);
                (Base::Scratch(place), Scope::fresh(Inherited::Names(&[]), Some(root)))
            }
            None => {
                let flavour = text.fact().try_map(|it| Flavour::of(it));
                let is_named = flavour.is_none() && text.is_known();
                if let Some(foundation) = is_named.then(|| (self.below)(&named)).flatten() {
                    return self.begin(place, name, text, foundation);
                }
                let inherited = flavour.as_ref().map(|it| Inherited::Names(it.value.stock.sets));
                let workdir = flavour.map(|it| it.map(|it| it.stock.workdir.into()));
                (Base::Image(text), Scope::fresh(inherited.unwrap_or(Inherited::Anything), workdir))
            }
        };
        self.stage(place, name, base, scope);
    }

    /// A stage on an image that the tree builds as well, whose stages come in front of it.
    fn begin(
        &mut self,
        place: Place,
        name: Option<&crate::source::Spanned<String>>,
        named: Text,
        foundation: Foundation,
    ) {
        let (stages, last, scope) = foundation.moved(self.stages.len());
        self.scopes.extend(stages.iter().map(|_| scope.clone()));
        self.stages.extend(stages);
        self.stage(place, name, Base::Stage(last), scope);
        if let Some(stage) = self.stages.last_mut() {
            stage.foundation = Some(named);
        }
    }

    fn stage(
        &mut self,
        place: Place,
        name: Option<&crate::source::Spanned<String>>,
        base: Base,
        scope: Scope,
    ) {
        let workdir = scope.workdir.clone();
        let name = name.map(|it| Fact::at(it.value.clone(), it.place));
        self.stages.push(Stage {
            place,
            name,
            base,
            layers: Vec::new(),
            workdir,
            foundation: None,
            is_of_foundation: false,
        });
        self.scopes.push(scope);
    }

    fn layers(&self, instruction: &Instruction, scope: &mut Scope) -> Vec<Does> {
        let place = instruction.place;
        let command = |form: &Form, scope: &Scope| Command {
            place,
            form: form.clone(),
            shell: scope.shell.clone(),
        };
        let all = |words: &[Word], scope: &Scope| words.iter().map(|it| scope.expand(it)).collect();
        vec![match &instruction.command {
            dockerfile::Command::Arg(arguments) => {
                return arguments.iter().map(|it| self.arg(it, scope)).collect();
            }
            dockerfile::Command::Env(pairs) => return env(pairs, scope),
            dockerfile::Command::User(user) => Does::User(scope.expand(user)),
            dockerfile::Command::Workdir(path) => {
                scope.workdir = scope.path(&scope.expand(path));
                Does::Workdir(scope.workdir.clone())
            }
            dockerfile::Command::Run(form) => {
                let mounts = instruction.flags("mount").cloned().map(Fact::from).collect();
                Does::Run(Run {
                    form: form.clone(),
                    heredocs: instruction.heredocs.clone(),
                    mounts,
                })
            }
            dockerfile::Command::Copy(transfer) => {
                Does::Copy(Box::new(self.copy(instruction, transfer, scope, false)))
            }
            dockerfile::Command::Add(transfer) => {
                Does::Copy(Box::new(self.copy(instruction, transfer, scope, true)))
            }
            dockerfile::Command::Entrypoint(form) => Does::Entrypoint(command(form, scope)),
            dockerfile::Command::Cmd(form) => Does::Cmd(command(form, scope)),
            dockerfile::Command::Healthcheck(form) => {
                Does::Healthcheck(form.as_ref().map(|form| command(form, scope)))
            }
            dockerfile::Command::Expose(ports) => Does::Expose(all(ports, scope)),
            dockerfile::Command::Volume(paths) => Does::Volume(all(paths, scope)),
            dockerfile::Command::Stopsignal(signal) => Does::Stopsignal(scope.expand(signal)),
            dockerfile::Command::Shell(Form::Exec(words)) => {
                scope.shell = words.iter().map(|it| it.as_str().to_owned()).collect();
                Does::Shell(scope.shell.clone())
            }
            // Triggers act in the images that are built on this one.
            dockerfile::Command::Onbuild(_)
            | dockerfile::Command::Shell(Form::Shell(_))
            | dockerfile::Command::From { .. }
            | dockerfile::Command::Label(_)
            | dockerfile::Command::Maintainer(_)
            | dockerfile::Command::Broken => return Vec::new(),
        }]
    }

    /// An argument comes into scope: with what the build gives, its default, or the value that
    /// it has before the first `FROM`.
    fn arg(&self, argument: &Argument, scope: &mut Scope) -> Does {
        let name = &argument.name.value;
        let default = match &argument.default {
            Some(word) => Some(scope.expand(word)),
            None => self.globals.get(name).cloned().flatten(),
        };
        let mut value = self.argument(name, default);
        let hidden = self.arguments.open || matches!(self.arguments.given.get(name), Some(None));
        if value.is_none() && (hidden || PLATFORM.contains(&name.as_str())) {
            value = Some(Text::unknown(name, argument.name.place));
        }
        scope.set(name, value.clone(), false);
        Does::Arg(Fact::from(argument.name.clone()), value)
    }

    fn copy(
        &self,
        instruction: &Instruction,
        transfer: &Transfer,
        scope: &Scope,
        adds: bool,
    ) -> Copy {
        let destination = scope.expand(&transfer.destination);
        let written = destination.to_string();
        let flag = |name: &str| instruction.flag(name).cloned().map(Fact::from);
        let from = match flag("from") {
            None => From::Context,
            Some(name) => self.source(&name),
        };
        Copy {
            from,
            sources: transfer.sources.iter().map(|it| scope.expand(it)).collect(),
            inline: instruction.heredocs.iter().map(|it| (it.name.clone(), it.content)).collect(),
            into: written.ends_with('/') || written == "." || written.ends_with("/."),
            is_absolute: written.starts_with('/'),
            destination: scope.path(&destination),
            chown: flag("chown"),
            chmod: flag("chmod"),
            adds,
            parents: instruction.flag("parents").is_some_and(|it| it.value != "false"),
            exclude: Ignore::of(instruction.flags("exclude").cloned()),
        }
    }

    /// What `--from` means: an earlier stage by name or number, or something from elsewhere.
    fn source(&self, name: &Fact<String>) -> From {
        let earlier = &self.stages[..self.stages.len().saturating_sub(1)];
        let is = |stage: &Stage| {
            stage.name.as_ref().is_some_and(|it| it.value.eq_ignore_ascii_case(&name.value))
        };
        let by_number = || numbered(earlier, &name.value);
        match earlier.iter().rposition(is).or_else(by_number) {
            Some(stage) => From::Stage(stage),
            None => {
                let place = name.evidence().place().unwrap_or(self.stages[0].place);
                From::Elsewhere(Text::literal(name.value.clone(), place))
            }
        }
    }
}

/// The stage of a file that a number means.
pub(super) fn numbered(stages: &[Stage], number: &str) -> Option<usize> {
    let own = stages.iter().enumerate().filter(|(_, stage)| !stage.is_of_foundation);
    own.map(|(at, _)| at).nth(number.parse().ok()?)
}

/// All values of one instruction see what was set before it.
fn env(pairs: &[Assignment], scope: &mut Scope) -> Vec<Does> {
    let expand = |it: &Assignment| (Fact::from(it.name.clone()), scope.expand(&it.value));
    let values: Vec<_> = pairs.iter().map(expand).collect();
    for (name, value) in &values {
        scope.set(&name.value, Some(value.clone()), true);
    }
    values.into_iter().map(|(name, value)| Does::Env(name, value)).collect()
}
