//! Passwords that commands of scripts, workflows and Makefiles are given.

use crate::fact::secret;
use crate::source::{FileId, Place, Spanned, alike};
use crate::syntax::said::is_said;
use crate::syntax::secret::{is_written_out, value};

/// A password on a command line, and which command it is for. Seen line by line: scripts, steps
/// of workflows and Makefiles write them alike.
pub(in crate::syntax) fn on_command_lines(file: FileId, text: &str) -> Vec<Spanned<&'static str>> {
    // Few texts have any of the words, which is seen without going through the lines.
    let gives = text.contains(SETS_PASSWORD);
    let of_users = OF_USERS.iter().filter(|_| gives);
    let commands = COMMANDS.iter().chain(of_users).filter(|it| text.contains(it.word));
    let commands: Vec<&Command> = commands.collect();
    if commands.is_empty() {
        return Vec::new();
    }
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    // One line may have several: the client's own, and that of the user whom it makes.
    let on_line = |line: &str, it: &Command| {
        let (command, rest) = (it.name, (it.find)(behind(line, it.word)?)?);
        let value = value(unescaped(rest));
        let bare = value.trim_matches(['"', '\'', '\\']);
        if let Some(set) = bare.strip_prefix('$').and_then(|name| set_to(text, name)) {
            return is_written_out(set).then(|| Spanned::new(command, Place::of(file, text, set)));
        }
        // Outside of quotes it opens a substitution or a call.
        let calls = bare.contains('(') && !quoted(&value);
        let at = rest.as_ptr() as usize - line.as_ptr() as usize;
        let written = is_written_out(bare) && !calls && !is_said(line, at);
        written.then(|| Spanned::new(command, Place::of(file, text, bare)))
    };
    let mut found: Vec<Spanned<&'static str>> = Vec::new();
    for line in lines {
        for secret in commands.iter().filter_map(|it| on_line(line, it)) {
            if found.iter().all(|it| it.place != secret.place) {
                found.push(secret);
            }
        }
    }
    found
}

/// What a script sets a variable to, if each line that does says the same.
fn set_to<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let name = name.trim_matches(['{', '}']);
    let set = |line: &'t str| {
        let line = line.trim_start();
        let declares = ["export ", "local ", "readonly ", "declare "];
        let line = declares.iter().find_map(|it| line.strip_prefix(it)).unwrap_or(line);
        let set = value(line.strip_prefix(name)?.strip_prefix('=')?);
        Some(set.trim_matches(['"', '\'']))
    };
    alike(text.lines().filter_map(set))
}

/// Passwords of administrators that a script makes, be they words that stand for one as well: who
/// runs it has that account.
pub(in crate::syntax) fn of_superusers(file: FileId, text: &str) -> Vec<Place> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let found = lines.filter_map(|line| {
        let value = value(unescaped(superuser(line)?));
        let bare = value.trim_matches(['"', '\'', '\\']);
        let is_literal = quoted(&value) && !bare.is_empty() && !bare.contains(['$', '{', '<', '%']);
        is_literal.then(|| Place::of(file, text, bare))
    });
    found.collect()
}

/// What takes a password, told by a word in front of it.
struct Command {
    name: &'static str,
    word: &'static str,
    /// Finds the password in what is behind the word.
    find: fn(&str) -> Option<&str>,
}

const COMMANDS: &[Command] = &[
    Command { name: "sshpass", word: "sshpass -p", find: |rest| Some(rest.trim_start()) },
    Command { name: "psql", word: "PGPASSWORD=", find: all },
    Command { name: "psql", word: "psql ", find: in_address },
    Command {
        name: "psql",
        word: "pg_dump ",
        find: |options| in_any_address(options).map(|it| it.0),
    },
    Command { name: "psql", word: "pg_restore ", find: in_address },
    Command {
        name: "redis-cli",
        word: "redis-cli ",
        find: |options| behind_option(options, "-a ").or_else(|| behind_option(options, "--pass ")),
    },
    Command { name: "mysql", word: "MYSQL_PWD=", find: all },
    Command { name: "mysql", word: "mysql ", find: behind_p },
    Command { name: "mysql", word: "mysqldump ", find: behind_p },
    Command { name: "mysql", word: "mysqladmin ", find: behind_p },
    Command {
        name: "docker login",
        word: "docker login",
        find: |options| behind(options, " -p ").or_else(|| behind(options, "--password ")),
    },
    // `CREATE USER` of either language.
    Command { name: "mysql", word: "IDENTIFIED BY ", find: |rest| Some(rest).filter(quoted) },
    Command { name: "psql", word: "WITH PASSWORD ", find: |rest| Some(rest).filter(quoted) },
    Command { name: "psql", word: "ENCRYPTED PASSWORD ", find: |rest| Some(rest).filter(quoted) },
    Command { name: "mysql", word: "identified by ", find: |rest| Some(rest).filter(quoted) },
    Command { name: "psql", word: "with password ", find: |rest| Some(rest).filter(quoted) },
    Command {
        name: "rabbitmqctl",
        word: "rabbitmqctl add_user ",
        find: |rest| Some(rest.trim_start().split_once(' ')?.1),
    },
    Command { name: "passwd", word: "echo ", find: told_to_passwd },
    Command { name: "createsuperuser", word: "DJANGO_SUPERUSER_PASSWORD=", find: all },
    Command { name: "create_superuser", word: "create_superuser(", find: in_call },
    Command { name: "set_password", word: SETS_PASSWORD, find: |rest| Some(rest).filter(quoted) },
    Command { name: "Authorization", word: "Authorization: ", find: behind_scheme },
    // `git clone https://name:TOKEN@github.com/…`, or a variable with that address.
    Command { name: "git", word: "https://", find: token_of_vendor },
    Command {
        name: "curl",
        word: "curl ",
        find: |options| {
            let user = behind(options, " -u ").or_else(|| behind(options, "--user "))?;
            let user = user.trim_start_matches(['"', '\'']);
            let (name, password) = user.split_once(':')?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
            let end = password.find(['"', '\'', ' ']).unwrap_or(password.len());
            name.chars().all(is_name).then(|| &password[..end])
        },
    },
];

