//! Edits in terms of the model: a setting that gets a value, a list that gets an entry, a header
//! that is sent. Each is `None` where the text at the place cannot be known from the value.

use crate::diagnostic::{Edit, Kind};
use crate::fact::Fact;
use crate::model::nginx::{Config, Level, quoted};
use crate::model::{
    DEFAULT_FILE_STORAGE, Deployment, Endpoint, Listening, Process, Route, SECURE_PROXY_SSL_HEADER,
    STATICFILES_STORAGE, Setting, Site,
};
use crate::python::Value;
use crate::source::Place;
use std::fmt;

impl Fact<&Process> {
    /// After it a setting has this value, written as Python: in place of the literal that it is
    /// assigned, or at the end of the module if nothing is.
    pub fn set(&self, name: &str, value: &str) -> Option<Edit> {
        let django = self.value.django.as_ref()?;
        let namespace = django.evaluation.namespace()?;
        if let Some(literal) = self.literal(name) {
            return Some(Edit::replace(literal, value));
        }
        let unset = namespace.named(name).is_none() && namespace.more.is_none();
        let file = django.file.filter(|_| unset)?;
        Some(Edit::Append { file, text: format!("{name} = {value}") })
    }

    /// Where the literal stands that is all that a setting is assigned.
    pub fn literal(&self, name: &str) -> Option<Place> {
        let place = self.own_literal(name)?;
        // `CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = False`: it is the other's as well.
        let namespace = self.value.django.as_ref()?.evaluation.namespace()?;
        let mut others = namespace.names.iter().filter(|it| it.name != name);
        if others.any(|it| it.value.written_at() == Some(place)) {
            return None;
        }
        Some(place)
    }

    /// Where the literal stands that a setting is surely assigned, whatever else is made of it.
    pub fn own_literal(&self, name: &str) -> Option<Place> {
        let named = self.value.django.as_ref()?.evaluation.namespace()?.named(name)?;
        let place = named.value.written_at().filter(|_| !named.perhaps)?;
        let target = named.trail.iter().rfind(|step| step.assigns)?.place?;
        let written = match &named.value.value {
            Value::Bool(true) | Value::None => 4,
            Value::Bool(false) => 5,
            Value::Str(text) => text.len() + 2,
            Value::Int(number) => number.to_string().len(),
            _ => return None,
        };
        let gap = place.span.start.checked_sub(target.span.end)?;
        let follows = place.file == target.file && (1..=3).contains(&gap);
        (follows && place.span.len() == written).then_some(place)
    }

    /// Where a setting is assigned a literal, from its name to the literal's end.
    pub fn assigned_literal(&self, name: &str) -> Option<Place> {
        let literal = self.literal(name)?;
        Some(self.assignment(name)?.written_at()?.to(literal))
    }

    /// After it a setting is not assigned any more. What reads it would stop then.
    pub fn unset(&self, name: &str) -> Option<Edit> {
        if self.value.django.as_ref()?.faults.named_again.contains(name) {
            return None;
        }
        Some(Edit::Remove { place: self.assigned_literal(name)?, of: Kind::Statement })
    }

    /// After them STORAGES says what the two settings said that it replaces.
    pub fn say_in_storages(&self) -> Vec<Edit> {
        let text =
            |name: &str| self.setting(name).and_then(|it| it.value.text().map(str::to_owned));
        let old = [("default", DEFAULT_FILE_STORAGE), ("staticfiles", STATICFILES_STORAGE)];
        let written =
            |(_, setting): &(&str, Setting<String>)| self.assignment(setting.name).is_some();
        let here: Vec<_> = old.iter().filter(|it| written(it)).collect();
        let places: Option<Vec<_>> =
            here.iter().map(|(_, setting)| self.assigned_literal(setting.name)).collect();
        let Some((first, others)) = places.as_deref().and_then(<[_]>::split_first) else {
            return Vec::new();
        };
        let own = [
            "django.core.files.storage.FileSystemStorage",
            "django.contrib.staticfiles.storage.StaticFilesStorage",
        ];
        let lines = old.iter().zip(own).map(|((key, setting), own)| {
            let backend = Some(setting.name).filter(|_| written(&(key, *setting))).and_then(text);
            let backend = backend.unwrap_or_else(|| own.to_owned());
            format!("    \"{key}\": {{\"BACKEND\": \"{backend}\"}},\n")
        });
        let storages = format!("STORAGES = {{\n{}}}", lines.collect::<String>());
        let cut = |place: &Place| Edit::Remove { place: *place, of: Kind::Statement };
        std::iter::once(Edit::replace(*first, storages)).chain(others.iter().map(cut)).collect()
    }

