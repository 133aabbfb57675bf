//! Procfiles, crontabs, supervisord's and uWSGI's ini files.

use super::source;
use crate::syntax::crontab::{self, Form};
use crate::syntax::ini::{self, Reader};
use crate::syntax::kind::Kind;
use crate::syntax::spliced::Spliced;
use crate::syntax::{procfile, shlex};
use proptest::prelude::*;

fn split(text: &str) -> Option<Vec<String>> {
    let (sources, id) = source("x", text);
    let words =
        shlex::split(&Spliced::verbatim(id, sources.get(id).text(), sources.get(id).text()))?;
    Some(words.iter().map(|word| word.as_str().to_owned()).collect())
}

#[test]
fn words_are_cut_as_python_cuts_them() {
    assert_eq!(
        split("a 'b c' \"d\\\"e\\n\" f\\ g $H").unwrap(),
        ["a", "b c", "d\"e\\n", "f g", "$H"]
    );
    assert_eq!(split("a '' b#c").unwrap(), ["a", "", "b#c"]);
    assert_eq!(split("{{ a }}/b {{c}} d").unwrap(), ["{{ a }}/b", "{{c}}", "d"]);
    assert_eq!(split("a 'b"), None);
    assert_eq!(split("a \\"), None);
}

#[test]
fn a_procfile_names_a_process_on_each_line() {
    let text = "web: gunicorn a.wsgi --log-file -\n# no: comment\nrelease:python manage.py migrate\nbad line\nempty:\n";
    let (sources, id) = source("Procfile", text);
    let found = procfile::parse(id, sources.get(id).text());
    let shown: Vec<_> =
        found.iter().map(|it| (it.name.value.as_str(), it.command.as_str())).collect();
    assert_eq!(
        shown,
        [("web", "gunicorn a.wsgi --log-file -"), ("release", "python manage.py migrate")]
    );
}

#[test]
fn crontabs_have_variables_and_jobs() {
    let text = "# daily\nMAILTO=\"ops@example\"\n*/5 * * * * root cd /srv && date +\\%F%input\n@daily www-data  backup --all\nnonsense here\n";
    let (sources, id) = source("etc/cron.d/site", text);
    let (found, problems) = crontab::parse(id, sources.get(id).text(), Form::of("etc/cron.d/site"));
    assert_eq!(found.variables[0].1.as_str(), "ops@example");
    let shown: Vec<_> = found
        .jobs
        .iter()
        .map(|job| {
            let user = job.user.as_ref().map(|it| it.value.as_str());
            (job.schedule.value.as_str(), user, job.command.as_str())
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("*/5 * * * *", Some("root"), "cd /srv && date +%F"),
            ("@daily", Some("www-data"), "backup --all"),
        ]
    );
    assert_eq!(problems.len(), 1);
    let (sources, id) = source("crontab", "0 3 * * mon-fri backup\n");
    let (found, _) = crontab::parse(id, sources.get(id).text(), Form::User);
    assert_eq!(found.jobs[0].command.as_str(), "backup");
}

#[test]
fn supervisords_programs_are_read() {
    let text = "[program:web]\ncommand = gunicorn a.wsgi ; comment\nuser: app\nenvironment=A=\"b,c\",B=d,\n  C='e f'\n; off\nautostart=true # yes\n[group:x]\n";
    let (sources, id) = source("supervisord.conf", text);
    let (sections, problems) = ini::parse(id, sources.get(id).text(), Reader::Supervisor);
    assert_eq!(problems, []);
    let web = &sections[0];
    assert_eq!(web.name.value, "program:web");
    let get = |key: &str| web.get(key).map(|it| it.as_str().to_owned());
    assert_eq!(get("command").as_deref(), Some("gunicorn a.wsgi"));
    assert_eq!(get("user").as_deref(), Some("app"));
    assert_eq!(get("autostart").as_deref(), Some("true"));
    let pairs = ini::supervisor_environment(web.get("environment").unwrap()).unwrap();
    let shown: Vec<_> =
        pairs.iter().map(|(name, value)| (name.value.as_str(), value.as_str())).collect();
    assert_eq!(shown, [("A", "b,c"), ("B", "d"), ("C", "e f")]);
}

#[test]
fn uwsgis_options_are_read() {
    let text = "[uwsgi]\nmodule = a.wsgi ; not a comment\nmaster\nsocket = /run/u.sock\n# c\n";
    let (sources, id) = source("uwsgi.ini", text);
    let (sections, _) = ini::parse(id, sources.get(id).text(), Reader::Uwsgi);
    let shown: Vec<_> =
        sections[0].entries.iter().map(|it| (it.key.value.as_str(), it.value.as_str())).collect();
    assert_eq!(
        shown,
        [("module", "a.wsgi ; not a comment"), ("master", ""), ("socket", "/run/u.sock")]
    );
}

#[test]
fn secrets_in_them_are_found() {
    let secrets = |path: &str, kind, text: &str| {
        let (sources, id) = source(path, text);
        let source = sources.get(id);
        let places = crate::syntax::parse(kind, source.path(), id, source.text()).0.secrets();
        let at = |place: crate::source::Place| text[place.span.range()].to_owned();
        places.into_iter().map(at).collect::<Vec<_>>()
    };
    let ini = "[program:a]\nenvironment=SECRET_KEY=\"a,b\",DEBUG=0,URL=redis://:x@h\n[unix_http_server]\npassword = pw\n";
    assert_eq!(secrets("supervisord.conf", Kind::Supervisor, ini), ["x", "\"a,b\"", "pw"]);
    let crontab = "API_KEY=k\n* * * * * PGPASSWORD=x pg_dump $D\n";
    assert_eq!(secrets("crontab", Kind::Crontab, crontab), ["k", "x"]);
    assert_eq!(secrets("Procfile", Kind::Procfile, "web: TOKEN=t run --x=$TOKEN\n"), ["t"]);
}

proptest! {
    #[test]
    fn no_text_stops_these_parsers(text in "\\PC*|[a=:;#%*@\\[\\]'\"\\\\, \n\t0-9]{0,80}") {
        split(&text);
        let (sources, id) = source("x", &text);
        let text = sources.get(id).text();
        procfile::parse(id, text);
        crontab::parse(id, text, Form::System);
        for section in ini::parse(id, text, Reader::Supervisor).0 {
            for entry in section.entries {
                ini::supervisor_environment(&entry.value);
            }
        }
        ini::parse(id, text, Reader::Uwsgi);
    }
}
