//! Whether a script goes on when one of its commands fails (POSIX.1-2024, `set -e`).

use crate::syntax::shell::evaluate::{Context, Ends, OnFailure, State};
use crate::syntax::shell::{Command, Compound, CompoundKind, Connector, Item, Simple};

/// Commands after which nothing of the script runs.
const LEAVING: &[&str] = &["exit", "return", "false", "kill"];

impl State<'_> {
    /// What the failure of one command in a list leads to, with what is done about it further on.
    pub(super) fn on_failure(
        &mut self,
        list: &[Item],
        index: usize,
        context: Context,
        ends: &mut Ends,
    ) -> OnFailure {
        let on_failure = self.at_once(list, index, context, ends);
        match on_failure {
            OnFailure::Skips(_) | OnFailure::GoesOn(_) | OnFailure::Tested
                if !list[index].background =>
            {
                self.minded_behind(list, index).unwrap_or(on_failure)
            }
            _ => on_failure,
        }
    }

    /// What the failure of one command in a list leads to at first. Its list of `&&` and its answer get a
    /// place in `ends` when they are first met.
    fn at_once(
        &mut self,
        list: &[Item],
        index: usize,
        context: Context,
        ends: &mut Ends,
    ) -> OnFailure {
        let item = &list[index];
        let chained = || list[index + 1..].iter().take_while(|it| it.connector != Connector::Then);
        if item.background {
            return OnFailure::GoesOn(None);
        }
        // Which member of a pipe decides, `pipefail` says.
        if item.piped {
            return OnFailure::Stops;
        }
        let answer = (index + 1..list.len()).zip(chained());
        if let Some((at, answer)) = answer.into_iter().find(|it| it.1.connector == Connector::Or) {
            return match &answer.command {
                mild if is_mild(mild) => OnFailure::GoesOn(place(mild)),
                leaving if self.only_leaves(leaving) => OnFailure::Stops,
                _ => OnFailure::Tries(Some(self.answer(at, ends))),
            };
        }
        let behind = chained().count();
        let is_last = index + 1 + behind == list.len();
        if let Some(answered) = self.asked_behind(&list[index + 1 + behind..]) {
            return answered;
        }
        if is_last && let Some(answered) = context.answered {
            return answered;
        }
        if is_last && context.last {
            return OnFailure::Stops;
        }
        if behind > 0 {
            let chain = ends.chain.get_or_insert(self.chains.len());
            if *chain == self.chains.len() {
                self.chains.push(usize::MAX);
            }
            return OnFailure::Skips(*chain);
        }
        match context.answered.is_some() || item.negated || !self.exit_on_error {
            true => OnFailure::GoesOn(None),
            false => OnFailure::Stops,
        }
    }

    /// How a compound command takes a failure inside of it.
    pub(super) fn inside(&self, list: &[Item], index: usize, context: Context) -> Context {
        let item = &list[index];
        let next = list.get(index + 1).map(|it| it.connector);
        let is_tested = matches!(next, Some(Connector::And | Connector::Or)) || item.negated;
        let is_last = next.is_none();
        Context {
            last: context.last && is_last,
            answered: match is_tested {
                true => Some(context.on_failure),
                false if is_last => context.answered,
                false => context.answered.map(|_| OnFailure::GoesOn(None)),
            },
            ..context
        }
    }

    /// What a failure leads to where the next command asks for `$?`: `if [ $? -ne 0 ]; then exit 1; fi`,
    /// `[ $? -eq 0 ] || exit 1`.
    fn asked_behind(&self, rest: &[Item]) -> Option<OnFailure> {
        let [next, behind @ ..] = rest else { return None };
        if let Command::Compound(compound) = &next.command
            && compound.kind == CompoundKind::If
        {
            let asks = compound.lists.first()?.first().is_some_and(|it| asks(&it.command));
            return asks.then(|| self.tested(&compound.lists));
        }
        let mut chained = behind.iter().take_while(|it| it.connector != Connector::Then);
        let leaves = asks(&next.command) && chained.any(|it| self.leaves(&it.command));
        leaves.then_some(OnFailure::Stops)
    }

    /// What a failing condition leads to: to whatever the branches do.
    pub(super) fn tested(&self, lists: &[Vec<Item>]) -> OnFailure {
        let leaves = lists.iter().flatten().any(|item| self.leaves(&item.command));
        if leaves {
            return OnFailure::Stops;
        }
        self.minded_in_branches(lists).unwrap_or(OnFailure::Tested)
    }

    fn leaves(&self, command: &Command) -> bool {
        match command {
            Command::Simple(simple) => self.simple_leaves(simple),
            Command::Compound(compound) => leaves_within(compound),
            Command::Function { .. } => false,
        }
    }

    /// Whether an answer to a failure does nothing but end the script, with a word on the way.
    fn only_leaves(&self, command: &Command) -> bool {
        match command {
            Command::Simple(simple) => self.simple_leaves(simple),
            Command::Compound(compound) => {
                let mut items = compound.lists.iter().flatten();
                leaves_within(compound)
                    && items.all(|it| is_mild(&it.command) || self.only_leaves(&it.command))
            }
            Command::Function { .. } => false,
        }
    }

    /// The number of what stands at this place of a list as the answer to a failure.
    fn answer(&mut self, at: usize, ends: &mut Ends) -> usize {
        if let Some((_, known)) = ends.answers.iter().rfind(|(it, _)| *it == at) {
            return *known;
        }
        ends.answers.push((at, self.answers.len()));
        self.answers.push(None);
        self.answers.len() - 1
    }

    /// Something has run that began with this number of commands: an answer, perhaps.
    pub(super) fn end_answer(&mut self, at: usize, began: usize, ends: &Ends) {
        let known = ends.answers.iter().rfind(|(it, _)| *it == at);
        if let Some((_, number)) = known.filter(|_| began < self.outcome.ran.len()) {
            self.answers[*number] = Some(began);
        }
    }

    pub(super) fn simple_leaves(&self, simple: &Simple) -> bool {
        let body = simple.words.first().and_then(|it| self.functions.get(it.raw.as_str()));
        is_leaving(simple) || body.is_some_and(|body| leaves_within(body))
    }

    /// A list of `&&` is over.
    pub(super) fn end_chain(&mut self, chain: Option<usize>) {
        if let Some(chain) = chain {
            self.chains[chain] = self.outcome.ran.len();
        }
    }

    /// Names the end of each list of `&&` and the beginning of each answer, now that all are known.
    pub(super) fn number_failures(&mut self) {
        let all = self.outcome.ran.len();
        for ran in &mut self.outcome.ran {
            ran.on_failure = match ran.on_failure {
                // What takes the shell's place is the script's end, whatever stands behind it.
                _ if ran.exec && !ran.apart => OnFailure::Stops,
                OnFailure::Skips(chain) => OnFailure::Skips(self.chains[chain].min(all)),
                OnFailure::Tries(Some(answer)) => OnFailure::Tries(self.answers[answer]),
                other => other,
            };
        }
    }
}

