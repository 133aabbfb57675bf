//! Rule pages are tests.
//!
//! Each fenced block with `file=PATH` is a file; the blocks under one heading are one
//! deployment, on top of those under `## Given`. Under `## Reported` the rule must speak, and
//! a `text` block holds exactly what it prints, and a `diff` block what its fixes come to; under
//! `## Accepted` it must be silent. `cargo bless` rewrites both blocks. The page's own rule runs alone, through the same
//! pipeline as in the program. Where a block is `facts.json`, the others are files of the machine
//! that it is recorded of.

use crate::config::{self, Config};
use crate::fix;
use crate::host::{Facts, Host, Recorded};
use crate::report::terminal;
use crate::rules::{self, Rule};
use crate::run::{Outcome, examine, run};
use crate::source::{File, Tree};
use crate::tests::file;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

#[test]
fn reported_examples_are_reported_as_printed() {
    let stale: Vec<&str> =
        rules::all().filter(|rule| !is_current(rule)).map(|rule| rule.id).collect();
    assert!(stale.is_empty(), "pages out of date, run `cargo bless` and read the diff: {stale:?}");
}

#[test]
fn accepted_examples_are_accepted() {
    for rule in rules::all() {
        let page = Page::parse(rule.page);
        let accepted = page.examples("Accepted");
        assert!(!accepted.is_empty(), "{}: no accepted example", rule.id);
        for example in accepted {
            let said = say(rule, &page, example);
            assert_eq!(said, "", "{}, {:?}: expected silence", rule.id, example.name);
        }
    }
}

/// On the page of a cause, the rules that it explains would speak, and may not.
#[test]
fn explained_rules_are_silenced_on_the_page_of_the_cause() {
    for cause in rules::all() {
        let page = Page::parse(cause.page);
        for consequence in rules::all().filter(|rule| cause.explains.contains(&rule.id)) {
            let speaks = |rules, example| {
                let said = outcome(rules, &page, example).diagnostics;
                said.iter().any(|diagnostic| diagnostic.rule == consequence.id)
            };
            let shown = page.examples("Reported").into_iter().any(|example| {
                speaks(vec![consequence], example) && !speaks(vec![cause, consequence], example)
            });
            assert!(shown, "{}: no example explains {}", cause.id, consequence.id);
        }
    }
}

#[test]
fn messages_follow_the_style() {
    for rule in rules::all() {
        let page = Page::parse(rule.page);
        for example in page.examples("Reported") {
            for diagnostic in outcome(vec![rule], &page, example).diagnostics {
                let help = diagnostic.help.as_ref().unwrap_or_else(|| panic!("{}: help", rule.id));
                let labels = diagnostic.labels.iter().map(|label| &label.text);
                for text in labels.chain([&diagnostic.message, help]) {
                    assert_eq!(style_fault(text), None, "{}: {text}", rule.id);
                }
            }
        }
    }
}

fn style_fault(text: &str) -> Option<&'static str> {
    // A name may open a text, as STATIC_ROOT does; a word may not be capitalised.
    let capitalised = text.starts_with(char::is_uppercase)
        && text[1..].starts_with(|c: char| c.is_lowercase() || c == ' ');
    match text {
        _ if capitalised => Some("opens with a capital"),
        _ if text.ends_with('.') => Some("ends with a full stop"),
        _ if text.contains('\n') => Some("takes more than one line"),
        _ if text.len() > 100 => Some("is longer than 100 characters"),
        _ => None,
    }
}

#[test]
fn faults_of_style_are_found() {
    assert_eq!(style_fault("STATIC_ROOT has no value"), None);
    for text in ["Files are missing", "files are missing.", "files\nare missing"] {
        assert!(style_fault(text).is_some(), "{text:?}");
    }
}

