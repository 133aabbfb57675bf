//! What an expression is made of, for those who ask which texts it lets through.
//!
//! Only ASCII counts: what attacks consist of is. An expression that is not understood has no
//! shape, and so has one with back references and the like.

use crate::model::nginx::pattern::{Pattern, translated};
use fancy_regex::{Assertion, Expr, Regex};

/// The ASCII characters of a class, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chars(u128);

#[derive(Clone, Debug)]
pub enum Shape {
    Chars(Chars),
    Sequence(Vec<Self>),
    Choice(Vec<Self>),
    /// A group that catches, by its number.
    Group(usize, Box<Self>),
    Repeat {
        inner: Box<Self>,
        least: usize,
        /// None has no bound.
        most: Option<usize>,
    },
    Start,
    End,
}

/// Why an expression may take very long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slow {
    /// With each further character as long again.
    Exponential,
    /// With the square of the length.
    Quadratic,
}

/// Deeper ones are no configuration.
const DEEPEST: usize = 40;

impl Chars {
    const NONE: Self = Self(0);

    fn of(test: impl Fn(char) -> bool) -> Self {
        let set = (0u8..128).filter(|byte| test(char::from(*byte)));
        Self(set.fold(0, |set, byte| set | 1 << byte))
    }

    pub fn has(self, char: char) -> bool {
        char.is_ascii() && self.0 >> (char as u32) & 1 == 1
    }

    fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// A character of it that reads like part of a name, if there is one.
    fn sample(self) -> Option<char> {
        let liked = "a.-1/:x".chars().find(|char| self.has(*char));
        let small = || ('a'..='z').find(|char| self.has(*char));
        liked.or_else(small).or_else(|| ('!'..='~').find(|char| self.has(*char)))
    }
}

impl Pattern {
    /// `None` if it is not understood.
    pub fn shape(&self) -> Option<Shape> {
        let source = match self.ignores_case() {
            true => format!("(?i){}", translated(self.source())),
            false => translated(self.source()),
        };
        let tree = Expr::parse_tree(&source).ok()?;
        shape(&tree.expr, &mut 0, 0)
    }
}

fn shape(expression: &Expr, groups: &mut usize, depth: usize) -> Option<Shape> {
    if depth > DEEPEST {
        return None;
    }
    let mut all = |inner: &[Expr]| -> Option<Vec<Shape>> {
        inner.iter().map(|it| shape(it, groups, depth + 1)).collect()
    };
    Some(match expression {
        Expr::Empty => Shape::Sequence(Vec::new()),
        Expr::Any { newline, .. } => Shape::Chars(Chars::of(|it| *newline || it != '\n')),
        Expr::Literal { val, casei } => {
            let one = |wanted: char| {
                let same = |it: char| it == wanted || (*casei && it.eq_ignore_ascii_case(&wanted));
                Shape::Chars(Chars::of(same))
            };
            Shape::Sequence(val.chars().map(one).collect())
        }
        Expr::Delegate { inner, casei } => {
            let flags = if *casei { "(?i)" } else { "" };
            let class = Regex::new(&format!("^{flags}{inner}$")).ok()?;
            let takes = |it: char| class.is_match(it.encode_utf8(&mut [0; 4])).unwrap_or(false);
            Shape::Chars(Chars::of(takes))
        }
        Expr::Concat(inner) => Shape::Sequence(all(inner)?),
        Expr::Alt(inner) => Shape::Choice(all(inner)?),
        Expr::Group(inner) => {
            *groups += 1;
            let number = *groups;
            Shape::Group(number, Box::new(shape(inner, groups, depth + 1)?))
        }
        Expr::Repeat { child, lo, hi, .. } => Shape::Repeat {
            inner: Box::new(shape(child, groups, depth + 1)?),
            least: *lo,
            most: (*hi != usize::MAX).then_some(*hi),
        },
        Expr::Assertion(Assertion::StartText | Assertion::StartLine { .. }) => Shape::Start,
        Expr::Assertion(Assertion::EndText | Assertion::EndLine { .. }) => Shape::End,
        _ => return None,
    })
}

