//! Rules and journeys are two ways to one answer, so they have to agree.
//!
//! Every deployment of the fixtures, every variant of one and every example of a rule's page is
//! asked what browsers and health checks ask. A bad end has a rule that tells of it, and a rule
//! that is certain has a journey that ends so.

mod asked;
mod completed;
mod ends;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fact::Certainty;
use crate::model::journey::{End, Journey, Journeys, Lies};
use crate::model::{Deployment, Stage};
use crate::rules::{self, Rule};
use crate::run::run;
use crate::source::{File, Tree};
use crate::tests::journey::shown;
use crate::tests::{deployments, pages};
use asked::Asked;
use camino::Utf8Path;
use ends::{Bad, EXCEPTIONS, TELLS, Tells};
use std::collections::{BTreeMap, BTreeSet};

struct Case {
    name: String,
    files: Vec<File>,
    config: Config,
}

/// What came of a case's journeys and diagnostics.
#[derive(Default)]
struct Tally {
    journeys: usize,
    unknown: usize,
    /// Bad ends that a rule tells of.
    told: BTreeMap<Bad, usize>,
    /// Certain errors with a journey that ends so.
    ended: usize,
    /// Certain errors of which journeys cannot tell, or that end as badly before.
    open: usize,
    /// The exceptions that occurred.
    excepted: BTreeSet<&'static str>,
    faults: Vec<String>,
}

#[test]
fn what_ends_badly_is_told_of_and_what_is_told_of_ends_badly() {
    let mut tally = Tally::default();
    cases().into_iter().for_each(|case| tally.judge(case));
    let told: usize = tally.told.values().sum();
    println!(
        "{} journeys: {told} bad ends are told of, {:?}; {} have none that is known\n\
         {} certain errors: {} with such an end, {} where another comes first or nobody can tell",
        tally.journeys,
        tally.told,
        tally.unknown,
        tally.ended + tally.open,
        tally.ended,
        tally.open,
    );
    assert!(tally.faults.is_empty(), "{}:\n{}", tally.faults.len(), tally.faults.join("\n"));
    let idle = EXCEPTIONS.iter().find(|it| !tally.excepted.contains(it.case));
    assert!(idle.is_none(), "this exception occurs no more: {}", idle.unwrap().case);
    assert!(tally.journeys >= JOURNEYS && told >= TOLD && tally.ended >= ENDED, "too few");
    // Examples of what depends on files out of view ask for pages whose end nobody knows.
    assert!(tally.unknown * 4 <= tally.journeys && tally.open * 5 <= tally.ended, "too little");
}

/// As many as there were, and a few less.
const JOURNEYS: usize = 4100;
const TOLD: usize = 1250;
const ENDED: usize = 350;

/// Those that something is asked of. Examples of the rules in question are asked twice, as most of
/// them say little of what else a request meets.
fn cases() -> Vec<Case> {
    let words = ["proxy_pass", "reverse_proxy", "healthcheck"];
    let asks = |files: &[File]| {
        let text = |file: &File| String::from_utf8_lossy(&file.bytes).to_ascii_lowercase();
        files.iter().map(text).any(|text| words.iter().any(|it| text.contains(it)))
    };
    let whole = deployments::each_deployment().into_iter();
    let mut all: Vec<Case> =
        whole.map(|(name, files, config)| Case { name, files, config }).collect();
    for (name, files, config) in pages::each_example().filter(|(_, files, _)| asks(files)) {
        let rule = name.split(',').next().unwrap_or_default();
        let twice = Tells::of(rule).is_some();
        for (strictly, how) in
            [(false, ""), (true, ", strictly")].iter().take(1 + usize::from(twice))
        {
            let files = completed::completed(files.clone(), *strictly);
            all.push(Case { name: format!("{name}{how}"), files, config: config.clone() });
        }
    }
    all
}

/// The rules that tell of ends, and those that speak in their stead.
fn telling() -> Vec<&'static Rule> {
    let tells = |id: &str| TELLS.iter().any(|it| it.rule == id);
    rules::all().filter(|it| tells(it.id) || it.explains.iter().any(|it| tells(it))).collect()
}