    /// After it a variable is demanded in place of a literal, where the module has `os` imported.
    pub fn demand(&self, literal: &Fact<String>, variable: &str) -> Option<Edit> {
        let django = self.value.django.as_ref()?;
        let place = self.element(literal).filter(|place| Some(place.file) == django.file)?;
        let namespace = django.evaluation.namespace()?;
        namespace.named("os").filter(|it| !it.perhaps)?;
        Some(Edit::replace(place, format!("os.environ[\"{variable}\"]")))
    }

    /// After it the list that an entry is in has another one, before that entry: an element of a
    /// list in Python, or of a text that is split at its commas.
    pub fn add_beside(&self, entries: &[Fact<String>], new: &str) -> Option<Edit> {
        let first = entries.first()?;
        if let Some(place) = self.element(first) {
            return Some(Edit::before(place, format!("\"{new}\""), Kind::Element));
        }
        let (text, _) = self.split_text(entries)?;
        Some(Edit::ahead(text.part(0..0)?, format!("{new},")))
    }

    /// After it a list of Python has another element right behind that of a fact.
    pub fn add_after<T>(
        &self,
        list: Setting<Vec<Fact<String>>>,
        before: &Fact<T>,
        new: &str,
    ) -> Option<Edit> {
        let entries = self.members(list);
        let at = entries.iter().position(|it| it.written_at() == before.written_at())?;
        let place = self.element(entries.get(at)?)?;
        Some(match entries.get(at + 1).and_then(|next| self.element(next)) {
            Some(next) => Edit::before(next, format!("\"{new}\""), Kind::Element),
            None => Edit::behind(place, format!(", \"{new}\"")),
        })
    }

    /// After them an element of a list in Python stands before another.
    pub fn move_before(&self, entry: &Fact<String>, other: &Fact<String>) -> Vec<Edit> {
        let (Some(from), Some(to)) = (self.element(entry), self.element(other)) else {
            return Vec::new();
        };
        let text = format!("\"{}\"", entry.value);
        let cut = Edit::Remove { place: from, of: Kind::Element };
        if from.file == to.file {
            vec![Edit::before(to, text, Kind::Element), cut]
        } else {
            Vec::new()
        }
    }

    /// After it an entry of a list is another text.
    pub fn rewrite_entry(&self, entries: &[Fact<String>], at: usize, new: &str) -> Option<Edit> {
        let entry = entries.get(at)?;
        if self.element(entry).is_some() {
            return Some(Edit::replace(entry.whole()?, new));
        }
        let (text, _) = self.split_text(entries)?;
        let start = entries[..at].iter().map(|it| it.value.len() + 1).sum::<usize>();
        Some(Edit::replace(text.part(start..start + entry.value.len())?, new))
    }

    /// After it a list lacks an entry, and has others left.
    pub fn drop_entry(&self, entries: &[Fact<String>], at: usize) -> Option<Edit> {
        let entry = entries.get(at).filter(|_| entries.len() > 1)?;
        if let Some(place) = self.element(entry) {
            return Some(Edit::Remove { place, of: Kind::Element });
        }
        let (text, _) = self.split_text(entries)?;
        let start = entries[..at].iter().map(|it| it.value.len() + 1).sum::<usize>();
        let end = start + entry.value.len();
        let range = if at == 0 { start..end + 1 } else { start - 1..end };
        Some(Edit::replace(text.part(range)?, ""))
    }

    /// Where a text stands that is an element of its own in a module.
    pub fn element(&self, entry: &Fact<String>) -> Option<Place> {
        let modules = &self.value.django.as_ref()?.evaluation.modules;
        let place = entry.written_at()?;
        let own = modules.contains(&place.file) && place.span.len() == entry.value.len() + 2;
        (own && self.is_literal(entry)).then_some(place)
    }

    /// The text that the entries were split from, if commas are all that parted them.
    fn split_text(&self, entries: &[Fact<String>]) -> Option<(Fact<String>, Place)> {
        let place = self.outside(entries.first()?)?.written_at()?;
        let shared = |it: &Fact<String>| {
            self.outside(it).and_then(|it| it.written_at()).is_some_and(|it| it == place)
        };
        let texts: Vec<&str> = entries.iter().map(|it| it.value.as_str()).collect();
        let text = Fact::at(texts.join(","), place);
        (text.whole().is_some() && entries.iter().all(shared)).then_some((text, place))
    }

    /// After it Django believes the header by which a route tells it of https, if nothing but the
    /// setting lacks.
    pub fn trust_scheme(&self, route: &Route) -> Option<Edit> {
        let sent = route.forwarded_proto()?;
        let tells = matches!(sent.value.as_str(), "$scheme" | "https");
        let unset = self.assigned(SECURE_PROXY_SSL_HEADER).is_none() && tells;
        let value = "(\"HTTP_X_FORWARDED_PROTO\", \"https\")";
        self.set(SECURE_PROXY_SSL_HEADER.name, value).filter(|_| unset)
    }

