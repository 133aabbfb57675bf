//! For whom a requirement applies.

use super::read;
use crate::fact::version::pep440;

/// Whether a marker holds under Pythons of this range.
fn holds(marker: &str, python: &str) -> Option<bool> {
    let read = read("requirements.txt", &format!("a; {marker}"));
    assert_eq!(read.problems(), []);
    let python = pep440(python).unwrap();
    read.manifest.requirements[0].marker.as_ref().unwrap().holds(Some(&python))
}

#[test]
fn platforms_are_those_that_serve_django() {
    assert_eq!(holds("sys_platform == 'win32'", ""), Some(false));
    assert_eq!(holds("sys_platform != 'win32'", ""), Some(true));
    assert_eq!(holds("'linux' in sys_platform", ""), Some(true));
    assert_eq!(holds("platform_system not in 'Windows Darwin'", ""), Some(true));
    assert_eq!(holds("os_name=='nt' and python_version<'3'", ""), Some(false));
    assert_eq!(holds("platform_machine == 'x86_64'", ""), None);
    assert_eq!(holds("platform_machine == 'x86_64' or os_name == 'posix'", ""), Some(true));
    assert_eq!(holds("extra == 'dev'", ""), None);
}

#[test]
fn versions_of_python_are_compared_as_series() {
    for (marker, python, expected) in [
        ("python_version < '3.11'", ">=3.12", Some(false)),
        ("python_version < '3.11'", ">=3.8", None),
        ("python_version <= '3.11'", "==3.11.4", Some(true)),
        ("python_version > '3.11'", "==3.11.4", Some(false)),
        ("python_version == '3.11'", "==3.11.*", Some(true)),
        ("python_version != '3.11'", "==3.11.*", Some(false)),
        ("python_version >= '3'", "==3.11.*", Some(true)),
        ("python_full_version < '3.11.3'", "==3.11.4", Some(false)),
        (
            "(python_version >= '3.6' and os_name == 'posix') or os_name == 'nt'",
            ">=3.8",
            Some(true),
        ),
        ("'3.8' < python_version", ">=3.8", None),
        ("'3.13' > python_version", "==3.13.*", Some(false)),
        ("python_version >= '3.13'", "==3.13.*", Some(true)),
        ("python_version ~= '3.8'", "==3.13.*", Some(true)),
        ("python_version in '3.11 3.12'", "==3.12.*", Some(true)),
        ("python_version in '3.11 3.12'", "==3.13.*", Some(false)),
        ("python_version not in '3.11 3.12'", ">=3.13", Some(true)),
        ("'3.1' in python_version", "==3.12.*", Some(true)),
    ] {
        assert_eq!(holds(marker, python), expected, "{marker} under {python}");
    }
}

#[test]
fn what_is_no_marker_is_refused() {
    for marker in ["", "os_name", "os_name ==", "os_name == 'a' b", "(os_name == 'a'", "'a' == 'b'"]
    {
        let read = read("requirements.txt", &format!("a; {marker}"));
        assert_eq!(read.problems.len(), 1, "{marker}");
        let marker = read.manifest.requirements[0].marker.as_ref();
        assert_eq!(marker.unwrap().holds(None), None);
    }
}
