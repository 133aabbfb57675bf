//! What the parser makes of one file.

use crate::fact::{Environment, Fact, Origin};
use crate::syntax::caddy::{Directive, Item, SiteBlock, Token, Tree, parse};
use crate::tests::source;

pub(super) fn tree(text: &str) -> (Tree, Vec<String>) {
    let (sources, file) = source("Caddyfile", text);
    let (tree, problems) = parse(file, sources.get(file).text());
    (tree, problems.into_iter().map(|problem| problem.message).collect())
}

/// The environment in which exactly these are set.
fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::closed(
        variables.iter().map(|(name, value)| {
            ((*name).to_owned(), Fact::new((*value).to_owned(), Origin::UNSEEN))
        }),
    )
}

fn words(tokens: &[Token]) -> Vec<&str> {
    tokens.iter().map(Token::text).collect()
}

fn outline_of(directive: &Directive) -> String {
    let line = words(&directive.words).join(" ");
    match &directive.block {
        None => line,
        Some(block) => {
            let body: Vec<_> = block.body.iter().map(outline_of).collect();
            format!("{line} [{}]", body.join("; "))
        }
    }
}

/// The file in one line: items separated by `|`, directives by `;`, blocks in brackets.
pub(super) fn outline(tree: &Tree) -> String {
    let body = |body: &[Directive]| body.iter().map(outline_of).collect::<Vec<_>>().join("; ");
    let item = |item: &Item| match item {
        Item::Options(block) => format!("options [{}]", body(&block.body)),
        Item::Snippet { name, block } => {
            format!("snippet {} [{}]", name.text(), body(&block.body))
        }
        Item::NamedRoute { name, block } => {
            format!("route {} [{}]", name.text(), body(&block.body))
        }
        Item::Site(SiteBlock { addresses, body: directives, .. }) => {
            format!("{} [{}]", words(addresses).join(", "), body(directives))
        }
        Item::Directive(directive) => outline_of(directive),
    };
    tree.items.iter().map(item).collect::<Vec<_>>().join(" | ")
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    let (tree, problems) = tree(text);
    assert_eq!(outline(&tree), expected);
    assert_eq!(problems, [""; 0], "{text}");
}

#[track_caller]
fn recovers(text: &str, expected: &str, message: &str) {
    let (tree, problems) = tree(text);
    assert_eq!(outline(&tree), expected);
    assert_eq!(problems, [message], "{text}");
}

#[test]
fn words_end_where_caddy_ends_them() {
    reads(":80\nrespond \"a b\"`c d`e\"f", ":80 [respond a b c d e\"f]");
    reads(":80\nrespond \"say \\\"hi\\\" \\n x\"", ":80 [respond say \"hi\" \\n x]");
    reads(":80\nrespond a#b # c", ":80 [respond a#b]");
    reads(":80\nroot * C:\\srv", ":80 [root * C:\\srv]");
    reads(":80\nrespond \\{", ":80 [respond \\{]");
    reads(":80\nrespond a \\\n  b", ":80 [respond a b]");
    reads("\u{feff}:80\r\nrespond 1\r\n", ":80 [respond 1]");
}

#[test]
fn a_backslash_in_a_comment_joins_lines_as_it_does_in_caddy() {
    reads(":80\nrespond 1 # C:\\srv\nencode gzip", ":80 [respond 1 encode gzip]");
}

#[test]
fn a_heredoc_loses_the_indentation_of_its_end() {
    reads(
        ":80\nrespond <<END\n\t\t<h1>{ hi }</h1>\n\n\t\t  x\n\t\tEND 200\n",
        ":80 [respond <h1>{ hi }</h1>\n\n  x 200]",
    );
    reads(":80\nrespond \\<<END 1", ":80 [respond <<END 1]");
    recovers(
        ":80\nrespond <<END\n x\n  END",
        ":80 [respond  x]",
        "a line of this heredoc is indented less than its end",
    );
}

#[test]
fn a_file_has_options_snippets_routes_and_sites() {
    reads(
        "{\n\temail a@b.c\n}\n(s) {\n\tencode gzip\n}\n&(r) {\n\trespond 1\n}\n\
         a.com, b.com\n{\n\timport s\n\tinvoke r\n}\n",
        "options [email a@b.c] | snippet s [encode gzip] | route r [respond 1] | \
         a.com, b.com [import s; invoke r]",
    );
    reads("a.com,\nb.com {\n}\n", "a.com, b.com []");
    reads(
        "handle /a {\n\trespond 1\n}\n@x path /\nplugin x",
        "handle /a [respond 1] | @x path / | plugin x",
    );
    reads("import sites/*.caddy", "import sites/*.caddy");
}

