//! What Celery's beat makes of its schedule.

use crate::tests::tool;
use std::process::Command;

#[test]
fn an_entry_without_a_time_is_never_due_to_celery() {
    let program = "\
from celery import Celery
from celery.beat import Scheduler
app = Celery('x', broker='memory://')
app.conf.beat_schedule = {'a': {'task': 'x.y'}, 'b': {'task': 'x.y', 'schedule': 60.0}}
scheduler = Scheduler(app)
scheduler.setup_schedule()
for name in 'ab':
    try:
        print(name, scheduler.schedule[name].is_due().next > 0)
    except AttributeError as why:
        print(name, why)
";
    let python = tool("python/bin/python");
    let output = Command::new(&python).args(["-c", program]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said, "a 'NoneType' object has no attribute 'is_due'\nb True\n");
    println!("2 entries compared");
}

#[test]
fn a_time_without_a_minute_is_every_minute_to_celery() {
    let program = "\
from celery.schedules import crontab
print(len(crontab(hour=9).minute), len(crontab(day_of_month='1').minute))
print(len(crontab(hour=9, minute=0).minute), len(crontab(0, 4).minute))
";
    let python = tool("python/bin/python");
    let output = Command::new(&python).args(["-c", program]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "60 60\n1 1\n");
    println!("4 times compared");
}
