//! How each value came to be: an append-only record that every object points into.

use crate::fact::{Certainty, Doubt, Evidence, Origin};
use crate::source::Place;
use std::rc::Rc;

/// A step in [`Trails`]; zero is the unwritten beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Trail(u32);

impl Trail {
    pub(crate) const NONE: Self = Self(0);
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// It stands there.
    Literal,
    /// It was worked out there from other values.
    Computed,
    /// It was bound to a name there.
    Assigned(Rc<str>),
    /// It came with an import of every name of a module.
    Imported(Rc<str>),
    /// It was changed in place there: `X.append(…)`.
    Changed(Rc<str>),
    /// An environment variable supplied it.
    Supplied(Rc<str>, Rc<Evidence>),
    /// The variable is not set, so the default given there holds.
    DefaultOf(Rc<str>),
    /// A line of a file that was read supplied it.
    Read(Rc<str>),
    /// Another branch would have given another value.
    Joined,
    /// A module that is not in view was imported there for all its names, and may have this one.
    Spared(Rc<str>),
    /// What a library or Django gives by itself.
    Given(Origin),
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) place: Option<Place>,
    pub(crate) what: What,
    pub(crate) from: [Trail; 2],
}

/// Origins beyond these say nothing more to a reader.
const MOST_ORIGINS: usize = 12;
const MOST_STEPS: usize = 40;

#[derive(Debug, Default)]
pub(crate) struct Trails(Vec<Step>);

impl Trails {
    pub(crate) fn add(&mut self, place: Option<Place>, what: What, from: [Trail; 2]) -> Trail {
        self.0.push(Step { place, what, from });
        Trail(self.0.len() as u32)
    }

    fn get(&self, trail: Trail) -> Option<&Step> {
        self.0.get((trail.0 as usize).checked_sub(1)?)
    }

    /// Whether a module that is not in view may have changed it last.
    pub(crate) fn is_spared(&self, trail: Trail) -> bool {
        self.get(trail).is_some_and(|it| matches!(it.what, What::Spared(_)))
    }

    /// The steps that led here, the deciding one first.
    pub(crate) fn steps(&self, trail: Trail) -> Vec<&Step> {
        let mut steps = Vec::with_capacity(MOST_STEPS);
        let mut seen = Vec::with_capacity(MOST_STEPS);
        self.collect(trail, &mut steps, &mut seen, 0);
        steps
    }

    /// What decides comes before what passes on: a name stands for what it was given.
    fn collect<'t>(
        &'t self,
        trail: Trail,
        steps: &mut Vec<&'t Step>,
        seen: &mut Vec<Trail>,
        depth: usize,
    ) {
        let Some(step) = self.get(trail) else { return };
        if seen.contains(&trail) || seen.len() >= MOST_STEPS || depth > MOST_STEPS {
            return;
        }
        seen.push(trail);
        let passes_on = matches!(
            step.what,
            What::Assigned(_) | What::DefaultOf(_) | What::Imported(_) | What::Spared(_)
        );
        if !passes_on {
            steps.push(step);
        }
        // How a file was found says nothing of where its contents stand.
        if let What::Read(_) = step.what {
            return;
        }
        for from in step.from {
            self.collect(from, steps, seen, depth + 1);
        }
        if passes_on {
            steps.push(step);
        }
    }

    /// What a value rests on, the deciding place first.
    pub(crate) fn evidence(&self, trail: Trail) -> Evidence {
        // Most of what settings hold is just written there.
        if let Some(Step {
            place: Some(place),
            what: What::Literal,
            from: [Trail::NONE, Trail::NONE],
        }) = self.get(trail)
        {
            return Evidence::new(vec![Origin::At(*place)], None);
        }
        let mut origins = Vec::with_capacity(MOST_ORIGINS);
        let mut left = MOST_ORIGINS;
        let mut tell = |origin: Origin| {
            if left > 0 && !origins.contains(&origin) {
                origins.push(origin);
            }
            left = left.saturating_sub(1);
        };
        let mut doubt = None;
        for step in self.steps(trail) {
            if let What::Supplied(_, evidence) = &step.what {
                evidence.origins().iter().copied().for_each(&mut tell);
                doubt = [doubt, evidence.doubt().cloned()].into_iter().flatten().min();
            }
            if let What::Read(_) = step.what {
                for from in step.from {
                    doubt =
                        [doubt, self.evidence(from).doubt().cloned()].into_iter().flatten().min();
                }
            }
            if let What::Spared(module) = &step.what {
                let why = format!("`{module}` is not in view, and may say otherwise").into();
                let spared = Doubt { certainty: Certainty::Likely, place: step.place, why };
                doubt = [doubt, Some(spared)].into_iter().flatten().min();
                continue;
            }
            if let What::Given(origin) = step.what {
                tell(origin);
            }
            step.place.map(Origin::At).into_iter().for_each(&mut tell);
        }
        if origins.is_empty() {
            origins.push(Origin::UNSEEN);
        }
        Evidence::new(origins, doubt)
    }

    /// The file that a value is the whole text of, handed on but not worked on.
    pub(crate) fn whole_file(&self, trail: Trail) -> Option<Place> {
        let mut step = self.get(trail)?;
        for _ in 0..MOST_STEPS {
            if let What::Read(_) = step.what {
                return step.place;
            }
            step = self.get(step.from[0])?;
        }
        None
    }
}
