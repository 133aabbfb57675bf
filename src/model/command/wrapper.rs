//! What stands before a program: `env A=b`, `exec`, `sudo -u app`, `poetry run`, `tini --`.

use crate::fact::{Fact, Supplied, symbol};
use crate::model::command::supply::{self, EnvFiles, Reader, Supply};
use crate::model::command::{name, option};
use crate::syntax::shell::evaluate::Argument;

/// A command line without its wrappers.
#[derive(Debug, Default)]
pub(super) struct Unwrapped {
    pub(super) words: Vec<Fact<String>>,
    pub(super) sets: Vec<(String, Fact<String>)>,
    pub(super) user: Option<Fact<String>>,
    pub(super) directory: Option<Fact<String>>,
}

/// The same while it is taken apart; words still know how they were written.
#[derive(Debug, Default)]
pub(super) struct Peeled {
    pub(super) words: Vec<Argument>,
    pub(super) sets: Vec<(String, Fact<String>)>,
    pub(super) user: Option<Fact<String>>,
    /// What the wrappers give to the command beside `sets`.
    pub(super) supplies: Vec<Supply>,
    pub(super) directory: Option<Fact<String>>,
    /// The wrapper takes the command as one word, as `su -c` hands it to a shell.
    pub(super) shell: bool,
    /// A wrapper waits for something else first: `wait-for-it db:5432 --`.
    pub(super) waits: bool,
    /// The wrapper that starts the command anew whenever a file changes.
    pub(super) watched: Option<Fact<()>>,
}

/// How a wrapper's own words end.
enum Wrapper {
    /// Options, those listed with a value, then the command.
    Options(&'static [&'static str]),
    /// Options, then so many words of its own.
    Then(&'static [&'static str], usize),
    /// Everything up to `--`, or options alone if there is none.
    Dashes,
    /// `run`, then options.
    Run(&'static [&'static str]),
}

/// Why nobody knows what a login shell gives to a command.
pub(super) const PROFILE: &str = "a login shell reads a profile that is not in view";

/// More wrappers in each other are nobody's command.
const DEEPEST: usize = 16;

fn wrapper(program: &str) -> Option<Wrapper> {
    Some(match program {
        "exec" => Wrapper::Options(&["-a"]),
        "nohup" | "setsid" | "catatonit" | "ddtrace-run" | "time" | "command" | "unbuffer"
        | "chronic" | "dumb-init" => Wrapper::Options(&["-r", "--rewrite"]),
        "tini" | "tini-static" | "docker-init" => Wrapper::Options(&["-e", "-p"]),
        "opentelemetry-instrument" => Wrapper::Options(&[
            "--traces_exporter",
            "--metrics_exporter",
            "--logs_exporter",
            "--service_name",
            "--exporter_otlp_endpoint",
        ]),
        // A display for what draws, as a browser that pages are rendered with (xvfb-run(1)).
        "xvfb-run" => Wrapper::Options(&[
            "-e",
            "-f",
            "-n",
            "-p",
            "-s",
            "-w",
            "--error-file",
            "--auth-file",
            "--server-num",
            "--xauth-protocol",
            "--server-args",
            "--wait",
        ]),
        // What lets a port below 1024 be taken, and what gives an image its user's number.
        "authbind" | "fixuid" => Wrapper::Options(&[]),
        "nice" => Wrapper::Options(&["-n", "--adjustment"]),
        "ionice" => Wrapper::Options(&["-c", "-n", "--class", "--classdata"]),
        "stdbuf" => Wrapper::Options(&["-i", "-o", "-e"]),
        "flock" => Wrapper::Then(&["-w", "--wait", "--timeout", "-E"], 1),
        "timeout" => Wrapper::Then(&["-s", "-k", "--signal", "--kill-after"], 1),
        "taskset" | "chrt" => Wrapper::Then(&[], 1),
        "newrelic-admin" => Wrapper::Run(&[]),
        "poetry" | "pipenv" | "pdm" | "hatch" | "rye" | "pixi" => {
            Wrapper::Run(&["-C", "--directory", "-p", "--project", "-e", "--environment"])
        }
        "uv" => Wrapper::Run(&[
            "--env-file",
            "--extra",
            "--group",
            "--with",
            "-p",
            "--python",
            "--package",
            "--directory",
            "--project",
            "--with-requirements",
            "--no-group",
            "--only-group",
        ]),
        "conda" | "micromamba" | "mamba" => Wrapper::Run(&["-n", "--name", "-p", "--prefix"]),
        // Go's flags end at the first word that is none.
        "dockerize" => Wrapper::Options(&[
            "-wait",
            "-timeout",
            "-wait-retry-interval",
            "-wait-http-header",
            "-template",
            "-delims",
            "-stdout",
            "-stderr",
            "-env",
            "-env-section",
        ]),
        "watchmedo" | "wait4x" | "wait-for-it" | "wait-for-it.sh" | "wait-for" | "wait-for.sh"
        | "waitforit" | "wait_for_it.sh" | "aws-vault" | "systemd-inhibit" => Wrapper::Dashes,
        _ => return None,
    })
}