fn is_current(rule: &'static Rule) -> bool {
    let page = Page::parse(rule.page);
    let reported = page.examples("Reported");
    assert!(!reported.is_empty(), "{}: no reported example", rule.id);

    let mut wanted = rule.page.to_owned();
    for example in reported.into_iter().rev() {
        let said = say(rule, &page, example);
        assert!(!said.is_empty(), "{}, {:?}: expected a diagnostic", rule.id, example.name);
        let blocks =
            [(&example.output, "text", said), (&example.diff, "diff", diff(rule, &page, example))];
        // From the end on, so that what comes before stays where it is.
        for (there, kind, text) in blocks.iter().rev() {
            if there.is_none() && !text.is_empty() {
                wanted.insert_str(example.end, &format!("```{kind}\n{text}```\n\n"));
            }
        }
        for (there, _, text) in blocks.iter().rev() {
            if let Some(range) = there {
                wanted.replace_range((*range).clone(), text);
            }
        }
    }
    if wanted == rule.page {
        return true;
    }
    if std::env::var_os("KILTER_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("rules/{}.md", rule.id));
        fs::write(path, wanted).unwrap();
        return true;
    }
    false
}

fn say(rule: &'static Rule, page: &Page, example: &Example) -> String {
    let Outcome { sources, diagnostics, .. } = outcome(vec![rule], page, example);
    diagnostics.iter().map(|diagnostic| terminal::render(diagnostic, sources.shown())).collect()
}

/// All of its fixes as a patch.
fn diff(rule: &'static Rule, page: &Page, example: &Example) -> String {
    let Outcome { sources, diagnostics, .. } = outcome(vec![rule], page, example);
    fix::patch(&diagnostics, true, &sources, &Tree::of(files_of(page, example))).0
}

/// The examples that a rule speaks in, as files, and what its page configures.
pub(super) fn reported(rule: &'static Rule) -> Vec<(String, Vec<File>, Config)> {
    let page = Page::parse(rule.page);
    let each = page.examples("Reported").into_iter().map(|example| {
        let mut files = files_of(&page, example);
        // A recorded machine has nothing to write to.
        files.retain(|file| file.path != "facts.json");
        let config = files.iter().find(|file| file.path == "kilter.toml");
        let config = config.map(|file| config::parse(file.clone()).unwrap());
        (example.name.to_owned(), files, config.unwrap_or_default())
    });
    each.collect()
}

/// Every example of every page that is made of files alone, with what its page configures.
pub(super) fn each_example() -> impl Iterator<Item = (String, Vec<File>, Config)> {
    rules::all().flat_map(|rule| {
        let page = Page::parse(rule.page);
        let each = ["Reported", "Accepted"].into_iter().flat_map(|it| page.examples(it));
        let each = each.map(|example| {
            let files = files_of(&page, example);
            let config = files.iter().find(|file| file.path == "kilter.toml");
            let config = config.map(|it| config::parse(it.clone()).unwrap()).unwrap_or_default();
            (format!("{}, {}: {}", rule.id, example.section, example.name), files, config)
        });
        let of_files = |(_, files, _): &(_, Vec<File>, _)| !has(files, "facts.json");
        each.filter(of_files).collect::<Vec<_>>()
    })
}

fn has(files: &[File], path: &str) -> bool {
    files.iter().any(|file| file.path == path)
}

/// What stands under the heading of an example, on top of what all of them are given.
fn files_of(page: &Page, example: &Example) -> Vec<File> {
    let given = page.examples("Given").into_iter().flat_map(|given| &given.files);
    let files: BTreeMap<&str, &Block> =
        given.chain(&example.files).map(|block| (block.path, block)).collect();
    files.values().map(|block| block.file()).collect()
}

fn outcome(rules: Vec<&'static Rule>, page: &Page, example: &Example) -> Outcome {
    let given = page.examples("Given").into_iter().flat_map(|given| &given.files);
    let files: BTreeMap<&str, &Block> =
        given.chain(&example.files).map(|block| (block.path, block)).collect();
    if let Some(facts) = files.get("facts.json") {
        return examined(rules, facts, &files);
    }
    let mut tree = Tree::of(files.values().map(|block| block.file()).collect());
    for block in files.values().filter(|block| block.unreadable) {
        tree.deny(block.path.into());
    }
    let config = files.get("kilter.toml").map(|block| config::parse(block.file()).unwrap());
    run(&tree, &Config { rules, pedantic: true, ..config.unwrap_or_default() })
}

