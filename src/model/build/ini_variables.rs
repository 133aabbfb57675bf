//! Variables that python-decouple has of `settings.ini`, which it looks for before `.env`, in the folder of
//! the module that asks and in those above (its README, "Where is the settings data stored?").

use crate::fact::Fact;
use crate::model::build::committed::{is_for_tests, tracked};
use crate::model::build::named_stage::is_for_few;
use crate::model::{CommittedVariables, Files, Read};
use crate::source::Place;
use crate::syntax::ini::{self, Reader};
use camino::Utf8PathBuf;

pub(super) fn ini_variables(files: &Files) -> Vec<CommittedVariables> {
    let named = files.ending_in(&["ini"]);
    let is_one = |path: &&&Utf8PathBuf| {
        let below = files.from_root(path).1;
        path.file_name() == Some("settings.ini") && !is_for_few(below) && !is_for_tests(below)
    };
    let read: Vec<_> = named.iter().filter(is_one).map(|path| files.find(path)).collect();
    read.into_iter().filter_map(|it| of_file(files, it.read()?)).collect()
}

fn of_file(files: &Files, read: Read<'_>) -> Option<CommittedVariables> {
    let committed = tracked(files, read.path)?.at(Place::new(read.id, 0, 0));
    // `RepositoryIni` reads its own section, and `ConfigParser` no comment behind a value.
    let (sections, _) = ini::parse(read.id, read.text, Reader::Uwsgi);
    let own = sections.into_iter().filter(|it| it.name.value == "settings");
    let variables = own.flat_map(|it| it.entries).map(|entry| {
        let value = Fact::at(entry.value.as_str().to_owned(), entry.value.place());
        (entry.key.value, value)
    });
    let variables: Vec<_> = variables.collect();
    let path = files.from_root(read.path).1.to_owned();
    (!variables.is_empty()).then_some(CommittedVariables { path, committed, variables })
}