#[test]
fn templates_are_words() {
    reads(
        "{{ domain }}, www.{{ domain | lower }} {\n{% if x %}\n\troot * /srv/__SLUG__\n{% endif %}\n}\n",
        "{{ domain }}, www.{{ domain | lower }} [root * /srv/__SLUG__]",
    );
}

#[test]
fn one_forgotten_brace_leaves_the_next_site_alone() {
    recovers(
        "a.com {\n\thandle {\n\t\trespond 1\n}\nb.com {\n\trespond 2\n}\n",
        "a.com [handle [respond 1]] | b.com [respond 2]",
        "the block that opens here is not closed",
    );
    recovers(
        "a.com {\n\trespond 1\n}\n}\nb.com {\n\trespond 2\n}\n",
        "a.com [respond 1] | b.com [respond 2]",
        "no block is open that this `}` could close",
    );
    recovers(
        "a.com{\n\trespond 1\n}\n",
        "a.com [respond 1]",
        "a blank is missing between this word and its `{`",
    );
    recovers(
        "a.com {\n\trespond \"x\n}\nb.com {\n\trespond 2\n}\n",
        "a.com [respond x] | b.com [respond 2]",
        "the quote that opens here is not closed",
    );
    recovers(
        "a.com\nrespond 1\nb.com {\n\trespond 2\n}\n",
        "a.com [respond 1] | b.com [respond 2]",
        "a file of several sites needs braces around each",
    );
}

#[test]
fn variables_are_replaced_before_words_are_told_apart() {
    let (tree, _) = tree("{$SITE:localhost} {\n\trespond {$MSG:x y} \"{$MSG:x y}\"{$NONE}\n}\n");
    let default = tree.in_environment(&environment(&[]));
    assert_eq!(words(&default), ["localhost", "{", "respond", "x", "y", "x y", "}"]);
    let set = tree.in_environment(&environment(&[("SITE", "a.com"), ("MSG", ""), ("NONE", "1")]));
    assert_eq!(words(&set), ["a.com", "{", "respond", "", "1", "}"]);
    let unseen = tree.in_environment(&Environment::unseen("a shell"));
    assert_eq!(words(&unseen), ["${SITE}", "{", "respond", "${MSG}", "${MSG}", "${NONE}", "}"]);
}

#[test]
fn an_address_that_the_environment_empties_leaves_its_brace_at_the_start_of_a_line() {
    let (tree, _) = tree("{$SITE} {\n\trespond 1\n}\n");
    let tokens = tree.in_environment(&environment(&[]));
    assert!(tokens[0].opens() && tokens[0].starts_line);
}

#[test]
fn a_word_from_the_environment_points_at_its_variable() {
    let (tree, _) = tree("a.com {\n\treverse_proxy http://{$UP:app}:8000\n}\n");
    let tokens = tree.in_environment(&environment(&[]));
    let upstream = &tokens[3];
    assert_eq!(upstream.text(), "http://app:8000");
    let place = upstream.text.evidence().place().unwrap();
    assert_eq!((place.span.start, place.span.end), (30, 39));
}

#[test]
fn secrets_are_known_by_where_they_stand() {
    let text = "a.com {\n\tbasic_auth {\n\t\tbob HASH\n\t}\n\ttls {\n\t\tdns cloudflare TOKEN\n\t\tdns other {env.TOKEN}\n\t}\n\trespond {$API_TOKEN:DEFAULT}\n\treverse_proxy app:80 {\n\t\theader_up Authorization \"Basic VALUE\"\n\t\theader_up Host {host}\n\t}\n\tredir https://bob:PASSWORD@b.com/\n}\n";
    let (tree, _) = tree(text);
    let mut secrets = tree.secrets();
    secrets.sort();
    let shown: Vec<_> = secrets.iter().map(|place| &text[place.span.range()]).collect();
    let expected = ["HASH", "TOKEN", "{$API_TOKEN:DEFAULT}", "\"Basic VALUE\"", "PASSWORD"];
    assert_eq!(shown, expected);
}
