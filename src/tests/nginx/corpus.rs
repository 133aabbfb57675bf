//! Real files: the same tree as crossplane's, or a reason.

use crate::syntax::kind::{self, Kind};
use crate::syntax::nginx::{Body, Directive, parse};
use crate::tests::nginx::oracle;
use crate::tests::source;
use crate::tests::tool;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// Compares the nginx files of `KILTER_CHECKOUTS`, or else those among the fixtures.
#[test]
fn nginx_files_found_in_checkouts_are_read_alike() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let folder = env::var("KILTER_CHECKOUTS").unwrap_or_else(|_| fixtures.to_owned());
    let mut files = Vec::new();
    collect(Utf8Path::new(&folder), &mut files);
    files.sort();
    let theirs = crossplane(&files);
    assert_eq!(theirs.len(), files.len());

    let (mut equal, mut refused, mut templates, mut different) = (0, 0, 0, 0);
    for (path, their) in files.iter().zip(&theirs) {
        let text = fs::read_to_string(path).expect("it was read before");
        let (sources, id) = source("nginx.conf", &text);
        let (tree, problems) = parse(id, sources.get(id).text());
        let fatal = problems.iter().find(|problem| problem.fault.is_fatal());
        let complaint = their["refused"].as_str();
        if tree.template.is_some() {
            templates += 1;
            continue;
        }
        let why = match (fatal, complaint) {
            (Some(_), Some(_)) => {
                refused += 1;
                continue;
            }
            (Some(problem), None) => format!("kilter refuses it: {}", problem.message()),
            (None, Some(complaint)) => format!("crossplane refuses it: {complaint}"),
            (None, None) => match difference(&json(&tree.directives), &their["tree"]) {
                None => {
                    equal += 1;
                    continue;
                }
                Some(difference) => difference,
            },
        };
        different += 1;
        let relative = path.strip_prefix(&folder).unwrap_or(path);
        println!("{relative}\n  {why}\n  nginx: {}", nginx_says(path, &text));
    }
    println!(
        "{} nginx files: {equal} with crossplane's tree, {refused} refused by both, \
         {different} different, {templates} templates",
        files.len()
    );
    assert!(equal + refused > 20 * different, "more than one in twenty differs");
}

fn collect(folder: &Utf8Path, files: &mut Vec<Utf8PathBuf>) {
    for entry in folder.read_dir_utf8().expect("a folder").flatten() {
        let path = entry.path();
        let kind = entry.file_type().expect("a file of a kind");
        if kind.is_dir() && entry.file_name() != ".git" {
            collect(path, files);
        } else if kind.is_file() && is_nginx(path) {
            files.push(path.to_owned());
        }
    }
}

fn is_nginx(path: &Utf8Path) -> bool {
    let Ok(text) = fs::read_to_string(path) else { return false };
    match kind::by_name(path) {
        Some(Kind::Nginx) => true,
        Some(_) => false,
        None => kind::may_be(path) && kind::by_content(path, &text) == Some(Kind::Nginx),
    }
}

fn crossplane(files: &[Utf8PathBuf]) -> Vec<Value> {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(tool("crossplane/bin/python"))
        .arg(root.join("scripts/measure/crossplane-trees.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("scripts/tools/crossplane installs crossplane");
    let names: Vec<_> = files.iter().map(|path| path.as_str()).collect();
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(names.join("\n").as_bytes()).expect("crossplane reads");
    drop(stdin);
    let output = child.wait_with_output().expect("crossplane ends");
    let lines = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// A tree as crossplane has it: the parentheses of `if` are gone, and Lua is an argument.
fn json(directives: &[Directive]) -> Value {
    let one = |it: &Directive| {
        let mut args: Vec<&str> = it.args.iter().map(|word| word.value.as_str()).collect();
        if it.is("if") {
            args = conditions(args);
        }
        let block = it.block().map(|block| json(&block.directives));
        let code = matches!(it.body, Body::Code(_));
        let args = if code { json!("code") } else { json!(args) };
        json!([it.name.value, args, block])
    };
    directives.iter().map(one).collect()
}

fn conditions(mut args: Vec<&str>) -> Vec<&str> {
    if let Some(first) = args.first_mut() {
        *first = first.strip_prefix('(').unwrap_or(first).trim_start();
    }
    if let Some(last) = args.last_mut() {
        *last = last.strip_suffix(')').unwrap_or(last).trim_end();
    }
    args.retain(|arg| !arg.is_empty());
    args
}

/// Where two trees first differ.
fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    let nothing = Vec::new();
    let lists = [ours, theirs].map(|it| it.as_array().unwrap_or(&nothing));
    for (our, their) in lists[0].iter().zip(lists[1]) {
        let code = our[1] == json!("code");
        let names = [our, their].map(|it| json!([it[0]]));
        if !same_words(&names[0], &names[1]) || !(code || same_words(&our[1], &their[1])) {
            let [name, args] = [&our[0], &our[1]];
            return Some(format!("kilter {name} {args}, crossplane {} {}", their[0], their[1]));
        }
        if !code && our[2].is_null() != their[2].is_null() {
            return Some(format!("only one has a block for {} {}", our[0], our[1]));
        }
        if let Some(inner) = difference(&our[2], &their[2]) {
            return Some(inner);
        }
    }
    (lists[0].len() != lists[1].len())
        .then(|| format!("kilter has {} lines, crossplane {}", lists[0].len(), lists[1].len()))
}

/// Crossplane leaves escapes as they are written, which nginx undoes: so do we, to its words.
fn same_words(ours: &Value, theirs: &Value) -> bool {
    let words = |args: &Value| {
        let args = args.as_array().into_iter().flatten().filter_map(Value::as_str);
        args.map(str::to_owned).collect::<Vec<_>>()
    };
    let (ours, theirs) = (words(ours), words(theirs));
    let same = |(our, their): (&String, &String)| our == their || *our == undone(their);
    ours.len() == theirs.len() && ours.iter().zip(&theirs).all(same)
}

fn undone(word: &str) -> String {
    let mut pairs = word.chars().peekable();
    let mut out = String::new();
    while let Some(char) = pairs.next() {
        let meant = match (char, pairs.peek()) {
            ('\\', Some(&quoted @ ('"' | '\'' | '\\'))) => quoted,
            ('\\', Some('t')) => '\t',
            ('\\', Some('r')) => '\r',
            ('\\', Some('n')) => '\n',
            _ => {
                out.push(char);
                continue;
            }
        };
        pairs.next();
        out.push(meant);
    }
    out
}

/// The first thing that nginx says of a file, put where it belongs.
fn nginx_says(path: &Utf8Path, text: &str) -> String {
    let folder = oracle::folder("corpus");
    let config = folder.path().join("nginx.conf");
    let whole = text.contains("http {") || text.contains("http{");
    let fragment = |text: &str| format!("events {{}}\nhttp {{\n{text}\n}}\n");
    let text = if whole { text.to_owned() } else { fragment(text) };
    fs::write(&config, text).expect("a folder of our own");
    let said = oracle::check(&config);
    let line = said.lines().next().unwrap_or_default();
    let line = line.split("#").nth(1).and_then(|it| it.split_once(": ")).map_or(line, |it| it.1);
    line.replace(&config.display().to_string(), path.file_name().unwrap_or_default())
}