impl Shape {
    /// The characters that it may begin with.
    fn first(&self) -> Chars {
        match self {
            Self::Chars(chars) => *chars,
            Self::Sequence(parts) => {
                let mut first = Chars::NONE;
                for part in parts {
                    first = first.and(part.first());
                    if !part.is_optional() {
                        break;
                    }
                }
                first
            }
            Self::Choice(branches) => {
                branches.iter().fold(Chars::NONE, |first, it| first.and(it.first()))
            }
            Self::Group(_, inner) | Self::Repeat { inner, .. } => inner.first(),
            Self::Start | Self::End => Chars::NONE,
        }
    }

    /// Whether it also matches nothing at all.
    fn is_optional(&self) -> bool {
        match self {
            Self::Chars(_) => false,
            Self::Sequence(parts) => parts.iter().all(Self::is_optional),
            Self::Choice(branches) => branches.iter().any(Self::is_optional),
            Self::Group(_, inner) => inner.is_optional(),
            Self::Repeat { inner, least, .. } => *least == 0 || inner.is_optional(),
            Self::Start | Self::End => true,
        }
    }

    fn is_endless(&self) -> bool {
        matches!(self, Self::Repeat { most: None, .. })
    }

    /// It without the groups around it.
    fn bare(&self) -> &Self {
        match self {
            Self::Group(_, inner) => inner.bare(),
            Self::Sequence(parts) if parts.len() == 1 => parts[0].bare(),
            other => other,
        }
    }

    fn inner(&self) -> &[Self] {
        match self {
            Self::Sequence(parts) | Self::Choice(parts) => parts,
            Self::Group(_, inner) | Self::Repeat { inner, .. } => std::slice::from_ref(&**inner),
            Self::Chars(_) | Self::Start | Self::End => &[],
        }
    }

    /// Whether a text that it matches can have the character in it.
    pub fn lets_through(&self, char: char) -> bool {
        match self {
            Self::Chars(chars) => chars.has(char),
            other => other.inner().iter().any(|it| it.lets_through(char)),
        }
    }

    /// Whether what it matches may begin with the character.
    pub fn may_begin_with(&self, char: char) -> bool {
        self.first().has(char)
    }

    /// A group by its number, and what surely stands right before it.
    pub fn group(&self, number: usize) -> Option<(&Self, Option<char>)> {
        self.find_group(number, None).ok()
    }

    fn find_group(
        &self,
        number: usize,
        before: Option<char>,
    ) -> Result<(&Self, Option<char>), Option<char>> {
        match self {
            Self::Group(own, inner) if *own == number => Ok((inner, before)),
            Self::Group(_, inner) => inner.find_group(number, before),
            Self::Sequence(parts) => {
                let mut before = before;
                for part in parts {
                    before = match part.find_group(number, before) {
                        Ok(found) => return Ok(found),
                        Err(after) => after,
                    };
                }
                Err(before)
            }
            Self::Choice(branches) => {
                let found = branches.iter().find_map(|it| it.find_group(number, before).ok());
                found.ok_or(None)
            }
            Self::Repeat { inner, .. } => inner.find_group(number, None).map_err(|_| None),
            Self::Chars(Chars(set)) if set.count_ones() == 1 => {
                Err(char::from_u32(set.trailing_zeros()))
            }
            Self::Chars(_) => Err(None),
            Self::Start | Self::End => Err(before),
        }
    }

    /// Whether some texts take very long to be refused.
    pub fn slow(&self) -> Option<Slow> {
        let own = match self {
            Self::Repeat { inner, most: None, .. } => {
                inner.splits(inner.first()).then_some(Slow::Exponential)
            }
            Self::Sequence(parts) => parts
                .windows(2)
                .any(|pair| {
                    let [a, b] = pair else { return false };
                    let (a, b) = (a.bare(), b.bare());
                    a.is_endless() && b.is_endless() && a.first().meets(b.first())
                })
                .then_some(Slow::Quadratic),
            _ => None,
        };
        let inner = || self.inner().iter().filter_map(Self::slow);
        own.filter(|it| *it == Slow::Exponential)
            .or_else(|| inner().find(|it| *it == Slow::Exponential))
            .or(own)
            .or_else(|| inner().next())
    }