/// Whether a command is handed how the one before it ended.
pub(super) fn asks(command: &Command) -> bool {
    let words = match command {
        Command::Simple(simple) => &simple.words,
        Command::Compound(Compound { kind: CompoundKind::Test { words }, .. }) => words,
        Command::Compound(_) | Command::Function { .. } => return false,
    };
    words.iter().any(|word| word.raw.as_str().contains("$?"))
}

fn is_leaving(simple: &Simple) -> bool {
    simple.words.first().is_some_and(|it| LEAVING.contains(&it.raw.as_str()))
}

/// Functions that a function calls are not followed.
fn leaves_within(compound: &Compound) -> bool {
    compound.lists.iter().flatten().any(|item| match &item.command {
        Command::Simple(simple) => is_leaving(simple),
        Command::Compound(inner) => leaves_within(inner),
        Command::Function { .. } => false,
    })
}

/// Whether an answer to a failure does nothing but tell of it. Whatever else it does may mend it.
fn is_mild(command: &Command) -> bool {
    const MILD: &[&str] = &["true", ":", "echo", "printf", "sleep", "warn", "log"];
    match command {
        Command::Simple(simple) => {
            simple.words.first().is_some_and(|it| MILD.contains(&it.raw.as_str()))
        }
        Command::Compound(compound) => {
            matches!(compound.kind, CompoundKind::Group | CompoundKind::Subshell)
                && compound.lists.iter().flatten().all(|item| is_mild(&item.command))
        }
        Command::Function { .. } => false,
    }
}

fn place(command: &Command) -> Option<crate::source::Place> {
    match command {
        Command::Simple(simple) => Some(simple.place),
        Command::Compound(compound) => Some(compound.place),
        Command::Function { .. } => None,
    }
}
