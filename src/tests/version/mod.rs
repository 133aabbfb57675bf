//! Versions, ranges, and what may be concluded from them.

use crate::fact::version::{
    DJANGO_SERIES, DJANGO_SUPPORT_AS_OF, Range, Series, Version, image_tag, latest_django_series,
    pep440, poetry,
};

#[cfg(feature = "oracles")]
mod oracle;

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn range(text: &str) -> Range {
    pep440(text).unwrap()
}

#[test]
fn versions_are_ordered_as_pep_440_orders_them() {
    let ascending = [
        "1.dev0",
        "1.0.dev456",
        "1.0a1",
        "1.0a2.dev456",
        "1.0a12.dev456",
        "1.0a12",
        "1.0b1.dev456",
        "1.0b2",
        "1.0b2.post345.dev456",
        "1.0b2.post345",
        "1.0rc1.dev456",
        "1.0rc1",
        "1.0",
        "1.0+abc.5",
        "1.0+abc.7",
        "1.0+5",
        "1.0.post456.dev34",
        "1.0.post456",
        "1.0.15",
        "1.1.dev1",
        "1!0.1",
    ];
    for pair in ascending.windows(2) {
        assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
    }
}

#[test]
fn spellings_are_normalised() {
    for (written, normal) in [
        ("v1.0", "1.0"),
        ("1.0-1", "1.0.post1"),
        ("1.0alpha1", "1.0a1"),
        ("1.0.RC.2", "1.0rc2"),
        ("1.0c", "1.0rc0"),
        ("1.0-dev", "1.0.dev0"),
        ("1.0rev3", "1.0.post3"),
        ("1.0+ubuntu-1", "1.0+ubuntu.1"),
        (" 2!3 ", "2!3"),
        ("01.02", "1.2"),
    ] {
        assert_eq!(version(written).to_string(), normal);
    }
    assert_eq!(version("5.2"), version("5.2.0"));
}

#[test]
fn what_is_no_version_is_refused() {
    for text in ["", "x", "1.", "1..2", "1.0+", "1.0+a_", "1.0+ü", "!1", "1.0-", "-1", "1.0 beta x"]
    {
        assert!(text.parse::<Version>().is_err(), "{text}");
    }
    let huge = "9".repeat(100_000);
    assert!(version(&huge) > version("1"));
}

#[test]
fn a_range_says_always_never_or_nothing() {
    for (constraint, at_least_4_2) in [
        ("==4.2.16", Some(true)),
        ("==4.2rc1", Some(true)),
        (">=4.2,<5.0", Some(true)),
        ("~=4.2.3", Some(true)),
        (">4.2", Some(true)),
        (">=3.2,<4.2", Some(false)),
        ("<4.2", Some(false)),
        ("==3.*", Some(false)),
        (">=3.2", None),
        ("", None),
        ("!=4.2", None),
        (">=5,<4", None),
    ] {
        assert_eq!(range(constraint).at_least([4, 2]), at_least_4_2, "{constraint}");
        let within = range(constraint).within(&Range::since([4, 2]));
        assert_eq!(within, at_least_4_2, "{constraint}");
    }
}

#[test]
fn ranges_are_cut_united_and_shown() {
    assert_eq!(range(">=4.2,<5.0").to_string(), ">=4.2,<5.0");
    assert_eq!(range("==4.2.16").to_string(), "4.2.16");
    assert_eq!(range(">4.2,<=5").to_string(), ">4.2,<=5");
    assert_eq!(range("").to_string(), "any version");
    assert_eq!(range(">2,<1").to_string(), "no version");
    assert_eq!(range(">=1,!=1.5").to_string(), ">=1,<1.5 or >1.5");
    let apart = range("<2").or(&range(">=3"));
    assert!(!apart.contains(&version("2.5")));
    assert_eq!(apart.and(&range(">=1,<3.1")).to_string(), ">=1,<2 or >=3,<3.1");
    assert_eq!(apart.or(&range(">=1")), Range::any());
}

#[test]
fn a_range_with_countless_gaps_is_taken_as_a_whole() {
    let excluded: String = (1..3000).map(|it| format!(",!={it}")).collect();
    let all = range(&format!(">=0,<4000{excluded}"));
    assert!(all.contains(&version("3.5")));
    assert_eq!(all.at_least([5000]), Some(false));
    assert_eq!(all.at_least([4, 2]), None);
}

