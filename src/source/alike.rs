//! Values that several places give.

/// What all of these are, if they are one and the same.
pub fn alike<T: PartialEq>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut values = values.into_iter();
    let first = values.next()?;
    values.all(|it| it == first).then_some(first)
}
