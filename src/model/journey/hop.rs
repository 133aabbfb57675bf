//! What is told of a journey: its hops, with the places that decided each.

use crate::fact::{Certainty, Doubt, Evidence, Fact, Label, Origin};

/// Who had a part in a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The client and its connection.
    Client,
    /// The web server, choosing who answers.
    Site,
    /// What it does with the request.
    Route,
    File,
    /// What it sends on.
    Proxy,
    /// The server that runs the application.
    Server,
    Django,
    View,
    /// The client again, sent elsewhere.
    Redirect,
}

impl At {
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Site => "site",
            Self::Route => "route",
            Self::File => "file",
            Self::Proxy => "proxy",
            Self::Server => "server",
            Self::Django => "django",
            Self::View => "view",
            Self::Redirect => "redirect",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Hop {
    pub at: At,
    pub text: String,
    pub labels: Vec<Label>,
}

/// The hops so far, and what they rest on without showing it.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) hops: Vec<Hop>,
    unshown: Vec<Evidence>,
}

impl Trail {
    pub(super) fn hop(&mut self, at: At, text: impl Into<String>) -> &mut Hop {
        self.hops.push(Hop { at, text: text.into(), labels: Vec::new() });
        self.hops.last_mut().expect("one was just pushed")
    }

    /// Rests on a fact that no hop shows.
    pub(super) fn because<T>(&mut self, fact: &Fact<T>) {
        if fact.evidence().doubt().is_some() {
            self.unshown.push(fact.evidence().clone());
        }
    }

    /// The worst doubt about anything on the way.
    pub(super) fn doubt(&self) -> Option<Doubt> {
        let shown = self.hops.iter().flat_map(|hop| &hop.labels).map(|label| &label.evidence);
        let all = shown.chain(&self.unshown).filter_map(Evidence::doubt);
        all.filter(|doubt| doubt.certainty < Certainty::Certain).min().cloned()
    }
}

impl Hop {
    /// Points at what decided it.
    pub(super) fn shows<T>(&mut self, fact: &Fact<T>, text: impl Into<String>) -> &mut Self {
        self.labels.push(fact.label(text));
        self
    }

    /// The labels that point at what somebody wrote, and not at what a program does by itself.
    pub fn written(&self) -> impl Iterator<Item = &Label> {
        let is_written = |origin: &Origin| origin.place().is_some();
        self.labels.iter().filter(move |it| it.evidence.origins().first().is_some_and(is_written))
    }
}
