use std::fmt;

/// How many characters of a text are shown.
const SHOWN: usize = 40;

/// Text from outside as messages show it: in quotes, cut when long, and with every character
/// escaped that could break a line, end the quotes or turn the writing direction.
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.char_indices().nth(SHOWN).map(|(end, _)| end);
        match end.and_then(|end| self.0.get(..end)) {
            None => write!(f, "{:?}", self.0),
            Some(shown) => write!(f, "{shown:?}…"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_it_can_do_harm() {
        assert_eq!(Quoted("eth0").to_string(), "\"eth0\"");
        assert_eq!(
            Quoted("a\"\n\u{202e}\0").to_string(),
            r#""a\"\n\u{202e}\0""#
        );
        assert_eq!(Quoted(&"é".repeat(300)).to_string().chars().count(), 43);
    }
}
