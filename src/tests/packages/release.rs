//! What a release holds: the static program, the Debian package, the image.

use super::{ROOT, deployment, run};
use crate::tests::docker::Daemon;
use crate::tests::{copy_folder, tools};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

/// A folder with what packages/build makes of this tree, built once and without optimization.
static BUILT: LazyLock<TempDir> = LazyLock::new(|| {
    let out = TempDir::new().unwrap();
    let mut build = Command::new(Path::new(ROOT).join("packages/build"));
    build.arg(out.path()).arg("dev").env("KILTER_TOOLS", tools());
    run(&mut build, 0);
    out
});

fn built(end: &str) -> PathBuf {
    let mut files = fs::read_dir(BUILT.path()).unwrap().map(|it| it.unwrap().path());
    let file = files.find(|it| it.to_str().unwrap().ends_with(end));
    file.unwrap_or_else(|| panic!("packages/build makes no {end}"))
}

/// kilter on a fixture, in a root where there is nothing else: no loader, no library, no /proc.
fn alone(root: &Path, program: &str) -> Command {
    copy_folder(&deployment("first-look"), &root.join("site"));
    let mut unshare = Command::new("unshare");
    unshare.args(["--user", "--map-root-user", "--root"]).arg(root);
    unshare.args([program, "check", "--format", "concise", "/site"]).env_clear();
    unshare.env("PATH", std::env::var("PATH").unwrap());
    unshare
}

#[test]
fn the_static_program_needs_nothing_but_itself() {
    let root = TempDir::new().unwrap();
    let mut tar = Command::new("tar");
    tar.args(["-xzf"]).arg(built(".tar.gz")).args(["--strip-components=1", "-C"]);
    run(tar.arg(root.path()), 0);
    let program = root.path().join("kilter");
    let said = Command::new("ldd").arg(&program).output().unwrap();
    let said = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    assert!(said.contains("statically linked") || said.contains("not a dynamic"), "{said}");
    let version = run(Command::new(&program).arg("--version").env_clear(), 0);
    assert_eq!(version.trim(), concat!("kilter ", env!("CARGO_PKG_VERSION")));
    let said = run(&mut alone(root.path(), "/kilter"), 1);
    assert!(said.contains("assets/root-not-served"), "{said}");
    for file in ["kilter.1", "kilter.bash", "_kilter", "kilter.fish", "LICENSE-MIT"] {
        assert!(root.path().join(file).exists(), "{file} is not in the archive");
    }
}

/// Everything below a folder that is no folder, from there.
fn files(folder: &Path) -> Vec<String> {
    let said = run(Command::new("find").args([".", "!", "-type", "d"]).current_dir(folder), 0);
    let mut files: Vec<_> = said.lines().map(str::to_owned).collect();
    files.retain(|it| !it.starts_with("./var/") && !it.starts_with("./site/"));
    files.sort();
    files
}

#[test]
fn the_debian_package_is_installed_and_removed_in_a_clean_root() {
    let root = TempDir::new().unwrap();
    for folder in ["info", "updates", "triggers", "parts"] {
        fs::create_dir_all(root.path().join("var/lib/dpkg").join(folder)).unwrap();
    }
    fs::write(root.path().join("var/lib/dpkg/status"), "").unwrap();
    let dpkg = |arguments: &[&str]| {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg(format!("--root={}", root.path().display())).args(arguments);
        run(&mut dpkg, 0)
    };
    let package = built(".deb");
    dpkg(&["--install", package.to_str().unwrap()]);
    let said = dpkg(&["--status", "kilter"]);
    assert!(said.contains("Status: install ok installed"), "{said}");
    assert!(said.contains(concat!("Version: ", env!("CARGO_PKG_VERSION"))), "{said}");
    assert!(!said.contains("Depends:"), "{said}");

    let installed = files(root.path());
    for file in [
        "./usr/bin/kilter",
        "./usr/share/man/man1/kilter.1.gz",
        "./usr/share/bash-completion/completions/kilter",
        "./usr/share/zsh/vendor-completions/_kilter",
        "./usr/share/fish/vendor_completions.d/kilter.fish",
        "./usr/share/doc/kilter/copyright",
    ] {
        assert!(installed.iter().any(|it| it == file), "{file} is not in {installed:?}");
    }
    let mode = fs::metadata(root.path().join("usr/bin/kilter")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o755);
    let said = run(&mut alone(root.path(), "/usr/bin/kilter"), 1);
    assert!(said.contains("assets/root-not-served"), "{said}");

    dpkg(&["--purge", "kilter"]);
    assert_eq!(files(root.path()), Vec::<String>::new());
}

#[test]
fn the_image_is_the_program_alone() {
    let daemon = Daemon::start();
    let image = BUILT.path().join("image");
    daemon.run(&["build", "--quiet", "--tag", "kilter", image.to_str().unwrap()], 0);
    let check = |name: &str, code| {
        let site = format!("{}:/site:ro", deployment(name).display());
        daemon.run(&["run", "--rm", "--network=none", "--volume", &site, "kilter"], code)
    };
    let said = check("first-look", 1);
    assert!(said.contains("assets/root-not-served"), "{said}");
    check("heypage", 0);
    let size = daemon.run(&["image", "inspect", "--format", "{{.Size}}", "kilter"], 0);
    let program = fs::metadata(image.join("kilter")).unwrap().len();
    assert_eq!(size.trim(), program.to_string(), "there is more in the image than the program");
}
