//! Random programs: whatever they do, no value that kilter claims is one that CPython does not have.
//!
//! Three variables of the environment are hidden from kilter and set for CPython, so that branches
//! stay undecided here and fall one way there.

use super::cpython::{Verdict, asked, encoded, verdict, with_files};
use super::under;
use crate::fact::{Environment, Fact, Origin, Supplied};
use std::time::{Duration, Instant};

/// In one batch for CPython.
const BATCH: usize = 250;
const LEAST: usize = 250;
const LIMIT: Duration = Duration::from_secs(60);

/// Marsaglia's xorshift: the same programs on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 11) as usize % limit
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn number(&mut self) -> String {
        match self.below(8) {
            0 | 1 => self.below(7).to_string(),
            2 | 3 => self.one(&["N", "M"]).to_owned(),
            4 => format!("len({})", self.one(&["L", "K", "S", "D"])),
            5 => format!(
                "({} {} {})",
                self.number_leaf(),
                self.one(&["+", "-", "*"]),
                self.number_leaf()
            ),
            6 => format!("(N if {} else M)", self.condition()),
            _ => format!("D.get({}, {})", self.word(), self.below(9)),
        }
    }

    fn number_leaf(&mut self) -> String {
        match self.below(3) {
            0 => self.below(9).to_string(),
            _ => self.one(&["N", "M"]).to_owned(),
        }
    }

    fn word(&mut self) -> String {
        match self.below(8) {
            0..=2 => self.one(&["'a'", "'b'", "'cd'", "''"]).to_owned(),
            3 => "S".to_owned(),
            4 => format!("str({})", self.number_leaf()),
            5 => format!("S.{}()", self.one(&["upper", "lower", "strip", "title"])),
            6 => format!("f'{{S}}{{{}}}'", self.number_leaf()),
            _ => format!("('x' if {} else S)", self.condition()),
        }
    }

    fn list(&mut self) -> String {
        match self.below(8) {
            0 | 1 => format!("[{}, {}]", self.number_leaf(), self.number_leaf()),
            2 => "L".to_owned(),
            3 => format!("L + [{}]", self.number()),
            4 => "L[1:]".to_owned(),
            5 => format!("[i + {} for i in L]", self.number_leaf()),
            6 => format!(
                "[i for i in L if i {} {}]",
                self.one(&["<", ">", "!="]),
                self.number_leaf()
            ),
            _ => format!("sorted({})", self.one(&["L", "K", "D.values()"])),
        }
    }

    fn condition(&mut self) -> String {
        match self.below(9) {
            0 => format!("os.environ.get('{}')", self.one(&["U1", "U2", "U3"])),
            1 => format!(
                "os.environ.get('{}', 'y') == '{}'",
                self.one(&["U1", "U2", "U3"]),
                self.one(&["x", "y", ""])
            ),
            2 => format!("'{}' in os.environ", self.one(&["U1", "U3", "A"])),
            3 => format!(
                "{} {} {}",
                self.number_leaf(),
                self.one(&["<", ">", "==", "!="]),
                self.number_leaf()
            ),
            4 => self.one(&["L", "S", "N", "D", "B"]).to_owned(),
            5 => format!("not {}", self.one(&["L", "S", "N", "B"])),
            6 => format!("{} in {}", self.number_leaf(), self.one(&["L", "K", "D.values()"])),
            7 => format!(
                "B {} {}",
                self.one(&["and", "or"]),
                self.one(&["N", "L", "os.environ.get('U1')"])
            ),
            _ => "B".to_owned(),
        }
    }

    fn block(&mut self, depth: usize, indent: usize, repeats: bool, into: &mut String) {
        for _ in 0..=self.below(3) {
            self.statement(depth, indent, repeats, into);
        }
    }

    fn statement(&mut self, depth: usize, indent: usize, repeats: bool, into: &mut String) {
        let pad = "    ".repeat(indent);
        let simple = match self.below(if depth > 2 { 15 } else { 22 }) {
            0 | 1 => format!("{} = {}", self.one(&["N", "M"]), self.number()),
            2 => format!("S = {}", self.word()),
            3 => format!("{} = {}", self.one(&["L", "K"]), self.list()),
            4 => format!("L.append({})", self.number()),
            5 => format!("{} += [{}]", self.one(&["L", "K"]), self.number()),
            6 => format!("D[{}] = {}", self.word(), self.number()),
            7 => format!("{} += {}", self.one(&["N", "M"]), self.number()),
            8 => format!("B = {}", self.condition()),
            9 => "K = L".to_owned(),
            10 => format!("D.pop({}, None)", self.word()),
            11 => "N, M = M, N".to_owned(),
            12 => format!("D.update({{'k': {}}})", self.number()),
            13 => {
                format!("L.{}", self.one(&["reverse()", "sort()", "insert(0, N)", "extend(K[:2])"]))
            }
            14 if repeats => self.one(&["continue", "break", "pass"]).to_owned(),
            14 => format!("S += {}", self.word()),
            15..=17 => {
                into.push_str(&format!("{pad}if {}:\n", self.condition()));
                self.block(depth + 1, indent + 1, repeats, into);
                if self.below(2) == 0 {
                    into.push_str(&format!("{pad}else:\n"));
                    self.block(depth + 1, indent + 1, repeats, into);
                }
                return;
            }
            18 => {
                let over = self.one(&["L[:4]", "range(3)", "list(D.values())[:3]", "(1, 2)"]);
                into.push_str(&format!("{pad}for i in {over}:\n"));
                self.block(depth + 1, indent + 1, true, into);
                return;
            }
            19 => {
                into.push_str(&format!("{pad}try:\n"));
                self.block(depth + 1, indent + 1, repeats, into);
                let risky = self.one(&[
                    "N = int(S)",
                    "N = L[2]",
                    "M = D['a']",
                    "M = 7 // N",
                    "S = os.environ['U3']",
                ]);
                into.push_str(&format!("{pad}    {risky}\n"));
                let kind =
                    self.one(&["ValueError", "(IndexError, KeyError)", "Exception", "LookupError"]);
                into.push_str(&format!("{pad}except {kind}:\n"));
                self.block(depth + 1, indent + 1, repeats, into);
                return;
            }
            _ => {
                let name = format!("f{}", self.below(1000));
                into.push_str(&format!("{pad}def {name}(N, L=(1, 2)):\n{pad}    M = 1\n{pad}    K = list(L)\n{pad}    S = 'q'\n{pad}    B = N\n{pad}    D = {{}}\n{pad}    L = list(L)\n"));
                self.block(depth + 1, indent + 1, false, into);
                into.push_str(&format!(
                    "{pad}    if {}:\n{pad}        return N\n",
                    self.condition()
                ));
                self.block(depth + 1, indent + 1, false, into);
                into.push_str(&format!("{pad}    return {}\n", self.number()));
                format!("{} = {name}({})", self.one(&["N", "M"]), self.number_leaf())
            }
        };
        into.push_str(&format!("{pad}{simple}\n"));
    }

    fn program(&mut self) -> String {
        let mut text = String::from(
            "import os\nN = 1\nM = 2\nS = 'ab'\nL = [1, 2, 3]\nK = []\nD = {'a': 1}\nB = False\n",
        );
        for _ in 0..4 + self.below(8) {
            self.statement(0, 0, false, &mut text);
        }
        // Numbers that grow without end say nothing.
        text.push_str("N = N if abs(N) < 10 ** 12 else 0\nM = M if abs(M) < 10 ** 12 else 0\n");
        text
    }
}

