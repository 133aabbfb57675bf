//! A command's words as options and what else there is.
//!
//! `--name value`, `--name=value`, `-n value`, `-nvalue` and switches, as argparse and click read
//! them. Which options there are is for the program to say; each goes by its last spelling.

use crate::fact::{Fact, spelling, symbol};

/// Switches that newer versions take a value of (gunicorn 24: `off`, `v1`, `v2`, `auto`).
const OPTIONAL: [&str; 1] = ["--proxy-protocol"];

/// The options of a program, each with all its spellings: `"-b --bind"`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grammar {
    pub(super) valued: &'static [&'static str],
    pub(super) switches: &'static [&'static str],
}

impl Grammar {
    /// The name that an option goes by, and whether it takes a value.
    fn find(&self, option: &str) -> Option<(&'static str, bool)> {
        let by = |list: &'static [&'static str], takes_value| {
            let known = list.iter().find(|names| names.split(' ').any(|name| name == option))?;
            Some((known.rsplit(' ').next().unwrap_or(known), takes_value))
        };
        by(self.valued, true).or_else(|| by(self.switches, false))
    }

    /// The option that is nearly this one. None if it is short for one, as argparse takes them.
    fn meant(&self, option: &str) -> Option<&'static str> {
        let names = || self.valued.iter().chain(self.switches).flat_map(|it| it.split(' '));
        let is_short = names().any(|name| name.starts_with(option));
        names().find(|name| !is_short && spelling::is_slip(option, name))
    }
}

/// Options in their order, and the words that belong to none.
#[derive(Clone, Debug, Default)]
pub struct Options {
    named: Vec<Named>,
    pub rest: Vec<Fact<String>>,
    /// There are words or options that nobody knows, which may say anything.
    pub unknown: bool,
    /// What a weaker source says in vain.
    pub overridden: Vec<Overridden>,
    /// Options that the program does not have, and the one that is meant.
    pub slips: Vec<Slip>,
}

/// An option that is written otherwise than the program has it.
#[derive(Clone, Debug)]
pub struct Slip {
    pub option: Fact<String>,
    pub meant: &'static str,
    /// It has the option, which takes no value.
    pub has_value: bool,
}

/// An option that two sources set differently.
#[derive(Clone, Debug)]
pub struct Overridden {
    pub option: String,
    pub wins: Fact<String>,
    pub loses: Fact<String>,
}

#[derive(Clone, Debug)]
struct Named {
    name: String,
    /// As it is written, where it is written.
    option: Fact<String>,
    value: Option<Fact<String>>,
}

