//! Configurations that nobody wrote: every handler and matcher whose effect can be told, thrown
//! together by a generator that always throws alike.

/// Marsaglia's xorshift: the same cases on every machine.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % sides
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.roll(from.len())]
    }
}

/// Where the configuration runs.
pub(super) struct Ground<'a> {
    pub http: u16,
    pub plain: u16,
    pub https: u16,
    pub upstream: u16,
    pub root: &'a str,
}

const PATHS: &[&str] = &[
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/a/b/c",
    "/A/B",
    "/static/a.css",
    "/static/",
    "/static",
    "/x.html",
    "/b",
    "/b/c.css",
    "//a/b",
    "/a/../b",
    "/a%20b",
    "/docs",
    "/docs/",
    "/docs/index.html",
    "/none",
    "/api/v1/x",
    "/api",
    "/media/m.txt",
    "/a.txt",
    "/A.TXT",
    "/staticx",
    "/a/b/c/d/e",
];

const PATTERNS: &[&str] = &[
    "/a",
    "/a*",
    "/a/*",
    "/a/b*",
    "/a/b/*",
    "/static/*",
    "*.css",
    "/api/*",
    "*/b/*",
    "/b",
    "/docs*",
    "/*.html",
    "/",
    "/A/*",
    "/a/*/c",
    "/media/*",
    "/x.html",
    "/none",
    "*",
];

pub(super) const HOSTS: &[&str] = &[
    "one.test",
    "two.test",
    "sub.one.test",
    "x.wild.test",
    "y.x.wild.test",
    "other.test",
    "ONE.test",
];

pub(super) fn uri(dice: &mut Dice) -> String {
    let query = ["", "", "", "?a=1", "?b=2&a=1", "?q=1"];
    format!("{}{}", dice.pick(PATHS), dice.pick(&query))
}

pub(super) struct Case<'a> {
    dice: Dice,
    ground: Ground<'a>,
    next: usize,
}

impl<'a> Case<'a> {
    pub(super) fn new(seed: u64, ground: Ground<'a>) -> Self {
        Self { dice: Dice::new(seed), ground, next: 0 }
    }

    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    pub(super) fn caddyfile(&mut self) -> String {
        let Ground { http, plain, https, .. } = self.ground;
        let redirects = self.dice.pick(&["", "", "", "\tauto_https disable_redirects\n"]);
        let order =
            self.dice.pick(&["", "", "\torder respond first\n", "\torder redir after handle\n"]);
        let mut text = format!(
            "{{\n\tadmin off\n\thttp_port {http}\n\thttps_port {https}\n\tlocal_certs\n\
             \tskip_install_trust\n{redirects}{order}}}\n"
        );
        text.push_str(
            "(tagged) {\n\theader X-Tag {args[0]}\n\trequest_header X-Asked {args[0]}\n}\n",
        );
        let mut addresses = vec![
            format!("http://one.test:{plain}"),
            format!("http://*.wild.test:{plain}, http://two.test:{plain}"),
            format!("http://sub.one.test:{plain}"),
            format!("http://x.wild.test:{plain}"),
            format!("http://:{plain}"),
            format!("http://one.test:{plain}/a/*"),
            format!("http://one.test:{http}"),
            format!("http://:{http}"),
            "secure.test".to_owned(),
            format!("port.test:{}", https + 1),
        ];
        for _ in 0..2 + self.dice.roll(4) {
            let address = addresses.remove(self.dice.roll(addresses.len()));
            let count = 2 + self.dice.roll(6);
            let body = self.body(1, count);
            text.push_str(&format!("{address} {{\n{body}}}\n"));
        }
        text
    }

    fn body(&mut self, depth: usize, count: usize) -> String {
        let mut body = String::new();
        let mut matchers = Vec::new();
        for _ in 0..self.dice.roll(3) {
            let name = format!("@m{}", self.number());
            body.push_str(&format!("{}{name} {}\n", "\t".repeat(depth), self.matcher(depth)));
            matchers.push(name);
        }
        for _ in 0..count {
            let matcher = self.taken(&matchers);
            let directive = self.directive(depth, &matcher);
            body.push_str(&"\t".repeat(depth));
            body.push_str(&directive);
            body.push('\n');
        }
        if depth == 1 && self.dice.roll(3) == 0 {
            let inner = self.body(2, 2);
            let codes = self.dice.pick(&["", " 404", " 4xx"]);
            body.push_str(&format!("\thandle_errors{codes} {{\n{inner}\t}}\n"));
        }
        body
    }

