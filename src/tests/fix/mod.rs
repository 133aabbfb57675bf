//! Fixes are applied whole, shown without secrets, and written with care.

use crate::diagnostic::{Diagnostic, Edit, Findings, Fix, Kind, Safety, Severity, Subject};
use crate::fact::Fact;
use crate::fix::{LeftOut, Plan, patch, plan};
use crate::source::{File, FileId, Place, Sources, Tree};
use crate::tests::file;

#[cfg(feature = "oracles")]
mod consumers;
mod diff;
mod mended;
#[cfg(feature = "oracles")]
mod oracle;
#[cfg(feature = "oracles")]
mod round_trip;
mod write;

/// Files, and fixes for them.
#[derive(Debug)]
struct Case {
    files: Vec<File>,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

impl Case {
    fn of(files: &[(&str, &str)]) -> Self {
        let files: Vec<_> = files.iter().map(|(path, text)| file(path, *text)).collect();
        let mut sources = Sources::default();
        sources.add(files.clone());
        Self { files, sources, diagnostics: Vec::new() }
    }

    fn file(&self, path: &str) -> FileId {
        self.sources.find(path.into()).unwrap()
    }

    /// Where `part` stands first.
    fn place(&self, path: &str, part: &str) -> Place {
        let file = self.file(path);
        let at = self.sources.get(file).text().find(part).unwrap();
        Place::new(file, at, at + part.len())
    }

    fn replace(&self, path: &str, part: &str, text: &str) -> Edit {
        Edit::Replace { place: self.place(path, part), text: text.to_owned() }
    }

    fn insert(&self, path: &str, above: &str, text: &str) -> Edit {
        Edit::InsertLine { above: self.place(path, above), text: text.to_owned() }
    }

    fn remove(&self, path: &str, part: &str) -> Edit {
        Edit::Remove { place: self.place(path, part), of: Kind::Statement }
    }

    fn fix(&mut self, safety: Safety, edits: Vec<Edit>) {
        let mut out = Findings::new("group/name", Severity::Error, None);
        let label = Fact::at((), edits[0].place()).label("here");
        let fix = Fix { safety, title: "mend it".to_owned(), edits };
        out.report(Subject::Nothing, "something", label).fix(fix);
        self.diagnostics.extend(out.into_vec());
    }

    fn safe(mut self, edits: impl Fn(&Self) -> Vec<Edit>) -> Self {
        let edits = edits(&self);
        self.fix(Safety::Safe, edits);
        self
    }

    fn tree(&self) -> Tree {
        Tree::of(self.files.clone())
    }

    fn plan(&self) -> Plan {
        plan(&self.diagnostics, false, &self.sources, &self.tree())
    }

    fn patch(&self) -> (String, Plan) {
        patch(&self.diagnostics, false, &self.sources, &self.tree())
    }