impl Options {
    pub(super) fn read(words: &[Fact<String>], grammar: Grammar) -> Self {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.value.as_str();
            if text == "--" {
                options.rest.extend(words.cloned());
                break;
            }
            if may_be_several(text) {
                options.unknown = true;
            } else if !text.starts_with('-') || text == "-" {
                options.rest.push(word.clone());
            } else if text.starts_with("--") {
                options.long(word, &mut words, grammar);
            } else {
                options.short(word, &mut words, grammar);
            }
        }
        options
    }

    fn long<'a>(
        &mut self,
        word: &Fact<String>,
        words: &mut impl Iterator<Item = &'a Fact<String>>,
        grammar: Grammar,
    ) {
        let (option, glued) = match word.value.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (word.value.as_str(), None),
        };
        let Some((name, takes_value)) = grammar.find(option) else {
            // Whether the next word is its value, nobody knows.
            self.unknown |= glued.is_none();
            if let Some(meant) = grammar.meant(option) {
                let alone = word.part(0..option.len());
                let option = match alone.filter(|_| word.evidence().doubt().is_none()) {
                    Some(place) => Fact::at(option.to_owned(), place),
                    None => word.map(|_| option.to_owned()),
                };
                self.slips.push(Slip { option, meant, has_value: false });
            }
            self.push(option, word, glued.map(|it| word.map(|_| it.to_owned())));
            return;
        };
        // argparse refuses the value of a switch ("ignored explicit argument", measured with gunicorn 23).
        if glued.is_some() && !takes_value && !OPTIONAL.contains(&name) {
            return self.slips.push(Slip { option: word.clone(), meant: name, has_value: true });
        }
        let value = match (glued, takes_value) {
            (Some(value), _) => Some(word.map(|_| value.to_owned())),
            (None, true) => words.next().cloned(),
            (None, false) => None,
        };
        self.push(name, word, value);
    }

    /// `-w4`, `-w 4`, and several switches in one: `-BE`.
    fn short<'a>(
        &mut self,
        word: &Fact<String>,
        words: &mut impl Iterator<Item = &'a Fact<String>>,
        grammar: Grammar,
    ) {
        // hypercorn and granian have none, but some programs know long options with one dash.
        if let Some((name, false)) = grammar.find(&word.value) {
            return self.push(name, word, None);
        }
        let letters = &word.value[1..];
        for (at, letter) in letters.char_indices() {
            let after = &letters[at + letter.len_utf8()..];
            match grammar.find(&format!("-{letter}")) {
                Some((name, false)) => self.push(name, word, None),
                Some((name, true)) if after.is_empty() => {
                    return self.push(name, word, words.next().cloned());
                }
                Some((name, true)) => {
                    let value = after.strip_prefix('=').unwrap_or(after);
                    return self.push(name, word, Some(word.map(|_| value.to_owned())));
                }
                None => {
                    self.unknown = true;
                    return;
                }
            }
        }
    }

    fn push(&mut self, name: &str, word: &Fact<String>, value: Option<Fact<String>>) {
        self.named.push(Named { name: name.to_owned(), option: word.clone(), value });
    }

    /// What is said here, and where it says nothing, what `weaker` does.
    pub(super) fn over(mut self, weaker: Self) -> Self {
        let mut overridden = weaker.overridden;
        let mut named: Vec<Named> = Vec::new();
        for weak in weaker.named {
            // Variables add up.
            match self.named.iter().rfind(|own| own.name == weak.name && own.name != "--env") {
                Some(own) => overridden.extend(own.over(&weak)),
                None => named.push(weak),
            }
        }
        named.append(&mut self.named);
        overridden.append(&mut self.overridden);
        let rest = if self.rest.is_empty() { weaker.rest } else { self.rest };
        self.slips.extend(weaker.slips);
        let unknown = self.unknown || weaker.unknown;
        Self { named, rest, unknown, overridden, slips: self.slips }
    }

    /// The last value of an option.
    pub fn value(&self, name: &str) -> Option<Fact<String>> {
        self.values(name).pop()
    }

    /// Every value of an option that may be given several times.
    pub fn values(&self, name: &str) -> Vec<Fact<String>> {
        let named = self.named.iter().filter(|it| it.name == name);
        named.filter_map(|it| Some(it.value.clone()?.given(&it.option))).collect()
    }

    pub fn switch(&self, name: &str) -> Option<Fact<()>> {
        let named = self.named.iter().rfind(|it| it.name == name);
        named.map(|it| it.option.map(|_| ()))
    }

    /// `--name` against `--no-name`, the later of both.
    pub fn toggle(&self, on: &str, off: &str) -> Option<Fact<bool>> {
        let named = self.named.iter().rfind(|it| it.name == on || it.name == off)?;
        Some(named.option.map(|_| named.name == on))
    }

    pub fn number(&self, name: &str) -> Option<Fact<u32>> {
        self.value(name)?.try_map(|text| text.parse().ok())
    }

    /// The application, if that is the first word which belongs to no option.
    pub(super) fn first(&self) -> Option<Fact<String>> {
        if !self.unknown {
            return self.rest.first().cloned();
        }
        // The values of unknown options stand among the words; a target names itself.
        let mut targets = self.rest.iter().filter(|word| word.value.contains(':'));
        match (targets.next(), targets.next(), self.rest.as_slice()) {
            (Some(target), None, _) | (None, None, [target]) => Some(target.clone()),
            _ => None,
        }
    }
}

impl Named {
    /// What is lost of a weaker source, unless both say the same.
    fn over(&self, weaker: &Self) -> Option<Overridden> {
        let (wins, loses) = (self.value.as_ref()?, weaker.value.as_ref()?);
        let known = !symbol::is_symbolic(&wins.value) && !symbol::is_symbolic(&loses.value);
        (known && wins.value != loses.value).then(|| Overridden {
            option: self.name.clone(),
            wins: wins.clone().given(&self.option),
            loses: loses.clone().given(&weaker.option),
        })
    }
}

/// A word that is nothing but a symbol or a variable: it may become any number of options.
fn may_be_several(text: &str) -> bool {
    let is_variable = text.strip_prefix('$').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    });
    is_variable || symbol::find(text) == Some(text)
}
