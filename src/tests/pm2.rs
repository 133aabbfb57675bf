//! What PM2's files say, and what of them is not known.

use super::source;
use crate::syntax::pm2::{App, parse};

/// Each app: what it runs, in its words, where, and its variables.
fn apps(text: &str) -> Vec<String> {
    let (_, file) = source("ecosystem.config.js", text);
    let shown = |app: App| {
        let words = app.args.iter().map(|it| format!(" [{}]", it.as_str())).collect::<String>();
        let cwd = app.cwd.as_ref().map_or(String::new(), |it| format!(" in {}", it.as_str()));
        let variables = app.variables.iter().map(|it| {
            let value = it.value.as_ref().map_or("?", |it| it.as_str());
            format!(" {}={value}{}", it.name, if it.staged { " (staged)" } else { "" })
        });
        format!("{}{words}{cwd}{}", app.script.as_str(), variables.collect::<String>())
    };
    parse(file, text).into_iter().map(shown).collect()
}

#[test]
fn words_are_parted_as_pm2_does() {
    let app =
        |args: &str| apps(&format!("module.exports = {{apps: [{{script: 'a', args: {args}}}]}}"));
    // Each measured with PM2 6.
    assert_eq!(
        app(r#"'--bind "127.0.0.1:80" --log="a b" c'"#),
        [r#"a [--bind] [127.0.0.1:80] [--log="a b"] [c]"#]
    );
    assert_eq!(app(r#""-c 'echo five; sleep 1'""#), ["a [-c] [echo five; sleep 1]"]);
    assert_eq!(app("['x y', 'z']"), ["a [x y] [z]"]);
    assert_eq!(app("'  '"), ["a"]);
    assert_eq!(app("process.argv"), Vec::<String>::new());
}

#[test]
fn constants_are_known_and_what_is_worked_out_is_not() {
    let text = "'use strict';\nconst path = require('path');\nconst base = '/srv/shop' // here\nconst env = { A: 1, \
                B: base + '/b' };\n/* apps: [] */\nfunction f() { const base = 'x'; return { apps: [] } }\n\
                module.exports = {\n  apps: [{\n    ...common(),\n    script: 'lost',\n  }, {\n    \
                script: `${base}/run`, cwd: path.join(base, 'a'),\n    env: { ...env, C: process.env.C || 'c', \
                'D-E': \"it\\'s\", \"F\": true },\n    env_production: { G: '`' }, env_dev: { H: 1 },\n    hook() { return [1, 2] },\n  }],\n};\n";
    assert_eq!(apps(text), ["/srv/shop/run A=1 B=/srv/shop/b C=? D-E=it's F=true G=` (staged)"]);
    assert_eq!(apps("export default { script: 'a', cwd: '/b' }\n"), ["a in /b"]);
    assert_eq!(apps("[{\"script\": \"a\", \"env\": {\"B\": null}}]"), ["a B=?"]);
}

#[test]
fn what_is_cut_off_or_no_javascript_is_read_as_far_as_it_goes() {
    let text = "const a = `é${b}`;\nmodule.exports = { apps: [{ script: 'x', args: ['\\u00e9', f(g[{}])], \
                'k': a ? b : /[/]/ }, { script: \"y\" }] };";
    let read = text.char_indices().map(|(at, _)| apps(&text[..at]).len()).collect::<Vec<_>>();
    assert!(read.iter().all(|it| *it <= 1), "{read:?}");
    assert_eq!(apps(text), ["y"]);
    let deep = format!("module.exports = {}", "[{a:(".repeat(5_000));
    assert!(apps(&deep).is_empty());
    assert!(apps("}}})))]]],,,;;;").is_empty());
}
