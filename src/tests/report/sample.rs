//! A small deployment and what is wrong with it, for every format to show.

use crate::diagnostic::{Diagnostic, Edit, Findings, Fix, Safety, Severity, Subject};
use crate::fact::{Certainty, Fact, Origin};
use crate::report::{DeploymentInfo, Format, Report, RuleInfo, Style, render};
use crate::source::{FileId, Place, Sources};
use crate::tests::file;

pub(super) const SECRET: &str = "hunter2-Tr0ub4dor";

pub(super) struct Sample {
    pub sources: Sources,
    pub diagnostics: Vec<Diagnostic>,
    pub notes: Vec<String>,
}

impl Sample {
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let mut sources = Sources::default();
        sources.add(files.iter().map(|(path, text)| file(path, *text)).collect());
        Self { sources, diagnostics: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn file(&self, path: &str) -> FileId {
        let is_it = |id: &FileId| self.sources.get(*id).path() == path;
        self.sources.ids().into_iter().find(is_it).unwrap_or_else(|| panic!("no {path}"))
    }

    /// Where `part` stands first.
    pub(super) fn place(&self, path: &str, part: &str) -> Place {
        let file = self.file(path);
        let text = self.sources.get(file).text();
        let at = text.find(part).unwrap_or_else(|| panic!("no {part:?} in {path}"));
        Place::new(file, at, at + part.len())
    }

    pub(super) fn fact(&self, path: &str, part: &str) -> Fact<()> {
        Fact::at((), self.place(path, part))
    }

    pub(super) fn add(&mut self, found: Findings) {
        self.diagnostics.extend(found.into_vec());
    }

    pub(super) fn print(&self, format: Format) -> String {
        self.print_styled(format, &Style::PLAIN)
    }

    pub(super) fn print_styled(&self, format: Format, style: &Style) -> String {
        let rules = rules();
        let report = Report {
            diagnostics: &self.diagnostics,
            shown: self.sources.shown(),
            rules: &rules,
            deployments: &[DeploymentInfo { name: "heypage", stage: "production" }],
            homepage: "https://kilter.example/",
            files: self.sources.ids().len(),
            notes: &self.notes,
            fail_on: Severity::Warning,
            checked: None,
        };
        render(format, &report, style)
    }
}

pub(super) fn findings(rule: &'static str, severity: Severity) -> Findings {
    Findings::new(rule, severity, Some("heypage"))
}

pub(super) fn site() -> Subject {
    Subject::Site("heypage.com".to_owned())
}

pub(super) fn rules() -> Vec<RuleInfo<'static>> {
    let rule = |id, severity, summary, page| RuleInfo {
        id,
        severity,
        summary,
        page,
        docs: format!("https://kilter.example/rules/{id}"),
        since: "0.1.0",
        tags: &[],
        security_severity: None,
        area: None,
    };
    vec![
        rule(
            "assets/root-not-served",
            Severity::Error,
            "The web server answers static URLs from a directory that `collectstatic` does not fill",
            "# assets/root-not-served\n\nThe web server answers static URLs from a directory that \
             `collectstatic` does not fill\n\nDjango copies static files into `STATIC_ROOT` and \
             has no part in serving them.\n\n## Reported\n\nAn example.\n",
        ),
        RuleInfo {
            security_severity: Some("7.5"),
            ..rule(
                "env/debug-on",
                Severity::Error,
                "A production process runs with DEBUG",
                "# env/debug-on\n\nA production process runs with DEBUG\n",
            )
        },
        rule(
            "proxy/body-limit-differs",
            Severity::Advice,
            "The proxy refuses uploads that the application would take",
            "# proxy/body-limit-differs\n\nThe proxy refuses uploads that the application would \
             take\n\nThe smaller limit wins.\n",
        ),
        rule(
            "startup/restart-missing",
            Severity::Warning,
            "A crashed service stays down",
            "# startup/restart-missing\n\nA crashed service stays down\n",
        ),
    ]
}

