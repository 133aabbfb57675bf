//! Templates with their placeholders filled in.
//!
//! What a placeholder stands for is the operator's word; its value stands where the placeholder
//! does. Formats whose placeholders are variables (compose, Dockerfiles, scripts) have values of
//! their own, and what renders a template is no template.

use crate::fact::symbol::Bindings;
use crate::syntax::Parsed;
use crate::syntax::spliced::Spliced;
use crate::syntax::{caddy, ini, nginx, systemd};

impl Parsed {
    pub fn fill_in(&mut self, bindings: &Bindings) {
        match self {
            Self::Systemd(unit) => of_unit(unit, bindings),
            Self::Nginx(tree) => of_nginx(tree, bindings),
            Self::Caddy(tree) => of_caddy(tree, bindings),
            Self::Supervisor(sections) => of_sections(sections, bindings),
            Self::Beanstalk(_)
            | Self::Compose(_)
            | Self::Crontab(_)
            | Self::Dockerfile(_)
            | Self::Dotenv(_)
            | Self::Pm2(_)
            | Self::Procfile(_)
            | Self::Python(_)
            | Self::Requirements(_)
            | Self::Shell(_)
            | Self::Text(_)
            | Self::Traefik(_)
            | Self::Upstart(_)
            | Self::Workflow(_) => {}
        }
    }
}

fn of_unit(unit: &mut systemd::UnitFile, bindings: &Bindings) {
    let sections = unit.sections.iter_mut().flat_map(|it| &mut it.assignments);
    for assignment in sections.chain(&mut unit.outside) {
        spliced(&mut assignment.value, bindings);
    }
}

fn of_sections(sections: &mut [ini::Section], bindings: &Bindings) {
    for entry in sections.iter_mut().flat_map(|it| &mut it.entries) {
        spliced(&mut entry.value, bindings);
    }
}

fn of_caddy(tree: &mut caddy::Tree, bindings: &Bindings) {
    tree.rewrite(|word| bindings.fill_in(word));
}

fn of_nginx(tree: &mut nginx::Tree, bindings: &Bindings) {
    let mut open: Vec<&mut nginx::Directive> = tree.directives.iter_mut().collect();
    while let Some(directive) = open.pop() {
        for word in &mut directive.args {
            if let Some(filled) = bindings.fill_in(&word.value) {
                word.value = filled;
            }
        }
        if let nginx::Body::Block(block) = &mut directive.body {
            open.extend(&mut block.directives);
        }
    }
}

fn spliced(text: &mut Spliced, bindings: &Bindings) {
    let found = bindings.found(text.as_str());
    if !found.is_empty() {
        *text = text.replaced(&found);
    }
}
