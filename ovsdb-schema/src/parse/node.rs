//! A place in a JSON document, asked for what should be there.

use std::collections::HashMap;

use crate::error::{Error, Path, Problem};
use crate::json::Json;
use crate::model::Id;

pub(super) struct Node<'a> {
    path: Path,
    json: &'a Json,
}

impl<'a> Node<'a> {
    pub(super) fn root(json: &'a Json) -> Self {
        Self {
            path: Path::default(),
            json,
        }
    }

    pub(super) fn error(&self, problem: Problem) -> Error {
        self.path.error(problem)
    }

    pub(super) fn expected(&self, what: &'static str) -> Error {
        self.error(Problem::Expected(what))
    }

    /// The members of an object, each to be taken by its name.
    pub(super) fn members(&self) -> Result<Members<'a>, Error> {
        let Json::Object(members) = self.json else {
            return Err(self.expected("an object"));
        };
        Ok(Members {
            path: self.path.clone(),
            order: members.iter().map(|(name, _)| name.as_str()).collect(),
            rest: members
                .iter()
                .map(|(name, json)| (name.as_str(), json))
                .collect(),
        })
    }

    /// The members of an object whose names are `<id>`s chosen by the schema's author.
    pub(super) fn named(&self) -> Result<Vec<(Id, Self)>, Error> {
        let Json::Object(members) = self.json else {
            return Err(self.expected("an object"));
        };
        let named = members.iter().map(|(name, json)| {
            let path = self.path.member(name);
            if name.starts_with('_') {
                return Err(path.error(Problem::Reserved));
            }
            let id =
                Id::new(name).ok_or_else(|| path.error(Problem::NotAnIdentifier(name.clone())))?;
            Ok((id, Self { path, json }))
        });
        named.collect()
    }

    pub(super) fn elements(&self) -> Result<Vec<Self>, Error> {
        let Json::Array(elements) = self.json else {
            return Err(self.expected("an array"));
        };
        let elements = elements.iter().enumerate().map(|(index, json)| Self {
            path: self.path.element(index),
            json,
        });
        Ok(elements.collect())
    }

    pub(super) fn as_str(&self) -> Option<&'a str> {
        match self.json {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self.json {
            Json::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// An integer, which `1.0` is too: servers write and accept either form.
    pub(super) fn as_integer(&self) -> Option<i64> {
        let Json::Number(number) = self.json else {
            return None;
        };
        number.as_i64().or_else(|| {
            let real = number.as_f64()?;
            // Within ±2^53 every whole number has exactly one representation.
            let exact = real.fract() == 0.0 && real.abs() <= 9_007_199_254_740_992.0;
            exact.then(|| format!("{real:.0}").parse().ok()).flatten()
        })
    }

    pub(super) fn as_real(&self) -> Option<f64> {
        match self.json {
            Json::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    pub(super) fn string(&self) -> Result<&'a str, Error> {
        self.as_str().ok_or_else(|| self.expected("a string"))
    }

    pub(super) fn boolean(&self) -> Result<bool, Error> {
        self.as_bool().ok_or_else(|| self.expected("true or false"))
    }

    pub(super) fn integer(&self) -> Result<i64, Error> {
        self.as_integer()
            .ok_or_else(|| self.expected("a 64-bit integer"))
    }

    pub(super) fn real(&self) -> Result<f64, Error> {
        self.as_real().ok_or_else(|| self.expected("a number"))
    }

    pub(super) fn id(&self) -> Result<Id, Error> {
        let text = self.string()?;
        Id::new(text).ok_or_else(|| self.error(Problem::NotAnIdentifier(text.to_owned())))
    }
}

/// The members of an object that have not been taken yet.
pub(super) struct Members<'a> {
    path: Path,
    order: Vec<&'a str>,
    rest: HashMap<&'a str, &'a Json>,
}

impl<'a> Members<'a> {
    pub(super) fn take(&mut self, name: &str) -> Option<Node<'a>> {
        let json = self.rest.remove(name)?;
        let path = self.path.member(name);
        Some(Node { path, json })
    }

    pub(super) fn require(&mut self, name: &str) -> Result<Node<'a>, Error> {
        self.take(name)
            .ok_or_else(|| self.path.member(name).error(Problem::Missing))
    }

    /// Refuses the members that nobody asked for.
    pub(super) fn finish(self) -> Result<(), Error> {
        match self
            .order
            .iter()
            .find(|name| self.rest.contains_key(**name))
        {
            Some(name) => Err(self.path.member(name).error(Problem::UnexpectedMember)),
            None => Ok(()),
        }
    }
}
