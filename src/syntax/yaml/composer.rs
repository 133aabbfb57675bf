//! Builds nodes from granit's events.
//!
//! Hostile input is bounded here for everybody who walks the tree: how deep it is, and how many
//! nodes can be reached through aliases.

use crate::source::{FileId, Place};
use crate::syntax::Problem;
use crate::syntax::yaml::secret::secrets;
use crate::syntax::yaml::{File, Kind, Mapping, Name, Node, Pair, Scalar, Size, Style};
use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle, Tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Nobody writes deployments this deep by hand; each level costs those who walk it some stack.
const DEEPEST: usize = 100;

/// Nodes that aliases may stand for. Compose itself gives up after 100,000 visits.
const MOST_ALIASED: usize = 100_000;

pub fn parse(id: FileId, text: &str) -> File {
    let options = granit_parser::options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let mut composer = Composer::new(id, text);
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => composer.event(event, span),
            Err(error) => {
                composer.stop(error.marker().byte_offset(), &error.info());
                break;
            }
        }
    }
    let mut file = composer.file;
    file.secrets = secrets(&file.documents, text);
    file
}

struct Composer<'a> {
    text: &'a str,
    file: File,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
}

/// A collection whose end was not seen yet.
struct Open {
    anchor_id: usize,
    anchor: Option<Name>,
    tag: Option<Name>,
    place: Place,
    content: Content,
}

enum Content {
    Items(Vec<Node>),
    Pairs { pairs: Vec<Pair>, key: Option<Node> },
}

impl<'a> Composer<'a> {
    fn new(id: FileId, text: &'a str) -> Self {
        let file = File {
            id,
            documents: Vec::new(),
            comments: Vec::new(),
            problems: Vec::new(),
            secrets: Vec::new(),
            complete: true,
        };
        Self { text, file, open: Vec::new(), anchors: HashMap::new(), aliased: 0 }
    }

    fn place(&self, span: Span) -> Place {
        let range = span.byte_range().unwrap_or(0..0);
        Place::new(self.file.id, range.start, range.end)
    }

    fn event(&mut self, event: Event<'_>, span: Span) {
        let place = self.place(span);
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Comment(..) => self.file.comments.push(place),
            Event::Scalar(text, style, anchor_id, tag) => {
                let tag = self.tag(tag, span);
                self.scalar(&text, style, anchor_id, tag, place);
            }
            Event::SequenceStart(_, anchor_id, tag) => {
                let tag = self.tag(tag, span);
                let content = Content::Items(Vec::new());
                self.open.push(Open { anchor_id, anchor: None, tag, place, content });
            }
            Event::MappingStart(style, anchor_id, tag) => {
                let tag = self.tag(tag, span);
                let content = Content::Pairs { pairs: Vec::new(), key: None };
                // A block mapping has no sign of its own and begins with its first key.
                let place = match style {
                    StructureStyle::Block => {
                        Place::new(place.file, place.span.start as usize, place.span.start as usize)
                    }
                    StructureStyle::Flow => place,
                };
                self.open.push(Open { anchor_id, anchor: None, tag, place, content });
            }
            Event::Anchor(id, name) => self.name_anchor(id, &name, place),
            Event::Alias(id) => self.alias(id, place),
            Event::UnresolvedAlias(name) => {
                let message = format!("unknown anchor `{name}`");
                self.file.problems.push(Problem::new(place, message));
                self.put(null(place), 0);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(Some(place)),
            // The enum may grow, by what is no node.
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | _ => {}
        }
    }

    fn tag(&self, tag: Option<Cow<'_, Tag>>, span: Span) -> Option<Name> {
        let text = tag?.original().into();
        let place = self.place(span.tag_span().unwrap_or(span));
        Some(Name { text, place })
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor_id: usize,
        tag: Option<Name>,
        place: Place,
    ) {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        // granit writes the value that is not there as `~`, over no bytes.
        let text = if place.span.is_empty() { "" } else { text };
        let kind = Kind::Scalar(Scalar { text: text.into(), style });
        let size = Size { height: 0, weight: 1 };
        self.put(Node { place, alias: None, anchor: None, tag, kind, size }, anchor_id);
    }

