//! Compose files as people write them, merged by both.

use crate::fact::Environment;
use crate::model::compose::Location;
use crate::tests::compose::load;
use crate::tests::compose::oracle::{Case, compare};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;

/// The compose files of a folder of checkouts, each on its own and with the override beside it:
/// `KILTER_CHECKOUTS`, or else the deployments among the fixtures.
#[test]
fn compose_files_found_in_checkouts_are_merged_alike() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/deployments");
    let checkouts = std::env::var("KILTER_CHECKOUTS").unwrap_or_else(|_| fixtures.to_owned());
    let root = std::env::temp_dir().join(format!("kilter-checkouts-{}", std::process::id()));
    let root = Utf8PathBuf::from_path_buf(root).expect("a name in UTF-8");
    let (mut equal, mut refused, mut wrong) = (0, 0, Vec::new());
    for entry in fs::read_dir(&checkouts).expect("a folder of checkouts").flatten() {
        let checkout = Utf8PathBuf::from_path_buf(entry.path()).expect("a name in UTF-8");
        let files = yaml_files(&checkout);
        for (path, _) in files.iter().filter(|(path, _)| is_compose(path)) {
            let folder: Vec<(String, String)> = files.clone();
            let beside = Utf8Path::new(path).with_file_name("docker-compose.override.yml");
            let mut sets = vec![vec![path.clone()]];
            if path.ends_with("docker-compose.yml") && files.iter().any(|it| it.0 == beside) {
                sets.push(vec![path.clone(), beside.into_string()]);
            }
            for files in sets {
                let name =
                    format!("{} {}", checkout.file_name().unwrap_or_default(), files.join(" "));
                let mut case = Case { name, files, folder: folder.clone() };
                give_env_files(&mut case);
                match compare(&case, &root) {
                    Ok(true) => equal += 1,
                    Ok(false) => refused += 1,
                    Err(why) => wrong.push(format!("{}\n{why}", case.name)),
                }
            }
        }
        let _ = fs::remove_dir_all(&root);
    }
    println!(
        "checkouts: {equal} projects equal, {refused} refused by both, {} differ",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(equal > 0, "no compose file below {checkouts}");
}

fn is_compose(path: &str) -> bool {
    let name = Utf8Path::new(path).file_name().unwrap_or_default();
    let ours = ["local.yml", "production.yml"].contains(&name);
    (ours || name.contains("compose")) && !name.contains("example")
}

/// Every YAML file of a checkout that may be a part of a project, by its path there.
fn yaml_files(checkout: &Utf8Path) -> Vec<(String, String)> {
    let tree = crate::source::Tree::walk(&[checkout.as_std_path().to_owned()]).expect("a folder");
    let yaml = |path: &&Utf8PathBuf| matches!(path.extension(), Some("yml" | "yaml"));
    let paths: Vec<Utf8PathBuf> = tree.files().filter(yaml).cloned().collect();
    let read = tree.read(&paths).into_iter().flatten();
    let mut files = Vec::new();
    for file in read {
        let Ok(path) = file.path.strip_prefix(checkout) else { continue };
        let text = String::from_utf8(file.bytes).ok().filter(|text| text.contains("services:"));
        files.extend(text.map(|text| (path.to_string(), text)));
    }
    files
}

/// Compose refuses a project whose env files are not there; those of a checkout seldom are.
fn give_env_files(case: &mut Case) {
    let borrowed: Vec<(&str, &str)> =
        case.folder.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let files: Vec<&str> = case.files.iter().map(String::as_str).collect();
    let Some(loaded) = load(&borrowed, &files, &Environment::default()) else { return };
    let env_files = loaded.project.services.iter().flat_map(|service| &service.env_files);
    let paths = env_files.filter_map(|file| match &file.location.as_ref()?.value {
        Location::Tree(path) => Some(path.to_string()),
        Location::Host(_) | Location::Home(_) | Location::Remote(_) => None,
    });
    let paths: Vec<String> = paths.filter(|path| !path.starts_with("..")).collect();
    case.folder.extend(paths.into_iter().map(|path| (path, String::new())));
}
