//! Where a process writes, as its settings and its command say.

use crate::fact::Fact;
use crate::model::Process;
use crate::python::Value;
use camino::{Utf8Path, Utf8PathBuf};

/// A path that a process writes to.
#[derive(Clone, Debug)]
pub struct Written {
    /// The setting or option that names it: `MEDIA_ROOT`, `LOGGING`.
    pub what: &'static str,
    pub path: Fact<Utf8PathBuf>,
    /// Where it is assigned.
    pub at: Fact<()>,
}

impl Fact<&Process> {
    /// Every path that is surely written to.
    pub fn written_paths(&self) -> Vec<Written> {
        let mut out = Vec::new();
        out.extend(self.uploads());
        out.extend(self.database_file());
        out.extend(self.log_files());
        out
    }

    /// `MEDIA_ROOT`, if uploads go to the file system.
    fn uploads(&self) -> Option<Written> {
        let root = self.setting("MEDIA_ROOT")?;
        let local = |backend: &Value| {
            backend.text().is_some_and(|it| {
                it.starts_with("django.core.files.storage") && it.ends_with("FileSystemStorage")
            })
        };
        if let Some(old) = self.setting("DEFAULT_FILE_STORAGE")
            && !local(&old.value)
        {
            return None;
        }
        // Unset, it is Django's own storage.
        if let Some(storages) = self.setting("STORAGES") {
            let backend = storages.value.get("default")?.value.get("BACKEND")?;
            local(&backend.value).then_some(())?;
        }
        self.at_path("MEDIA_ROOT", &root)
    }

    fn database_file(&self) -> Option<Written> {
        let databases = self.setting("DATABASES")?;
        let default = databases.value.get("default")?;
        let engine = default.value.get("ENGINE")?;
        // Often it stands in for the database that a missing variable would have named.
        let complete = self.value.django.as_ref()?.missing.is_empty();
        let sqlite = complete && engine.value.text()?.ends_with("sqlite3");
        sqlite.then(|| self.at_path("DATABASES", default.value.get("NAME")?))?
    }

    /// The files of `LOGGING`'s handlers that some logger uses.
    fn log_files(&self) -> Vec<Written> {
        let Some(logging) = self.setting("LOGGING") else { return Vec::new() };
        let Some(handlers) = logging.value.get("handlers") else { return Vec::new() };
        let Value::Dict(handlers) = &handlers.value else { return Vec::new() };
        let each = handlers.entries.iter().filter(|it| !it.perhaps);
        each.filter_map(|it| self.at_path("LOGGING", it.value.value.get("filename")?)).collect()
    }

    fn at_path(&self, what: &'static str, value: &Fact<Value>) -> Option<Written> {
        let path = value.try_map(|it| it.text().filter(|it| !it.is_empty()).map(str::to_owned))?;
        let path = path.given(self);
        let at = self.assignment(what).unwrap_or_else(|| path.map(|_| ()));
        let absolute = match (Utf8Path::new(&path.value).is_absolute(), &self.value.cwd) {
            (true, _) => path.map(|it| Utf8PathBuf::from(it.as_str())),
            (false, Some(cwd)) => path.map(|it| cwd.value.join(it)).given(cwd),
            (false, None) => return None,
        };
        Some(Written { what, path: absolute, at })
    }
}