    /// granit names an anchor right after the node that has it, before its children.
    fn name_anchor(&mut self, id: usize, name: &str, place: Place) {
        let name = Name { text: name.into(), place };
        if let Some(open) = self.open.last_mut().filter(|open| open.anchor_id == id) {
            open.anchor = Some(name);
            return;
        }
        if let Some(node) = self.anchors.get_mut(&id) {
            node.anchor = Some(name.clone());
        }
        let last = match self.open.last_mut() {
            None => self.file.documents.last_mut(),
            Some(Open { content: Content::Items(items), .. }) => items.last_mut(),
            Some(Open { content: Content::Pairs { key: Some(key), .. }, .. }) => Some(key),
            Some(Open { content: Content::Pairs { pairs, .. }, .. }) => {
                pairs.last_mut().map(|pair| &mut pair.value)
            }
        };
        if let Some(node) = last {
            node.anchor = Some(name);
        }
    }

    fn alias(&mut self, id: usize, place: Place) {
        let before = self.aliased;
        let refused = match self.anchors.get(&id) {
            None => "an anchor's value contains itself",
            Some(node) if self.open.len() + node.size.height > DEEPEST => "nested too deeply",
            Some(node) => {
                self.aliased = self.aliased.saturating_add(node.size.weight);
                if self.aliased <= MOST_ALIASED {
                    let node = Node { alias: Some(place), ..node.clone() };
                    return self.put(node, 0);
                }
                "aliases stand for too many values"
            }
        };
        // Once there are too many, the same is true of each that follows.
        let was_told = refused.starts_with("aliases") && before > MOST_ALIASED;
        if !was_told {
            self.file.problems.push(Problem::new(place, refused));
        }
        self.put(null(place), 0);
    }