    /// After it a switch is as wanted, wherever that is decided: in the module, or in an env file.
    pub fn turn(&self, setting: Setting<bool>, on: bool) -> Option<Edit> {
        self.set(setting.name, if on { "True" } else { "False" })
    }
}

impl Deployment {
    /// After it nginx connects to another address than an upstream's.
    pub fn reconnect(&self, upstream: &Fact<Endpoint>, to: &Endpoint) -> Option<Edit> {
        let (named, to) = (upstream.value.to_string(), to.to_string());
        self.nginx.iter().find_map(|config| config.reword(upstream, &named, &to))
    }

    /// After them a server of a unit has its socket in a directory of its own below `/run`, and
    /// nginx looks for it there.
    pub fn move_socket(&self, process: &Process, listening: &Fact<Listening>) -> Vec<Edit> {
        let moved = || {
            let unit = self.unit(process)?;
            let Endpoint::Unix(path) = &listening.value.endpoint else { return None };
            let folder = unit.name.to_string();
            let folder = folder.rsplit_once('.').map_or(folder.as_str(), |(stem, _)| stem);
            let free = unit.runtime_directories().is_empty() && !folder.contains(['@', '%']);
            let to = Endpoint::Unix(format!("/run/{folder}/{}", path.file_name()?).into());
            let above = unit.section("Service")?.written_at().filter(|_| free)?;
            let made = Edit::InsertLine { above, text: format!("RuntimeDirectory={folder}") };
            let upstreams =
                self.sites.iter().flat_map(|it| &it.routes).flat_map(|it| &it.upstreams);
            let looked = upstreams.filter(|it| it.value == listening.value.endpoint);
            let looked: Option<Vec<_>> = looked.map(|it| self.reconnect(it, &to)).collect();
            let edits = [listening.rebind(&to)?, made];
            Some(edits.into_iter().chain(looked?).collect())
        };
        moved().unwrap_or_default()
    }
}

impl Fact<Listening> {
    /// After it a server listens elsewhere, if the word that says where says nothing else.
    pub fn rebind(&self, to: impl fmt::Display) -> Option<Edit> {
        let place = self.written_as(&self.value.endpoint.to_string())?;
        Some(Edit::replace(place, to.to_string()))
    }
}

impl Config {
    /// After it the word that a fact was read from has another text for a part of it.
    pub fn reword<T>(&self, read: &Fact<T>, part: &str, new: &str) -> Option<Edit> {
        let mut words = self.levels().flat_map(|level| level.lines()).flat_map(|line| &line.args);
        let word = words.find(|word| word.written_at() == read.written_at())?;
        let at = word.value.find(part)?;
        Some(Edit::replace(word.part(at..at + part.len())?, new))
    }
}

impl Site {
    /// After it nginx does as a line says wherever a route passes requests on.
    pub fn before_pass(&self, route: &Route, line: impl Into<String>) -> Option<Edit> {
        self.level(route)?.before_pass(line)
    }
}

impl Level<'_> {
    /// After it a line stands ahead of that by which this level itself passes requests on.
    pub fn before_pass(self, line: impl Into<String>) -> Option<Edit> {
        let pass = self.own("proxy_pass").last()?.fact(()).written_at()?;
        Some(Edit::before(pass, line, Kind::Statement))
    }

    /// After it this location for a prefix is taken before expressions are asked, where its line
    /// has no modifier yet.
    pub fn prefer(self) -> Option<Edit> {
        let [path] = self.opener()?.args.as_slice() else { return None };
        let bare = path.written_at().filter(|_| path.value.starts_with('/'))?;
        Some(Edit::ahead(bare, "^~ "))
    }

    /// After it requests are passed on with a header. It joins the headers that hold here: the first
    /// of a level's own would replace those of the levels around it.
    pub fn send(self, header: &str, value: &str) -> Option<Edit> {
        let words = header.split('-').map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
        });
        let header = words.collect::<Vec<_>>().join("-");
        let text = format!("proxy_set_header {header} {};", quoted(value));
        let held = self.in_effect(&["proxy_set_header"]);
        let own = held.at.is_none_or(|at| at.id() == self.id());
        if !held.is_seen() {
            return None;
        }
        match held.lines.first().filter(|_| !own) {
            Some(line) => Some(Edit::before(line.fact(()).written_at()?, text, Kind::Statement)),
            None => self.before_pass(text),
        }
    }
}
