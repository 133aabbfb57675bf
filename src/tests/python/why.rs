//! The trail of a setting, through the files of a whole deployment.

use super::ROUNDS;
use crate::fact::Environment;
use crate::python::{Checkout, Installed, Loaded, Request, evaluate, why};
use crate::source::Tree;
use crate::syntax::dotenv::{Dialect, read};
use camino::Utf8PathBuf;

/// heypage on its server, whose unit reads the env file beside the application.
#[test]
fn a_setting_is_followed_to_the_env_file() {
    let base = Utf8PathBuf::from("fixtures/deployments/heypage/srv/heypage");
    let tree = Tree::walk(&[base.clone().into_std_path_buf()]).unwrap();
    let mut loaded = Loaded::new(&tree, base.clone());
    loaded.load(&[Utf8PathBuf::from(".env")].into());
    let file = loaded.sources().find(&base.join(".env")).unwrap();
    let text = loaded.sources().get(file).text().to_owned();
    let reading = read(Dialect::PythonDotenv, file, &text, &Environment::default());
    let mut environment = Environment::default();
    for (name, value) in reading.variables {
        environment.set(name, value);
    }
    for _ in 0..ROUNDS {
        let evaluation = evaluate(&Request {
            files: &loaded,
            roots: &["app".into()],
            package: None,
            module: "config.settings.prod",
            entry: None,
            environment: &environment,
            checkout: &Checkout::at("/srv/heypage"),
            cwd: Some("/srv/heypage/app".into()),
            installed: Installed::Unknown,
            configuration: None,
            versions: &|_| None,
        });
        if !loaded.load(&evaluation.wants) {
            let told = why(&evaluation, loaded.sources().shown(), "STATIC_ROOT", false);
            let told = told.replace(base.as_str(), "");
            assert!(told.starts_with("STATIC_ROOT = '/srv/heypage/staticfiles'"), "{told}");
            for file in ["/.env:", "/app/config/settings/base.py:", "/app/config/settings/prod.py:"]
            {
                assert!(told.contains(file), "{file} is not in:\n{told}");
            }
            return;
        }
    }
    unreachable!("heypage has few files")
}
