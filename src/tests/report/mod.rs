//! What the formats print, beyond what the rules' pages show.

use crate::diagnostic::{Edit, Fix, Safety};
use crate::report::Format;
use insta::Settings;
use sample::{SECRET, Sample, hostile, sample};

mod baseline;
mod fingerprint;
mod line_hash;
#[cfg(feature = "oracles")]
mod oracle;
mod people;
mod sample;
mod sarif;
mod style;

/// Compares with `snapshots/formats/<name>.snap`.
fn snapshot(name: &str, said: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots/formats");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, said));
}

#[test]
fn every_format_shows_the_sample() {
    let sample = sample();
    for format in Format::ALL {
        let said = sample.print(format);
        let said = match format {
            Format::Sarif => pretty(&said),
            Format::Html => without_assets(&said),
            Format::Full | Format::Concise | Format::Json | Format::Github => said,
            Format::Gitlab | Format::Junit | Format::Rdjson | Format::Markdown => said,
            Format::Prometheus | Format::Nagios => said,
        };
        snapshot(format.name(), &said);
    }
}

/// The page's style, script and policy are read where they are written.
fn without_assets(html: &str) -> String {
    let (head, rest) = html.split_once("<meta http-equiv").unwrap();
    let (_, rest) = rest.split_once("</style>\n").unwrap();
    let (body, _) = rest.split_once("<script>").unwrap();
    format!("{head}{rest}", rest = body)
}

/// What a fence holds is code, however it reads; the fence is longer than any inside.
fn without_fenced(markdown: &str) -> String {
    let (mut out, mut fence) = (String::new(), None);
    for line in markdown.lines() {
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if line.starts_with("```") => {
                fence = Some(line.trim_end_matches(char::is_alphabetic))
            }
            None => out += &format!("{line}\n"),
        }
    }
    assert_eq!(fence, None, "every fence is closed");
    out
}

fn pretty(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

#[test]
fn no_format_shows_a_secret() {
    let mut sample = sample();
    // A frame around the line above, one on the line itself, and one that ends in the secret.
    for part in ["DJANGO_DEBUG", "DJANGO_SECRET_KEY", SECRET] {
        let mut out = sample::findings("env/debug-on", crate::diagnostic::Severity::Error);
        let fact = sample.fact("deploy/heypage.env", part);
        let place = fact.evidence().place().unwrap();
        out.report(sample::site(), "something", fact.label("here")).fix(Fix {
            safety: Safety::Safe,
            title: "mend it".to_owned(),
            edits: vec![Edit::Replace { place, text: "new".to_owned() }],
        });
        sample.add(out);
    }
    for format in Format::ALL {
        let said = sample.print(format);
        assert!(!said.contains(SECRET) && !said.contains("hunter2"), "{format:?}:\n{said}");
    }
}

#[test]
fn nothing_that_is_quoted_becomes_markup() {
    let sample = hostile();
    let markdown = sample.print(Format::Markdown);
    let markdown = without_fenced(&markdown);
    for markup in ["<img", "<script", "</details> ", "[x](http", " @someone", "@else", "#1 "] {
        assert!(!markdown.contains(markup), "{markup}:\n{markdown}");
    }
    let row = markdown.lines().find(|line| line.starts_with("| error")).unwrap();
    assert_eq!(row.matches('|').count(), 5, "{row}");
    for format in [Format::Markdown, Format::Html] {
        let said = sample.print(format);
        assert!(!said.contains(['\u{1b}', '\u{202e}']), "{format:?}:\n{said}");
    }
    let html = sample.print(Format::Html);
    assert!(!html.contains("<img") && html.matches("<script").count() == 1, "{html}");
    assert!(!html.contains("\" onmouseover="), "{html}");
    let junit = sample.print(Format::Junit);
    assert!(!junit.contains("<img") && !junit.contains('\u{1b}'), "{junit}");
    let github = sample.print(Format::Github);
    let commands = github.lines().filter(|line| line.starts_with("::"));
    assert_eq!(commands.count(), sample.diagnostics.len(), "{github}");
    assert!(github.contains("file=deploy/%3Cimg") || github.contains("%3A"), "{github}");
}

#[test]
fn every_format_has_every_finding() {
    let sample = sample();
    for format in Format::ALL {
        let said = sample.print(format);
        for diagnostic in &sample.diagnostics {
            // Behind the code in the message, which each format sets off in its own way.
            let message = diagnostic.message.rsplit('`').next().unwrap();
            assert!(said.contains(message) && said.contains(diagnostic.rule), "{format:?}");
        }
    }
}

#[test]
fn an_empty_report_is_one_in_every_format() {
    for sample in [Sample::of(&[]), Sample::of(&[("a.conf", "")])] {
        for format in Format::ALL {
            assert!(sample.print(format).ends_with('\n'), "{format:?}");
        }
    }
}

#[test]
fn json_says_where_in_lines_columns_and_bytes() {
    let mut sample = Sample::of(&[("sites/é.conf", "x\r\né = {\n  1\n}\n")]);
    let mut out = sample::findings("a/b", crate::diagnostic::Severity::Error);
    let fact = sample.fact("sites/é.conf", "= {\n  1\n}");
    out.report(sample::site(), "something", fact.label("here"));
    sample.add(out);
    let said: serde_json::Value = serde_json::from_str(&sample.print(Format::Json)).unwrap();
    let label = &said["diagnostics"][0]["labels"][0];
    assert_eq!(label["path"], "sites/é.conf");
    assert_eq!(label["start"], serde_json::json!({"line": 2, "column": 3, "offset": 6}));
    assert_eq!(label["end"], serde_json::json!({"line": 4, "column": 2, "offset": 15}));
}
