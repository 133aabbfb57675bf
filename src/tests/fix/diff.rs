//! The diff, and what it does not show.

use crate::fix::LeftOut;
use crate::tests::fix::Case;

fn hide(case: &mut Case, path: &str, secret: &str) {
    let place = case.place(path, secret);
    case.sources.hide(place);
}

#[test]
fn one_diff_covers_all_files() {
    let conf: String = (1..=20).map(|n| format!("line {n:02}\n")).collect();
    let case = Case::of(&[("deploy/a.conf", &conf), ("b c/\u{e9}.py", "x = 1\ny = 2")])
        .safe(|case| {
            vec![
                case.replace("deploy/a.conf", "03", "three"),
                case.remove("deploy/a.conf", "line 15\nline 16\n"),
                case.insert("b c/\u{e9}.py", "y = 2", "z = 3"),
            ]
        })
        .safe(|case| vec![case.insert("deploy/a.conf", "line 03", "new")]);
    let (diff, plan) = case.patch();
    assert_eq!(plan.mended, [0, 1]);
    assert_eq!(
        diff,
        "diff --git \"a/b c/\\303\\251.py\" \"b/b c/\\303\\251.py\"
--- \"a/b c/\\303\\251.py\"\t
+++ \"b/b c/\\303\\251.py\"\t
@@ -1,2 +1,3 @@
 x = 1
-y = 2
\\ No newline at end of file
+y = 2
+z = 3
\\ No newline at end of file
diff --git a/deploy/a.conf b/deploy/a.conf
--- a/deploy/a.conf
+++ b/deploy/a.conf
@@ -1,6 +1,7 @@
 line 01
 line 02
-line 03
+line three
+new
 line 04
 line 05
 line 06
@@ -12,8 +13,6 @@
 line 12
 line 13
 line 14
-line 15
-line 16
 line 17
 line 18
 line 19
"
    );
}

#[test]
fn context_stops_where_a_secret_begins() {
    let text = "A=1\nKEY=hunter2\nB=2\nC=3\nD=4\nTOKEN=hunter2\nE=5\n";
    let mut case =
        Case::of(&[(".env", text)]).safe(|case| vec![case.replace(".env", "C=3", "C=33")]);
    hide(&mut case, ".env", "hunter2");
    hide(&mut case, ".env", "hunter2\nE");
    let (diff, _) = case.patch();
    assert!(diff.ends_with("@@ -3,3 +3,3 @@\n B=2\n-C=3\n+C=33\n D=4\n"), "{diff}");
}

#[test]
fn a_change_beside_a_secret_is_not_shown() {
    let text = "A=1\nKEY=hunter2\nB=2\n";
    for part in ["KEY", "A=1"] {
        let mut case =
            Case::of(&[(".env", text)]).safe(|case| vec![case.replace(".env", part, "X")]);
        hide(&mut case, ".env", "hunter2");
        let (diff, plan) = case.patch();
        assert_eq!((diff.as_str(), plan.left_out), ("", vec![(0, LeftOut::NotShown)]));
        assert_eq!(case.plan().mended, [0], "it can be applied");
    }
    let mut case =
        Case::of(&[(".env", text)]).safe(|case| vec![case.replace(".env", "B=2", "B=3")]);
    hide(&mut case, ".env", "hunter2");
    assert!(case.patch().0.ends_with("@@ -3,1 +3,1 @@\n-B=2\n+B=3\n"));
}

#[test]
fn a_diff_drives_no_terminal() {
    let case = Case::of(&[("a\u{1b}\nb.conf", "one\n\u{1b}[2J\nthree\n")])
        .safe(|case| vec![case.replace("a\u{1b}\nb.conf", "one", "1")])
        .safe(|case| vec![case.replace("a\u{1b}\nb.conf", "three", "3")]);
    let (diff, plan) = case.patch();
    assert_eq!(plan.left_out, [(0, LeftOut::NotShown)]);
    assert!(diff.contains("--- \"a/a\\033\\012b.conf\"\n") && !diff.contains('\u{1b}'), "{diff:?}");
}
