//! How long each series of Django is supported.

use super::Range;
use super::Series;

/// The day on which the table below was last compared with its source.
pub const DJANGO_SUPPORT_AS_OF: &str = "2026-04-10";

/// A series of Django. Dates are `YYYY-MM-DD`, so that they compare as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportedSeries {
    pub series: Series,
    pub released: &'static str,
    /// The last day on which security fixes are made. Django announces months ahead and settles
    /// on a day when it comes: until then this is the last of the month.
    pub supported_until: &'static str,
    pub lts: bool,
}

impl SupportedSeries {
    /// Whether its support is over on a day.
    pub fn is_over(&self, day: &str) -> bool {
        self.supported_until < day
    }
}

const fn series(
    number: [u64; 2],
    released: &'static str,
    supported_until: &'static str,
) -> SupportedSeries {
    let [major, minor] = number;
    // The last series before a new major number is the one with long-term support.
    let lts = matches!(number, [1, 4 | 8 | 11]) || (major > 1 && minor == 2);
    SupportedSeries { series: Series::new(major, minor), released, supported_until, lts }
}

/// "Supported versions" of <https://www.djangoproject.com/download/>, ascending; days of what is
/// past as <https://endoflife.date/django> records them, before 1.8 as the page's "Unsupported previous
/// releases" does. 6.1 and 6.2 are as planned there.
pub const DJANGO_SERIES: &[SupportedSeries] = &[
    series([1, 3], "2011-03-23", "2013-02-26"),
    series([1, 4], "2012-03-23", "2015-10-01"),
    series([1, 5], "2013-02-26", "2014-09-02"),
    series([1, 6], "2013-11-06", "2015-04-01"),
    series([1, 7], "2014-09-02", "2015-12-01"),
    series([1, 8], "2015-04-01", "2018-04-01"),
    series([1, 9], "2015-12-01", "2017-04-04"),
    series([1, 10], "2016-08-01", "2017-12-02"),
    series([1, 11], "2017-04-04", "2020-04-01"),
    series([2, 0], "2017-12-02", "2019-04-01"),
    series([2, 1], "2018-08-01", "2019-12-02"),
    series([2, 2], "2019-04-01", "2022-04-11"),
    series([3, 0], "2019-12-02", "2021-04-06"),
    series([3, 1], "2020-08-04", "2021-12-07"),
    series([3, 2], "2021-04-06", "2024-04-01"),
    series([4, 0], "2021-12-07", "2023-04-01"),
    series([4, 1], "2022-08-03", "2023-12-01"),
    series([4, 2], "2023-04-03", "2026-04-07"),
    series([5, 0], "2023-12-04", "2025-04-02"),
    series([5, 1], "2024-08-07", "2025-12-03"),
    series([5, 2], "2025-04-02", "2028-04-30"),
    series([6, 0], "2025-12-03", "2027-04-30"),
    series([6, 1], "2026-08-31", "2027-12-31"),
    series([6, 2], "2027-04-30", "2030-04-30"),
];

/// The latest series that a requirement admits; none if it admits some that the table does not
/// know, or lies wholly before it.
pub fn latest_django_series(range: &Range) -> Option<&'static SupportedSeries> {
    let last = DJANGO_SERIES.last()?;
    let beyond = Range::since(last.series).and(&Range::series(last.series).complement());
    if !range.and(&beyond).is_empty() {
        return None;
    }
    DJANGO_SERIES.iter().rev().find(|it| !range.and(&Range::series(it.series)).is_empty())
}