    /// Hands a finished node to what it belongs to.
    fn put(&mut self, node: Node, anchor_id: usize) {
        if anchor_id != 0 {
            self.anchors.insert(anchor_id, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.file.documents.push(node),
            Some(Content::Items(items)) => items.push(node),
            Some(Content::Pairs { pairs, key }) => match key.take() {
                None => *key = Some(node),
                Some(key) => pairs.push(Pair { key, value: node, merged: None }),
            },
        }
    }

    /// Finishes the innermost collection; `end` is where its end was seen.
    fn close(&mut self, end: Option<Place>) {
        let Some(open) = self.open.pop() else { return };
        let last = match &open.content {
            Content::Items(items) => items.last().map(Node::occurrence),
            Content::Pairs { pairs, .. } => pairs.last().map(|pair| pair.value.occurrence()),
        };
        // Only a flow collection ends with a sign of its own.
        let sign = |end: &Place| {
            let first = self.text.as_bytes().get(end.span.start as usize);
            !end.span.is_empty() && matches!(first, Some(b']' | b'}'))
        };
        let ends = [last, end.filter(sign)].into_iter().flatten().map(|it| it.span.end as usize);
        let start = open.place.span.start as usize;
        let end = ends.max().unwrap_or(open.place.span.end as usize).max(start);
        let place = Place::new(self.file.id, start, end);
        let (kind, children) = match open.content {
            Content::Items(items) => {
                let size = Size::of(items.iter());
                (Kind::Sequence(items.into()), size)
            }
            Content::Pairs { mut pairs, key } => {
                if let Some(key) = key {
                    let value = null(key.place);
                    pairs.push(Pair { key, value, merged: None });
                }
                let mapping = self.mapping(pairs);
                let size = Size::of(mapping.pairs.iter().flat_map(|it| [&it.key, &it.value]));
                (Kind::Mapping(mapping.into()), size)
            }
        };
        let Open { anchor_id, anchor, tag, .. } = open;
        self.put(Node { place, alias: None, anchor, tag, kind, size: children }, anchor_id);
    }

    /// The pairs that count. Own keys win over merged ones, earlier merges over later.
    fn mapping(&mut self, written: Vec<Pair>) -> Mapping {
        let mut mapping = Mapping { pairs: Vec::new(), shadowed: Vec::new() };
        let mut seen: HashMap<Arc<str>, Place> = HashMap::new();
        let mut merges = Vec::new();
        for pair in written {
            let name = pair.key.scalar().map(|key| key.text.clone());
            if let Some(name) = &name {
                if let Some(first) = seen.get(name) {
                    let message = format!("mapping key `{name}` is already defined");
                    let problem = Problem::new(pair.key.occurrence(), message);
                    self.file.problems.push(problem.also(*first, "first defined here"));
                    let mut pairs = mapping.pairs.iter_mut();
                    let is_it = |it: &&mut Pair| it.key.text() == Some(name);
                    if let Some(first) = pairs.find(is_it) {
                        first.repeated(pair);
                    }
                    continue;
                }
                seen.insert(name.clone(), pair.key.occurrence());
            }
            let plain = pair.key.scalar().is_some_and(|key| key.style == Style::Plain);
            match name.as_deref() {
                Some("<<") if plain => merges.push(pair),
                _ => mapping.pairs.push(pair),
            }
        }
        for merge in &merges {
            self.merge(merge, &mut mapping, &mut seen);
        }
        mapping
    }

    fn merge(&mut self, merge: &Pair, into: &mut Mapping, seen: &mut HashMap<Arc<str>, Place>) {
        let sources = match &merge.value.kind {
            Kind::Sequence(items) => &**items,
            Kind::Mapping(_) | Kind::Scalar(_) => std::slice::from_ref(&merge.value),
        };
        for source in sources {
            let Kind::Mapping(source) = &source.kind else {
                // What an alias names that has no anchor is told already, and nothing stands behind it.
                let end = source.place.span.end;
                if self.file.problems.iter().any(|it| it.place.span.end == end) {
                    continue;
                }
                // An empty list merges nothing; what has no value at all is refused.
                let place = match source.is_null() && source.alias.is_none() {
                    true => merge.key.occurrence(),
                    false => source.occurrence(),
                };
                let message = "a merge needs a mapping or a list of mappings";
                self.file.problems.push(Problem::new(place, message));
                continue;
            };
            for pair in &source.pairs {
                let pair = Pair { merged: Some(merge.key.place), ..pair.clone() };
                match pair.key.scalar().map(|key| key.text.clone()) {
                    Some(name) if seen.contains_key(&name) => into.shadowed.push(pair),
                    Some(name) => {
                        seen.insert(name, pair.key.place);
                        into.pairs.push(pair);
                    }
                    None => into.pairs.push(pair),
                }
            }
        }
    }

    /// Keeps what was read before the fault.
    fn stop(&mut self, at: Option<usize>, why: &str) {
        let mut at = at.unwrap_or(0).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let end = at + self.text[at..].chars().next().map_or(0, char::len_utf8);
        let message = why.lines().next().unwrap_or_default();
        let place = Place::new(self.file.id, at, end);
        self.file.problems.push(Problem::new(place, message));
        self.file.complete = false;
        while !self.open.is_empty() {
            self.close(None);
        }
    }
}

fn null(place: Place) -> Node {
    let place = Place::new(place.file, place.span.end as usize, place.span.end as usize);
    let kind = Kind::Scalar(Scalar { text: "".into(), style: Style::Plain });
    let size = Size { height: 0, weight: 1 };
    Node { place, alias: None, anchor: None, tag: None, kind, size }
}

impl Size {
    pub(super) fn of<'a>(children: impl Iterator<Item = &'a Node>) -> Self {
        children.fold(Self { height: 1, weight: 1 }, |size, child| Self {
            height: size.height.max(child.size.height + 1),
            weight: size.weight.saturating_add(child.size.weight),
        })
    }
}
