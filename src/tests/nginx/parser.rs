//! Blocks, fragments, dumps, templates, and where a fault is laid.

use crate::syntax::nginx::{Body, Directive, Fault, parse};
use crate::tests::source;

/// The tree in one line, `name arg|arg { … };`, with problems as `Fault "text"` after it.
fn check(text: &str, tree: &str, problems: &[(Fault, &str)]) {
    let (sources, id) = source("nginx.conf", text);
    let text = sources.get(id).text();
    let (read, found) = parse(id, text);
    assert_eq!(shown(&read.directives), tree, "{text}");
    let found = found.iter().map(|problem| {
        let span = problem.place.span;
        (problem.fault, &text[span.range()])
    });
    assert_eq!(found.collect::<Vec<_>>(), problems, "{text}");
}

fn shown(directives: &[Directive]) -> String {
    let one = |directive: &Directive| {
        let args: Vec<_> = directive.args.iter().map(|word| word.value.as_str()).collect();
        let head = format!("{} {}", directive.name.value, args.join("|"));
        match &directive.body {
            Body::Simple => format!("{};", head.trim_end()),
            Body::Block(block) => {
                format!("{} {{ {} }}", head.trim_end(), shown(&block.directives)).replace("  ", " ")
            }
            Body::Code(place) => format!("{} <{}>", head.trim_end(), place.span.len()),
        }
    };
    directives.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn fragments_stand_alone() {
    check("location /a { return 200; }", "location /a { return 200; }", &[]);
    check("add_header X-A \"b c\" always;", "add_header X-A|b c|always;", &[]);
    check("server a:1;\nserver b:2 backup;", "server a:1; server b:2|backup;", &[]);
    check("", "", &[]);
}

#[test]
fn what_an_unclosed_block_swallows_is_no_fault_of_its_own() {
    check(
        "location / {\n  if (-f $request_filename) {\n}\nworker_processes 2;\n",
        "location / { if (-f|$request_filename) { } worker_processes 2; }",
        &[(Fault::UnclosedBlock, "location /")],
    );
}

#[test]
fn carriage_returns_and_a_byte_order_mark_are_read_over() {
    let text = "\u{feff}server {\r\n  listen 80;\r\n}\r\n";
    check(text, "server { listen 80; }", &[(Fault::ByteOrderMark, "\u{feff}")]);
}

#[test]
fn a_missing_semicolon_is_laid_on_its_own_line() {
    check(
        "root /srv\nindex a.html;",
        "root /srv; index a.html;",
        &[(Fault::MissingSemicolon, "/srv")],
    );
    check(
        "location / {\n  proxy_pass http://app\n}\nlocation /b {}",
        "location / { proxy_pass http://app; } location /b { }",
        &[(Fault::MissingSemicolon, "http://app")],
    );
    check("listen 80", "listen 80;", &[(Fault::MissingSemicolon, "80")]);
    check("internal\nallow all;", "internal; allow all;", &[(Fault::MissingSemicolon, "internal")]);
}

#[test]
fn a_line_that_nginx_takes_for_arguments_stays_one() {
    check(
        "server_name a.example\nroot /srv;",
        "server_name a.example|root|/srv;",
        &[(Fault::SwallowedLine, "a.example")],
    );
    check("listen 443\n  ssl\n  http2;", "listen 443|ssl|http2;", &[]);
    check(
        "log_format main\n  '$remote_addr'\n  '$status';",
        "log_format main|$remote_addr|$status;",
        &[],
    );
}

#[test]
fn lines_of_a_map_are_no_directives() {
    check(
        "map $a $b { default 0; root /x;\n index 1; return 1 }",
        "map $a|$b { default 0; root /x; index 1; return 1; }",
        &[(Fault::MissingSemicolon, "1")],
    );
    check("types { text/html html htm; }", "types { text/html html|htm; }", &[]);
    check("types { a b\n allow; }", "types { a b|allow; }", &[]);
}

#[test]
fn an_unclosed_quote_ends_with_its_line() {
    check(
        "add_header A \"x y;\nadd_header B \"z\";",
        "add_header A|x y; add_header B|z;",
        &[(Fault::UnclosedQuote, "\"")],
    );
    check("set $a 'b;", "set $a|b;", &[(Fault::UnclosedQuote, "'")]);
    check("set $a 'b\nc';", "set $a|b\nc;", &[]);
    check("\"", ";", &[(Fault::UnclosedQuote, "\""), (Fault::MissingSemicolon, "\"")]);
}

#[test]
fn an_unquoted_quantifier_stays_in_its_expression() {
    check(
        "location ~ ^/id/[0-9]{6}$ { return 200; }",
        "location ~|^/id/[0-9]{6}$ { return 200; }",
        &[(Fault::UnquotedBrace, "{6}")],
    );
    check(
        "location ~ ^/a${\n return 200; }",
        "location ~|^/a$ { return 200; }",
        &[(Fault::BraceAfterDollar, "${")],
    );
}

#[test]
fn an_unclosed_block_ends_where_the_next_server_begins() {
    check(
        "http {\n server {\n  location / {\n   root /a;\n  \n }\n server { listen 81; }\n}",
        "http { server { location / { root /a; } } server { listen 81; } }",
        &[(Fault::UnclosedBlock, "server")],
    );
    check(
        "server { location / {",
        "server { location / { } }",
        &[(Fault::UnclosedBlock, "location /")],
    );
    check(
        "server { location / { return 404",
        "server { location / { return 404; } }",
        &[(Fault::MissingSemicolon, "404")],
    );
    check("server { } }", "server { }", &[(Fault::UnmatchedBrace, "}")]);
}

#[test]
fn lua_is_not_read() {
    check(
        "content_by_lua_block { local a = { \"}\" } -- }\n x = [==[ } ]] ]==] --[[ } ]] }\nroot /a;",
        "content_by_lua_block <54> root /a;",
        &[],
    );
    check("init_by_lua_block { {", "init_by_lua_block <2>", &[(Fault::UnclosedBlock, "{")]);
}

#[test]
fn marks_of_templates_are_parts_of_words_or_left_out() {
    let marked = |text: &str, tree: &str| {
        check(text, tree, &[]);
        let (sources, id) = source("a", text);
        assert!(parse(id, sources.get(id).text()).0.template.is_some(), "{text}");
    };
    marked(
        "server_name {{ domain }} www.{{ domain }};",
        "server_name {{ domain }}|www.{{ domain }};",
    );
    marked("{% if tls %}\nlisten 443 ssl;\n{% endif %}\nroot /a;", "listen 443|ssl; root /a;");
    marked("server {\n  {{ extra }}\n  listen 80;\n}", "server { listen 80; }");
    marked("${EXTRA}\nlisten 80;\n__MORE__\nroot /a;", "listen 80; root /a;");
    marked("{# a { comment #}\nlisten 80;", "listen 80;");
    check("server {#x\n listen 80; }", "server { listen 80; }", &[]);
    check("listen ${PORT}; server_name __NAME__;", "listen ${PORT}; server_name __NAME__;", &[]);
}

#[test]
fn a_dump_is_cut_into_its_files() {
    let text = "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n\
                # configuration file /etc/nginx/nginx.conf:\nevents {}\n\n\
                # configuration file /etc/nginx/conf.d/a.conf:\nserver { listen 80; }\n";
    let (sources, id) = source("dump.txt", text);
    let (tree, problems) = parse(id, sources.get(id).text());
    assert_eq!(problems, []);
    assert_eq!(shown(&tree.directives), "events { }");
    let dump = tree.dump.unwrap();
    assert_eq!(dump.main, "/etc/nginx/nginx.conf");
    let [file] = dump.files.as_slice() else { panic!("{dump:?}") };
    assert_eq!(file.path, "/etc/nginx/conf.d/a.conf");
    assert_eq!(shown(&file.tree.directives), "server { listen 80; }");
    let (sources, id) = source("a", "# configuration\nevents {}\n# configuration file /a:\n");
    assert!(parse(id, sources.get(id).text()).0.dump.is_none());
}

#[test]
fn comments_are_kept() {
    let text = "# one\nroot /a; # two\n";
    let (sources, id) = source("a", text);
    let (tree, _) = parse(id, sources.get(id).text());
    let comments = tree.comments.iter().map(|place| &text[place.span.range()]);
    assert_eq!(comments.collect::<Vec<_>>(), ["# one", "# two"]);
}
