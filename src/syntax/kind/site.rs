//! Sites of nginx, which are called as anybody likes.

use crate::source::{extension, file_name};
use crate::syntax::kind::{is_of_pages, lowered};
use camino::Utf8Path;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Endings of domains that are no endings of other files.
static DOMAINS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    "academy ae agency ai am app ar art asia at au az bd be berlin bg biz bo br by ca cat \
     center ch cl click cloud club cn co com company coop cz de dev digital dk ec edu ee eg \
     email es eu expert fi fm fr fun ge gg gh gov gr group guru hk host hr hu icu id ie il \
     im in info int io ir is it jobs jp ke kg kr kz land life link live lk local lt lu lv \
     ly ma me media mobi moe moscow museum mx my net network ng ninja nl no np nz online \
     org page pe ph pk pl pro pt ro rocks ru run sa school se services sg shop si site sk \
     social solutions space store studio su systems team tech th tools top tr travel tv tw \
     tz ua ug uk us uy uz ve vip vn website wiki work works world ws xyz za zone"
        .split(' ')
        .collect()
});

/// Whether it is called as people call sites of nginx, which asks for no ending: `shop` and
/// `shop.example.com`. Documents show sites that are not in use.
pub fn may_be_site(path: &Utf8Path) -> bool {
    let name = lowered(file_name(path).unwrap_or_default());
    let in_documents = || {
        path.parent()
            .into_iter()
            .flat_map(Utf8Path::components)
            .any(|folder| matches!(folder.as_str(), "doc" | "docs" | "documentation" | "examples"))
    };
    if extension(path).is_some_and(|it| it == "py" || is_of_pages(it)) {
        return false;
    }
    let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
    let among_sites = matches!(folder, "sites-available" | "sites-enabled");
    let by_domain =
        |ending: &str| (among_sites || DOMAINS.contains(ending)) && !name.starts_with('.');
    name.rsplit_once('.').is_none_or(|(_, ending)| by_domain(ending)) && !in_documents()
}

/// Whether a text is a site of nginx's from its first line on, and no note that shows one: all
/// statements have nginx's form, and some block is a server that says whom it answers.
pub fn is_site(text: &str) -> bool {
    let own = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    let mut own = own.peekable();
    let statement = |line: &str| line.ends_with([';', '{', '}']) || line == "server";
    if !own.peek().is_some_and(|line| statement(line)) {
        return false;
    }
    let (mut depth, mut server, mut answers) = (0_i32, false, false);
    for line in own {
        server |= depth == 0
            && line
                .strip_prefix("server")
                .is_some_and(|rest| matches!(rest.trim_start().chars().next(), None | Some('{')));
        answers |= server
            && ["listen ", "server_name ", "location "].iter().any(|it| line.starts_with(it));
        let count = |brace| line.matches(brace).count() as i32;
        depth += count('{') - count('}');
    }
    answers
}

/// Apache and FreeRADIUS have `sites-enabled` as well: one writes its blocks as tags, the other names
/// its servers, which nginx does not let. Notes that lie beside the sites have none of its signs.
pub(super) fn is_of_another_server(text: &str) -> bool {
    let own = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    let named = |line: &str| {
        let name = line.strip_prefix("server ").and_then(|rest| rest.strip_suffix('{'));
        name.is_some_and(|name| !name.trim().is_empty())
    };
    let (mut has_lines, mut has_signs) = (false, false);
    for line in own {
        if line.starts_with("<VirtualHost") || line.starts_with("<IfModule") || named(line) {
            return true;
        }
        has_lines = true;
        // Within a line such signs are nobody's: tmux and shells have them too.
        let statement = line.split(" #").next().unwrap_or_default().trim_end();
        has_signs |= statement.ends_with([';', '{', '}']);
    }
    has_lines && !has_signs
}

/// Whether some line is nginx's alone. A column of a table may be called `location`; what nginx calls
/// so opens a block, on this line or on the next.
pub(super) fn shows_nginx(lines: &[&str]) -> bool {
    let own = ["server {", "server{", "proxy_pass ", "http {", "http{"];
    let blocks = ["location ", "upstream "];
    let starts = |line: &str, with: &[&str]| with.iter().any(|it| line.starts_with(it));
    let opens = |at: usize| {
        let next = lines.get(at + 1).is_some_and(|it| it.starts_with('{'));
        lines.get(at).is_some_and(|it| it.contains('{')) || next
    };
    // What several locations include: `proxy_params`.
    let shared = ["proxy_", "uwsgi_", "fastcgi_", "ssl_", "add_header ", "gzip"];
    let is_shared = |line: &&str| starts(line, &shared) && line.ends_with(';');
    !lines.is_empty() && lines.iter().all(is_shared)
        || lines
            .iter()
            .enumerate()
            .any(|(at, line)| starts(line, &own) || starts(line, &blocks) && opens(at))
}
