//! Asks the routes of a site, one after the other, until a handler answers.
//!
//! Where nobody can tell whether a matcher holds, both ways are gone; the answers then come with
//! what each takes for granted.

use crate::fact::Fact;
use crate::model::caddy::Proxy;
use crate::model::caddy::answer::{Answer, Assumption, Replies, Reply, apply};
use crate::model::caddy::headers::{HeaderChange, HeaderOp, HeaderOps};
use crate::model::caddy::matching::{Decision, meets};
use crate::model::caddy::request::{Filled, Placeholders, Request};
use crate::model::caddy::route::{Handler, Route, Step};
use crate::source::Place;
use std::collections::BTreeSet;

/// Ways through the routes of one site that are gone. Each matcher of which nothing is known
/// doubles them.
const MOST_WAYS: usize = 16;

/// Where the walk goes on.
#[derive(Clone)]
enum Frame<'s> {
    Routes(&'s [Route]),
    Steps(&'s [Step]),
}

#[derive(Clone)]
pub(super) struct Way<'s, 'r> {
    frames: Vec<Frame<'s>>,
    pub(super) original: &'r Request<'r>,
    pub(super) request: Request<'r>,
    pub(super) root: Option<Fact<String>>,
    file: Option<String>,
    groups: BTreeSet<u32>,
    /// Of the error that is being handled.
    pub(super) status: Option<String>,
    trail: Vec<Place>,
    assumptions: Vec<Assumption>,
    guards: Vec<Place>,
    response: Vec<(&'s HeaderOps, Vec<HeaderChange>)>,
}

struct Walk<'s, 'r> {
    errors: &'s [Route],
    open: Vec<Way<'s, 'r>>,
    replies: Vec<Reply<'s>>,
}

pub(super) fn walk<'s, 'r>(
    routes: &'s [Route],
    errors: &'s [Route],
    request: &'r Request<'r>,
) -> Replies<'s> {
    let way = Way {
        frames: vec![Frame::Routes(routes)],
        original: request,
        request: request.clone(),
        root: None,
        file: None,
        groups: BTreeSet::new(),
        status: None,
        trail: Vec::new(),
        assumptions: Vec::new(),
        guards: Vec::new(),
        response: Vec::new(),
    };
    let mut walk = Walk { errors, open: vec![way], replies: Vec::new() };
    while let Some(way) = walk.open.pop() {
        walk.go(way);
    }
    Replies(walk.replies)
}

impl<'s, 'r> Walk<'s, 'r> {
    fn go(&mut self, mut way: Way<'s, 'r>) {
        loop {
            match way.frames.pop() {
                None => {
                    let answer = way.unanswered();
                    // At the end of `handle_errors` Caddy itself writes the status, by way of
                    // the writers that wait for it; at the end of a site it writes none.
                    let is_written = way.status.is_some();
                    let mut reply = way.reply(answer);
                    reply.is_written = is_written;
                    return self.replies.push(reply);
                }
                Some(Frame::Routes([])) | Some(Frame::Steps([])) => {}
                Some(Frame::Routes([route, rest @ ..])) => {
                    way.frames.push(Frame::Routes(rest));
                    if !self.enter(&mut way, route) {
                        return;
                    }
                }
                Some(Frame::Steps([step, rest @ ..])) => {
                    way.frames.push(Frame::Steps(rest));
                    if let Some(answer) = way.step(step)
                        && let Some(answer) = way.caught(answer, self.errors)
                    {
                        return self.replies.push(way.reply(answer));
                    }
                }
            }
        }
    }

    /// Goes into a route if the request meets its matcher. Says no if the way ends here, those
    /// that begin instead being open now.
    fn enter(&mut self, way: &mut Way<'s, 'r>, route: &'s Route) -> bool {
        let decision = match &route.matcher {
            None => Decision::Yes,
            Some(_) if route.group.is_some_and(|group| way.groups.contains(&group)) => Decision::No,
            Some(matcher) => meets(matcher, &way.placeholders()),
        };
        match decision {
            Decision::No => true,
            Decision::Yes => {
                way.take(route);
                true
            }
            Decision::File(file) => {
                way.file = Some(file);
                way.take(route);
                true
            }
            Decision::Error(status) => match way.caught(Answer::Error { status }, self.errors) {
                Some(answer) => {
                    self.replies.push(way.clone().reply(answer));
                    false
                }
                None => true,
            },
            Decision::Unknown { why, files } => {
                self.fork(way, route, &why, files);
                false
            }
        }
    }

    fn fork(&mut self, way: &Way<'s, 'r>, route: &'s Route, why: &str, files: Vec<String>) {
        if self.open.len() + self.replies.len() + files.len() >= MOST_WAYS {
            let answer = Answer::Unknown { why: why.to_owned() };
            return self.replies.push(way.clone().reply(answer));
        }
        let is_of_files = !files.is_empty();
        let assume = |holds: bool| {
            let place = route.matcher.as_ref().map(|matcher| matcher.place);
            let mut way = way.clone();
            way.assumptions.push(Assumption { place, why: why.to_owned(), is_of_files, holds });
            way
        };
        self.open.push(assume(false));
        let files: Vec<_> =
            if files.is_empty() { vec![None] } else { files.into_iter().map(Some).collect() };
        for file in files.into_iter().rev() {
            let mut way = assume(true);
            way.file = file.or(way.file);
            way.take(route);
            self.open.push(way);
        }
    }
}

impl<'s, 'r> Way<'s, 'r> {
    pub(super) fn placeholders(&self) -> Placeholders<'_, 'r> {
        Placeholders {
            request: &self.request,
            original: self.original,
            root: self.root.as_ref(),
            file: self.file.as_deref(),
            status: self.status.as_deref(),
        }
    }

    pub(super) fn fill(&self, text: &str) -> Filled {
        self.placeholders().fill(text)
    }

    fn reply(self, answer: Answer<'s>) -> Reply<'s> {
        Reply {
            trail: self.trail,
            assumptions: self.assumptions,
            guards: self.guards,
            response: self.response,
            request: self.request.headers.unwrap_or_default(),
            is_written: !matches!(answer, Answer::Error { .. }),
            answer,
        }
    }

    fn take(&mut self, route: &'s Route) {
        if let Some(group) = route.group
            && !self.groups.insert(group)
        {
            return;
        }
        self.trail.extend(route.matcher.as_ref().map(|matcher| matcher.place));
        self.frames.push(Frame::Steps(&route.steps));
    }

    /// What is sent if no handler answers: for an error its status and nothing else.
    fn unanswered(&self) -> Answer<'s> {
        match &self.status {
            Some(status) => Answer::Error { status: status.clone() },
            None => Answer::Nothing { uri: self.request.uri() },
        }
    }

    /// An error goes to `handle_errors`, once. Caddy restores the request for it, but neither its
    /// headers nor those that were set on the response.
    fn caught(&mut self, answer: Answer<'s>, errors: &'s [Route]) -> Option<Answer<'s>> {
        let Answer::Error { status } = &answer else { return Some(answer) };
        // An error while one is handled leaves the first.
        if let Some(first) = &self.status {
            return Some(Answer::Error { status: first.clone() });
        }
        if errors.is_empty() {
            return Some(answer);
        }
        self.status = Some(status.clone());
        let headers = self.request.headers.take();
        self.request = Request { headers, ..self.original.clone() };
        self.response.retain(|(ops, _)| !ops.is_deferred && ops.unless_present.is_empty());
        self.frames = vec![Frame::Routes(errors)];
        None
    }

    fn step(&mut self, step: &'s Step) -> Option<Answer<'s>> {
        self.trail.extend(step.place());
        match &step.handler {
            Handler::Routes(routes) => self.frames.push(Frame::Routes(routes)),
            Handler::Root(root) => {
                let filled = self.fill(&root.value);
                self.root = Some(root.map(|_| filled.text.clone()));
            }
            Handler::Headers(ops) => {
                let changes = self.filled(ops);
                self.response.push((ops, changes));
            }
            Handler::RequestHeaders(ops) => return self.change_request(ops),
            Handler::Rewrite(rewrite) => return self.rewrite(rewrite),
            Handler::Files(server) => return self.serve(server),
            Handler::Proxy(proxy) => return Some(self.proxy(proxy)),
            Handler::Respond(respond) => {
                let status = respond.status.as_ref().map(|status| self.fill(&status.value).text);
                let status = status.or_else(|| self.status.clone());
                let body = respond.body.as_ref().map(|body| self.fill(&body.value).text);
                return Some(Answer::Respond { status: status.unwrap_or_else(ok), body });
            }
            Handler::Redirect { to, status } => {
                let (written, to) = (to.clone(), self.fill(&to.value).text);
                let status = self.fill(&status.value).text;
                return Some(Answer::Redirect { to, status, written });
            }
            Handler::Error { status } => {
                let status = status.as_ref().map(|status| self.fill(&status.value).text);
                return Some(Answer::Error { status: status.unwrap_or_else(|| "500".to_owned()) });
            }
            Handler::Abort => return Some(Answer::Abort),
            Handler::Authenticate => self.guards.extend(step.place()),
            Handler::Transparent => {}
            Handler::Opaque => {
                let why = format!("what `{}` does is not known", step.directive.value);
                return Some(Answer::Unknown { why });
            }
        }
        None
    }

    fn proxy(&self, proxy: &'s Proxy) -> Answer<'s> {
        let uri = match &proxy.rewrite {
            Some(to) => self.fill(&to.value).text,
            None => self.request.uri(),
        };
        let method = proxy.method.as_ref().map(|method| self.fill(&method.value).text);
        let method = method.unwrap_or_else(|| self.request.method.clone());
        Answer::Proxy { proxy, uri, method }
    }

    /// Changes in Caddy's order, their placeholders filled in as far as they are known.
    fn filled(&self, ops: &HeaderOps) -> Vec<HeaderChange> {
        let fill = |text: &Fact<String>| text.map(|text| self.fill(text).text);
        let change = |change: &HeaderChange| HeaderChange {
            field: fill(&change.field),
            op: match &change.op {
                HeaderOp::Add(value) => HeaderOp::Add(fill(value)),
                HeaderOp::Set(value) => HeaderOp::Set(fill(value)),
                HeaderOp::Delete => HeaderOp::Delete,
                HeaderOp::Replace { find, with } => {
                    HeaderOp::Replace { find: find.clone(), with: with.clone() }
                }
            },
        };
        ops.in_order().into_iter().map(change).collect()
    }

    fn change_request(&mut self, ops: &HeaderOps) -> Option<Answer<'s>> {
        let changes = self.filled(ops);
        let headers = self.request.headers.as_mut()?;
        match apply(headers, &changes) {
            Some(()) => None,
            None => {
                let why = "a header of the request is replaced by an expression".to_owned();
                Some(Answer::Unknown { why })
            }
        }
    }
}

fn ok() -> String {
    "200".to_owned()
}