/// A word that was not written in a file that is parsed further.
pub(super) fn argument(word: &Fact<String>) -> Argument {
    Argument { text: word.clone(), written: None, splits: false }
}

/// The value of a variable that is set with this text.
pub(super) fn supplied(value: &Fact<String>) -> Fact<Supplied> {
    value.map(|text| match symbol::is_symbolic(text) {
        true => Supplied::Unknown("a variable in it is not known".into()),
        false => Supplied::Value(text.clone()),
    })
}

pub(super) fn unwrap(words: Vec<Argument>) -> Option<Unwrapped> {
    let Peeled { words, sets, user, directory, .. } = peel(words)?;
    let words = words.into_iter().map(|word| word.text).collect();
    Some(Unwrapped { words, sets, user, directory })
}

/// Takes wrappers off one by one.
pub(super) fn peel(words: Vec<Argument>) -> Option<Peeled> {
    let mut peeled = Peeled { words, ..Peeled::default() };
    for _ in 0..DEEPEST {
        peeled.assignments();
        let first = peeled.words.first()?.text.clone();
        let rest = peeled.words[1..].to_vec();
        let program = name(&first.value);
        peeled.waits |= program.contains("wait") || program == "dockerize";
        let restarts = || rest.iter().any(|it| it.as_str() == "auto-restart");
        if program == "watchfiles" || program == "watchmedo" && restarts() {
            peeled.watched = Some(first.map(|_| ()));
        }
        let left = match program {
            "env" => peeled.env(rest),
            "sudo" | "gosu" | "su-exec" | "setpriv" | "runuser" | "su" | "chpst"
            | "s6-setuidgid" | "setuidgid" | "setuser" | "doas" => peeled.user(&first, rest),
            "dotenv" => peeled.dotenv(&first, rest),
            "pipenv" | "uv" => peeled.with_env_files(&first, rest),
            "bws" | "chamber" | "doppler" | "dotenvx" | "infisical" | "ksm" | "op" | "phase"
            | "teller" => {
                peeled.unseen("it is given what a store of secrets has", &first);
                peeled.behind(&Wrapper::Dashes, rest)
            }
            "litestream" => peeled.litestream(&rest),
            "watchfiles" => peeled.watchfiles(&rest),
            program => match wrapper(program) {
                Some(wrapper) => peeled.behind(&wrapper, rest),
                None => return Some(peeled),
            },
        };
        match left {
            Some(words) => peeled.words = words,
            None => return Some(peeled),
        }
        if peeled.shell {
            return Some(peeled);
        }
    }
    None
}

/// `NAME=value` before a command.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (variable, value) = word.split_once('=')?;
    let is_name = !variable.is_empty()
        && !variable.starts_with(|c: char| c.is_ascii_digit())
        && variable.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((variable, value))
}

/// How many words are options; those in `valued` have their value in the next one.
fn options(words: &[Argument], valued: &[&str]) -> usize {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let text = word.as_str();
        if text == "--" {
            return at + 1;
        }
        if !text.starts_with('-') || text == "-" {
            break;
        }
        at += if valued.contains(&text) { 2 } else { 1 };
    }
    at.min(words.len())
}

