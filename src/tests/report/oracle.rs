//! The formats that have a judge outside: schemas, GitHub's rules for SARIF, a browser.

use crate::report::Format;
use crate::tests::cli::kilter;
use crate::tests::report::sample::{Sample, hostile, sample};
use crate::tests::{FIXTURES, tool};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Everything a format has to cope with.
fn samples() -> [(&'static str, Sample); 4] {
    [
        ("sample", sample()),
        ("hostile", hostile()),
        ("clean", Sample::of(&[("a.conf", "x")])),
        ("nothing", Sample::of(&[])),
    ]
}

/// Each sample in this format, as a file.
fn written(format: Format, extension: &str) -> Vec<PathBuf> {
    let folder = env::temp_dir().join(format!("kilter-{}-{}", format.name(), std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let write = |(name, sample): &(&str, Sample)| {
        let path = folder.join(format!("{name}.{extension}"));
        fs::write(&path, sample.print(format)).unwrap();
        path
    };
    samples().iter().map(write).collect()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn follows_schema(files: &[PathBuf], schema: &Path) {
    let output = Command::new(tool("sarif/venv/bin/check-jsonschema"))
        .arg("--schemafile")
        .arg(schema)
        .args(files)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn sarif_is_what_its_schema_and_github_take() {
    let files = written(Format::Sarif, "sarif");
    follows_schema(&files, &tool("sarif/multitool/sarif-2.1.0.json"));
    // What it says of everybody who writes one message a finding, names no commit, is offline
    // and has a slash in the names of rules.
    let accepted = ["SARIF2002", "SARIF2003", "SARIF2006", "SARIF2009"];
    let mut judged = 0;
    for file in &files {
        let output = Command::new(tool("sarif/multitool/Sarif.Multitool"))
            .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
            .arg("validate")
            .arg(file)
            .args(["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"])
            .output()
            .unwrap();
        let said = said(&output);
        assert!(said.contains("Analysis completed successfully"), "{said}");
        let is_said = |line: &&str| line.contains(".sarif(");
        let unknown =
            |line: &&str| accepted.iter().all(|rule| !line.contains(&format!("note {rule}:")));
        let faults: Vec<_> = said.lines().filter(is_said).filter(unknown).collect();
        assert!(faults.is_empty(), "{}:\n{}", file.display(), faults.join("\n"));
        judged += 1;
    }
    println!("{judged} files judged by check-jsonschema and by the SARIF multitool");
    assert_eq!(judged, samples().len());
}

#[test]
fn gitlab_and_reviewdog_follow_their_schemas() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/report/schemas");
    let gitlab = written(Format::Gitlab, "json");
    follows_schema(&gitlab, &schemas.join("gitlab-code-quality.json"));
    let rdjson = written(Format::Rdjson, "json");
    follows_schema(&rdjson, &schemas.join("rdjson.json"));
    let own = written(Format::Json, "json");
    follows_schema(&own, &schemas.join("kilter.json"));
    println!("{} files judged by check-jsonschema", gitlab.len() + rdjson.len() + own.len());
}

#[test]
fn junit_follows_its_schema() {
    let files = written(Format::Junit, "xml");
    let judge = "import sys\nfrom lxml import etree\n\
                 schema = etree.XMLSchema(etree.parse(sys.argv[1]))\n\
                 for file in sys.argv[2:]: schema.assertValid(etree.parse(file))\n\
                 print(len(sys.argv) - 2)\n";
    let output = Command::new(tool("junit/venv/bin/python"))
        .args(["-c", judge])
        .arg(tool("junit/junit-10.xsd"))
        .args(&files)
        .output()
        .unwrap();
    let said = said(&output);
    assert_eq!(said.trim(), files.len().to_string(), "{said}");
    println!("{} files judged by lxml", files.len());
}

/// Opens each page in Chromium: both themes, two widths, every filter.
#[test]
fn the_page_works_in_a_browser() {
    let mut files = written(Format::Html, "html");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let whole = files[0].with_file_name("whole.html");
    let site = FIXTURES.join("first-look");
    let page = kilter(&["check", "--format", "html", site.to_str().unwrap()]).out;
    fs::write(&whole, page).unwrap();
    files.push(whole);
    let open = || {
        Command::new("timeout")
            .arg("600")
            .arg(tool("browser/venv/bin/python"))
            .arg(root.join("src/tests/report/open_page.py"))
            .args(&files)
            .output()
            .unwrap()
    };
    // So the script leaves where the browser failed it, and `timeout` where it did not come back.
    let browser_failed = |output: &Output| !matches!(output.status.code(), Some(0 | 1));
    let mut output = open();
    for _ in 1..3 {
        if browser_failed(&output) {
            println!("{}", said(&output).trim());
            output = open();
        }
    }
    let said = said(&output);
    assert!(output.status.success(), "{}: {said}", output.status);
    println!("{}", said.trim());
    assert!(said.contains(&format!("{} views", files.len() * 4)), "{said}");
}