const SETS_PASSWORD: &str = "set_password(";

/// What `manage.py shell` is told of several users, each of whom `set_password` is then called for.
const OF_USERS: [Command; 2] = [
    Command { name: "set_password", word: "'password':", find: told },
    Command { name: "set_password", word: "\"password\":", find: told },
];

fn told(rest: &str) -> Option<&str> {
    Some(rest.trim_start()).filter(quoted)
}

/// The password in the address of a server elsewhere. That of the own machine is as a rule made a moment
/// before.
fn in_address(options: &str) -> Option<&str> {
    let (password, host) = in_any_address(options)?;
    let is_own = ["localhost", "127.0.0.1", "/", "["].iter().any(|it| host.starts_with(it));
    (!is_own).then_some(password)
}

/// The password and the host in the address of a server (PostgreSQL's documentation, "Connection URIs").
/// What is dumped was there before.
fn in_any_address(options: &str) -> Option<(&str, &str)> {
    let command = options.split(['|', ';', '&']).next()?;
    let scheme = ["postgresql://", "postgres://"].iter().find(|it| command.contains(**it))?;
    let address = behind(command, scheme)?.split([' ', '"', '\'']).next()?;
    let (user, host) = address.rsplit_once('@')?;
    Some((user.split_once(':')?.1, host))
}

/// The token of an address that begins as a vendor's do: others may be the password of a try.
fn token_of_vendor(address: &str) -> Option<&str> {
    let (user, _) = address.split([' ', '"', '\'', '/']).next()?.rsplit_once('@')?;
    user.rsplit(':').next().filter(|it| secret::is_of_vendor(it))
}

/// What an option is given, right behind the command or later.
fn behind_option<'t>(options: &'t str, option: &str) -> Option<&'t str> {
    let command = options.split(['|', ';', '&']).next()?;
    let starts = |at: &usize| *at == 0 || command[..*at].ends_with(' ');
    let at = command.match_indices(option).map(|(at, _)| at).find(starts)?;
    Some(command[at + option.len()..].trim_start())
}

/// What is written to the standard input of programs that set passwords of the machine: `passwd(1)` and
/// `adduser(8)` are told twice, `chpasswd(8)` with the name in front.
fn told_to_passwd(rest: &str) -> Option<&str> {
    let (told, program) = rest.split_once('|')?;
    let mut words = program.split_whitespace().filter(|it| *it != "sudo");
    let at = told.find(['"', '\''])?;
    match words.next()? {
        "passwd" | "adduser" => Some(&told[at..]),
        "chpasswd" => Some(told[at..].split_once(':')?.1),
        _ => None,
    }
}

/// What stands behind the scheme in a header that says who asks (RFC 9110, 11.6.2): `Bearer x`.
fn behind_scheme(rest: &str) -> Option<&str> {
    let (scheme, token) = rest.split_once(' ')?;
    let schemes = ["bearer", "token", "basic", "apikey"];
    schemes.contains(&scheme.to_ascii_lowercase().as_str()).then_some(token)
}

fn superuser(line: &str) -> Option<&str> {
    in_call(behind(line, "create_superuser(")?)
}

fn in_call(arguments: &str) -> Option<&str> {
    let named = behind(arguments, "password=");
    named.or_else(|| arguments.split(',').nth(2).map(str::trim_start)).filter(quoted)
}

fn all(rest: &str) -> Option<&str> {
    Some(rest)
}

fn behind<'t>(line: &'t str, what: &str) -> Option<&'t str> {
    let at = line.find(what)?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = !what.starts_with(is_word) || !line[..at].ends_with(is_word);
    starts.then(|| &line[at + what.len()..])
}

fn quoted(text: &&str) -> bool {
    unescaped(text).starts_with(['"', '\''])
}

/// Without the backslash that a quote has in front of it inside of others: `ssh shop "mysql -p\"x\""`.
fn unescaped(text: &str) -> &str {
    text.strip_prefix('\\').filter(|it| it.starts_with(['"', '\''])).unwrap_or(text)
}

/// What stands right behind `-p`, as clients of MySQL want it (mysql's manual, "Command Options for
/// Connecting to the Server"); parted from it by a blank it is none.
fn behind_p(options: &str) -> Option<&str> {
    let at = options.starts_with("-p").then_some(0).or_else(|| Some(options.find(" -p")? + 1))?;
    let (before, password) = (&options[..at], &options[at + "-p".len()..]);
    let is_of_another = before.contains([';', '|', '&']);
    let is_written = password.starts_with(|it: char| !it.is_whitespace());
    (!is_of_another && is_written).then_some(password)
}
