//! What a setting can name no more, asked of the Django that is installed.

use crate::model::django::REMOVED_VALUES;
use crate::tests::tool;
use std::process::Command;

/// Prints the version, and of each path whether it can be imported: as a module, or as what a module has.
const ASKS: &str = r#"
import sys
from importlib import import_module
from importlib.util import find_spec
import django.conf

def is_there(path):
    try:
        if find_spec(path):
            return True
    except ImportError:
        pass
    module, _, name = path.rpartition(".")
    try:
        return hasattr(import_module(module), name)
    except ImportError:
        return False

django.conf.settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"])
django.setup()
print(*django.VERSION[:2], *(int(is_there(it)) for it in sys.argv[1:]))
"#;

#[test]
fn what_is_said_to_be_removed_cannot_be_imported_and_what_is_put_in_its_place_can() {
    let kept =
        ["django.db.backends.postgresql", "django.contrib.auth.hashers.PBKDF2PasswordHasher"];
    let paths = REMOVED_VALUES.iter().map(|it| it.value).chain(kept);
    let mut asks = Command::new(tool("python/bin/python"));
    let output = asks.args(["-c", ASKS]).args(paths).output().expect("python runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|it| it.parse().ok()).collect();
    let [major, minor, answers @ ..] = numbers.as_slice() else {
        panic!("python says {text} {}", String::from_utf8_lossy(&output.stderr))
    };
    assert_eq!(answers.len(), REMOVED_VALUES.len() + kept.len());
    let passed = REMOVED_VALUES.iter().zip(answers).filter(|(it, _)| it.in_ <= (*major, *minor));
    let still: Vec<&str> =
        passed.clone().filter(|(_, answer)| **answer != 0).map(|(it, _)| it.value).collect();
    println!("{} of {} removed values asked of Django", passed.count(), REMOVED_VALUES.len());
    assert_eq!(still, [""; 0]);
    assert_eq!(answers[REMOVED_VALUES.len()..], [1, 1]);
}
