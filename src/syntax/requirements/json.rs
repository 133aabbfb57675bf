//! JSON with the place of every key and value, as Pipfile.lock needs it: numbers and the like
//! are passed over.

/// Deeper than any lock file.
const DEEPEST: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Object(Vec<(Key, Node)>),
    Array(Vec<Node>),
    String(String),
    /// A number, `true`, `false` or `null`.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) json: Json,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Node {
    pub(super) fn members(&self) -> &[(Key, Self)] {
        match &self.json {
            Json::Object(members) => members,
            Json::Array(_) | Json::String(_) | Json::Other => &[],
        }
    }

    /// The last member of that name, which is the one that Python keeps.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let mut members = self.members().iter().rev();
        members.find_map(|(key, node)| (key.text == name).then_some(node))
    }

    /// Its text, and where that stands.
    pub(super) fn string(&self) -> Option<(&str, usize, usize)> {
        match &self.json {
            Json::String(text) => Some((text, self.start, self.end)),
            Json::Object(_) | Json::Array(_) | Json::Other => None,
        }
    }
}

impl Json {
    /// The document, or the offset at which it stops being one.
    pub(super) fn parse(text: &str) -> Result<Node, usize> {
        let mut reader = Reader { text, at: 0 };
        let node = reader.value(0)?;
        reader.blank();
        if reader.at == text.len() { Ok(node) } else { Err(reader.at) }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn take(&mut self, sign: char) -> bool {
        self.blank();
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len_utf8() } else { 0 };
        found
    }

    fn expect(&mut self, sign: char) -> Result<(), usize> {
        if self.take(sign) { Ok(()) } else { Err(self.at) }
    }

    fn value(&mut self, depth: usize) -> Result<Node, usize> {
        self.blank();
        let start = self.at;
        if depth > DEEPEST {
            return Err(start);
        }
        let json = match self.rest().chars().next() {
            Some('{') => Json::Object(self.object(depth)?),
            Some('[') => Json::Array(self.array(depth)?),
            Some('"') => Json::String(self.string()?),
            Some(_) => self.other()?,
            None => return Err(start),
        };
        Ok(Node { json, start, end: self.at })
    }

    fn object(&mut self, depth: usize) -> Result<Vec<(Key, Node)>, usize> {
        self.expect('{')?;
        let mut members = Vec::new();
        if self.take('}') {
            return Ok(members);
        }
        loop {
            self.blank();
            let start = self.at;
            let key = Key { text: self.string()?, start, end: self.at };
            self.expect(':')?;
            members.push((key, self.value(depth + 1)?));
            if self.take('}') {
                return Ok(members);
            }
            self.expect(',')?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Node>, usize> {
        self.expect('[')?;
        let mut items = Vec::new();
        if self.take(']') {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(']') {
                return Ok(items);
            }
            self.expect(',')?;
        }
    }

    /// Finds the end by itself, and leaves escapes to a reader that knows them all.
    fn string(&mut self) -> Result<String, usize> {
        let start = self.at;
        if !self.rest().starts_with('"') {
            return Err(start);
        }
        let mut escaped = false;
        let end = self.text[start + 1..].bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let end = start + 1 + end.ok_or(start)? + 1;
        let text = serde_json::from_str(&self.text[start..end]).map_err(|_| start)?;
        self.at = end;
        Ok(text)
    }

    fn other(&mut self) -> Result<Json, usize> {
        let rest = self.rest();
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let word: serde_json::Value = serde_json::from_str(&rest[..end]).map_err(|_| self.at)?;
        debug_assert!(!word.is_object(), "a brace is no part of a word");
        self.at += end;
        Ok(Json::Other)
    }
}