/// `U1` and `U2` are set to what kilter is not told, and `U3` may be set and is not.
fn hidden() -> Environment {
    let origin = Origin::Default { of: "the test", version: "", source: "" };
    let mut environment = Environment::closed(
        super::cpython::variables()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Fact::new(value.to_owned(), origin))),
    );
    for name in ["U1", "U2", "U3"] {
        environment.set(name, Fact::new(Supplied::Perhaps("it is hidden".into()), origin));
    }
    environment
}

#[test]
fn no_claim_about_a_random_program_is_wrong() {
    let wanted = std::env::var("KILTER_PROGRAMS").ok().and_then(|it| it.parse().ok());
    let seed = std::env::var("KILTER_SEED").ok().and_then(|it| it.parse().ok());
    let mut random = Random(seed.unwrap_or(0x9e37_79b9_7f4a_7c15));
    let environment = hidden();
    let start = Instant::now();
    let (mut compared, mut right) = (0, 0);
    loop {
        let programs: Vec<String> = (0..BATCH).map(|_| random.program()).collect();
        let truths = asked(&programs);
        for (program, truth) in programs.iter().zip(&truths) {
            let answer = encoded(under(&with_files(program), &environment));
            let verdict = verdict(truth, &answer);
            assert_ne!(verdict, Verdict::Wrong, "{program}\nCPython: {truth}\nkilter: {answer}");
            right += usize::from(verdict == Verdict::Right);
        }
        compared += programs.len();
        let enough =
            wanted.map_or(compared >= LEAST && start.elapsed() > LIMIT / 3, |it| compared >= it);
        if enough {
            break;
        }
    }
    println!("{compared} random programs compared with CPython, {right} known in full");
    assert!(compared >= LEAST);
}
