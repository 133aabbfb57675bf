//! `set`, `if`, `rewrite`, `return` and `break`, run in reading order (`ngx_http_script`).

use crate::fact::Fact;
use crate::model::nginx::answer::State;
use crate::model::nginx::level::Level;
use crate::model::nginx::reply::{Reply, Tried};
use crate::model::nginx::request::Entry;
use crate::model::nginx::scope::{Context, Line};
use crate::model::nginx::text::{self, Part, Unknown};
use crate::model::nginx::uri::{Escape, escaped};

/// What comes after a line, or after all of a level's.
pub(super) enum Flow {
    On,
    /// No more rewriting here.
    Stop,
    Reply(Fact<Reply>),
}

pub(super) const REDIRECTS: &[u16] = &[301, 302, 303, 307, 308];

/// Whether a `rewrite` sends the client elsewhere: by its flag, or by a replacement that is a whole URL
/// (ngx_http_rewrite_module, "rewrite").
pub(super) fn redirects(line: &Line) -> bool {
    let is_url = |to: &str| ["http://", "https://", "$scheme"].iter().any(|it| to.starts_with(it));
    line.arg(1).is_some_and(is_url) || matches!(line.arg(2), Some("redirect" | "permanent"))
}

impl<'c> Level<'c> {
    /// The `return` that answers whatever comes to a server, before any location is looked up and wherever in
    /// the block it stands. What ends the directives of the rewrite module there (`break`, a `rewrite` with
    /// `last`) keeps nginx from it, an `error_page` may lead from it to a location, and a template may write
    /// it or the locations. Measured with nginx 1.22.
    pub fn answer_before_locations(self) -> Option<&'c Line> {
        let answer = self.own("return").next()?;
        let may_end =
            |it: Self| ["break", "rewrite"].iter().any(|name| it.own(name).next().is_some());
        let at = answer.fact(()).written_at()?;
        let is_open = may_end(self)
            || self.inner("if").any(may_end)
            || self.own("error_page").next().is_some()
            || self.includes_unseen()
            || self.config().unsettled.contains(&at.file);
        (!is_open).then_some(answer)
    }
}