    fn taken(&mut self, matchers: &[String]) -> String {
        match self.dice.roll(5) {
            0 => " *".to_owned(),
            1 | 2 if !matchers.is_empty() => {
                format!(" {}", matchers[self.dice.roll(matchers.len())])
            }
            _ => {
                let paths: Vec<&str> =
                    PATTERNS.iter().copied().filter(|pattern| pattern.starts_with('/')).collect();
                format!(" {}", self.dice.pick(&paths))
            }
        }
    }

    fn matcher(&mut self, depth: usize) -> String {
        let pattern = self.dice.pick(PATTERNS);
        let tabs = "\t".repeat(depth);
        match self.dice.roll(9) {
            0 => format!("path {pattern} {}", self.dice.pick(PATTERNS)),
            1 => "method POST PUT".to_owned(),
            2 => format!("host {} *.wild.test", self.dice.pick(HOSTS)),
            3 => "header X-Mode fast*".to_owned(),
            4 => "header !X-Mode".to_owned(),
            5 => "query a=1".to_owned(),
            6 => format!("not path {pattern}"),
            7 => format!("{{\n{tabs}\tpath {pattern}\n{tabs}\tmethod GET\n{tabs}}}"),
            _ => "path_regexp ^/[a-c]+(/|$)".to_owned(),
        }
    }

    fn directive(&mut self, depth: usize, matcher: &str) -> String {
        let number = self.number();
        let Ground { upstream, root, .. } = self.ground;
        let path = matcher.trim().starts_with('/');
        match self.dice.roll(22) {
            0 => format!("respond{matcher} \"r{number} {{path}} {{method}}\""),
            1 => format!("respond{matcher} \"r{number}\" {}", 200 + self.dice.roll(4)),
            2 => format!(
                "redir{matcher} /to{number}{{uri}} {}",
                self.dice.pick(&["", "permanent", "307"])
            ),
            3 => format!("redir{matcher} https://{{host}}/t{number}?{{query}}"),
            4 | 5 if depth < 4 => self.block(&format!("handle{matcher}"), depth),
            6 if depth < 4 && path => self.block(&format!("handle_path{matcher}"), depth),
            7 if depth < 4 => self.block(&format!("route{matcher}"), depth),
            8 => format!(
                "uri{matcher} strip_prefix {}",
                self.dice.pick(&["/a", "/static", "/api/v1", "b"])
            ),
            9 => format!("uri{matcher} strip_suffix {}", self.dice.pick(&[".css", ".html", "/"])),
            10 => format!(
                "rewrite{matcher} {}",
                self.dice.pick(&[
                    "/a{uri}",
                    "/w?x=1",
                    "/docs/index.html",
                    "?y={query}",
                    "/z/{path}?{query}"
                ])
            )
            .replace("rewrite /w", "rewrite * /w"),
            11 => format!("root{} {root}{}", matcher, self.dice.pick(&["", "/docs", "/static"])),
            12 | 13 => format!("file_server{matcher}"),
            14 => format!("file_server{matcher} {{\n{0}\tpass_thru\n{0}}}", "\t".repeat(depth)),
            15 => format!(
                "try_files {{path}} {{path}}/index.html {}",
                self.dice.pick(&["/x.html", "=404", "/docs/index.html?t={path}"])
            ),
            16 => format!("reverse_proxy{matcher} 127.0.0.1:{upstream}"),
            17 => format!(
                "reverse_proxy{matcher} 127.0.0.1:{upstream} {{\n{0}\theader_up X-Up up{number}\n{0}\theader_up -X-Mode\n{0}\theader_up Host up.test\n{0}\theader_down X-Down d{number}\n{0}\theader_down -X-Sent\n{0}}}",
                "\t".repeat(depth)
            ),
            18 => format!(
                "header{matcher} {}",
                self.dice.pick(&[
                    "X-A one",
                    "+X-A two",
                    "-X-Sent",
                    "?X-Sent default",
                    ">X-Sent late",
                    "?X-A default",
                    "X-Host {host}"
                ])
            ),
            19 => format!(
                "header{matcher} {{\n{0}\tX-B b{number}\n{0}\t?X-C c{number}\n{0}\t-X-A\n{0}}}",
                "\t".repeat(depth)
            ),
            20 => format!("error{matcher} {}", self.dice.pick(&["404", "503", "\"gone\" 410"])),
            _ => format!("import tagged t{number}"),
        }
    }

    fn block(&mut self, head: &str, depth: usize) -> String {
        let count = 1 + self.dice.roll(3);
        let body = self.body(depth + 1, count);
        format!("{head} {{\n{body}{}}}", "\t".repeat(depth))
    }
}