/// One finding of each kind: sure, likely, about a default, about something absent.
pub(super) fn sample() -> Sample {
    let env = format!("DJANGO_DEBUG=1\nDJANGO_SECRET_KEY={SECRET}\n");
    let mut sample = Sample::of(&[
        (
            "config/settings/prod.py",
            "from .base import *\n\nDEBUG = env.bool(\"DJANGO_DEBUG\")\nSTATIC_URL = \"/static/\"\n\
             STATIC_ROOT = \"/srv/heypage/staticfiles\"\n",
        ),
        ("deploy/heypage.env", &env),
        (
            "deploy/heypage.service",
            "[Unit]\nDescription=Heypage\n\n[Service]\nExecStart=/srv/heypage/run\n",
        ),
        (
            "deploy/nginx/heypage.conf",
            "server {\n    server_name heypage.com;\n\n    location /static/ {\n        \
             alias /srv/heypage/static/;\n    }\n}\n",
        ),
    ]);
    let secret = sample.place("deploy/heypage.env", SECRET);
    sample.sources.hide(secret);

    let mut out = findings("env/debug-on", Severity::Error);
    let debug = sample
        .fact("deploy/heypage.env", "1")
        .doubt(Certainty::Likely, "nothing says that this file is read");
    let setting = sample.fact("config/settings/prod.py", "env.bool(\"DJANGO_DEBUG\")");
    out.report(
        Subject::Process("heypage.service".to_owned()),
        "`DEBUG` is on in production",
        setting.given(&debug).label("DEBUG is taken from the environment"),
    )
    .also(debug.label("the environment says `1`"))
    .help("set DJANGO_DEBUG to `0`");
    sample.add(out);

    let mut out = findings("startup/restart-missing", Severity::Warning);
    let within = sample.place("deploy/heypage.service", "[Service]\nExecStart=/srv/heypage/run");
    out.report(
        Subject::Process("heypage.service".to_owned()),
        "nothing starts `heypage.service` again after a crash",
        Fact::new((), Origin::Absent { within }).label("no Restart= in this section"),
    )
    .fix(Fix {
        safety: Safety::Safe,
        title: "add `Restart=on-failure`".to_owned(),
        edits: vec![Edit::InsertLine { above: within, text: "Restart=on-failure".to_owned() }],
    });
    sample.add(out);

    let mut out = findings("assets/root-not-served", Severity::Error);
    let served = sample.fact("deploy/nginx/heypage.conf", "/srv/heypage/static/");
    let collected = sample.fact("config/settings/prod.py", "\"/srv/heypage/staticfiles\"");
    let edit = sample.place("deploy/nginx/heypage.conf", "/srv/heypage/static/");
    out.report(
        site(),
        "`/static/` is served from a directory that `collectstatic` does not fill",
        served.label("requests are answered from `/srv/heypage/static`"),
    )
    .also(collected.label("files are collected into `/srv/heypage/staticfiles`"))
    .help("serve `/srv/heypage/staticfiles/`, or set STATIC_ROOT to `/srv/heypage/static`")
    .fix(Fix {
        safety: Safety::Unsafe,
        title: "serve `/srv/heypage/staticfiles/`".to_owned(),
        edits: vec![Edit::Replace { place: edit, text: "/srv/heypage/staticfiles/".to_owned() }],
    });
    sample.add(out);

    let mut out = findings("proxy/body-limit-differs", Severity::Advice);
    let default = Origin::Default { of: "nginx", version: "1.22", source: "core module" };
    let location = sample.fact("deploy/nginx/heypage.conf", "server_name heypage.com;");
    out.report(
        site(),
        "uploads over 1 MB are refused before Django sees them",
        location.label("this site sets no limit"),
    )
    .also(Fact::new((), default).label("bodies over `1m` are refused"));
    sample.add(out);
    sample
}

/// What a hostile repository could put into names and values.
pub(super) fn hostile() -> Sample {
    let markup = "<img src=x onerror=alert(1)> \" onmouseover=' ]]> </script> </details> [x](http://y) \
                  | `a|b` ``` @someone cc @else #1 $(id) ${{ x }} %0A::error::no \u{1b}[2J\u{202e}\u{0}\u{ffff} 𐐀";
    let path = "deploy/<img src=x>,\n:: [1]|`é`&.conf";
    let text = format!("# {markup}\n{markup}\n```\n</pre><script>alert(1)</script>\n");
    let mut sample = Sample::of(&[(path, &text)]);
    let mut out = findings("assets/root-not-served", Severity::Error);
    let (first, second) = (sample.fact(path, "<img"), sample.fact(path, "</pre>"));
    let edit = sample.place(path, "<img");
    out.report(Subject::Process(markup.to_owned()), markup, first.label(markup))
        .also(second.label(markup))
        .help(markup)
        .fix(Fix {
            safety: Safety::Safe,
            title: markup.to_owned(),
            edits: vec![Edit::Replace { place: edit, text: markup.to_owned() }],
        });
    sample.add(out);
    sample.notes.push(markup.to_owned());
    sample
}
