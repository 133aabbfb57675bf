//! Relative paths of a file that lies elsewhere, made relative to the project.
//!
//! compose-go does so for what `include` and `extends` bring in; those of the project itself are
//! resolved when it is typed.

use crate::model::compose::is_remote;
use crate::model::compose::value::{Data, Value};
use crate::model::text::Text;
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

/// How to get from one folder to another.
pub(super) fn relative(from: &Utf8Path, to: &Utf8Path) -> Utf8PathBuf {
    let (from, to) = (normalize(from), normalize(to));
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..");
    let down: Vec<String> = to.components().skip(shared).map(|it| it.to_string()).collect();
    up.map(str::to_owned).chain(down).collect()
}

/// Makes relative paths of a project that lies in `folder` relative to ours.
pub(super) fn rebase(project: &mut Value, folder: &Utf8Path) {
    let Some(map) = project.as_map_mut() else { return };
    let services = map.get_mut("services").and_then(|entry| entry.value.as_map_mut());
    for (_, entry) in services.into_iter().flatten() {
        rebase_service(&mut entry.value, folder);
    }
    for section in ["secrets", "configs"] {
        let resources = map.get_mut(section).and_then(|entry| entry.value.as_map_mut());
        for (_, entry) in resources.into_iter().flatten() {
            rebase_key(&mut entry.value, "file", folder);
        }
    }
}

pub(super) fn rebase_service(service: &mut Value, folder: &Utf8Path) {
    if folder.as_str().is_empty() {
        return;
    }
    let Some(map) = service.as_map_mut() else { return };
    for (key, entry) in map.iter_mut() {
        let value = &mut entry.value;
        match (key.as_str(), &mut value.data) {
            ("build", Data::Scalar(text, _)) => rebase_context(text, folder),
            ("build", Data::Map(build)) => {
                if let Some(Data::Scalar(text, _)) =
                    build.get_mut("context").map(|it| &mut it.value.data)
                {
                    rebase_context(text, folder);
                }
            }
            ("env_file" | "label_file", Data::Scalar(text, _)) => rebase_text(text, folder),
            ("env_file" | "label_file", Data::List(items)) => {
                for item in items {
                    match &mut item.data {
                        Data::Scalar(text, _) => rebase_text(text, folder),
                        Data::Null | Data::List(_) | Data::Map(_) => {
                            rebase_key(item, "path", folder)
                        }
                    }
                }
            }
            ("extends", Data::Map(_)) => rebase_key(value, "file", folder),
            ("volumes", Data::List(items)) => {
                items.iter_mut().for_each(|item| rebase_volume(item, folder))
            }
            _ => {}
        }
    }
}

fn rebase_volume(item: &mut Value, folder: &Utf8Path) {
    match &mut item.data {
        Data::Scalar(text, _) => {
            if text.searchable().starts_with('.') && text.searchable().contains(':') {
                *text = text.behind(&format!("{folder}/"));
                if !folder.as_str().starts_with('.') {
                    *text = text.behind("./");
                }
            }
        }
        Data::Map(map) => {
            let bind = map.get("type").and_then(|it| it.value.as_text());
            if bind.is_some_and(|it| it.to_string() == "bind") {
                rebase_key(item, "source", folder);
            }
        }
        Data::Null | Data::List(_) => {}
    }
}

fn rebase_key(value: &mut Value, key: &str, folder: &Utf8Path) {
    let entry = value.as_map_mut().and_then(|map| map.get_mut(key));
    if let Some(Data::Scalar(text, _)) = entry.map(|entry| &mut entry.value.data) {
        rebase_text(text, folder);
    }
}

fn rebase_context(text: &mut Text, folder: &Utf8Path) {
    if !is_remote(&text.searchable()) {
        rebase_text(text, folder);
    }
}

fn rebase_text(text: &mut Text, folder: &Utf8Path) {
    let flat = text.searchable();
    let elsewhere = flat.is_empty() || flat.starts_with(['/', '~']);
    // A symbol at the front may well be an absolute path.
    let symbol = text.parts().first().is_some_and(|part| part.value.text.starts_with("${"));
    if !elsewhere && !symbol && !folder.as_str().is_empty() {
        *text = text.behind(&format!("{folder}/"));
    }
}
