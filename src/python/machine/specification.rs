//! Format specifications: `>10.2f`.

use crate::python::machine::object::Object;
use crate::python::machine::repr::float;

/// `[[fill]align][sign][#][0][width][,][.precision][type]`; none for what is not modelled.
pub(crate) fn apply(value: &Object, specification: &str) -> Option<String> {
    let characters: Vec<char> = specification.chars().collect();
    let mut at = 0;
    let is_align = |it: Option<&char>| matches!(it, Some('<' | '>' | '^' | '='));
    let (mut fill, mut align) = (' ', None);
    if is_align(characters.get(1)) {
        (fill, align) = (characters[0], Some(characters[1]));
        at = 2;
    } else if is_align(characters.first()) {
        align = Some(characters[0]);
        at = 1;
    }
    let mut take = |wanted: &[char]| {
        let found = characters.get(at).copied().filter(|it| wanted.contains(it));
        at += usize::from(found.is_some());
        found
    };
    let sign = take(&['+', '-', ' ']);
    let alternate = take(&['#']).is_some();
    let zero = take(&['0']).is_some();
    let digits = |at: &mut usize| {
        let start = *at;
        while characters.get(*at).is_some_and(char::is_ascii_digit) {
            *at += 1;
        }
        characters[start..*at].iter().collect::<String>().parse::<usize>().ok()
    };
    let width = digits(&mut at).unwrap_or(0);
    let grouping = match characters.get(at) {
        Some(it @ (',' | '_')) => {
            at += 1;
            Some(*it)
        }
        _ => None,
    };
    let precision = match characters.get(at) {
        Some('.') => {
            at += 1;
            Some(digits(&mut at)?)
        }
        _ => None,
    };
    let kind = characters.get(at).copied();
    if characters.len() > at + 1 || width > 10_000 || precision.unwrap_or(0) > 100 || alternate {
        return None;
    }
    let numeric = matches!(value, Object::Int(_) | Object::Float(_) | Object::Bool(_));
    let (negative, body) = match (value, kind) {
        (Object::Str(text), None | Some('s')) if sign.is_none() && grouping.is_none() => {
            let cut: String = match precision {
                Some(precision) => text.chars().take(precision).collect(),
                None => text.to_string(),
            };
            (false, cut)
        }
        (
            Object::Int(_) | Object::Bool(_),
            None | Some('d' | 'n' | 'x' | 'X' | 'b' | 'o' | 'c'),
        ) if precision.is_none() => {
            let number = match value {
                Object::Int(number) => *number,
                Object::Bool(it) => i128::from(*it),
                _ => return None,
            };
            let magnitude = number.unsigned_abs();
            let body = match kind {
                Some('x') => format!("{magnitude:x}"),
                Some('X') => format!("{magnitude:X}"),
                Some('b') => format!("{magnitude:b}"),
                Some('o') => format!("{magnitude:o}"),
                Some('c') => return None,
                _ => magnitude.to_string(),
            };
            (number < 0, grouped(&body, grouping))
        }
        (Object::Int(_) | Object::Float(_) | Object::Bool(_), Some('f' | 'F' | '%')) => {
            let number = match value {
                Object::Int(number) => *number as f64,
                Object::Bool(it) => f64::from(u8::from(*it)),
                Object::Float(number) => *number,
                _ => return None,
            };
            if !number.is_finite() {
                return None;
            }
            let percent = kind == Some('%');
            let number = if percent { number * 100.0 } else { number };
            let body = format!("{:.*}", precision.unwrap_or(6), number.abs());
            let (whole, part) = body.split_once('.').unwrap_or((&body, ""));
            let mut text = grouped(whole, grouping);
            if !part.is_empty() {
                text = format!("{text}.{part}");
            }
            (number.is_sign_negative(), if percent { text + "%" } else { text })
        }
        (Object::Float(number), None) if precision.is_none() && grouping.is_none() => {
            (number.is_sign_negative(), float(number.abs()))
        }
        _ => return None,
    };
    let sign = match (negative, sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    };
    if zero && align.is_none() {
        (fill, align) = ('0', Some(if numeric { '=' } else { '<' }));
    }
    let align = align.unwrap_or(if numeric { '>' } else { '<' });
    let missing = width.saturating_sub(body.chars().count() + sign.len());
    let pad = |count: usize| fill.to_string().repeat(count);
    Some(match align {
        '<' => format!("{sign}{body}{}", pad(missing)),
        '^' => format!("{}{sign}{body}{}", pad(missing / 2), pad(missing - missing / 2)),
        '=' if numeric => format!("{sign}{}{body}", pad(missing)),
        '=' => return None,
        _ => format!("{}{sign}{body}", pad(missing)),
    })
}

pub(crate) fn grouped(digits: &str, grouping: Option<char>) -> String {
    let Some(grouping) = grouping else { return digits.to_owned() };
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(grouping);
        }
        text.push(digit);
    }
    text
}
