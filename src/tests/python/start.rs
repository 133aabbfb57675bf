//! What entry points do before the settings are loaded.

use crate::fact::{Environment, Fact, Origin};
use crate::python::{Checkout, EntryPoint, Loaded, Request, Started, evaluate, start};
use crate::source::Tree;
use crate::tests::file;
use crate::tests::python::{ROUNDS, installed, python_3_12, shown};
use camino::Utf8PathBuf;

/// What an entry point leaves behind, and `X` of the settings that are evaluated after it.
fn after(entry: &str, files: &[(&str, &str)], environment: &Environment) -> (Started, String) {
    let tree = Tree::of(files.iter().map(|(path, text)| file(path, *text)).collect());
    let mut loaded = Loaded::new(&tree, Utf8PathBuf::new());
    for _ in 0..ROUNDS {
        let request = Request {
            files: &loaded,
            roots: &[Utf8PathBuf::new()],
            package: None,
            module: "settings",
            entry: Some(EntryPoint { module: entry, is_script: entry == "manage" }),
            environment,
            checkout: &Checkout::at("/srv/app"),
            cwd: Some("/srv/app".into()),
            installed: installed(),
            configuration: None,
            versions: &python_3_12,
        };
        let (started, evaluation) = (start(&request), evaluate(&request));
        let wants = started.wants.iter().chain(&evaluation.wants).cloned().collect();
        if !loaded.load(&wants) {
            return (started, shown(&evaluation, "X"));
        }
    }
    unreachable!("a test has few files")
}

fn closed(variables: &[(&str, &str)]) -> Environment {
    let origin = Origin::Default { of: "the test", version: "", source: "" };
    Environment::closed(
        variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Fact::new((*value).to_owned(), origin))),
    )
}

fn named(entry: &str, text: &str, variables: &[(&str, &str)]) -> Option<String> {
    let path = format!("{}.py", entry.replace('.', "/"));
    let files = [(path.as_str(), text), ("settings.py", "X = 1\n"), (".env", "STAGE=live\n")];
    after(entry, &files, &closed(variables)).0.settings.map(|it| it.value)
}

const COMPUTED: &str = "
import os
import sys
from decouple import config

def main():
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.' + config('STAGE', default='local'))
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)

if __name__ == '__main__':
    main()
";

#[test]
fn a_name_that_is_put_together_is_known_as_far_as_its_parts() {
    assert_eq!(named("manage", COMPUTED, &[("STAGE", "prod")]).unwrap(), "config.settings.prod");
    // decouple finds the `.env` beside the script.
    assert_eq!(named("manage", COMPUTED, &[]).unwrap(), "config.settings.live");
}

#[test]
fn the_environment_goes_before_what_is_only_a_default() {
    let text = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'own')\n";
    assert_eq!(named("wsgi", text, &[]).unwrap(), "own");
    assert_eq!(named("wsgi", text, &[("DJANGO_SETTINGS_MODULE", "given")]).unwrap(), "given");
    let forced = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'own'\n";
    assert_eq!(named("wsgi", forced, &[("DJANGO_SETTINGS_MODULE", "given")]).unwrap(), "own");
}

#[test]
fn what_depends_on_the_unknown_is_unknown() {
    let text = "
import os
import socket
from django.core.wsgi import get_wsgi_application
if socket.gethostname() == 'live':
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'live')
else:
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'dev')
application = get_wsgi_application()
";
    assert_eq!(named("wsgi", text, &[]), None);
    let early = "
import os
import socket
from django.core.wsgi import get_wsgi_application
if socket.gethostname() == 'live':
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'live')
    application = get_wsgi_application()
else:
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'dev')
    application = get_wsgi_application()
";
    assert_eq!(named("wsgi", early, &[]), None);
}

#[test]
fn an_env_file_that_the_entry_point_loads_is_there_for_the_settings() {
    let files = [
        (
            "wsgi.py",
            "
import os
from dotenv import load_dotenv
from django.core.wsgi import get_wsgi_application
load_dotenv(os.path.join(os.path.dirname(__file__), '.env'))
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
application = get_wsgi_application()
os.environ['TOO_LATE'] = '1'
",
        ),
        (".env", "KEY=from-the-file\n"),
        ("settings.py", "import os\nX = (os.environ['KEY'], os.getenv('TOO_LATE'))\n"),
    ];
    let (started, x) = after("wsgi", &files, &closed(&[]));
    assert_eq!(started.settings.unwrap().value, "settings");
    assert_eq!(x, "('from-the-file', None)");
}

#[test]
fn django_dotenv_reads_the_env_file_of_a_folder() {
    let files = [
        (
            "wsgi.py",
            "
import os
from pathlib import Path
import dotenv
from django.core.wsgi import get_wsgi_application
dotenv.read_dotenv(Path(__file__).resolve().parent)
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
application = get_wsgi_application()
",
        ),
        (".env", "KEY=from-the-file\n"),
        ("settings.py", "import os\nX = os.environ['KEY']\n"),
    ];
    let (_, x) = after("wsgi", &files, &closed(&[]));
    assert_eq!(x, "'from-the-file'");
}

#[test]
fn code_of_the_project_that_needs_settings_is_not_run_before_them() {
    let files = [
        (
            "asgi.py",
            "
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')
from routing import patterns
os.environ['TOO_LATE'] = '1'
",
        ),
        ("routing.py", "raise RuntimeError('settings are not configured')\n"),
        ("settings.py", "import os\nX = os.getenv('TOO_LATE')\n"),
    ];
    let (started, x) = after("asgi", &files, &closed(&[]));
    assert_eq!(started.settings.unwrap().value, "settings");
    assert_eq!(x, "None");
}

#[test]
fn an_entry_point_that_cannot_be_followed_may_have_set_anything() {
    let files = [
        ("wsgi.py", "raise RuntimeError('no')\n"),
        ("settings.py", "import os\nX = os.getenv('ABSENT', 'default')\n"),
    ];
    let (started, x) = after("wsgi", &files, &closed(&[]));
    assert!(started.settings.is_none());
    assert!(x.contains("it may have been set"), "{x}");
}
