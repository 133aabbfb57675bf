//! Fixes are applied whole, shown without secrets, and written with care.

use crate::diagnostic::{Diagnostic, Edit, Findings, Fix, Safety, Severity, Subject};
use crate::fact::Fact;
use crate::fix::{LeftOut, Plan, patch, plan};
use crate::source::{File, FileId, Place, Sources, Tree};
use crate::tests::file;

mod diff;
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
        Edit::RemoveLines { place: self.place(path, part) }
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
            case.remove("a.conf", "root"),
            case.insert("a.conf", "alias", "expires 1d;"),
            case.replace("a.conf", "/one", "/two"),
        ]),
        "server {\n\talias /two;\n\texpires 1d;\n}\n"
    );
    let whole = mended("a\nb\n", |case| vec![case.remove("a.conf", "a\nb\n")]);
    assert_eq!(whole, "");
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
