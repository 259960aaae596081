use std::fmt;

/// A place in a JSON document: a JSON pointer (RFC 6901) that is only written out when somebody
/// wants to read it.
#[derive(Debug, Clone, Copy)]
pub struct Pointer<'a> {
    parent: Option<&'a Pointer<'a>>,
    token: &'a str,
}

impl<'a> Pointer<'a> {
    /// The whole document.
    pub const ROOT: Pointer<'static> = Pointer {
        parent: None,
        token: "",
    };

    /// The member `token` of this place, or the element of that number.
    pub const fn join(&'a self, token: &'a str) -> Pointer<'a> {
        Pointer {
            parent: Some(self),
            token,
        }
    }
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parent) = self.parent else {
            return Ok(());
        };
        write!(f, "{parent}/")?;
        let mut parts = self.token.split_inclusive(['~', '/']);
        parts.try_for_each(|part| match part.strip_suffix('~') {
            Some(rest) => write!(f, "{rest}~0"),
            None => match part.strip_suffix('/') {
                Some(rest) => write!(f, "{rest}~1"),
                None => f.write_str(part),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_escaped() {
        let networks = Pointer::ROOT.join("networks");
        assert_eq!(Pointer::ROOT.to_string(), "");
        assert_eq!(networks.join("").to_string(), "/networks/");
        assert_eq!(
            networks.join("a/b~/~1").to_string(),
            "/networks/a~1b~0~1~01"
        );
        assert_eq!(
            networks.join("web").join("vlan").to_string(),
            "/networks/web/vlan"
        );
    }
}