impl Tally {
    fn judge(&mut self, case: Case) {
        let Case { name, files, config } = case;
        let tree = Tree::of(files);
        let rules = telling();
        let outcome = run(&tree, &Config { rules, follows_views: true, ..config });
        let disk = |path: &Utf8Path| match tree.is_file(path) {
            true => Some(Lies::File),
            false => tree.is_dir(path).then_some(Lies::Folder),
        };
        let real = |it: &&Deployment| it.stage.value == Stage::Production;
        for deployment in outcome.model.deployments.iter().filter(real) {
            let journeys = Journeys::new(deployment, Some(&disk));
            let walked: Vec<_> = asked::asked(deployment)
                .into_iter()
                .map(|asked| {
                    let journey = match asked.follows {
                        true => journeys.follow(&asked.request),
                        false => journeys.answer(&asked.request),
                    };
                    (asked, journey)
                })
                .collect();
            let said: Vec<&Diagnostic> =
                outcome.diagnostics.iter().filter(|it| is_of(it, deployment)).collect();
            walked.iter().for_each(|(asked, journey)| self.end(&name, asked, journey, &said));
            said.iter().for_each(|it| self.diagnostic(&name, it, &walked));
        }
    }

    /// A bad end has a rule that tells of it.
    fn end(&mut self, case: &str, asked: &Asked, journey: &Journey, said: &[&Diagnostic]) {
        self.journeys += 1;
        self.unknown += usize::from(matches!(journey.end, End::Unknown(_)));
        let Some(bad) = ends::bad(asked, journey).filter(|_| journey.doubt.is_none()) else {
            return;
        };
        let tells = |it: &&Diagnostic| Tells::of(it.rule).is_some_and(|it| it.ends.contains(&bad));
        let excepted = EXCEPTIONS.iter().find(|it| case.starts_with(it.case) && it.bad == bad);
        match (said.iter().any(tells), excepted) {
            (true, _) => *self.told.entry(bad).or_default() += 1,
            (false, Some(exception)) => _ = self.excepted.insert(exception.case),
            (false, None) => {
                let hops: String =
                    journey.hops.iter().map(|it| format!("\n    {}", it.text)).collect();
                let end = shown(&journey.end);
                let request = &asked.request;
                self.faults.push(format!("{case}: no rule tells of {request}, {end}{hops}"));
            }
        }
    }

    /// A rule that is certain has a journey that ends so.
    fn diagnostic(&mut self, case: &str, it: &Diagnostic, walked: &[(Asked, Journey)]) {
        let Some(tells) = Tells::of(it.rule).filter(|it| it.otherwise.is_none()) else { return };
        let is_certain = it.certainty() == Certainty::Certain && it.severity() == Severity::Error;
        let about: Vec<_> = walked.iter().filter(|(asked, _)| tells.is_about(asked.what)).collect();
        if !is_certain || about.is_empty() {
            return;
        }
        let ends = |(asked, journey): &&(Asked, Journey)| {
            ends::bad(asked, journey).is_some_and(|bad| tells.ends.contains(&bad))
        };
        let open = |(asked, journey): &&(Asked, Journey)| {
            matches!(journey.end, End::Unknown(_)) || ends::bad(asked, journey).is_some()
        };
        match (about.iter().copied().any(|it| ends(&it)), about.iter().copied().any(|it| open(&it)))
        {
            (true, _) => self.ended += 1,
            (false, true) => self.open += 1,
            (false, false) => {
                let all = about.iter().map(|(asked, journey)| {
                    format!("\n    {}: {}", asked.request, shown(&journey.end))
                });
                let all: String = all.collect();
                self.faults.push(format!("{case}: {} has no such end{all}", it.rule));
            }
        }
    }
}

fn is_of(it: &Diagnostic, deployment: &Deployment) -> bool {
    it.deployments.is_empty() || it.deployments.contains(&deployment.name)
}