/// All values of an option among a wrapper's own words.
fn options_of(words: &[Argument], names: &[&str]) -> Vec<Fact<String>> {
    let mut rest = words.iter().map(|it| &it.text);
    std::iter::from_fn(|| option(&mut rest, names)).collect()
}

/// The value of an option among a wrapper's own words.
fn option_of(words: &[Argument], names: &[&str]) -> Option<Fact<String>> {
    option(words.iter().map(|it| &it.text), names)
}

/// `sudo -i`, also among other letters.
fn is_login(word: &Argument) -> bool {
    let text = word.as_str();
    text == "--login" || text.starts_with('-') && !text.starts_with("--") && text.contains('i')
}

/// `su -` and its longer names.
fn is_su_login(word: &Argument) -> bool {
    matches!(word.as_str(), "-" | "-l" | "--login")
}

impl Peeled {
    /// Takes off what `env` and shells set before a command.
    fn assignments(&mut self) {
        let is_set = |word: &Argument| assignment(word.as_str()).is_some();
        let count = self.words.iter().take_while(|word| is_set(word)).count();
        for word in self.words.drain(..count) {
            if let Some((variable, value)) = assignment(word.as_str()) {
                self.sets.push((variable.to_owned(), word.text.map(|_| value.to_owned())));
            }
        }
    }

    fn behind(&mut self, wrapper: &Wrapper, words: Vec<Argument>) -> Option<Vec<Argument>> {
        let at = match wrapper {
            Wrapper::Options(valued) => options(&words, valued),
            Wrapper::Then(valued, own) => options(&words, valued) + own,
            Wrapper::Dashes => match words.iter().position(|word| word.as_str() == "--") {
                Some(dashes) => dashes + 1,
                None => return None,
            },
            Wrapper::Run(valued) => {
                let is_run = |word: &Argument| matches!(word.as_str(), "run" | "run-program");
                let run = words.iter().position(is_run)? + 1;
                let end = run + options(&words[run..], valued);
                let directory = option_of(&words[..end.min(words.len())], &["--directory"]);
                self.directory = directory.or(self.directory.take());
                end
            }
        };
        let command = words.get(at..).unwrap_or_default();
        // To wait is all that it is there for then, and a command of its own.
        (!command.is_empty() || !self.waits).then(|| command.to_vec())
    }

    fn env(&mut self, words: Vec<Argument>) -> Option<Vec<Argument>> {
        let end = options(&words, &["-u", "--unset", "-C", "--chdir", "-S", "--split-string"]);
        self.directory = option_of(&words[..end], &["-C", "--chdir"]).or(self.directory.take());
        Some(words[end..].to_vec())
    }

    /// python-dotenv's command: `dotenv -f FILE run -- command`.
    fn dotenv(&mut self, first: &Fact<String>, words: Vec<Argument>) -> Option<Vec<Argument>> {
        let run = words.iter().position(|word| word.as_str() == "run")?;
        self.loads(supply::DOTENV, first, options_of(&words[..run], &["-f", "--file"]));
        let end = run + 1 + options(&words[run + 1..], &[]);
        Some(words.get(end..).unwrap_or_default().to_vec())
    }

    /// Programs that run a command of a project, and load env files for it.
    fn with_env_files(
        &mut self,
        first: &Fact<String>,
        words: Vec<Argument>,
    ) -> Option<Vec<Argument>> {
        let program = name(&first.value);
        let left = self.behind(&wrapper(program)?, words.clone())?;
        let own = &words[..words.len() - left.len()];
        match program {
            "pipenv" => self.loads(supply::PIPENV, first, Vec::new()),
            _ if own.iter().any(|word| word.as_str() == "--no-env-file") => {}
            _ => self.loads(supply::UV, first, options_of(own, &["--env-file"])),
        }
        Some(left)
    }

    fn loads(&mut self, reader: Reader, first: &Fact<String>, named: Vec<Fact<String>>) {
        self.supplies.push(Supply::Files(EnvFiles { reader, at: first.map(|_| ()), named }));
    }

    fn unseen(&mut self, why: &'static str, at: &Fact<String>) {
        self.supplies.push(Supply::Unseen(why, at.evidence().place()));
    }

