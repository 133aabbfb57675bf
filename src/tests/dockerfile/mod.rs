//! Dockerfiles as BuildKit reads them. The cases follow its `parser` and `shell` packages.

use crate::source::{Place, Sources};
use crate::syntax::dockerfile::{Command, File, Form, Operator, Part, Word, parse};
use proptest::prelude::*;

fn read(text: &str) -> (Sources, File) {
    let (sources, id) = crate::tests::source("Dockerfile", text);
    let file = parse(id, sources.get(id).text());
    (sources, file)
}

fn slice(sources: &Sources, place: Place) -> &str {
    &sources.get(place.file).text()[place.span.range()]
}

fn form(form: &Form) -> String {
    match form {
        Form::Exec(words) => {
            format!("{:?}", words.iter().map(|it| it.as_str()).collect::<Vec<_>>())
        }
        Form::Shell(line) => format!("sh {:?}", line.as_str()),
    }
}

fn words(words: &[Word]) -> String {
    words.iter().map(|it| it.text.as_str().to_owned()).collect::<Vec<_>>().join(" ")
}

fn command(it: &Command) -> String {
    match it {
        Command::From { image, name } => {
            let name = name.as_ref().map_or("-", |it| &it.value);
            format!("{} {name}", image.text.as_str())
        }
        Command::Arg(arguments) => {
            let one = |it: &crate::syntax::dockerfile::Argument| match &it.default {
                Some(default) => format!("{}={}", it.name.value, default.text.as_str()),
                None => it.name.value.clone(),
            };
            arguments.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        Command::Env(pairs) | Command::Label(pairs) => {
            let one = |it: &crate::syntax::dockerfile::Assignment| {
                format!("{}={}", it.name.value, it.value.text.as_str())
            };
            pairs.iter().map(one).collect::<Vec<_>>().join("|")
        }
        Command::Run(it) | Command::Cmd(it) | Command::Entrypoint(it) | Command::Shell(it) => {
            form(it)
        }
        Command::Copy(it) | Command::Add(it) => {
            format!("{} -> {}", words(&it.sources), it.destination.text.as_str())
        }
        Command::User(word) | Command::Workdir(word) | Command::Stopsignal(word) => {
            word.text.as_str().to_owned()
        }
        Command::Expose(it) | Command::Volume(it) => words(it),
        Command::Healthcheck(None) => "none".to_owned(),
        Command::Healthcheck(Some(it)) => form(it),
        Command::Onbuild(inner) => format!("({} {})", inner.keyword.value, command(&inner.command)),
        Command::Maintainer(name) => name.value.clone(),
        Command::Broken => "broken".to_owned(),
    }
}

/// The instructions, one per line, flags in braces, heredocs behind.
fn flat(text: &str) -> String {
    let (sources, file) = read(text);
    let one = |it: &crate::syntax::dockerfile::Instruction| {
        let flags: Vec<String> =
            it.flags.iter().map(|it| format!("{{{}={}}}", it.name.value, it.value.value)).collect();
        let heredocs: Vec<String> = it
            .heredocs
            .iter()
            .map(|it| format!(" <{} {:?}>", it.name, slice(&sources, it.content)))
            .collect();
        let keyword = &it.keyword.value;
        format!("{keyword} {}{}{}", flags.join(""), command(&it.command), heredocs.join(""))
    };
    file.instructions.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn check(text: &str, expected: &str) {
    assert_eq!(flat(text), expected, "{text}");
}

fn problems(text: &str) -> Vec<String> {
    let (sources, file) = read(text);
    let shown = sources.shown();
    let line = |place| shown.position(place).0;
    file.problems.iter().map(|it| format!("{}: {}", line(it.place), it.message)).collect()
}

#[test]
fn keywords_are_of_any_case_and_indented() {
    check("from alpine as Base\n  env A=1\n\trun x", "FROM alpine Base\nENV A=1\nRUN sh \"x\"");
}

#[test]
fn a_continuation_skips_comments_and_blank_lines() {
    check(
        "FROM a\nRUN x \\\n  # why\n\n  && y \\  \n  && z # stays\nUSER u",
        "FROM a -\nRUN sh \"x   && y   && z # stays\"\nUSER u",
    );
    check("FROM a\nRUN x \\\\\nUSER u", "FROM a -\nRUN sh \"x \\\\\\\\\"\nUSER u");
    check("FROM a\nRUN x \\", "FROM a -\nRUN sh \"x\"");
    check("FROM a\n\\\nRUN x", "FROM a -\nRUN sh \"x\"");
}

#[test]
fn a_joined_line_knows_its_bytes() {
    let (sources, file) = read("FROM a\r\nENV A=1 \\\r\n # c\r\n B=two\r\n");
    let Command::Env(pairs) = &file.instructions[1].command else { panic!("an ENV") };
    assert_eq!(slice(&sources, pairs[1].name.place), "B");
    assert_eq!(slice(&sources, pairs[1].value.text.place()), "two");
    assert_eq!(slice(&sources, file.instructions[1].place), "ENV A=1 \\\r\n # c\r\n B=two");
    assert_eq!(slice(&sources, file.comments[0]), "# c");
}

#[test]
fn directives_count_at_the_top_only() {
    check(
        "# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN x `\n y\\",
        "FROM a -\nRUN sh \"x  y\\\\\"",
    );
    check("# hello\n# escape=`\nFROM a\nRUN x `\nRUN y", "FROM a -\nRUN sh \"x `\"\nRUN sh \"y\"");
    assert_eq!(
        problems("# escape=x\nFROM a"),
        ["1: the escape is neither a backslash nor a backtick"]
    );
}

#[test]
fn the_exec_form_is_json_and_everything_else_is_the_shell_form() {
    check("FROM a\nCMD [\"a\", \"b \\\"c\\\"\"]", "FROM a -\nCMD [\"a\", \"b \\\"c\\\"\"]");
    check("FROM a\nCMD ['a', 'b']", "FROM a -\nCMD sh \"['a', 'b']\"");
    check("FROM a\nCMD [\"a\",]", "FROM a -\nCMD sh \"[\\\"a\\\",]\"");
    check("FROM a\nCMD []", "FROM a -\nCMD []");
    check("FROM a\nENTRYPOINT [ \"a\" ] b", "FROM a -\nENTRYPOINT sh \"[ \\\"a\\\" ] b\"");
    assert_eq!(problems("FROM a\nCMD [1]"), ["2: a list in JSON may only hold strings here"]);
    let (sources, file) = read("FROM a\nCMD [\"a\\tb\", \\\n \"c\"]");
    let Command::Cmd(Form::Exec(words)) = &file.instructions[1].command else { panic!("exec") };
    assert_eq!((words[0].as_str(), slice(&sources, words[0].place())), ("a\tb", "a\\tb"));
    assert_eq!(slice(&sources, words[1].place()), "c");
}

#[test]
fn env_has_a_new_and_an_old_form() {
    check(
        "FROM a\nENV A=1 B=\"two words\" C=x\\ y D=\nENV E rest = of it\nLABEL \"a.b\"=\"c\" d=e",
        "FROM a -\nENV A=1|B=\"two words\"|C=x\\ y|D=\nENV E=rest = of it\nLABEL a.b=\"c\"|d=e",
    );
    assert_eq!(problems("FROM a\nENV A"), ["2: ENV needs a name and a value"]);
    assert_eq!(problems("FROM a\nENV A=1 B"), ["2: `B` is no `name=value`"]);
}

#[test]
fn flags_stand_before_the_arguments() {
    check(
        "FROM --platform=$P a AS b\nCOPY --from=b --chown=1:1 x y /z/\nRUN --mount=type=cache,target=/c --network=none make --all",
        "FROM {platform=$P}a b\nCOPY {from=b}{chown=1:1}x y -> /z/\nRUN {mount=type=cache,target=/c}{network=none}sh \"make --all\"",
    );
    assert_eq!(problems("FROM a\nCOPY --chwon=1 a b"), ["2: COPY has no flag `--chwon`"]);
    check(
        "FROM a\nHEALTHCHECK --interval=5s --retries=3 CMD curl -f x || exit 1\nHEALTHCHECK NONE\nHEALTHCHECK CMD [\"x\"]",
        "FROM a -\nHEALTHCHECK {interval=5s}{retries=3}sh \"curl -f x || exit 1\"\nHEALTHCHECK none\nHEALTHCHECK [\"x\"]",
    );
}

#[test]
fn copy_takes_words_or_json() {
    check(
        "FROM a\nCOPY [\"a b\", \"/c d/\"]\nADD a b c/\nVOLUME /a /b\nVOLUME [\"/c\"]\nEXPOSE 80/tcp 1-2",
        "FROM a -\nCOPY a b -> /c d/\nADD a b -> c/\nVOLUME /a /b\nVOLUME /c\nEXPOSE 80/tcp 1-2",
    );
    assert_eq!(problems("FROM a\nCOPY x"), ["2: COPY needs a source and a destination"]);
}

#[test]
fn heredocs_follow_their_line() {
    check(
        "FROM a\nRUN <<EOF cat > /x\nline 1\n# no comment\nEOF\nUSER u",
        "FROM a -\nRUN sh \"<<EOF cat > /x\" <EOF \"line 1\\n# no comment\\n\">\nUSER u",
    );
    check(
        "FROM a\nCOPY <<A <<-'B' c /d/\na\nA\n\tb\n\tB\n",
        "FROM a -\nCOPY c -> /d/ <A \"a\\n\"> <B \"\\tb\\n\">",
    );
    let (_, file) = read("FROM a\nCOPY <<A <<-'B' /d/\nA\nB\n");
    let heredocs = &file.instructions[1].heredocs;
    assert_eq!((heredocs[0].expand, heredocs[0].chomp), (true, false));
    assert_eq!((heredocs[1].expand, heredocs[1].chomp), (false, true));
    assert_eq!(problems("FROM a\nRUN <<X\nUSER u\n"), ["2: heredoc `X` is not closed"]);
    check(
        "FROM a\nRUN [\"a\", \"<<EOF\"]\nRUN x \"<<EOF\"",
        "FROM a -\nRUN [\"a\", \"<<EOF\"]\nRUN sh \"x \\\"<<EOF\\\"\"",
    );
}

#[test]
fn what_is_unknown_is_told_and_the_rest_is_read() {
    assert_eq!(
        problems("FROM a\nRUNN x\nUSER u\nEXPOSE\n"),
        ["2: unknown instruction `RUNN`", "4: EXPOSE needs an argument"]
    );
    assert_eq!(problems("FROM a\nA = [\n  'b',\n]\n"), ["2: unknown instruction `A`"]);
    assert!(problems("FROM a\nRUN --mount=type=cache,target=/c\nENTRYPOINT\nCMD\n").is_empty());
    check("FROM a\nRUNN x\nUSER u", "FROM a -\nRUNN broken\nUSER u");
    assert_eq!(
        problems("FROM a\nCOPY . .py\", \"b.py\" ]\n"),
        ["2: a double quote is not closed in `.py\",`"]
    );
    assert_eq!(problems("FROM a\nCOPY \"a.py\" 'b' c/\n"), Vec::<String>::new());
    assert_eq!(problems("RUN x\n"), ["1: RUN stands before the first FROM"]);
    assert_eq!(problems("# nothing\n"), ["1: no instruction begins a stage"]);
    assert_eq!(problems("ARG V=1\nFROM a:$V\n"), Vec::<String>::new());
    assert_eq!(problems("FROM a b\n"), ["1: FROM takes an image, or an image AS a name"]);
    assert_eq!(problems("FROM a\nONBUILD ONBUILD RUN x"), ["2: ONBUILD cannot trigger ONBUILD"]);
    check("FROM a\nONBUILD RUN x", "FROM a -\nONBUILD (RUN sh \"x\")");
}

fn parts(parts: &[Part]) -> String {
    let one = |part: &Part| match part {
        Part::Text(text) => text.value.clone(),
        Part::Variable { name, operator: None, .. } => format!("<{name}>"),
        Part::Variable { name, operator: Some((operator, word)), .. } => {
            let sign = match operator {
                Operator::Default => "-",
                Operator::DefaultOrEmpty => ":-",
                Operator::Alternative => "+",
                Operator::AlternativeNotEmpty => ":+",
                Operator::Required => "?",
                Operator::Pattern => "%",
            };
            format!("<{name}{sign}{}>", self::parts(word))
        }
    };
    parts.iter().map(one).collect()
}

/// A word of the `shell` package's own table, and what it is made of; `error` if refused.
fn word(text: &str, expected: &str) {
    let (_, file) = read(&format!("FROM a\nUSER {text}"));
    let Command::User(word) = &file.instructions[1].command else { panic!("a USER: {text}") };
    let found = if word.fault.is_some() { "error".to_owned() } else { parts(&word.parts) };
    assert_eq!(found, expected, "{text}");
}

#[test]
fn words_are_unquoted_as_a_shell_would() {
    word("he'll'o", "hello");
    word("he'llo", "error");
    word("he\\'llo", "he'llo");
    word("he\\\\'llo", "error");
    word("abc\\tdef", "abctdef");
    word("\"abc\\tdef\"", "abc\\tdef");
    word("\"abc\\\\tdef\"", "abc\\tdef");
    word("'abc\\tdef'", "abc\\tdef");
    word("\"hel'lo\"", "hel'lo");
    word("\"hello\\\"", "error");
    word("'hello\\there'", "hello\\there");
    word("안'녕'하세요", "안녕하세요");
}

#[test]
fn variables_are_found_and_not_expanded() {
    word("he$PWD.x", "he<PWD>.x");
    word("$.", "$.");
    word("he$1x", "he<1>x");
    word("he\\$PWD", "he$PWD");
    word("'he${XX}'", "he${XX}");
    word("\"he${PWD}\"", "he<PWD>");
    word("${}", "error");
    word("${:-bbb}", "error");
    word("${{aaa}", "error");
    word("he${PWD", "error");
    word("${A:-${B:-yyy}}xx", "<A:-<B:-yyy>>xx");
    word("${A:+000}$$x", "<A:+000><$>x");
    word("${A:=000}", "error");
    word("${A?}", "<A?>");
    word("${A%%/*}", "<A%%/*>");
    word("${A:-\\$PWD:}", "<A:-$PWD:>");
}

#[test]
fn hostile_input_is_bounded() {
    read(&format!("FROM a\n{}x", "ONBUILD ".repeat(100_000)));
    read(&format!("FROM a\nUSER {}", "${A:-".repeat(100_000)));
    read(&format!("FROM a\nRUN {}", "x \\\n".repeat(100_000)));
    read(&format!("FROM a\nCOPY {}", "--a ".repeat(100_000)));
    read(&format!("FROM a\nENV {}", "A=1 \\\n".repeat(100_000)));
    read(&"FROM a\0\n\0\0".repeat(1000));
}

const WHOLE: &str = "# escape=\\\nARG V=\"1 ü\"\nFROM --platform=x a:${V:-2} AS b\nENV A='x y' \\\n # c\n  B=$A\nRUN <<-EOF cat\n\tü\n\tEOF\nCOPY --from=b [\"ä\", \"/c\"]\nHEALTHCHECK --interval=1s CMD x\nCMD [\"a\\u00e4\"]\nONBUILD RUN y\n";

proptest! {
    #[test]
    fn a_cut_file_is_read_and_its_places_are_slices(cut in 0usize..400, drop in 0usize..400) {
        let text: String = WHOLE.chars().enumerate().filter(|(at, _)| *at != drop).map(|it| it.1).take(cut).collect();
        let (sources, file) = read(&text);
        for instruction in &file.instructions {
            slice(&sources, instruction.place);
            instruction.flags.iter().for_each(|it| { slice(&sources, it.value.place); });
            instruction.heredocs.iter().for_each(|it| { slice(&sources, it.content); });
        }
        file.problems.iter().for_each(|it| { slice(&sources, it.place); });
    }

    #[test]
    fn no_text_makes_it_panic(text in "(FROM|RUN|COPY|ENV|ARG|CMD|HEALTHCHECK|ONBUILD)?[ a\\-=\\[\\]\"'$\\{\\}:\\\\\n<#é]{0,60}") {
        read(&text);
    }
}
