//! The index as the real git writes it, and as it may be found broken.

use crate::source::{File, GitIndex, Tree};
#[cfg(feature = "oracles")]
use crate::tests::program;
use camino::Utf8Path;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// A folder that is removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("kilter-git-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn repository(arguments: &[&str]) -> Self {
        let folder = Self::new();
        folder.git(&[&["init", "-q"], arguments].concat());
        folder
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.0, arguments)
    }

    fn write(&self, path: &str) -> &Self {
        let file = self.0.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, path).unwrap();
        self
    }

    fn index(&self) -> PathBuf {
        self.0.join(".git/index")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

/// What git says, whatever the machine's own configuration.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let settings = ["user.name=a", "user.email=a@example.org", "protocol.file.allow=always"];
    Command::new("git")
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .expect("git is installed")
}

/// Compares what is read below a root with `git ls-files`, and says how many paths there are.
fn same_as_git(root: &Path) -> usize {
    let index = GitIndex::read(root).unwrap().unwrap();
    let listed = git(root, &["ls-files", "-s", "-z"]);
    let listed = listed.split_terminator('\0').map(|line| {
        let (stat, path) = line.split_once('\t').unwrap();
        (root.join(path).to_str().unwrap().to_owned(), stat[..6].to_owned())
    });
    let mut listed: Vec<(String, String)> = listed.collect();
    listed.dedup_by(|a, b| a.0 == b.0);
    listed.sort();
    let paths: Vec<&str> = index.paths().map(Utf8Path::as_str).collect();
    assert_eq!(paths, listed.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>());
    for (path, mode) in &listed {
        let executable = match mode.as_str() {
            "100755" => Some(true),
            "100644" => Some(false),
            _ => None,
        };
        assert_eq!(index.executable(Utf8Path::new(path)), executable, "{path}");
        assert_eq!(index.tracked(Utf8Path::new(path)), Some(true), "{path}");
    }
    listed.len()
}

/// A repository with files of many name lengths, a script and a link.
fn filled(arguments: &[&str]) -> Folder {
    let folder = Folder::repository(arguments);
    for length in 1..40 {
        folder.write(&format!("deep/er/{}", "n".repeat(length)));
    }
    folder.write("manage.py").write(".env").write("deep/ünïcode").write("zz/last");
    std::os::unix::fs::symlink("manage.py", folder.0.join("link")).unwrap();
    folder.git(&["add", "."]);
    folder.git(&["update-index", "--chmod=+x", "manage.py"]);
    folder
}

#[test]
fn every_version_is_read_as_git_reads_it() {
    for version in ["2", "3", "4"] {
        let folder = filled(&[]);
        folder.git(&["update-index", &format!("--index-version={version}")]);
        if version == "3" {
            // Git writes version 3 when an entry needs a flag that version 2 has no room for.
            folder.write("new").git(&["add", "--intent-to-add", "new"]);
        }
        let written = fs::read(folder.index()).unwrap()[7];
        assert_eq!(written.to_string(), version);
        assert!(same_as_git(&folder.0) > 40);
    }
}

#[test]
fn sha_256_is_told_by_the_configuration() {
    assert!(same_as_git(&filled(&["--object-format=sha256"]).0) > 40);
}

#[test]
fn extensions_and_conflicts_make_no_difference() {
    let folder = filled(&[]);
    folder.git(&["config", "core.untrackedCache", "true"]);
    folder.git(&["commit", "-qm", "one"]);
    folder.git(&["checkout", "-qb", "other"]);
    fs::write(folder.0.join(".env"), "other").unwrap();
    folder.git(&["commit", "-qam", "two"]);
    folder.git(&["checkout", "-q", "-"]);
    fs::write(folder.0.join(".env"), "this").unwrap();
    folder.git(&["commit", "-qam", "three"]);
    assert!(!run(&folder.0, &["merge", "-q", "other"]).status.success());
    assert!(folder.git(&["ls-files", "-u"]).contains(".env"));
    assert!(same_as_git(&folder.0) > 40);
}

#[test]
fn a_folder_of_a_repository_has_its_part_of_the_index() {
    let folder = filled(&[]);
    assert_eq!(same_as_git(&folder.0.join("deep")), 40);
    let one = GitIndex::read(&folder.0.join("manage.py")).unwrap().unwrap();
    assert_eq!(one.paths().count(), 1);
    assert_eq!(one.tracked(Utf8Path::new("/elsewhere")), None);
}

