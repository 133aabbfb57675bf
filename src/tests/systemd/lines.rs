//! Sections, assignments, continuations, comments, templates.

use crate::syntax::systemd::Fault;
use crate::tests::systemd::{faults, parse};
use proptest::prelude::*;

/// Every assignment as `Section.Key=value`, in order.
fn read(text: &str) -> Vec<String> {
    let (file, _) = parse(text);
    let sections = file.sections.iter();
    sections
        .flat_map(|section| section.assignments.iter().map(|it| (section.name.value.as_str(), it)))
        .map(|(section, it)| format!("{section}.{}={}", it.key.value, it.value.as_str()))
        .collect()
}

#[test]
fn blanks_around_keys_and_values_do_not_count() {
    assert_eq!(
        read("[Service]\n  User = www \nGroup=a b\t\n"),
        ["Service.User=www", "Service.Group=a b"]
    );
}

#[test]
fn a_section_may_come_again() {
    assert_eq!(read("[A]\nx=1\n[B]\ny=2\n[A]\nz=3"), ["A.x=1", "B.y=2", "A.z=3"]);
}

#[test]
fn lines_end_in_any_way() {
    assert_eq!(read("[A]\r\nx=1\r\ny=2\rz=3\n\r\0w=4"), ["A.x=1", "A.y=2", "A.z=3", "A.w=4"]);
    assert_eq!(read("\u{feff}[A]\nx=1"), ["A.x=1"]);
}

#[test]
fn a_backslash_joins_lines_with_a_blank() {
    assert_eq!(read("[A]\nx=a \\\n  b \\\n  c"), ["A.x=a    b    c"]);
    assert_eq!(read("[A]\nx=a\\\nb"), ["A.x=a b"]);
    assert_eq!(read("[A]\nx=a\\\\\ny=b"), ["A.x=a\\\\", "A.y=b"]);
    assert_eq!(read("[A]\nx=a \\"), ["A.x=a"]);
}

#[test]
fn comments_inside_a_continuation_are_skipped() {
    assert_eq!(read("[A]\nx=a \\\n# no\n; no\n  b"), ["A.x=a    b"]);
    let (file, _) = parse("[A]\nx=a \\\n# no\n  b\n ; c");
    assert_eq!(file.comments.len(), 2);
}

#[test]
fn a_blank_line_ends_a_continuation() {
    assert_eq!(read("[A]\nx=a \\\n\n  b\ny=1"), ["A.x=a", "A.y=1"]);
    assert_eq!(faults("ExecStart=/bin/echo a \\\n\n  b"), [(Fault::Syntax, "b".to_owned())]);
}

#[test]
fn a_backslash_before_a_blank_joins_nothing() {
    assert_eq!(read("[A]\nx=a \\ \n  b\n"), ["A.x=a \\"]);
}

#[test]
fn pieces_of_a_continued_value_keep_their_places() {
    let text = "[A]\nx=one \\\n  two\n";
    let (file, _) = parse(text);
    let value = &file.sections[0].assignments[0].value;
    let two = value.as_str().find("two").expect("it is there");
    let place = value.place_of(two..two + 3);
    assert_eq!(&text[place.span.range()], "two");
    let whole = value.place();
    assert_eq!(&text[whole.span.range()], "one \\\n  two");
}

#[test]
fn assignments_before_a_section_are_kept_apart() {
    let (file, problems) = parse("User=a\n[Service]\nUser=b\n");
    assert_eq!(file.outside.len(), 1);
    assert_eq!(problems.iter().map(|it| it.fault).collect::<Vec<_>>(), [Fault::OutsideSection]);
    assert_eq!(read("User=a\n[Service]\nUser=b\n"), ["Service.User=b"]);
}

#[test]
fn what_is_no_assignment_is_located_and_the_rest_is_read() {
    assert_eq!(faults("this is bad\nUser=www"), [(Fault::Syntax, "this is bad".to_owned())]);
    assert_eq!(faults("=x"), [(Fault::Syntax, "=x".to_owned())]);
    assert_eq!(faults("[Unit\nUser=www"), [(Fault::Syntax, "[Unit".to_owned())]);
    assert_eq!(read("[A]\nbad\nx=1\n[B\ny=2"), ["A.x=1", "A.y=2"]);
}

#[test]
fn a_line_of_more_than_a_mebibyte_is_refused_and_the_rest_read() {
    let text = format!("[A]\nx={}\ny=2\n", "a".repeat(1024 * 1024));
    let (_, problems) = parse(&text);
    assert!(problems.iter().any(|it| it.fatal && it.fault == Fault::Syntax));
    assert_eq!(read(&text), ["A.y=2"]);
}

#[test]
fn tags_of_a_template_make_assignments_conditional() {
    let text = "[Service]\nUser=a\n{% if x %}\nGroup=b\n{% endif %}\nUMask=7\n{% if y %}Nice=1{% endif %}\n{{ more }}\n";
    let (file, problems) = parse(text);
    let read: Vec<_> = file.sections[0]
        .assignments
        .iter()
        .map(|it| (it.key.value.as_str(), it.conditional))
        .collect();
    assert_eq!(read, [("User", false), ("Group", true), ("UMask", false), ("Nice", true)]);
    assert_eq!((problems.len(), file.insertions.len()), (0, 1));
}

proptest! {
    #[test]
    fn no_text_stops_the_parser(text in "\\PC*|[\\[\\]=\\\\#;\"' \n\r\tA-z{}%]{0,200}") {
        let (file, problems) = parse(&text);
        for assignment in file.sections.iter().flat_map(|it| &it.assignments) {
            let span = assignment.place().span;
            prop_assert!(text.get(span.range()).is_some());
        }
        for problem in problems {
            let span = problem.place.span;
            prop_assert!(text.get(span.range()).is_some());
        }
    }
}
