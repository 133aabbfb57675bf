//! Context objects of `with`.

use crate::python::machine::object::{Object, Traced};
use crate::python::machine::{Machine, Outcome};

impl Machine<'_> {
    /// The context object of `with`, entered.
    pub(crate) fn enter(&mut self, manager: &Traced) -> Outcome<Traced> {
        if manager.object.type_of().is_some() {
            let kind = self.type_name(&manager.object);
            let message = format!("'{kind}' object does not support the context manager protocol");
            return Err(self.raised("TypeError", message));
        }
        match self.special(manager, "__enter__")? {
            Some(enter) => self.call(&enter, Vec::new(), Vec::new()),
            None if manager.object.is_unknown() => {
                self.may_raise_anything(manager);
                Ok(self.unknown_from(manager))
            }
            None => Ok(manager.clone()),
        }
    }

    pub(crate) fn leave(&mut self, manager: &Traced) -> Outcome<()> {
        if let Some(exit) = self.special(manager, "__exit__")? {
            let nothing = vec![Object::None.bare(); 3];
            self.call(&exit, nothing, Vec::new())?;
        }
        Ok(())
    }

    /// The exceptions that `contextlib.suppress(…)` drops.
    pub(crate) fn suppressed(&self, manager: &Traced) -> Option<Traced> {
        let Object::Instance(handle) = &manager.object else { return None };
        let instance = self.heap.instance(*handle);
        if &*self.heap.class(instance.class).name != "suppress" {
            return None;
        }
        self.heap.binding(instance.scope, "_exceptions").map(|it| it.value.clone())
    }
}