#[test]
fn worktrees_have_their_own_index() {
    let folder = filled(&[]);
    folder.git(&["commit", "-qm", "one"]);
    let other = Folder::new();
    let path = other.0.join("tree");
    folder.git(&["worktree", "add", "-q", path.to_str().unwrap()]);
    git(&path, &["rm", "-q", ".env"]);
    let tracked = same_as_git(&path);
    assert_eq!(tracked + 1, same_as_git(&folder.0));
    let env = path.join(".env");
    let index = GitIndex::read(&path).unwrap().unwrap();
    assert_eq!(index.tracked(Utf8Path::from_path(&env).unwrap()), Some(false));
}

#[test]
fn what_is_in_a_submodule_is_unknown() {
    let inner = filled(&[]);
    inner.git(&["commit", "-qm", "one"]);
    let outer = filled(&[]);
    outer.git(&["submodule", "--quiet", "add", inner.0.to_str().unwrap(), "sub"]);
    same_as_git(&outer.0);
    let index = GitIndex::read(&outer.0).unwrap().unwrap();
    let inside = outer.0.join("sub/.env");
    assert_eq!(index.tracked(Utf8Path::from_path(&inside).unwrap()), None);
    assert!(same_as_git(&outer.0.join("sub")) > 40, "its own index is found by its `.git` file");
}

#[test]
fn without_a_repository_nothing_is_known() {
    let folder = Folder::new();
    assert_eq!(GitIndex::read(&folder.0).unwrap(), None);
    fs::create_dir(folder.0.join(".git")).unwrap();
    assert_eq!(GitIndex::read(&folder.0).unwrap(), None);
    assert_eq!(GitIndex::read(&folder.0.join("absent")).unwrap(), None);
}

#[test]
fn an_empty_repository_tracks_nothing() {
    let folder = Folder::repository(&[]);
    folder.write(".env");
    let index = GitIndex::read(&folder.0).unwrap().unwrap();
    let env = folder.0.join(".env");
    assert_eq!(index.tracked(Utf8Path::from_path(&env).unwrap()), Some(false));
}

#[test]
fn a_broken_index_is_told_and_nothing_is_known() {
    let folder = filled(&[]);
    let whole = fs::read(folder.index()).unwrap();
    for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        fs::write(folder.index(), &whole[..length]).unwrap();
        let trouble = GitIndex::read(&folder.0).unwrap_err();
        assert!(trouble.path.ends_with(".git/index"));
    }
    for (at, byte, said) in [
        (0, b'X', "it is no index of git"),
        (7, 9, "its version is 9, and kilter knows 2 to 4"),
        (12 + 26, 0x70, "it holds an entry of an unknown kind"),
        (12 + 26, 0x40, "it is split or sparse"),
    ] {
        let mut broken = whole.clone();
        broken[at] = byte;
        fs::write(folder.index(), broken).unwrap();
        assert_eq!(GitIndex::read(&folder.0).unwrap_err().why.to_string(), said);
    }
}

#[test]
fn a_split_or_sparse_index_is_unknown_as_a_whole() {
    let split = filled(&[]);
    split.git(&["update-index", "--split-index"]);
    assert_eq!(GitIndex::read(&split.0).unwrap_err().why.to_string(), "it is split or sparse");

    let sparse = filled(&[]);
    sparse.git(&["commit", "-qm", "one"]);
    sparse.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "zz"]);
    assert_eq!(GitIndex::read(&sparse.0).unwrap_err().why.to_string(), "it is split or sparse");
}

#[test]
fn no_bytes_make_it_panic_or_grow() {
    let folder = filled(&[]);
    folder.git(&["update-index", "--index-version=4"]);
    let whole = fs::read(folder.index()).unwrap();
    for at in (0..whole.len()).step_by(5) {
        for byte in [0, 0x7f, 0x80, 0xff] {
            let mut bent = whole.clone();
            bent[at] = byte;
            fs::write(folder.index(), bent).unwrap();
            _ = GitIndex::read(&folder.0);
        }
    }
}

#[test]
fn a_tree_asks_the_index_what_is_tracked() {
    let folder = Folder::repository(&[]);
    folder.write("manage.py").write(".env").write("new");
    fs::write(folder.0.join(".gitignore"), ".env\n").unwrap();
    folder.git(&["add", "-f", "manage.py", ".env"]);
    let tree = Tree::walk(std::slice::from_ref(&folder.0)).unwrap();
    let path = |name: &str| camino::Utf8PathBuf::from_path_buf(folder.0.join(name)).unwrap();
    assert_eq!(tree.tracked(&path(".env")), Some(true));
    assert_eq!(tree.tracked(&path("new")), Some(false));
    assert!(!tree.is_export(&path(".env")));
    // Ignore files say nothing of what is tracked (gitignore(5)).
    assert!(!tree.get(&path(".env")).unwrap().ignored);
}