    /// Whether a text can be cut into repetitions of this in more than one way, `next` being what
    /// the next one may begin with.
    fn splits(&self, next: Chars) -> bool {
        match self.bare() {
            Self::Repeat { inner, most: None, .. } => inner.first().meets(next),
            Self::Choice(branches) => {
                let twice = branches
                    .iter()
                    .enumerate()
                    .any(|(at, a)| branches[at + 1..].iter().any(|b| a.begins(b) || b.begins(a)));
                twice || branches.iter().any(|it| it.splits(next))
            }
            Self::Sequence(parts) => parts.iter().enumerate().any(|(at, part)| {
                let rest = &parts[at + 1..];
                let mut after = Chars::NONE;
                let mut open = true;
                for part in rest {
                    after = after.and(part.first());
                    open = part.is_optional();
                    if !open {
                        break;
                    }
                }
                let after = if open { after.and(next) } else { after };
                let endless = part.bare().is_endless();
                // What must follow tells where one ends, unless it could be part of it.
                endless && part.splits(after)
            }),
            _ => false,
        }
    }

    /// Whether this, being one character or a fixed text, may be how the other begins.
    fn begins(&self, other: &Self) -> bool {
        let (own, other) = (self.fixed(), other.fixed());
        match (own, other) {
            (Some(own), Some(other)) if own.len() <= other.len() && !own.is_empty() => {
                own.iter().zip(&other).all(|(a, b)| a.meets(*b))
            }
            _ => false,
        }
    }

    /// Its characters one after the other, if nothing is repeated or chosen.
    fn fixed(&self) -> Option<Vec<Chars>> {
        match self.bare() {
            Self::Chars(chars) => Some(vec![*chars]),
            Self::Sequence(parts) => {
                let each: Option<Vec<Vec<Chars>>> = parts.iter().map(Self::fixed).collect();
                Some(each?.concat())
            }
            _ => None,
        }
    }

    /// Texts that it matches: the plainest of each branch, and for each repetition one with a text
    /// in its place that an attacker would choose.
    pub fn samples(&self, attack: &str) -> Vec<String> {
        let mut texts = vec![String::new()];
        self.extend(attack, &mut texts);
        texts.truncate(MOST_SAMPLES);
        texts
    }

    fn extend(&self, attack: &str, texts: &mut Vec<String>) {
        match self {
            Self::Chars(chars) => {
                // A dot that was not escaped stands for any character.
                let wild = chars.has('.') && chars.has('a') && !attack.is_empty();
                let plain =
                    if chars.has('.') && chars.has('a') { Some('.') } else { chars.sample() };
                let Some(plain) = plain else { return texts.clear() };
                let mut more = Vec::new();
                for text in texts.iter_mut() {
                    if wild {
                        more.push(format!("{text}a"));
                    }
                    text.push(plain);
                }
                texts.extend(more);
            }
            Self::Sequence(parts) => {
                for part in parts {
                    part.extend(attack, texts);
                    texts.truncate(MOST_SAMPLES);
                }
            }
            Self::Choice(branches) => {
                let before = std::mem::take(texts);
                for branch in branches {
                    let mut each = before.clone();
                    branch.extend(attack, &mut each);
                    texts.extend(each);
                }
            }
            Self::Group(_, inner) => inner.extend(attack, texts),
            Self::Repeat { inner, least, most } => {
                let before = texts.clone();
                if *least > 0 {
                    (0..(*least).min(8)).for_each(|_| inner.extend("", texts));
                } else if most.is_some() && !matches!(inner.bare(), Self::Chars(_)) {
                    // What may be there once is worth a look.
                    let mut there = before.clone();
                    inner.extend(attack, &mut there);
                    texts.extend(there);
                }
                let takes = |text: &str| text.chars().all(|char| inner.lets_through(char));
                if most.is_none() && !attack.is_empty() && takes(attack) {
                    texts.extend(before.iter().map(|text| format!("{text}{attack}")));
                }
            }
            Self::Start | Self::End => {}
        }
    }
}

const MOST_SAMPLES: usize = 256;
