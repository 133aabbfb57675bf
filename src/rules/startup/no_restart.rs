//! See the page.

use crate::diagnostic::{Findings, Safety, Severity};
use crate::fact::Certainty;
use crate::model::compose::Service;
use crate::model::image::{Image, Role};
use crate::model::units::Unit;
use crate::model::{Container, Deployment, Process, ProcessKind, UnitKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "startup/no-restart",
    since: "0.1.0",
    severity: Severity::Warning,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/startup/no-restart.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    services(deployment, out);
    units(deployment, out);
}

fn services(deployment: &Deployment, out: &mut Findings) {
    let stays = |process: &Process| {
        let kind = process.kind;
        let serves =
            matches!(kind, ProcessKind::Proxy | ProcessKind::Database | ProcessKind::Cache);
        kind.is_app() && process.stays == Some(true) || serves
    };
    // Where nothing says that the files are for a server, and none of Django's is among them, nobody may
    // want it.
    let is_doubted = deployment.stage.evidence().certainty() < Certainty::Certain;
    let has_django = deployment.processes.iter().any(|it| it.django.is_some());
    let is_idle = is_doubted && !deployment.kept_up && !has_django;
    // What is tried before it goes live need not be there tomorrow.
    let is_tried = is_doubted && deployment.is_rehearsal();
    // A web server beside certbot's `certonly`, and nothing else, is there until it has its first
    // certificate.
    let services = deployment.services();
    let asks = |(service, _, container): &(&Service, &Process, &Container)| {
        let is_certbot = container.role().is_some_and(|it| it.value == Role::Certificates);
        // Without a command, `run` brings it one.
        let waits_for_one = service.command.is_none() && service.entrypoint.is_none();
        obtains(service) || is_certbot && waits_for_one
    };
    let is_for_certificate = !has_django && services.iter().any(asks);
    if deployment.may_be_stack() || is_idle || is_tried || is_for_certificate {
        return;
    }
    // What an image does that is not in view, nobody knows; but what others come to has to stay.
    // certbot takes port 80 for as long as it is asked.
    let may_stay = |service: &Service, process: &Process, container: &Container| {
        let obtains =
            container.role().is_some_and(|it| it.value == Role::Certificates) || obtains(service);
        // A tool for `docker compose run`, as far as anybody can tell.
        let is_idle = service.ports.is_empty()
            && service.command.is_none()
            && service.entrypoint.is_none()
            && container.image.as_ref().is_some_and(starts_unseen);
        process.stays != Some(false) && !obtains && !is_idle
    };
    // What a web server passes requests on to answers them, whatever it is.
    let answers = |service: &Service, process: &Process, container: &Container| {
        process.kind == ProcessKind::Other
            && (!service.ports.is_empty() || deployment.is_asked_by_sites(&process.name))
            && may_stay(service, process, container)
    };
    type Services<'d> = Vec<(&'d Service, &'d Process, &'d Container)>;
    let (mut down, others): (Services<'_>, Services<'_>) = services
        .into_iter()
        .filter(|(it, ..)| it.stays_down() && !it.only_holds_volumes())
        // It would only end again.
        .filter(|(it, _, container)| {
            let ends = container.runs_its_base(it).is_some() || container.starts_bare_shell(it);
            it.interactive || !ends
        })
        .filter(|(_, process, _)| !deployment.is_job(&process.name))
        .partition(|(it, process, container)| stays(process) || answers(it, process, container));
    let edits: Vec<_> = down.iter().filter_map(|(service, ..)| service.start_again()).collect();
    let Some((first, process, _)) = down.first().copied() else { return };
    // Nobody is to think that those beside it were looked at and found right.
    // Scripts start what builds something in the background as well.
    down.extend(
        others
            .into_iter()
            .filter(|(it, process, container)| !it.by_command && may_stay(it, process, container)),
    );
    // With the host comes back what a unit brings up.
    let or_with_host = match deployment.surroundings.starts_compose {
        true => "",
        false => ", or the host restarts",
    };
    let message = match down.len() {
        1 => format!("nothing starts `{}` again when it stops{or_with_host}", process.name),
        many => format!("nothing starts {many} services again when they stop{or_with_host}"),
    };
    let at = |service: &Service| match &service.restart {
        Some(restart) => restart.fact().map(|_| ()),
        None => service.name.map(|_| ()),
    };
    // In the order of the files any may come first.
    let label = |service: &Service| match service.restart {
        Some(_) => at(service).label("says that it stays down"),
        None if service.by_command => at(service).label("has no `--restart`"),
        None => at(service).label("has no `restart`"),
    };
    let finding = out.report(process, message, label(first));
    for (service, ..) in &down[1..] {
        finding.also(label(service));
    }
    finding.help(match first.by_command {
        true => "start it with `--restart unless-stopped`",
        false => "say `restart: unless-stopped`",
    });
    finding.mend(Safety::Safe, "add `restart: unless-stopped`", edits);
}

/// Whether an image is built on one that nobody knows, and starts what that starts.
fn starts_unseen(image: &Image) -> bool {
    image.stock().is_none() && image.base().is_some() && image.starts_as_its_base()
}

/// Whether a service's command has certbot obtain a certificate, which it then ends with.
fn obtains(service: &Service) -> bool {
    let told = service.command.iter().chain(&service.entrypoint).flat_map(|it| &it.words);
    told.into_iter().any(|it| it.to_string().contains("certonly"))
}

fn units(deployment: &Deployment, out: &mut Findings) {
    for unit in deployment.units.iter().filter(|unit| unit.is(UnitKind::Service)) {
        let process = deployment.process_of(unit);
        let is_kept = |it: &&Process| it.kind.is_app() && it.stays == Some(true);
        let Some(process) = process.filter(is_kept) else { continue };
        // The next connection starts it again, wherever its socket listens.
        let is_its = |it: &Unit| {
            it.is(UnitKind::Socket) && it.name.without_suffix() == unit.name.without_suffix()
        };
        let is_activated = process.listens.iter().any(|it| it.value.activated);
        if is_activated || deployment.units.iter().any(is_its) {
            continue;
        }
        let no = unit.get("Service", "Restart").filter(|it| it.value == "no");
        let Some(never) = no.map(|it| it.map(|_| ())).or(unit.absent("Service", "Restart")) else {
            continue;
        };
        let at = if never.evidence().is_written() {
            never.label("says so")
        } else {
            process.declared.label("started once")
        };
        let said = format!("nothing starts `{}` again after it failed", process.name);
        let finding = out.report(process, said, at);
        finding.because(&never).help("set `Restart=on-failure`");
        match unit.get("Service", "Restart") {
            Some(no) => finding.replace(&no, "on-failure", Safety::Safe),
            None => {
                let line = "Restart=on-failure".to_owned();
                finding.insert_below(unit.section("Service"), line, Safety::Safe)
            }
        };
    }
}
