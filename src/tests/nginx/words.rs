//! Words as nginx 1.22 cut them: `include` names the word that it tried to open.
//!
//! The fixture holds what nginx answered; with the feature `oracles` it is asked again.

use crate::syntax::nginx::{Directive, Fault, Problem, Tree, parse};
#[cfg(feature = "oracles")]
use crate::tests::nginx::oracle;
use crate::tests::source;
use serde_json::Value;

struct Probe {
    name: String,
    text: String,
    /// The first file that nginx tried to open, or its complaint and the line of that.
    answer: Result<String, (String, u64)>,
    fault: Option<String>,
}

fn probes() -> Vec<Probe> {
    let json = include_str!("../../../fixtures/syntax/nginx/words.json");
    let probes: Vec<Value> = serde_json::from_str(json).unwrap();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let probe = |it: &Value| Probe {
        name: text(&it["name"]).unwrap(),
        text: text(&it["text"]).unwrap(),
        answer: text(&it["opens"])
            .ok_or_else(|| (text(&it["refuses"]).unwrap(), it["line"].as_u64().unwrap())),
        fault: text(&it["fault"]),
    };
    probes.iter().map(probe).collect()
}

fn in_http(text: &str) -> String {
    format!("events{{}}\nhttp{{\n{text}\n}}\n")
}

/// The first include that nginx must be able to open: globs may match nothing.
fn first_include(directives: &[Directive]) -> Option<&Directive> {
    directives.iter().find_map(|directive| {
        let literal = directive.arg(0).is_some_and(|path| !path.contains(['*', '?', '[']));
        let include = directive.is("include") && literal;
        if include { Some(directive) } else { first_include(directive.children()) }
    })
}

fn read(text: &str) -> (Tree, Vec<Problem>) {
    let (sources, id) = source("nginx.conf", &in_http(text));
    parse(id, sources.get(id).text())
}

#[test]
fn words_are_those_that_nginx_opens() {
    let mut compared = 0;
    for probe in probes() {
        let Ok(opened) = &probe.answer else { continue };
        let (tree, problems) = read(&probe.text);
        let include = first_include(&tree.directives).expect(&probe.name);
        let until_nul = include.arg(0).unwrap().split('\0').next().unwrap();
        assert_eq!(until_nul, opened.split('\0').next().unwrap(), "{}", probe.name);
        let earlier = problems.iter().find(|problem| problem.place < include.place);
        assert!(
            earlier.is_none_or(|problem| problem.fault == Fault::UnclosedBlock),
            "{}: {earlier:?}",
            probe.name
        );
        compared += 1;
    }
    assert!(compared >= 40, "{compared}");
}

#[test]
fn what_nginx_refuses_is_a_problem() {
    let mut compared = 0;
    for probe in probes() {
        let Err((message, line)) = &probe.answer else { continue };
        // Whether a name is unknown depends on the modules that are loaded.
        let Some(fault) = &probe.fault else {
            assert!(message.starts_with("unknown directive"), "{message}");
            continue;
        };
        let (_, problems) = read(&probe.text);
        let problem = problems.iter().find(|problem| format!("{:?}", problem.fault) == *fault);
        let problem = problem.unwrap_or_else(|| panic!("{}: {problems:?}", probe.name));
        let text = in_http(&probe.text);
        let lines = [Some(problem.place), problem.also].into_iter().flatten();
        let mut lines = lines.map(|place| {
            let above = &text.as_bytes()[..place.span.start as usize];
            above.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1 - 2
        });
        let (first, last) = (lines.next().unwrap(), lines.next_back());
        assert!(
            (first..=last.unwrap_or(first).max(*line)).contains(line) && *line <= first + 2,
            "{}: nginx says line {line}, not {first}",
            probe.name
        );
        compared += 1;
    }
    assert!(compared >= 20, "{compared}");
}

#[cfg(feature = "oracles")]
#[test]
fn nginx_still_answers_as_recorded() {
    let folder = oracle::folder("words");
    let mut compared = 0;
    for probe in probes() {
        let config = folder.path().join("nginx.conf");
        std::fs::write(&config, in_http(&probe.text)).unwrap();
        let said = oracle::check(&config);
        let expected = match &probe.answer {
            Ok(opened) => {
                let path = format!("{}/{opened}", folder.path().display());
                format!("\"{}\" failed (2", path.split('\0').next().unwrap())
            }
            Err((message, line)) => format!("{message} in {}:{}", config.display(), line + 2),
        };
        let empty = probe.answer.as_deref() == Ok("");
        assert!(empty || said.contains(&expected), "{}: {said}", probe.name);
        compared += 1;
    }
    println!("{compared} probes of nginx's words");
    assert!(compared >= 70, "{compared}");
}
