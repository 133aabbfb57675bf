//! What `rewrite`, `uri`, `method` and `try_files` make of a request
//! (`modules/caddyhttp/rewrite/rewrite.go` of 2.11).

use crate::model::caddy::answer::Answer;
use crate::model::caddy::request::{clean, decode, encode, rebuilt};
use crate::model::caddy::route::Rewrite;
use crate::model::caddy::walk::Way;

impl<'s> Way<'s, '_> {
    /// Says what there is to say only where the result cannot be told.
    pub(super) fn rewrite(&mut self, rewrite: &Rewrite) -> Option<Answer<'s>> {
        match rewrite {
            Rewrite::Method(method) => {
                self.request.method = self.fill(&method.value).text.to_uppercase();
            }
            Rewrite::To(to) => return self.rewrite_to(&to.value),
            Rewrite::StripPrefix { prefix, keeps_slash } => {
                let prefix = self.fill(&prefix.value).text;
                let prefix = format!("/{}", prefix.trim_start_matches('/'));
                let path = clean(&self.request.path);
                let rest = strip(&path, &prefix).unwrap_or(&path);
                self.request.path = match rest.starts_with('/') || !keeps_slash {
                    true => rest.to_owned(),
                    false => format!("/{rest}"),
                };
            }
            Rewrite::StripSuffix(suffix) => {
                let suffix = self.fill(&suffix.value).text;
                let path = clean(&self.request.path);
                self.request.path = strip_end(&path, &suffix).unwrap_or(&path).to_owned();
            }
            Rewrite::Other => {
                return Some(Answer::Unknown {
                    why: "`uri` changes the path by a pattern".to_owned(),
                });
            }
        }
        None
    }

    /// Only the parts that are given are replaced.
    fn rewrite_to(&mut self, to: &str) -> Option<Answer<'s>> {
        let escaped = encode(&decode(&self.request.path));
        let to = to.split('#').next().unwrap_or_default();
        let (path, query) = match to.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (to, None),
        };
        let path = path.replace("{http.request.uri.path}", &escaped).replace("{path}", &escaped);
        let (path, own) = (self.fill(&path), query.map(|query| self.placeholders().query(query)));
        if path.is_open || own.as_ref().is_some_and(|query| query.is_open) {
            return Some(Answer::Unknown {
                why: format!("`{to}` decides where this is rewritten to"),
            });
        }
        // A placeholder may have brought a query along, as `{uri}` does.
        let (path, brought) = match path.text.split_once('?') {
            Some((path, query)) => (path.to_owned(), Some(rebuilt(query))),
            None => (path.text, None),
        };
        if !path.is_empty() {
            self.request.path = encode(&decode(&path));
        }
        if let Some(query) = own.map(|query| query.text).filter(|own| !own.is_empty()).or(brought) {
            self.request.query = Some(query).filter(|query| !query.is_empty());
        } else if query.is_some() {
            self.request.query = None;
        }
        None
    }
}

/// Without regard to case, as the path matcher compares.
fn strip<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    let (start, rest) = path.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn strip_end<'p>(path: &'p str, suffix: &str) -> Option<&'p str> {
    let (rest, end) = path.split_at_checked(path.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then_some(rest)
}
