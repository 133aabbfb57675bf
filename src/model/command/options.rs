//! A command's words as options and what else there is.
//!
//! `--name value`, `--name=value`, `-n value`, `-nvalue` and switches, as argparse and click read
//! them. Which options take a value is for the program to say.

use crate::fact::Fact;

/// Options in their order, and the words that belong to none.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// With its dashes; the value at its own place, or none for a switch.
    named: Vec<(Fact<String>, Option<Fact<String>>)>,
    pub rest: Vec<Fact<String>>,
    /// Words that nobody knows may hold any option.
    pub unknown: bool,
}

impl Options {
    /// Reads words; `switches` take no value, every other option does.
    pub fn read(words: &[Fact<String>], switches: &[&str]) -> Self {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let text = word.value.as_str();
            if text == "--" {
                options.rest.extend(words.cloned());
                break;
            }
            if text.starts_with('$') || text.starts_with("{{") || text.starts_with("{%") {
                options.unknown = true;
                options.rest.push(word.clone());
                continue;
            }
            if !text.starts_with('-') || text == "-" {
                options.rest.push(word.clone());
                continue;
            }
            if let Some((name, value)) = text.split_once('=').filter(|_| text.starts_with("--")) {
                let value = word.map(|_| value.to_owned());
                options.named.push((word.map(|_| name.to_owned()), Some(value)));
                continue;
            }
            let is_short = !text.starts_with("--");
            if is_short && text.len() > 2 && !switches.contains(&text) {
                let glued = text[2..].strip_prefix('=').unwrap_or(&text[2..]);
                // `-lB` is several switches; `-w4` and `-b:8000` are an option with its value.
                let first = &text[..2];
                if switches.contains(&first) {
                    let each = text[1..].chars().map(|c| (word.map(|_| format!("-{c}")), None));
                    options.named.extend(each);
                } else {
                    let value = word.map(|_| glued.to_owned());
                    options.named.push((word.map(|_| first.to_owned()), Some(value)));
                }
                continue;
            }
            let value = if switches.contains(&text) { None } else { words.next().cloned() };
            options.named.push((word.clone(), value));
        }
        options
    }

    /// The last value given under any of these names.
    pub fn value(&self, names: &[&str]) -> Option<Fact<String>> {
        self.values(names).pop()
    }

    /// Every value given under any of these names.
    pub fn values(&self, names: &[&str]) -> Vec<Fact<String>> {
        let named = self.named.iter().filter(|(name, _)| names.contains(&name.value.as_str()));
        named.filter_map(|(name, value)| Some(value.clone()?.given(name))).collect()
    }

    pub fn switch(&self, names: &[&str]) -> Option<Fact<()>> {
        let named = self.named.iter().rfind(|(name, _)| names.contains(&name.value.as_str()));
        named.map(|(name, _)| name.map(|_| ()))
    }

    pub fn number(&self, names: &[&str]) -> Option<Fact<u32>> {
        self.value(names)?.try_map(|text| text.parse().ok())
    }
}
