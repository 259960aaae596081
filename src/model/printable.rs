use std::fmt::{self, Write};

/// Text from outside as a terminal may show it: what could break a line, move the cursor or turn
/// the writing direction is escaped. Ports that others made can have any name, and a server can
/// say anything.
#[derive(Debug, Clone, Copy)]
pub struct Printable<'a>(pub &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if is_harmful(c) {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Control characters, line and paragraph separators, and those that turn the writing direction
/// (UAX #9, section 2).
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_does_harm_is_escaped() {
        assert_eq!(Printable("nätwörk \"<\\>").to_string(), "nätwörk \"<\\>");
        assert_eq!(Printable("a\u{1b}[2J\n").to_string(), "a\\u{1b}[2J\\n");
        assert_eq!(Printable("\u{202e}gnp").to_string(), "\\u{202e}gnp");
    }
}
