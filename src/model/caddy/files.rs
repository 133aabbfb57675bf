//! What `file_server` answers (`modules/caddyhttp/fileserver/staticfiles.go` of 2.11).

use crate::fact::{Fact, Origin};
use crate::model::caddy::answer::Answer;
use crate::model::caddy::request::{Seen, below, decode, encode};
use crate::model::caddy::route::FileServer;
use crate::model::caddy::walk::Way;

const CANONICAL: Origin = Origin::Default {
    of: "Caddy",
    version: "2",
    source: "https://caddyserver.com/docs/caddyfile/directives/file_server",
};

impl<'s> Way<'s, '_> {
    /// The file, or nothing if the request is left to the next handler.
    pub(super) fn serve(&mut self, server: &'s FileServer) -> Option<Answer<'s>> {
        let root = server.root.as_ref().map(|root| root.map(|root| self.fill(root).text));
        let root = root.or_else(|| self.root.clone());
        let path = below(&decode(&self.request.path));
        let base = root.as_ref().map_or(".", |root| root.value.trim_end_matches('/'));
        let is_open = root.as_ref().is_some_and(|root| root.value.contains('{'));
        let look = |path: &str| match is_open || server.filesystem.is_some() {
            true => Seen::Unknown,
            false => (self.request.files)(&format!("{base}{}", path.trim_end_matches('/'))),
        };
        let hidden = !server.hide.is_empty();
        let file = |path: String, is_listing: bool| {
            Some(Answer::File { root: root.clone(), path, server, is_listing })
        };
        match look(&path) {
            Seen::Unknown => file(path, false),
            _ if hidden => Some(Answer::Unknown { why: "`hide` decides".to_owned() }),
            Seen::Absent => self.absent(server),
            Seen::File => self
                .canonical(server, &path, false)
                .or_else(|| self.refused(server))
                .or_else(|| file(path, false)),
            Seen::Folder => {
                let index = |name: &String| format!("{}/{name}", path.trim_end_matches('/'));
                let found = server.index.iter().map(index).find(|path| look(path) == Seen::File);
                match found {
                    Some(index) => {
                        let canonical = self.canonical(server, &path, true);
                        canonical.or_else(|| self.refused(server)).or_else(|| file(index, false))
                    }
                    None if server.browse.is_some() => {
                        self.canonical(server, &path, true).or_else(|| file(path, true))
                    }
                    None => self.absent(server),
                }
            }
        }
    }

    fn absent(&self, server: &FileServer) -> Option<Answer<'s>> {
        (!server.passes_through).then(|| Answer::Error { status: "404".to_owned() })
    }

    /// Files are only read, except to say what went wrong.
    fn refused(&self, server: &FileServer) -> Option<Answer<'s>> {
        let reads = matches!(self.request.method.as_str(), "GET" | "HEAD");
        let is_refused = server.only_reads && !reads && self.status.is_none();
        is_refused.then(|| Answer::Error { status: "405".to_owned() })
    }

    /// A folder's address ends in a slash and a file's does not, unless it was rewritten.
    fn canonical(&self, server: &FileServer, path: &str, is_folder: bool) -> Option<Answer<'s>> {
        let original = decode(&self.original.path);
        let last = |path: &str| {
            path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
        };
        if !server.is_canonical || last(&original) != last(path) || self.status.is_some() {
            return None;
        }
        let to = match (is_folder, original.ends_with('/')) {
            (true, false) => format!("{original}/"),
            (false, true) => original.trim_end_matches('/').to_owned(),
            (true, true) | (false, false) => return None,
        };
        let to = match &self.original.query {
            Some(query) => format!("{}?{query}", encode(&to)),
            None => encode(&to),
        };
        let written = Fact::new(to.clone(), CANONICAL);
        Some(Answer::Redirect { to, status: "308".to_owned(), written })
    }
}