#[test]
fn a_pin_and_its_series_are_found() {
    assert_eq!(range("==4.2.16").pinned(), Some(&version("4.2.16")));
    assert_eq!(range(">=4.2").pinned(), None);
    assert_eq!(range("~=4.2.1").only_series(), Some(Series::new(4, 2)));
    assert_eq!(range("==4.2.16").only_series(), Some(Series::new(4, 2)));
    assert_eq!(range("~=4.2").only_series(), None);
    assert_eq!(range(">=4.2").only_series(), None);
}

#[test]
fn poetrys_shorthand_is_read() {
    for (constraint, same) in [
        ("^1.2.3", ">=1.2.3,<2.0.dev0"),
        ("^0.2.3", ">=0.2.3,<0.3.dev0"),
        ("^0.0.3", ">=0.0.3,<0.0.4.dev0"),
        ("^0.0", ">=0.0,<0.1.dev0"),
        ("^0", ">=0,<1.dev0"),
        ("~1", ">=1,<2.dev0"),
        ("~1.2", ">=1.2,<1.3.dev0"),
        ("~1.2.3", ">=1.2.3,<1.3.dev0"),
        ("~=1.2.3", "~=1.2.3"),
        ("*", ""),
        ("1.2.*", "==1.2.*"),
        ("5.1.2", "==5.1.2"),
        ("=5.1.2", "==5.1.2"),
        (">=4.2 <5.0", ">=4.2,<5.0"),
        (">= 4.2, < 5.0", ">=4.2,<5.0"),
        ("!=4.2", "!=4.2"),
    ] {
        assert_eq!(poetry(constraint).unwrap(), range(same), "{constraint}");
    }
    assert_eq!(poetry("^4.2 || ^5.2").unwrap(), range("~=4.2").or(&range("~=5.2")));
    for refused in ["", "^", "^x", ">=", "latest", "^1.2.*"] {
        assert!(poetry(refused).is_err(), "{refused}");
    }
}

#[test]
fn tags_of_images_are_series() {
    for (tag, same) in [
        ("18-alpine", "==18.*"),
        ("1.27", "==1.27.*"),
        ("v2.11", "==2.11.*"),
        ("3.12.4-slim-bookworm", "==3.12.4.*"),
        ("3.14.0rc1-slim", "==3.14.0rc1"),
    ] {
        assert_eq!(image_tag(tag), Some(range(same)), "{tag}");
    }
    for tag in ["latest", "alpine", "bookworm-20240101", "pg16", "1a2b3c4", "", "-", "stable-1.2"] {
        assert_eq!(image_tag(tag), None, "{tag}");
    }
}

#[test]
fn the_latest_admitted_series_of_django_is_known_or_open() {
    let latest = |text| latest_django_series(&range(text)).map(|it| it.series.to_string());
    assert_eq!(latest("<4"), Some("3.2".to_owned()));
    assert_eq!(latest("==1.7.4"), Some("1.7".to_owned()));
    assert_eq!(latest("==4.2.*"), Some("4.2".to_owned()));
    assert_eq!(latest("==4.2.16"), Some("4.2".to_owned()));
    assert_eq!(latest("~=5.1"), Some("5.2".to_owned()));
    assert_eq!(latest(">=4.2"), None);
    assert_eq!(latest("!=4.2"), None);
    let over = |text| latest_django_series(&range(text)).unwrap().is_over(DJANGO_SUPPORT_AS_OF);
    assert!(over("<4"));
    assert!(over("==4.2.16"));
    assert!(!over("~=5.1"));
}

#[test]
fn the_table_of_django_is_in_order() {
    for pair in DJANGO_SERIES.windows(2) {
        assert!(pair[0].series < pair[1].series);
        assert!(pair[0].released < pair[1].released, "{}", pair[1].series);
    }
    for it in DJANGO_SERIES {
        assert!(it.released < it.supported_until, "{}", it.series);
    }
    let lts = DJANGO_SERIES.iter().filter(|it| it.lts).map(|it| it.series.to_string());
    assert_eq!(lts.collect::<Vec<_>>(), ["1.4", "1.8", "1.11", "2.2", "3.2", "4.2", "5.2", "6.2"]);
}