fn examined(rules: Vec<&'static Rule>, facts: &Block, files: &BTreeMap<&str, &Block>) -> Outcome {
    let mut facts = Facts::parse(facts.text).unwrap();
    for (path, block) in files.iter().filter(|(path, _)| path.starts_with('/')) {
        facts.add_file((*path).into(), block.text.to_owned());
    }
    let host: Arc<dyn Host> = Arc::new(Recorded::new(facts));
    let config = files.get("kilter.toml").map(|block| config::parse(block.file()).unwrap());
    examine(&host, &[], &Config { rules, pedantic: true, ..config.unwrap_or_default() })
}

#[derive(Debug, Default)]
struct Page<'a> {
    examples: Vec<Example<'a>>,
}

/// The blocks under one heading.
#[derive(Debug, Default)]
struct Example<'a> {
    section: &'a str,
    name: &'a str,
    files: Vec<Block<'a>>,
    output: Option<Range<usize>>,
    diff: Option<Range<usize>>,
    /// Where an output block would go.
    end: usize,
}

/// A file as a page gives it: ```` ```dotenv file=.env ````, with what no text can show beside it.
#[derive(Debug)]
struct Block<'a> {
    path: &'a str,
    text: &'a str,
    /// `mebibytes=5`: filled up with blank lines.
    mebibytes: Option<usize>,
    /// `binary`: begins with a NUL.
    binary: bool,
    /// `wide`: in UTF-16.
    wide: bool,
    /// `unreadable`: the disk refuses it.
    unreadable: bool,
    /// `unterminated`: without the end of its last line.
    unterminated: bool,
}

impl<'a> Block<'a> {
    fn parse(info: &'a str, text: &'a str) -> Option<Self> {
        let words = || info.split(' ').skip(1);
        let value = |key| words().find_map(|word| word.strip_prefix(key));
        let mebibytes = value("mebibytes=").map(|number| number.parse().unwrap());
        let has = |name| words().any(|word| word == name);
        Some(Self {
            path: value("file=")?,
            text,
            mebibytes,
            binary: has("binary"),
            wide: has("wide"),
            unreadable: has("unreadable"),
            unterminated: has("unterminated"),
        })
    }

    fn file(&self) -> File {
        let mut bytes = self.text.as_bytes().to_vec();
        if self.binary {
            bytes.insert(0, 0);
        }
        if self.wide {
            let units = "\u{feff}".encode_utf16().chain(self.text.encode_utf16());
            bytes = units.flat_map(u16::to_le_bytes).collect();
        }
        if self.unterminated {
            bytes.pop();
        }
        if let Some(mebibytes) = self.mebibytes {
            bytes.resize(mebibytes << 20, b'\n');
        }
        file(self.path, bytes)
    }
}

impl<'a> Page<'a> {
    fn parse(text: &'a str) -> Self {
        let mut page = Page::default();
        let mut example = Example::default();
        let mut fence: Option<(&str, usize)> = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let (start, end) = (at, at + line.len());
            at = end;
            let line = line.trim_end();
            match (fence, line) {
                (Some((info, from)), "```") => {
                    fence = None;
                    match Block::parse(info, &text[from..start]) {
                        Some(block) => example.files.push(block),
                        None if info == "text" => example.output = Some(from..start),
                        None if info == "diff" => example.diff = Some(from..start),
                        None => {}
                    }
                }
                (Some(_), _) => {}
                (None, _) if line.starts_with("```") => fence = Some((&line[3..], end)),
                (None, _) if line.starts_with("## ") || line.starts_with("### ") => {
                    let section = line.strip_prefix("## ").unwrap_or(example.section);
                    example.end = start;
                    page.examples.push(std::mem::take(&mut example));
                    example.section = section;
                    example.name = line.trim_start_matches('#').trim();
                }
                (None, _) => {}
            }
        }
        example.end = at;
        page.examples.push(example);
        page.examples.retain(|example| !example.files.is_empty());
        page
    }

    fn examples(&self, section: &str) -> Vec<&Example<'a>> {
        self.examples.iter().filter(|example| example.section == section).collect()
    }
}
