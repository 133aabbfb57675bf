//! Processes that no file starts, and projects that nothing in Python names the settings of.

use super::{judged, processes};
use crate::fact::Certainty;

#[test]
fn a_configuration_of_gunicorn_for_production_starts_what_it_names() {
    let of = |path: &str, text: &str| processes(&[(path, text)]).concat();
    let text = "wsgi_app = \"config.wsgi:application\"\nbind = \"0.0.0.0:9000\"\n";
    let known = "prod.py ? 0.0.0.0:9000 …";
    assert_eq!(of("config/gunicorn/prod.py", text), known);
    assert_eq!(of("gunicorn.conf.py", text), known.replace("prod.py", "gunicorn.conf.py"));
    let idle = "config.settings ?  …";
    assert_eq!(of("config/gunicorn/dev.py", text), idle);
    assert_eq!(of("config/other/prod.py", text), idle);
    assert_eq!(of("gunicorn.conf.py", "bind = \"0.0.0.0:9000\"\n"), idle);
    assert_eq!(of("gunicorn.conf.py", &text.replace("config.wsgi", "torch.wsgi")), idle);
    // Beside others only the one for production counts, and none where a script starts another.
    let with = |path: &str, more: &str| {
        let files = [("config/gunicorn/prod.py", text), (path, more)];
        processes(&files).concat()
    };
    assert_eq!(with("config/gunicorn/base.py", text), known);
    assert_eq!(with("config/gunicorn/dev.py", text), known);
    assert_eq!(with("config/gunicorn/live.py", text), idle);
    assert_eq!(with("run.sh", "exec gunicorn config.wsgi -b :80\n"), idle);
    assert_eq!(with("Dockerfile", "FROM python:3.13\n"), idle);
    // It is not certain.
    let outcome = judged(&[("gunicorn.conf.py", text)]);
    let process = &outcome.model.deployments[0].processes[0];
    assert_ne!(process.declared.evidence().certainty(), Certainty::Certain);
}
