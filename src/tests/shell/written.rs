//! Files that scripts write, as bash writes them.

use super::{parse, source};
use crate::syntax::shell::{Flavour, parse_file, written};
use std::fs;
use std::process::Command;

/// What a script writes, by path, with marks for what it does not know.
fn files(script: &str) -> Vec<(String, String)> {
    let written = written(&parse(script)).into_iter();
    written.map(|it| (it.path, it.text.as_str().to_owned())).collect()
}

fn one(script: &str) -> String {
    let files = files(script);
    assert_eq!(files.len(), 1, "{script}: {files:?}");
    assert_eq!(files[0].0, "/etc/a", "{script}");
    files[0].1.clone()
}

/// Each of these writes `a` in the folder where it runs.
const WRITERS: &[&str] = &[
    "cat > a <<EOF\nserver { listen 80; }\nEOF\n",
    "cat <<'EOF' > a\nproxy_set_header Host $host; \\$x \"q\" `w`\nEOF\n",
    "cat > a <<EOF\nproxy_set_header Host \\$host; \\\\ \\\" \"q\" \\x \\`w\\`\nEOF\n",
    "D=/srv/shop\ncat > a <<EOF\nroot $D; ${D}/static; ${D:-x} $D$D\nEOF\n",
    "D=/srv/shop; E=\"$D/app\"\nreadonly F=$E/media\ncat > a <<EOF\nroot $E $F;\nEOF\n",
    "cat <<EOF | tee a > /dev/null\nx\\\ny\nEOF\n",
    "tee a <<\"EOF\" >/dev/null\n$x\nEOF\n",
    "f() {\n\tlocal name=shop\n\tcat > a <<-EOF\n\t[Unit]\n\t\tDescription=$name\n\tEOF\n}\nf\n",
    "cat > a <<EOF\nfirst\nEOF\ncat > a <<EOF\nsecond\nEOF\n",
    "echo \"server {\n  listen 80; # \\$host\n}\" > a\n",
    "echo 'user www;' | tee a >/dev/null\n",
    "bash -c 'cat > a <<EOF\nroot \\$x;\nEOF'\n",
    "D=/srv\nbash -c \"cat > a <<EOF\nroot $D \\\\\\$x;\nEOF\"\n",
    "bash <<'OUTER'\ncat > a <<EOF\nroot \\$x;\nEOF\nOUTER\n",
    "cat > b <<EOF\nx\nEOF\nmv b a\n",
    "if true; then\ncat > a <<EOF\nx\nEOF\nfi\n",
    "cat <<EOF > a\nEOF\n",
    "D=\"${D:-shop.example.com}\"\ncat >a <<EOF\nserver_name ${D} www.${D};\nEOF\n",
];

#[test]
fn files_are_written_as_bash_writes_them() {
    let folder = tempfile::tempdir().expect("a folder");
    for script in WRITERS {
        let told = files(script);
        let status = Command::new("bash").args(["-c", script]).current_dir(&folder).status();
        assert!(status.is_ok_and(|it| it.success()), "{script}");
        let truth = fs::read_to_string(folder.path().join("a")).expect("it wrote");
        let (path, text) = &told[0];
        // What `echo` says ends a line, which no format counts.
        let ends = if script.contains("echo") { "\n" } else { "" };
        assert_eq!((path.as_str(), format!("{text}{ends}")), ("a", truth), "{script}");
        assert_eq!(told.len(), 1, "{script}");
    }
    println!("{} files as bash writes them", WRITERS.len());
}

#[test]
fn what_nobody_knows_is_marked() {
    let with = |before: &str| one(&format!("{before}\ncat > /etc/a <<EOF\nx $D y\nEOF\n"));
    for unknown in [
        "",
        "read -p 'Domain: ' D",
        "D=$1",
        "D=$(hostname)",
        "D=a; D=b",
        "D=a\nread -r D",
        "for D in a b; do :; done",
        "D+=a",
    ] {
        assert_eq!(with(unknown), "x {{ D }} y\n", "{unknown}");
    }
    assert_eq!(with("D=a"), "x a y\n");
    assert_eq!(with("D=${D:-a}"), "x a y\n");
    assert_eq!(with("D=${1:-a}"), "x {{ D }} y\n");
    assert_eq!(with("D=b; D=${D:-a}"), "x b y\n");
    assert_eq!(
        one("cat > /etc/a <<EOF\nx $(date) `date`\nEOF\n"),
        "x {{ command }} {{ command }}\n"
    );
    let path = files("cat > /etc/nginx/$SITE <<EOF\nEOF\n");
    assert_eq!(path[0].0, "/etc/nginx/{{ SITE }}");
}

#[test]
fn what_is_added_to_or_chosen_is_not_known() {
    let a = "cat > /etc/a <<EOF\nx\nEOF\n";
    let b = "cat > /etc/a <<EOF\ny\nEOF\n";
    assert!(files(&format!("{a}cat >> /etc/a <<EOF\ny\nEOF\n")).is_empty());
    assert!(files("echo x | tee -a /etc/a\n").is_empty());
    assert!(files(&format!("if $ssl; then\n{a}else\n{b}fi\n")).is_empty());
    assert!(files(&format!("{a}if $ssl; then\n{b}fi\n")).is_empty());
    assert_eq!(one(&format!("if $ssl; then\n{a}fi\n{b}")), "y\n");
    assert!(files(&format!("{a}cp deploy/site.conf /etc/a\n")).is_empty());
    assert_eq!(one(&format!("cp /etc/a /etc/a.bak\n{a}")), "x\n");
    assert!(files("sed s/a/b/ > /etc/a <<EOF\nx\nEOF\n").is_empty());
}

#[test]
fn what_is_moved_lies_where_it_ends() {
    let moved = |to: &str| {
        files(&format!("cat > /tmp/a.service <<EOF\nEOF\nsudo mv /tmp/a.service {to}\n"))[0]
            .0
            .clone()
    };
    assert_eq!(moved("/etc/systemd/system/"), "/etc/systemd/system/a.service");
    assert_eq!(moved("/etc/systemd/system"), "/etc/systemd/system/a.service");
    assert_eq!(moved("/etc/systemd/system/b.service"), "/etc/systemd/system/b.service");
}

#[test]
fn places_lead_back_into_the_script() {
    let script = "D=/srv/shop\ncat > a <<EOF\nserver \\$host;\nroot $D/static;\nEOF\n";
    let (sources, id) = source("setup.sh", script);
    let text = sources.get(id).text();
    let file = written(&parse_file(id, text, Flavour::Bash)).remove(0).text;
    let at = |part: &str| {
        let start = file.as_str().find(part).expect("it is there");
        let place = file.place_of(start..start + part.len());
        &text[place.span.range()]
    };
    assert_eq!(at("$host"), "$host");
    assert_eq!(at("/srv/shop/static"), "$D/static");
    assert_eq!(at("root"), "root");
}
