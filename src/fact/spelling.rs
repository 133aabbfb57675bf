//! Names that are nearly alike: which of those that there are somebody meant who wrote another.

/// Whether two names differ by a slip of the hand: another letter, one too many, one too few, or
/// two that changed places. Short names are nearly alike by chance.
pub fn is_slip(a: &str, b: &str) -> bool {
    let shorter = a.len().min(b.len());
    let slips = if shorter < 12 { 1 } else { 2 };
    shorter >= 6 && strsim::damerau_levenshtein(a, b) <= slips
}

/// The name that was probably meant, to be asked back; of equally near ones the first of the
/// alphabet.
pub fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let scored = names.map(|it| (strsim::normalized_damerau_levenshtein(written, it), it));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    best.filter(|(score, _)| *score > 0.6).map(|(_, it)| it)
}