impl<'c> State<'c, '_> {
    /// Runs a level's rewriting. What it cannot decide ends it with the line that asks.
    pub(super) fn rewrite(&mut self, level: Level<'c>) -> Result<Flow, Fact<Unknown>> {
        self.escapes_groups = true;
        self.run_lines(level)
    }

    fn run_lines(&mut self, level: Level<'c>) -> Result<Flow, Fact<Unknown>> {
        for line in level.lines() {
            let flow = match line.name.as_str() {
                "set" => self.set_variable(line),
                "break" => {
                    self.valid_location &= !self.uri_changed;
                    self.uri_changed = false;
                    Flow::Stop
                }
                "return" => Flow::Reply(self.returned(line)),
                "rewrite" => self.rewrite_uri(line).map_err(|why| line.fact(why))?,
                "if" => match self.holds(line).map_err(|why| line.fact(why))? {
                    true => self.enter_if(line)?,
                    false => Flow::On,
                },
                _ => Flow::On,
            };
            match flow {
                Flow::On => {}
                Flow::Stop | Flow::Reply(_) => return Ok(flow),
            }
        }
        Ok(Flow::On)
    }

    fn set_variable(&mut self, line: &Line) -> Flow {
        if let (Some(name), Some(value)) = (line.arg(0), line.arg(1)) {
            let value = self.filled_with_groups(value, self.escapes_groups);
            let name = name.trim_start_matches('$').to_ascii_lowercase();
            self.set.insert(name, value);
        }
        Flow::On
    }

    /// A block whose condition holds. In a location, what stands in it holds from here on.
    fn enter_if(&mut self, line: &'c Line) -> Result<Flow, Fact<Unknown>> {
        let Some(body) = line.body else { return Ok(Flow::On) };
        let inner = self.config.level(body);
        self.step(line, "this condition holds");
        if inner.context() == Context::LocationIf {
            self.level = inner;
        }
        self.run_lines(inner)
    }

    /// `return code`, `return code text`, `return code url`, `return url`.
    fn returned(&mut self, line: &Line) -> Fact<Reply> {
        let first = line.arg(0).unwrap_or_default();
        let (status, text) = match (first.parse::<u16>(), line.arg(1)) {
            (Ok(status), text) => (status, text),
            (Err(_), _) => (302, Some(first)),
        };
        let reply = match text {
            Some(url) if REDIRECTS.contains(&status) => {
                let location = self.filled(url).map(|url| self.absolute(url));
                Reply::Redirect { status, location }
            }
            Some(text) => Reply::Respond { status, body: Some(self.filled(text)) },
            None if status < 400 => Reply::Respond { status, body: None },
            None => Reply::Error(status),
        };
        line.fact(reply)
    }

    /// `rewrite regex replacement [flag]`.
    fn rewrite_uri(&mut self, line: &Line) -> Result<Flow, Unknown> {
        let (Some(regex), Some(replacement)) = (line.arg(0), line.arg(1)) else {
            return Ok(Flow::On);
        };
        let flag = line.arg(2).unwrap_or_default();
        let Some(groups) = self.config.patterns.get(regex, false).groups(&self.uri.path)? else {
            self.groups.numbered.clear();
            return Ok(Flow::On);
        };
        self.caught(groups);
        let redirects = redirects(line);
        let (replacement, keeps_args) = match replacement.strip_suffix('?') {
            Some(bare) => (bare, false),
            None => (replacement, true),
        };
        let (path, args) = self.replaced(replacement, redirects)?;
        self.escapes_groups = false;
        let old = std::mem::take(&mut self.uri.args);
        let old = if keeps_args { old } else { String::new() };
        let args = match args {
            Some(args) if old.is_empty() => args,
            Some(args) => format!("{args}&{old}"),
            None => old,
        };
        if redirects {
            let status = if flag == "permanent" { 301 } else { 302 };
            let query = if args.is_empty() { String::new() } else { format!("?{args}") };
            let location = Ok(self.absolute(format!("{path}{query}")));
            return Ok(Flow::Reply(line.fact(Reply::Redirect { status, location })));
        }
        (self.uri.path, self.uri.args) = (path, args);
        (self.internal, self.unparsed) = (true, false);
        self.step(line, "the URI is rewritten here");
        if flag == "break" {
            (self.uri_changed, self.valid_location) = (false, false);
        } else {
            self.uri_changed = true;
        }
        Ok(if flag.is_empty() { Flow::On } else { Flow::Stop })
    }

    /// Path and arguments of a replacement. What was unescaped before is escaped again among the
    /// arguments, and everywhere in a redirect.
    fn replaced(
        &mut self,
        replacement: &str,
        redirects: bool,
    ) -> Result<(String, Option<String>), Unknown> {
        let mut text = String::new();
        let mut args = None;
        for part in text::parts(replacement) {
            let piece = match part {
                Part::Literal(literal) => literal.to_owned(),
                Part::Variable(name) => self.group(name, redirects || args.is_some())?,
            };
            let literal = matches!(part, Part::Literal(_));
            match piece.split_once('?').filter(|_| literal && args.is_none()) {
                Some((path, query)) => {
                    text.push_str(path);
                    args = Some(query.to_owned());
                }
                None => args.as_mut().unwrap_or(&mut text).push_str(&piece),
            }
        }
        Ok((text, args))
    }

    /// A text with its variables replaced. Until the first `rewrite` that matches, nginx escapes
    /// groups in what `set` sets as if they went into a redirect.
    fn filled_with_groups(&mut self, text: &str, escapes: bool) -> Result<String, Unknown> {
        text::filled(text, |name| self.group(name, escapes))
    }

    /// The value of a variable; of a group it is escaped again, if the URI was escaped.
    fn group(&mut self, name: &str, escapes: bool) -> Result<String, Unknown> {
        let value = self.variable(name)?;
        let group = name.bytes().all(|byte| byte.is_ascii_digit());
        let again = group && escapes && (self.uri.quoted || self.uri.plus);
        Ok(if again { escaped(&value, Escape::Args) } else { value })
    }

    /// Whether the condition of an `if` holds (`ngx_http_rewrite_if_condition`).
    fn holds(&mut self, line: &Line) -> Result<bool, Unknown> {
        let mut words: Vec<&str> = line.args.iter().map(|arg| arg.value.as_str()).collect();
        if let Some(first) = words.first_mut() {
            *first = first.strip_prefix('(').unwrap_or(first);
        }
        if let Some(last) = words.last_mut() {
            *last = last.strip_suffix(')').unwrap_or(last);
        }
        words.retain(|word| !word.is_empty() || line.args.len() > 2);
        if words.first() == Some(&"") {
            words.remove(0);
        }
        if words.len() > 1 && words.len() != 3 && words.last() == Some(&"") {
            words.pop();
        }
        match words[..] {
            [variable] => {
                let value = self.filled(variable)?;
                Ok(!value.is_empty() && value != "0")
            }
            [test, path] => self.tests(line, test, path),
            [variable, operator, operand] => self.compares(variable, operator, operand),
            _ => Err(Unknown::new("a condition is not understood")),
        }
    }

    fn compares(&mut self, variable: &str, operator: &str, operand: &str) -> Result<bool, Unknown> {
        let value = self.filled(variable)?;
        match operator {
            "=" => Ok(value == self.filled(operand)?),
            "!=" => Ok(value != self.filled(operand)?),
            "~" | "~*" | "!~" | "!~*" => {
                let found =
                    self.config.patterns.get(operand, operator.ends_with('*')).groups(&value)?;
                let matches = found.is_some();
                match found {
                    Some(groups) => self.caught(groups),
                    None => self.groups.numbered.clear(),
                }
                Ok(matches != operator.starts_with('!'))
            }
            _ => Err(Unknown::new("a condition is not understood")),
        }
    }

    /// `-f`, `-d`, `-e`, `-x` and their negations. Where nobody knows what files there are, one that is
    /// asked for is not: that is how sites of before `try_files` pass on what no file answers, and
    /// how they look for a page that says that they are closed.
    fn tests(&mut self, line: &Line, test: &str, named: &str) -> Result<bool, Unknown> {
        let path = self.filled(named)?;
        let unknown = || Unknown::new("it depends on what files there are");
        let entry = match (self.disk)(&path) {
            Some(entry) => entry,
            None if matches!(test, "-f" | "-e") => Entry::Nothing,
            None if matches!(test, "!-f" | "!-e") && named == "$request_filename" => {
                self.tried.push(Tried { path: line.fact(path), level: self.level.id });
                Entry::Nothing
            }
            None => return Err(unknown()),
        };
        let holds = match test.trim_start_matches('!') {
            "-f" => entry == Entry::File,
            "-d" => entry == Entry::Folder,
            "-e" => entry != Entry::Nothing,
            _ => return Err(unknown()),
        };
        Ok(holds != test.starts_with('!'))
    }
}
