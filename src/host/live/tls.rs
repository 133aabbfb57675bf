//! The certificate that a server shows, by the first messages of a handshake that is then left.
//!
//! Up to TLS 1.2 the certificate comes in the clear (RFC 5246, 7.4.2), so nothing has to be
//! encrypted to see it: one ClientHello is sent, and what comes back is read up to the certificate.
//! A server that speaks TLS 1.3 alone shows it to nobody who does not go on, and is unknown here.

/// What every server of the last ten years has one of: ECDHE and RSA key exchange, with AES-GCM,
/// AES-CBC and ChaCha20, for certificates with EC and with RSA keys.
const SUITES: &[u16] = &[
    0xc02b, 0xc02c, 0xcca9, 0xc02f, 0xc030, 0xcca8, 0xc023, 0xc027, 0xc009, 0xc00a, 0xc013, 0xc014,
    0x009c, 0x009d, 0x002f, 0x0035,
];

/// x25519, secp256r1, secp384r1, secp521r1.
const GROUPS: &[u16] = &[0x001d, 0x0017, 0x0018, 0x0019];

/// ECDSA, RSA-PSS and RSA with SHA-256 to SHA-512.
const SIGNATURES: &[u16] =
    &[0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601];

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const CERTIFICATE: u8 = 11;

/// What there is to say of the bytes that came so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The server's own certificate, as DER.
    Certificate(Vec<u8>),
    /// The server ends it: it speaks no TLS as old as this, or knows no such name.
    Refused,
    /// It is no TLS at all.
    Other,
    /// The rest has not come yet.
    More,
}

/// A ClientHello of TLS 1.2 that asks for a name (RFC 5246, 7.4.1.2; RFC 6066, 3).
pub(super) fn hello(name: &str, random: [u8; 32]) -> Vec<u8> {
    let mut extensions = Vec::new();
    let host = with_length(name.as_bytes());
    let entry = [&[0][..], &host].concat();
    extensions.extend(extension(0, &with_length(&entry)));
    extensions.extend(extension(10, &with_length(&words(GROUPS))));
    extensions.extend(extension(11, &[1, 0]));
    extensions.extend(extension(13, &with_length(&words(SIGNATURES))));
    let mut body = vec![3, 3];
    body.extend(random);
    // No session to resume, no compression.
    body.push(0);
    body.extend(with_length(&words(SUITES)));
    body.extend([1, 0]);
    body.extend(with_length(&extensions));
    let length = u32::try_from(body.len()).unwrap_or_default().to_be_bytes();
    let message = [&[1][..], &length[1..], &body].concat();
    [&[HANDSHAKE, 3, 1][..], &with_length(&message)].concat()
}

fn words(all: &[u16]) -> Vec<u8> {
    all.iter().flat_map(|it| it.to_be_bytes()).collect()
}

/// With two bytes of length before it. A name that is longer than a message is cut by DNS first.
fn with_length(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or_default().to_be_bytes();
    [&length[..], bytes].concat()
}

fn extension(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &with_length(data)].concat()
}

pub(super) fn read(bytes: &[u8]) -> Shown {
    let mut handshake = Vec::new();
    let mut rest = bytes;
    while let [kind, 3, _, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        match *kind {
            ALERT => return Shown::Refused,
            HANDSHAKE => {}
            _ => return Shown::Other,
        }
        let Some((record, after)) = after.split_at_checked(length) else { break };
        handshake.extend_from_slice(record);
        rest = after;
    }
    let starts_otherwise = match rest {
        [kind, ..] if ![ALERT, HANDSHAKE].contains(kind) => true,
        [_, version, ..] => *version != 3,
        _ => false,
    };
    if starts_otherwise {
        return Shown::Other;
    }
    let mut messages = handshake.as_slice();
    while let [kind, a, b, c, after @ ..] = messages {
        let Some((body, after)) = after.split_at_checked(length([*a, *b, *c])) else { break };
        if *kind == CERTIFICATE {
            return first(body).map_or(Shown::Other, |it| Shown::Certificate(it.to_vec()));
        }
        messages = after;
    }
    Shown::More
}

/// The list's first entry, which is the server's own.
fn first(body: &[u8]) -> Option<&[u8]> {
    let [_, _, _, a, b, c, rest @ ..] = body else { return None };
    rest.get(..length([*a, *b, *c]))
}

fn length([a, b, c]: [u8; 3]) -> usize {
    u32::from_be_bytes([0, a, b, c]) as usize
}
