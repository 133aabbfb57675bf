//! The headers of a request that is passed on, as far as they are known.

use crate::fact::Fact;

/// What arrives under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Value(String),
    /// Nobody can tell what, or whether anything.
    Unknown(String),
}

#[derive(Clone, Debug)]
pub(super) struct Header {
    /// In lower case.
    pub(super) name: String,
    pub(super) sent: Sent,
    /// The line of the proxy that sends it; none if it is the client's own.
    pub(super) by: Option<Fact<()>>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Headers(Vec<Header>);

impl Headers {
    pub(super) fn of(client: &[(String, String)]) -> Self {
        let own = client.iter().map(|(name, value)| Header {
            name: name.to_ascii_lowercase(),
            sent: Sent::Value(value.clone()),
            by: None,
        });
        Self(own.collect())
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|header| !header.name.eq_ignore_ascii_case(name));
    }

    /// Keeps the headers whose names pass.
    pub(super) fn retain(&mut self, keeps: impl Fn(&str) -> bool) {
        self.0.retain(|header| keeps(&header.name));
    }

    pub(super) fn push(&mut self, name: &str, sent: Sent, by: Option<Fact<()>>) {
        self.0.push(Header { name: name.to_ascii_lowercase(), sent, by });
    }

    /// In bytes, as far as they are known.
    pub(super) fn len(&self) -> usize {
        let value = |it: &Header| match &it.sent {
            Sent::Value(value) => value.len(),
            Sent::Unknown(_) => 0,
        };
        self.0.iter().map(|it| it.name.len() + value(it)).sum()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|header| header.name.as_str())
    }

    /// In the order in which they are sent.
    pub(super) fn named<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h Header> {
        self.0.iter().filter(move |header| header.name == name)
    }

    pub(super) fn line<'h>(&'h self, name: &'h str) -> Option<&'h Fact<()>> {
        self.named(name).find_map(|header| header.by.as_ref())
    }

    /// The value that an application is given: those of one name are joined (PEP 3333, CGI). The
    /// error says why nobody can tell.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, String> {
        let mut joined: Option<String> = None;
        for header in self.named(name) {
            match (&header.sent, &mut joined) {
                (Sent::Unknown(why), _) => return Err(why.clone()),
                (Sent::Value(value), Some(all)) => {
                    all.push(',');
                    all.push_str(value);
                }
                (Sent::Value(value), None) => joined = Some(value.clone()),
            }
        }
        Ok(joined)
    }

    /// Names that some servers take for the same name with dashes, and others leave out.
    pub(super) fn has_underscore(&self, name: &str) -> bool {
        self.0.iter().any(|it| it.name.contains('_') && it.name.replace('_', "-") == name)
    }
}
