//! Units with their drop-ins, and the environment that they give.

use crate::fact::{Environment, Lookup};
use crate::model::units::{self, EnvFile, Unit};
use crate::model::{Files, Kind};
use crate::source::{Sources, Tree};
use crate::syntax;

/// The units of these files; env files are looked up by their absolute paths among them.
pub(super) fn load<T>(
    files: &[(String, String)],
    ask: impl FnOnce(&[Unit], &dyn Fn(&Unit) -> Environment) -> T,
) -> T {
    let all: Vec<_> =
        files.iter().map(|(path, text)| crate::tests::file(path, text.as_str())).collect();
    let tree = Tree::of(all.clone());
    let mut sources = Sources::default();
    sources.add(all);
    let parsed: Vec<_> = sources
        .ids()
        .into_iter()
        .map(|id| {
            let path = sources.get(id).path();
            let is_unit = syntax::systemd::name::role(path.as_str()).is_some();
            let kind = if is_unit { Kind::Systemd } else { Kind::Text };
            syntax::parse(kind, path, id, sources.get(id).text()).0
        })
        .collect();
    let found = Files::new(&tree, &sources, &parsed);
    let units = units::units(&found);
    let environment = |unit: &Unit| {
        unit.environment(&|file, _| {
            let Ok(path) = &file.path else { return vec![EnvFile::Unseen("a specifier".into())] };
            let path = path.as_str().trim_start_matches('/');
            let read = sources.ids().into_iter().find(|id| sources.get(*id).path() == path);
            vec![read.map_or(EnvFile::Missing, |id| EnvFile::Read {
                file: id,
                text: sources.get(id).text(),
            })]
        })
    };
    ask(&units, &environment)
}

fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn values(given: &[(&str, &str)], section: &str, key: &str) -> Vec<String> {
    load(&files(given), |units, _| {
        let values = units[0].all(section, key).map(|line| line.value.as_str().to_owned());
        values.collect()
    })
}

#[test]
fn drop_ins_follow_in_the_order_of_their_names() {
    let given = [
        ("u/web.service", "[Service]\nNice=1\n"),
        ("u/web.service.d/10-b.conf", "[Service]\nNice=2\n"),
        ("u/service.d/20-a.conf", "[Service]\nNice=3\n"),
        ("u/web.service.d/30-c.conf", "[Service]\nNice=4\n"),
        ("u/service.d/30-c.conf", "[Service]\nNice=5\n"),
        ("elsewhere/web.service.d/99.conf", "[Service]\nNice=6\n"),
    ];
    assert_eq!(values(&given, "Service", "Nice"), ["1", "2", "3", "4"]);
}

#[test]
fn drop_ins_of_all_folders_of_a_machine_are_one_list() {
    let given = [
        ("m/usr/lib/systemd/system/web.service", "[Service]\nNice=1\n"),
        ("m/usr/lib/systemd/system/web.service.d/10.conf", "[Service]\nNice=2\n"),
        ("m/etc/systemd/system/web.service.d/20.conf", "[Service]\nNice=3\n"),
        ("m/usr/lib/systemd/system/web.service.d/30.conf", "[Service]\nNice=4\n"),
        ("m/etc/systemd/system/web.service.d/30.conf", "[Service]\nNice=5\n"),
        ("other/etc/systemd/system/web.service.d/40.conf", "[Service]\nNice=6\n"),
    ];
    assert_eq!(values(&given, "Service", "Nice"), ["1", "2", "3", "5"]);
}

#[test]
fn a_unit_in_etc_takes_the_place_of_what_a_package_brings() {
    let given = files(&[
        ("usr/lib/systemd/system/web.service", "[Service]\nNice=1\n"),
        ("etc/systemd/system/web.service", "[Service]\nNice=2\n"),
        ("deploy/web.service", "[Service]\nNice=3\n"),
    ]);
    let found: Vec<String> =
        load(&given, |units, _| units.iter().map(|it| it.path.to_string()).collect());
    assert_eq!(found, ["deploy/web.service", "etc/systemd/system/web.service"]);
}

#[test]
fn an_empty_value_takes_back_a_list_and_all_that_fill_it() {
    let given = |line: &str| {
        [
            ("u/a.socket", "[Unit]\nAfter=x.target\n[Socket]\nListenStream=1\nListenDatagram=2\nSocketMode=0600\n".to_owned()),
            ("u/a.socket.d/x.conf", line.to_owned()),
        ]
    };
    let values = |line: &str, section: &str, key: &str| {
        let given = given(line).map(|(path, text)| (path.to_owned(), text));
        load(&given, |units, _| units[0].all(section, key).count())
    };
    assert_eq!(values("[Socket]\nListenStream=\n", "Socket", "ListenDatagram"), 0);
    assert_eq!(values("[Socket]\nListenStream=\n", "Socket", "SocketMode"), 1);
    // Dependencies can only be added.
    assert_eq!(values("[Unit]\nAfter=\n", "Unit", "After"), 1);
}

#[test]
fn env_files_win_over_environment_lines() {
    let given = files(&[
        (
            "u/web.service",
            "[Service]\nUser=app\nRuntimeDirectory=web\nEnvironmentFile=/e/a.env\nEnvironmentFile=-/e/none.env\nEnvironment=A=line B=line C=line\nUnsetEnvironment=C D=x\n",
        ),
        ("e/a.env", "A=file\nD=x\n"),
    ]);
    let found = load(&given, |units, environment| {
        let environment = environment(&units[0]);
        ["A", "B", "C", "D", "USER", "RUNTIME_DIRECTORY", "HOME"].map(|name| {
            match environment.get(name) {
                Lookup::Set(value) => value.value,
                Lookup::Unknown(_) => "?".to_owned(),
                Lookup::Absent => "-".to_owned(),
            }
        })
    });
    assert_eq!(found, ["file", "line", "-", "-", "app", "/run/web", "?"]);
}

#[test]
fn a_file_that_asks_for_an_instance_is_one_of_a_template_unless_it_is_put_in_place_as_it_is() {
    let unit = "[Service]\nWorkingDirectory=/srv/%i\nExecStart=/srv/%i/run\n";
    let name = |given: &[(&str, &str)]| {
        load(&files(given), |units, _| {
            let directory = units[0].working_directory().map(|it| it.value.to_string());
            (units[0].name.to_string(), directory)
        })
    };
    let template = ("web@.service".to_owned(), None);
    let own = ("web.service".to_owned(), Some("/srv/".to_owned()));
    assert_eq!(name(&[("deploy/web.service", unit)]), template);
    assert_eq!(name(&[("etc/systemd/system/web.service", unit)]), own);
    let percent = unit.replace("%i", "%%i");
    let (called, _) = name(&[("deploy/web.service", &percent)]);
    assert_eq!(called, "web.service");
}