/// An archive of a repository holds what git ignores only if it was tracked, unless somebody has
/// run the project since.
#[test]
fn a_tree_without_a_repository_may_be_an_export_of_one() {
    let folder = Folder::new();
    let path = |name: &str| camino::Utf8PathBuf::from_path_buf(folder.0.join(name)).unwrap();
    let walk = || Tree::walk(std::slice::from_ref(&folder.0)).unwrap();
    folder.write("manage.py").write(".env");
    assert!(!walk().is_export(&path(".env")));
    fs::write(folder.0.join(".gitignore"), ".env\n__pycache__/\n").unwrap();
    assert!(walk().is_export(&path(".env")));
    fs::create_dir(folder.0.join("__pycache__")).unwrap();
    assert!(walk().is_export(&path(".env")), "the archive has what somebody left");
    let later = |name: &str| {
        let an_hour = SystemTime::now() + Duration::from_secs(3600);
        fs::File::open(folder.0.join(name)).unwrap().set_modified(an_hour).unwrap();
    };
    later("__pycache__");
    assert!(!walk().is_export(&path(".env")), "somebody ran it since");
    fs::remove_dir(folder.0.join("__pycache__")).unwrap();
    assert!(walk().is_export(&path(".env")));
    later(".env");
    assert!(!walk().is_export(&path(".env")), "somebody wrote it since");
    assert!(walk().is_export(&path("manage.py")));
}

/// Where no index says what is tracked, what git ignores may have been committed all the same; what
/// commands make is not looked through.
#[test]
fn a_tree_without_a_repository_has_what_lies_in_ignored_folders() {
    let folder = Folder::new();
    for made in ["conf/nginx", "node_modules/x", "staticfiles/admin"] {
        fs::create_dir_all(folder.0.join(made)).unwrap();
    }
    fs::write(folder.0.join(".gitignore"), "conf/\nnode_modules/\nstaticfiles/\n").unwrap();
    folder.write("conf/nginx/site.conf").write("node_modules/x/a.conf");
    folder.write("staticfiles/admin/b.conf");
    let path = |name: &str| camino::Utf8PathBuf::from_path_buf(folder.0.join(name)).unwrap();
    let tree = Tree::walk(std::slice::from_ref(&folder.0)).unwrap();
    assert!(tree.get(&path("conf/nginx/site.conf")).is_some_and(|it| it.ignored));
    assert!(tree.get(&path("node_modules/x/a.conf")).is_none());
    assert!(tree.get(&path("staticfiles/admin/b.conf")).is_none());
}

/// Not every repository has files of git's: one for its readers is a sign too.
#[test]
fn a_tree_with_a_readme_that_nobody_ran_may_be_an_export() {
    let folder = Folder::new();
    let path = |name: &str| camino::Utf8PathBuf::from_path_buf(folder.0.join(name)).unwrap();
    let walk = || Tree::walk(std::slice::from_ref(&folder.0)).unwrap();
    folder.write(".env.prod").write("README.md");
    assert!(walk().is_export(&path(".env.prod")));
    fs::remove_file(folder.0.join("README.md")).unwrap();
    assert!(!walk().is_export(&path(".env.prod")));
}

/// Whichever way the folder is named: what the walk passes by is the same.
#[test]
#[cfg(feature = "oracles")]
fn a_tree_that_is_named_from_here_may_be_an_export_as_well() {
    let folder = Folder::new();
    fs::create_dir_all(folder.0.join("app/__pycache__")).unwrap();
    folder.write("README.md").write("manage.py");
    let dump = "-- PostgreSQL database dump\nCOPY public.auth_user (id) FROM stdin;\n1\n\\.\n";
    fs::write(folder.0.join("it is.sql"), dump).unwrap();
    let whole = folder.0.to_str().unwrap();
    for root in [".", "../x", whole] {
        let root = root.replace('x', folder.0.file_name().unwrap().to_str().unwrap());
        let mut check = Command::new(program());
        check.args(["check", "--format", "concise", &root]).current_dir(&folder.0);
        let said = String::from_utf8(check.output().unwrap().stdout).unwrap();
        assert!(said.contains("the dump `it is.sql` is in"), "{root}: {said}");
    }
}

#[test]
fn ignore_files_name_paths_that_are_not_there() {
    let file = |path: &str, text: &str| File { path: path.into(), bytes: text.into() };
    let tree = Tree::of(vec![
        file(".gitignore", "*.env\n/build/\n"),
        file("deploy/.gitignore", "!example.env\n"),
    ]);
    let ignores = |path: &str| tree.ignores(Utf8Path::new(path));
    assert!(ignores("deploy/prod.env") && ignores("build/x") && ignores("prod.env"));
    assert!(!ignores("deploy/example.env") && !ignores("deploy/build.conf"));
}