    /// What the files hold afterwards, those that change.
    fn fixed(&self) -> Vec<(String, String)> {
        let rewrites = self.plan().rewrites;
        let path = |file| self.sources.get(file).path().to_string();
        rewrites.iter().map(|it| (path(it.file), it.text(&self.sources))).collect()
    }
}

/// A file after all of these edits, as one fix.
fn mended(text: &str, edits: impl Fn(&Case) -> Vec<Edit>) -> String {
    let case = Case::of(&[("a.conf", text)]).safe(edits);
    let mut fixed = case.fixed();
    assert_eq!(fixed.len(), 1, "{:?}", case.plan().left_out);
    fixed.remove(0).1
}

#[test]
fn edits_replace_insert_and_remove() {
    let text = "server {\n\talias /one;\n\troot /x;\n}\n";
    assert_eq!(
        mended(text, |case| vec![
            case.remove("a.conf", "root /x"),
            case.insert("a.conf", "alias", "expires 1d;"),
            case.replace("a.conf", "/one", "/two"),
        ]),
        "server {\n\talias /two;\n\texpires 1d;\n}\n"
    );
    let whole = mended("a\nb\n", |case| vec![case.remove("a.conf", "a\nb\n")]);
    assert_eq!(whole, "");
}

#[test]
fn another_comes_before_as_the_one_behind_it_is_written() {
    let before = |text: &str, part: &str, new: &str, of: Kind| {
        let new = new.to_owned();
        mended(text, |case| vec![Edit::before(case.place("a.conf", part), new.clone(), of)])
    };
    let nginx = "server {\n    listen 80;\n}\n";
    assert_eq!(
        before(nginx, "listen", "a;\nb;", Kind::Statement),
        "server {\n    a;\n    b;\n    listen 80;\n}\n"
    );
    let inline = before("server { listen 80; }", "listen", "a;\nb;", Kind::Statement);
    assert_eq!(inline, "server { a; b; listen 80; }");
    assert_eq!(before("A = [\n    1,\n]\n", "1", "0", Kind::Element), "A = [\n    0,\n    1,\n]\n");
    assert_eq!(before("A = [1]\n", "1", "0", Kind::Element), "A = [0, 1]\n");
    assert_eq!(before("a:\n  - x\n", "x", "w", Kind::Entry), "a:\n  - w\n  - x\n");
    assert_eq!(before("a: [x]\n", "x", "w", Kind::Entry), "a: [w, x]\n");
    assert_eq!(
        before("a:\n  x: 1\n", "x", "w:\n  - 2", Kind::Entry),
        "a:\n  w:\n    - 2\n  x: 1\n"
    );
}

#[test]
fn what_has_no_line_of_its_own_in_yaml_takes_no_other() {
    let value = |case: &Case| vec![Edit::before(case.place("a.conf", "1"), "y: 2", Kind::Entry)];
    let case = Case::of(&[("a.conf", "x: 1\n")]).safe(value);
    assert_eq!(case.plan().left_out, [(0, LeftOut::Nothing)]);
}

#[test]
fn a_statement_goes_behind_the_whole_of_another() {
    let after = |text: &str| {
        let new = || "deny all;".to_owned();
        mended(text, |case| {
            vec![Edit::InsertAfter { after: case.place("a.conf", "allow x"), text: new() }]
        })
    };
    assert_eq!(after("{\n  allow x; # who\n}\n"), "{\n  allow x; # who\n  deny all;\n}\n");
    assert_eq!(after("{ allow x; }\n"), "{ allow x; deny all; }\n");
}

#[test]
fn what_is_taken_out_takes_its_separator_along() {
    let element = |text: &str| {
        mended(text, |case| {
            vec![Edit::Remove { place: case.place("a.conf", "\"b\""), of: Kind::Element }]
        })
    };
    assert_eq!(element("[\"a\", \"b\"]"), "[\"a\"]");
    assert_eq!(element("[\"b\", \"c\"]"), "[\"c\"]");
    assert_eq!(element("[\n    \"a\",\n    \"b\",  # why\n]\n"), "[\n    \"a\",\n]\n");

    let entry = |text: &str| {
        mended(text, |case| {
            vec![Edit::Remove { place: case.place("a.conf", "item"), of: Kind::Entry }]
        })
    };
    assert_eq!(entry("run: [\"serve\", \"item\", \"x\"]\n"), "run: [\"serve\", \"x\"]\n");
    assert_eq!(entry("a:\n  item:\n  x:\n"), "a:\n  x:\n");
    assert_eq!(entry("a:\n  - 'item'\n  - x\n"), "a:\n  - x\n");

    let argument = |text: &str| {
        mended(text, |case| vec![Edit::RemoveArgument { place: case.place("a.conf", "\"b\"") }])
    };
    assert_eq!(argument("env(\"A\", default=\"b\")"), "env(\"A\")");
    assert_eq!(argument("get(\"A\", \"b\")"), "get(\"A\")");
    assert_eq!(argument("env(\"A\", default=\"b\", cast=str)"), "env(\"A\", cast=str)");

    let command = |text: &str| {
        mended(text, |case| vec![Edit::RemoveCommand { place: case.place("a.conf", "make it") }])
    };
    assert_eq!(command("sh -c 'make it && run'"), "sh -c 'run'");
    assert_eq!(command("RUN first && make it\n"), "RUN first\n");
    assert_eq!(command("  make it \nrun\n"), "run\n");

    let answer = |case: &Case| vec![Edit::RemoveAnswer { place: case.place("a.conf", "true") }];
    assert_eq!(mended("RUN collect || true\n", answer), "RUN collect\n");
}

#[test]
fn the_end_of_a_command_over_several_lines_leaves_none_open() {
    let text = "ExecStart=serve \\\n    --reload\nRestart=always\n";
    let cut = |case: &Case| {
        vec![Edit::Remove { place: case.place("a.conf", "--reload"), of: Kind::Entry }]
    };
    assert_eq!(mended(text, cut), "ExecStart=serve\nRestart=always\n");
}

#[test]
fn what_the_files_own_parser_refuses_is_left_out() {
    let files = [("deploy/nginx.conf", "server {\n    listen 80;\n}\n")];
    let case = Case::of(&files).safe(|case| vec![case.replace("deploy/nginx.conf", "}", "")]);
    assert_eq!(case.plan().left_out, [(0, LeftOut::Broken)]);
}

#[test]
fn what_takes_several_lines_begins_each_as_the_first() {
    let lines = |case: &Case| vec![case.replace("a.conf", "x = 1", "x = {\n    1,\n}")];
    assert_eq!(mended("if y:\n  x = 1\n", lines), "if y:\n  x = {\n      1,\n  }\n");
    let end = |case: &Case| vec![case.replace("a.conf", "x", "x\n")];
    assert_eq!(mended("  x", end), "  x\n");
}

#[test]
fn line_ends_are_the_files() {
    let insert = |case: &Case| vec![case.insert("a.conf", "b", "c")];
    assert_eq!(mended("a\r\n  b\r\n", insert), "a\r\n  b\r\n  c\r\n");
    assert_eq!(mended("a\r\n  b", insert), "a\r\n  b\r\n  c");
    assert_eq!(mended("a\n  b", insert), "a\n  b\n  c");
}

#[test]
fn of_two_that_collide_the_first_is_taken_and_the_other_left_whole() {
    let files = [("a.conf", "one two three\n"), ("b.conf", "four\n")];
    let case = Case::of(&files)
        .safe(|case| vec![case.replace("a.conf", "one two", "1 2")])
        .safe(|case| {
            vec![case.replace("b.conf", "four", "4"), case.replace("a.conf", "two three", "2 3")]
        })
        .safe(|case| vec![case.replace("a.conf", "three", "3")]);
    assert_eq!(case.fixed(), [("a.conf".to_owned(), "1 2 3\n".to_owned())]);
    let plan = case.plan();
    assert_eq!((plan.mended, plan.left_out), (vec![0, 2], vec![(1, LeftOut::Conflict)]));
}

#[test]
fn what_two_want_alike_is_done_once() {
    let line =
        |text: &'static str| move |case: &Case| vec![case.insert("a.conf", "[Service]", text)];
    let case = Case::of(&[("a.conf", "[Service]\nUser=x\n")])
        .safe(line("Restart=always"))
        .safe(line("Restart=always"))
        .safe(line("UMask=0027"));
    assert_eq!(case.plan().mended, [0, 1, 2]);
    assert_eq!(case.fixed()[0].1, "[Service]\nRestart=always\nUMask=0027\nUser=x\n");
}

#[test]
fn an_unsafe_fix_is_taken_only_when_asked_for() {
    let mut case = Case::of(&[("a.conf", "a\n")]);
    let edit = case.replace("a.conf", "a", "b");
    case.fix(Safety::Unsafe, vec![edit]);
    assert_eq!(case.plan().left_out, [(0, LeftOut::Unsafe)]);
    let plan = plan(&case.diagnostics, true, &case.sources, &case.tree());
    assert_eq!(plan.rewrites[0].text(&case.sources), "b\n");
}

#[test]
fn a_fix_that_changes_nothing_mends_nothing() {
    let case = Case::of(&[("a.conf", "a\n")]).safe(|case| vec![case.replace("a.conf", "a", "a")]);
    assert_eq!(case.plan().left_out, [(0, LeftOut::Nothing)]);
    assert!(case.plan().rewrites.is_empty());
}

#[test]
fn what_is_not_ours_stays_as_it_is() {
    let mut case = Case::of(&[("a.conf", "a\n"), ("b.conf", "b\n")])
        .safe(|case| vec![case.replace("a.conf", "a", "A"), case.replace("b.conf", "b", "B")]);
    case.files.retain(|file| file.path != "b.conf");
    assert_eq!(case.plan().left_out, [(0, LeftOut::Outside)]);

    let mut case = Case::of(&[]);
    case.files = vec![file("a.conf", b"a \xff\n".as_slice())];
    case.sources.add(case.files.clone());
    let case = case.safe(|case| vec![case.replace("a.conf", "a", "A")]);
    assert_eq!(case.plan().left_out, [(0, LeftOut::NotText)]);
}
