//! Handlers that one directive makes by itself, read from its words.

use crate::fact::Fact;
use crate::model::caddy::release::Release;
use crate::model::caddy::{FileServer, Handler, Respond, Rewrite};
use crate::syntax::caddy::{Directive, Token};

/// The files of `try_files` by the query that goes with them.
pub(super) fn tries(words: &[Token]) -> Vec<(Vec<Fact<String>>, String)> {
    let mut tries: Vec<(Vec<Fact<String>>, String)> = vec![(Vec::new(), String::new())];
    for word in words {
        match (word.text().find('?'), tries.last_mut()) {
            (None, Some((files, _))) => files.push(word.text.clone()),
            (None, None) => {}
            (Some(at), _) => {
                let (file, query) = word.text().split_at(at);
                tries.push((vec![word.text.map(|_| file.to_owned())], query.to_owned()));
                tries.push((Vec::new(), String::new()));
            }
        }
    }
    tries.retain(|(files, _)| !files.is_empty());
    tries
}

pub(super) fn is_status(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) || text.starts_with('{')
}

pub(super) fn manipulation(words: &[Token], release: Release) -> Rewrite {
    let keeps_slash = release.keeps_slash();
    match words {
        [kind, target] if kind.text() == "strip_prefix" => {
            Rewrite::StripPrefix { prefix: target.text.clone(), keeps_slash }
        }
        [kind, target] if kind.text() == "strip_suffix" => {
            Rewrite::StripSuffix(target.text.clone())
        }
        _ => Rewrite::Other,
    }
}

pub(super) fn redirect(words: &[Token]) -> Option<Handler> {
    let to = words.first()?.text.clone();
    let status = match words.get(1) {
        None => to.map(|_| "302".to_owned()),
        Some(word) => word.text.map(|status| match status.as_str() {
            "permanent" => "301".to_owned(),
            "temporary" => "302".to_owned(),
            // A page that redirects by itself.
            "html" => "200".to_owned(),
            status => status.to_owned(),
        }),
    };
    Some(Handler::Redirect { to, status })
}

impl Respond {
    pub(super) fn read(words: &[Token], body: &[Directive]) -> Self {
        let text = |index: usize| words.get(index).map(|word| word.text.clone());
        let (status, response) = match words {
            [only] if is_status(only.text()) && !only.text().starts_with('{') => (text(0), None),
            _ => (text(1), text(0)),
        };
        let option = body.iter().find(|line| line.name().text() == "body");
        let option = option.and_then(|line| line.arguments().first());
        Self { status, body: response.or_else(|| option.map(|word| word.text.clone())) }
    }
}

impl FileServer {
    pub(super) fn read(directive: &Directive, words: &[Token], release: Release) -> Self {
        let place = directive.name().text.map(|_| ());
        let browse = words.iter().find(|word| word.text() == "browse");
        let mut server = Self {
            root: None,
            browse: browse.map(|word| word.text.map(|_| ())),
            hide: Vec::new(),
            index: vec!["index.html".to_owned(), "index.txt".to_owned()],
            passes_through: false,
            is_canonical: true,
            only_reads: release.only_reads_files(),
            status: None,
            filesystem: None,
        };
        for line in directive.body() {
            let arguments = line.arguments();
            let first = arguments.first().map(|word| word.text.clone());
            match line.name().text() {
                "root" => server.root = first,
                "browse" => server.browse = Some(line.name().text.map(|_| ()).given(&place)),
                "hide" => server.hide.extend(arguments.iter().map(|word| word.text.clone())),
                "index" => {
                    server.index = arguments.iter().map(|word| word.text().to_owned()).collect();
                }
                "pass_thru" => server.passes_through = true,
                "disable_canonical_uris" => server.is_canonical = false,
                "status" => server.status = first,
                "fs" => server.filesystem = first,
                _ => {}
            }
        }
        server
    }
}
