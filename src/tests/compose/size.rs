//! Large projects: work grows with the number of services, and no faster.

use crate::tests::compose::one;
use std::time::{Duration, Instant};

fn project(services: usize) -> String {
    let mut text = "x-app: &app\n  image: app:${TAG:-1}\n  environment: &env {A: 1, DATABASE_URL: 'postgres://u:${P:-p}@db/x'}\nservices:\n".to_owned();
    for index in 0..services {
        text += &format!(
            "  s{index}:\n    <<: *app\n    environment:\n      <<: *env\n      PORT: '{index}'\n    ports: ['127.0.0.1:{index}:80']\n    volumes: ['data:/data', './c{index}:/c:ro']\n    command: gunicorn -b 0.0.0.0:80 app\n    depends_on: [s{}]\n    healthcheck: {{test: [CMD, x], interval: 5s}}\n",
            index.saturating_sub(1).max(index / 2)
        );
    }
    text.replace("depends_on: [s0]\n", "depends_on: []\n") + "volumes: {data: }\n"
}

fn time(services: usize) -> Duration {
    let text = project(services);
    let start = Instant::now();
    let loaded = one(&text);
    assert_eq!(loaded.project.services.len(), services);
    start.elapsed()
}

/// With a wide margin: the machine that runs the tests has other things to do.
#[test]
fn time_grows_with_the_number_of_services() {
    let small = (0..3).map(|_| time(250)).min().unwrap_or_default();
    let large = (0..3).map(|_| time(2000)).min().unwrap_or_default();
    println!("compose: 250 services {small:?}, 2000 services {large:?}");
    assert!(large < small * 8 * 4, "250 services {small:?}, 2000 services {large:?}");
}
