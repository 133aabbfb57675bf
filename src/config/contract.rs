//! `[deployment.NAME]` as the contract that it is.
//!
//! What stands in a file and passed the check has a place and the type of its key, so what is
//! missing here was not declared.

use crate::config::check::Fault;
use crate::config::settle::Anchor;
use crate::config::value::{Entry, Stated, Table};
use crate::model::Stage;
use crate::model::contract::{Contract, DeploymentFiles, HostContract, Mode, PathContract, Tls};
use crate::source::Spanned;
use camino::Utf8PathBuf;

pub(super) fn read(name: &str, entry: &Entry, anchor: Anchor) -> Result<Option<Contract>, Fault> {
    let Some((place, table)) = entry.key.place().zip(entry.stated.table()) else {
        return Ok(None);
    };
    Ok(Some(Contract {
        name: Spanned::new(name.to_owned(), place),
        stage: of(table, "stage", stage),
        settings: of(table, "settings", string),
        root: of(table, "root", server_path),
        folder: anchor.folder(table.get("root").map_or(&entry.key, |root| &root.by)).to_owned(),
        files: files(table, anchor)?,
        bind: pairs(table, "bind", string),
        run_as: of(table, "run-as", string),
        domains: each(table.list("domains"), domain),
        tls: of(table, "tls", tls),
        requires: each(table.list("requires"), string),
        requires_together: each(table.list("requires-together"), |it| {
            Some(each(it.list(), string))
        }),
        static_root: of(table, "static-root", server_path),
        media_root: of(table, "media-root", server_path),
        ports: of(table, "ports", |it| Some(each(it.list(), Stated::integer))),
        loopback_only: each(table.list("loopback-only"), string),
        units: each(table.list("units"), string),
        timers: each(table.list("timers"), string),
        processes: each(table.list("processes"), string),
        routes: pairs(table, "routes", Stated::integer),
        host: table.get("host").map(host),
        paths: table.list("path").iter().filter_map(|it| path(it.table()?)).collect(),
    }))
}

fn of<T>(table: &Table, key: &str, read: impl Fn(&Stated) -> Option<T>) -> Option<Spanned<T>> {
    let stated = table.get(key)?;
    stated.spanned(read(stated)?)
}

fn each<T>(items: &[Stated], read: impl Fn(&Stated) -> Option<T>) -> Vec<Spanned<T>> {
    items.iter().filter_map(|it| it.spanned(read(it)?)).collect()
}

fn pairs<T>(
    table: &Table,
    key: &str,
    read: impl Fn(&Stated) -> Option<T>,
) -> Vec<(Spanned<String>, Spanned<T>)> {
    let pair = |(name, entry): (&str, &Entry)| {
        let name = Spanned::new(name.to_owned(), entry.key.place()?);
        Some((name, entry.stated.spanned(read(&entry.stated)?)?))
    };
    table.below(key).filter_map(pair).collect()
}

fn files(table: &Table, anchor: Anchor) -> Result<Option<DeploymentFiles>, Fault> {
    let Some(stated) = table.get("files") else { return Ok(None) };
    let patterns = each(stated.list(), string);
    Ok(Some(DeploymentFiles { globs: anchor.globs(stated.list())?, patterns }))
}

fn host(stated: &Stated) -> HostContract {
    match stated.table() {
        Some(table) => {
            HostContract { name: of(table, "name", string), os: of(table, "os", string) }
        }
        None => {
            HostContract { name: string(stated).and_then(|name| stated.spanned(name)), os: None }
        }
    }
}

fn path(table: &Table) -> Option<PathContract> {
    Some(PathContract {
        path: of(table, "path", server_path)?,
        owner: of(table, "owner", string),
        group: of(table, "group", string),
        mode: of(table, "mode", |it| Mode::parse(it.text()?)),
        exists: of(table, "exists", Stated::flag),
    })
}

fn string(stated: &Stated) -> Option<String> {
    stated.text().map(str::to_owned)
}

/// Names of hosts are the same in any case (RFC 4343), and the root's dot says nothing.
fn domain(stated: &Stated) -> Option<String> {
    Some(stated.text()?.trim_end_matches('.').to_lowercase())
}

fn server_path(stated: &Stated) -> Option<Utf8PathBuf> {
    stated.text().map(Utf8PathBuf::from)
}

fn stage(stated: &Stated) -> Option<Stage> {
    let all = [Stage::Production, Stage::Development, Stage::Test];
    all.into_iter().find(|stage| stated.text() == Some(stage.name()))
}

fn tls(stated: &Stated) -> Option<Tls> {
    Some(match stated.flag() {
        Some(true) => Tls::Here,
        Some(false) => Tls::None,
        None => Tls::Elsewhere,
    })
}
