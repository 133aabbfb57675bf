//! Sets of versions: what a constraint admits, and what can be said of all that it admits.

use super::LocalPart;
use super::Series;
use super::Version;
use std::cmp::Ordering;
use std::fmt;

/// A point between versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    at: Version,
    side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Before,
    /// Beyond the local variants of the version as well, unless it is one itself.
    After,
}

impl Cut {
    pub(super) fn before(at: Version) -> Self {
        Self { at, side: Side::Before }
    }

    pub(super) fn after(at: Version) -> Self {
        Self { at, side: Side::After }
    }

    /// Beyond every post-release, which `>1.4` does not admit either.
    pub(super) fn after_posts(at: Version) -> Self {
        Self::after(Version { post: Some(u64::MAX), dev: None, local: Vec::new(), ..at })
    }

    fn within_public(&self) -> (bool, &[LocalPart], Side) {
        (self.at.local.is_empty() && self.side == Side::After, &self.at.local, self.side)
    }
}

impl Ord for Cut {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.at.cmp_public(&other.at);
        order.then_with(|| self.within_public().cmp(&other.within_public()))
    }
}

impl PartialOrd for Cut {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// From one cut to another, or without end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Interval {
    from: Cut,
    to: Option<Cut>,
}

impl Interval {
    fn meet(&self, other: &Self) -> Option<Self> {
        let from = self.from.clone().max(other.from.clone());
        let to = match (&self.to, &other.to) {
            (Some(a), Some(b)) => Some(a.min(b).clone()),
            (end, None) | (None, end) => end.clone(),
        };
        to.as_ref().is_none_or(|to| from < *to).then_some(Self { from, to })
    }

    fn pinned(&self) -> Option<&Version> {
        let Self { from, to: Some(to) } = self else { return None };
        let one = from.at == to.at && from.side == Side::Before && to.side == Side::After;
        one.then_some(&from.at)
    }
}

const MOST_INTERVALS: usize = 100;

/// A set of versions, pre-releases among them where PEP 440's order puts them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Ascending, and apart from each other.
    intervals: Vec<Interval>,
}

impl Range {
    /// Every version: a requirement without a constraint.
    pub fn any() -> Self {
        Self { intervals: vec![Interval { from: Cut::before(lowest()), to: None }] }
    }

    pub fn exactly(version: &Version) -> Self {
        Self::between(Cut::before(version.clone()), Some(Cut::after(version.clone())))
    }

    /// This release and all later ones, its pre-releases included.
    pub fn since(version: impl Into<Version>) -> Self {
        Self::between(Cut::before(version.into().first()), None)
    }

    /// Everything whose release starts with these numbers: `5.2` holds 5.2rc1 and 5.2.9.
    pub fn series(version: impl Into<Version>) -> Self {
        let version = version.into();
        let next = version.next(version.release.len());
        Self::between(Cut::before(version.first()), Some(Cut::before(next.first())))
    }

    pub(super) fn between(from: Cut, to: Option<Cut>) -> Self {
        let empty = to.as_ref().is_some_and(|to| from >= *to);
        Self { intervals: if empty { Vec::new() } else { vec![Interval { from, to }] } }
    }

    pub(super) fn up_to(to: Cut) -> Self {
        Self::between(Cut::before(lowest()), Some(to))
    }

    /// Every other version.
    pub fn complement(&self) -> Self {
        let mut intervals = Vec::new();
        let mut from = Some(Cut::before(lowest()));
        for interval in &self.intervals {
            let Some(start) = from else { break };
            intervals.extend(Self::between(start, Some(interval.from.clone())).intervals);
            from = interval.to.clone();
        }
        intervals.extend(from.map(|from| Interval { from, to: None }));
        Self { intervals }
    }

    /// What both admit.
    pub fn and(&self, other: &Self) -> Self {
        let pairs = self.intervals.iter().flat_map(|a| other.intervals.iter().map(move |b| (a, b)));
        let mut intervals: Vec<Interval> = pairs.filter_map(|(a, b)| a.meet(b)).collect();
        intervals.sort_by(|a, b| a.from.cmp(&b.from));
        Self { intervals }.bounded()
    }

    /// Nobody writes as many gaps; what does is taken for all between its ends, so that less is
    /// said of it and each step stays short.
    fn bounded(mut self) -> Self {
        if self.intervals.len() > MOST_INTERVALS {
            let to = self.intervals.last().and_then(|last| last.to.clone());
            self.intervals.truncate(1);
            self.intervals[0].to = to;
        }
        self
    }

    /// What either admits.
    pub fn or(&self, other: &Self) -> Self {
        self.complement().and(&other.complement()).complement()
    }

    /// Whether no version can satisfy it, so that an installer would refuse.
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    pub fn contains(&self, version: &Version) -> bool {
        let cut = Cut::before(version.clone());
        let holds = |it: &Interval| it.from <= cut && it.to.as_ref().is_none_or(|to| cut < *to);
        self.intervals.iter().any(holds)
    }

    /// Whether every version that is admitted lies in `other` (yes), none does (no), or that
    /// depends on which is installed. Nothing follows from a range that admits none.
    pub fn within(&self, other: &Self) -> Option<bool> {
        if self.is_empty() {
            return None;
        }
        if self.and(other).is_empty() {
            return Some(false);
        }
        self.and(&other.complement()).is_empty().then_some(true)
    }

    /// Whether what is installed is surely this release or a later one, or surely is not. It is asked of
    /// each of Django's defaults, and so without making the range [`within`](Self::within) takes.
    pub fn at_least(&self, version: impl Into<Version>) -> Option<bool> {
        let from = Cut::before(version.into().first());
        if self.is_empty() {
            return None;
        }
        if self.intervals.iter().all(|it| it.from >= from) {
            return Some(true);
        }
        let ends_before = |it: &Interval| it.to.as_ref().is_some_and(|to| *to <= from);
        self.intervals.iter().all(ends_before).then_some(false)
    }

    /// The only version, if there is one: a pin.
    pub fn pinned(&self) -> Option<&Version> {
        let [only] = self.intervals.as_slice() else { return None };
        only.pinned()
    }

    /// The one feature release that all admitted versions belong to.
    pub fn only_series(&self) -> Option<Series> {
        let series = self.intervals.first()?.from.at.series();
        (self.within(&Self::series(series)) == Some(true)).then_some(series)
    }
}

fn lowest() -> Version {
    Version::from([0]).first()
}

/// As constraints that pip would read the same way.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no version");
        }
        for (at, interval) in self.intervals.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { " or " })?;
            interval.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(version) = self.pinned() {
            return write!(f, "{version}");
        }
        let start = (self.from != Cut::before(lowest())).then(|| match self.from.side {
            Side::Before => format!(">={}", shown(&self.from.at)),
            Side::After => format!(">{}", shown(&self.from.at)),
        });
        let end = self.to.as_ref().map(|to| match to.side {
            Side::Before => format!("<{}", shown(&to.at)),
            Side::After => format!("<={}", shown(&to.at)),
        });
        match (start, end) {
            (None, None) => f.write_str("any version"),
            (Some(one), None) | (None, Some(one)) => f.write_str(&one),
            (Some(start), Some(end)) => write!(f, "{start},{end}"),
        }
    }
}

/// The release that a cut is named after: `<5.0` for the cut before 5.0.dev0.
fn shown(at: &Version) -> Version {
    let mut shown = at.clone();
    if at.pre.is_none() && at.post.is_none() && at.dev == Some(0) {
        shown.dev = None;
    }
    if at.post == Some(u64::MAX) {
        shown.post = None;
    }
    shown
}