    /// `litestream replicate -exec COMMAND`, which ends when the command does (Litestream, "Command:
    /// replicate"). The command is one word that it splits as a shell would.
    fn litestream(&mut self, words: &[Argument]) -> Option<Vec<Argument>> {
        let is_option = |word: &Argument| matches!(word.as_str(), "-exec" | "--exec");
        words.iter().find(|word| word.as_str() == "replicate")?;
        let option = words.iter().position(is_option)?;
        self.shell = true;
        Some(vec![words.get(option + 1)?.clone()])
    }

    /// `watchfiles "COMMAND" PATH…` (watchfiles, "CLI"): the first word that is no option is a command of
    /// several, or a function of Python.
    fn watchfiles(&mut self, words: &[Argument]) -> Option<Vec<Argument>> {
        let valued = [
            "--ignore-paths",
            "--target-type",
            "--filter",
            "--args",
            "--verbosity",
            "--sigint-timeout",
            "--grace-period",
            "--sigkill-timeout",
        ];
        self.shell = true;
        Some(vec![words.get(options(words, &valued))?.clone()])
    }

    /// Takes a change of user away: `sudo -u app`, `gosu app:app`, `setpriv --reuid=app`.
    fn user(&mut self, first: &Fact<String>, words: Vec<Argument>) -> Option<Vec<Argument>> {
        let program = name(&first.value);
        let before_colon = |text: &String| text.split(':').next().unwrap_or(text).to_owned();
        // The last is of phusion's base image.
        if matches!(program, "gosu" | "su-exec" | "s6-setuidgid" | "setuidgid" | "setuser") {
            self.user = Some(words.first()?.text.map(before_colon));
            return Some(words[1..].to_vec());
        }
        if program == "su"
            || (program == "runuser" && option_of(&words, &["-u", "--user"]).is_none())
        {
            return self.su(first, words);
        }
        let valued = [
            "-u", "--user", "-g", "--group", "--reuid", "--regid", "-s", "--shell", "-C", "-D",
            "--chdir", "-h", "--host", "-p", "--prompt", "-r", "-t", "-T", "--groups", "-n",
        ];
        // sudo's `-n` takes no value; chpst's does.
        let valued = if program == "chpst" { &valued[..] } else { &valued[..valued.len() - 1] };
        let end = options(&words, valued);
        let own = &words[..end];
        let named = option_of(own, &["-u", "--user", "--reuid"]);
        if program == "sudo" && own.iter().any(is_login) {
            self.unseen(PROFILE, first);
        }
        // runit's chpst(8): `-e` takes the variables of the files in a folder.
        if program == "chpst" && own.iter().any(|word| word.as_str() == "-e") {
            self.unseen("it is given what the files of a folder have", first);
        }
        let root = || words.first().map(|word| word.text.map(|_| "root".to_owned()));
        // Without a user sudo makes it root; setpriv and chpst leave it.
        self.user = match (named, program) {
            (Some(user), _) => Some(user.map(before_colon)),
            (None, "sudo" | "doas") => root(),
            (None, _) => self.user.take(),
        };
        self.directory = option_of(own, &["-D", "--chdir"]).or(self.directory.take());
        Some(words[end..].to_vec())
    }

    /// `su - app -c 'command'`: what `-c` holds goes to a shell.
    fn su(&mut self, first: &Fact<String>, words: Vec<Argument>) -> Option<Vec<Argument>> {
        let valued = ["-c", "--command", "-s", "--shell", "-g", "--group", "-G"];
        let mut user = None;
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let text = word.as_str();
            match text {
                "-" => {}
                text if valued.contains(&text) => at += 1,
                text if text.starts_with('-') => {}
                _ => {
                    user.get_or_insert_with(|| word.text.clone());
                }
            }
            at += 1;
        }
        let root = words.first().map(|word| word.text.map(|_| "root".to_owned()));
        self.user = user.or(root);
        let command = words.iter().position(|word| matches!(word.as_str(), "-c" | "--command"))?;
        let text = words.get(command + 1)?.clone();
        if words[..command].iter().chain(&words[command + 2..]).any(is_su_login) {
            self.unseen(PROFILE, first);
        }
        self.shell = true;
        Some(vec![text])
    }
}
