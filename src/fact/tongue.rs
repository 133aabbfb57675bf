//! Words for stages in the languages that people name files in and comment them in, beside English.
//!
//! As they stand in dictionaries, and as people write them where letters with marks are not to be had.

/// What a deployment is for, in one word of any of these languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Production,
    Development,
    Test,
}

/// Spanish and Catalan, Portuguese, French, German, Dutch, Italian, the languages of Scandinavia, Polish and
/// Czech, Turkish, Indonesian, Russian and Ukrainian, Chinese, Japanese, Korean.
const PRODUCTION: &[&str] = &[
    "produccion",
    "producción",
    "producció",
    "producao",
    "produção",
    "produktion",
    "produktiv",
    "productie",
    "produzione",
    "produksjon",
    "produkcja",
    "produkce",
    "uretim",
    "üretim",
    "produksi",
    "продакшн",
    "продакшен",
    "продакшена",
    "прод",
    "прода",
    "生产",
    "本番",
    "운영",
];

const DEVELOPMENT: &[&str] = &[
    "desarrollo",
    "desenvolupament",
    "desenvolvimento",
    "developpement",
    "développement",
    "entwicklung",
    "ontwikkeling",
    "sviluppo",
    "utveckling",
    "utvikling",
    "udvikling",
    "rozwoj",
    "vyvoj",
    "gelistirme",
    "geliştirme",
    "pengembangan",
    "lokal",
    "разработка",
    "разработки",
    "розробка",
    "розробки",
    "开发",
    "開発",
    "개발",
];

const TEST: &[&str] = &["prueba", "pruebas", "teste", "testes", "essai", "essais", "тест", "测试"];

/// What a word of a name says in one of these languages, in small letters.
pub fn purpose(word: &str) -> Option<Purpose> {
    if PRODUCTION.contains(&word) {
        Some(Purpose::Production)
    } else if DEVELOPMENT.contains(&word) {
        Some(Purpose::Development)
    } else if TEST.contains(&word) {
        Some(Purpose::Test)
    } else {
        None
    }
}

/// Whether a sentence in small letters speaks of production, in English or one of these languages.
pub fn speaks_of_production(sentence: &str) -> bool {
    sentence.contains("production") || PRODUCTION.iter().any(|it| has_word(sentence, it))
}

/// Whether it has a word; in scripts without spaces, whether it has the letters.
fn has_word(sentence: &str, word: &str) -> bool {
    let is_spaced = !word.starts_with(|it: char| it >= '\u{2e80}');
    sentence.match_indices(word).any(|(at, _)| {
        let ends = |it: Option<char>| it.is_none_or(|it| !it.is_alphanumeric());
        !is_spaced
            || ends(sentence[..at].chars().next_back())
                && ends(sentence[at + word.len()..].chars().next())
    })
}
