//! The `tag=value; tag=value` list that every record here but SPF uses (RFC 6376 3.2).
//! Reading only, and nothing about what a tag means. Problems are given beside the tags, because DMARC reads on
//! where DKIM must stop.

/// One `tag=value`, both trimmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
}

/// What is wrong with a tag list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// Text between two semicolons without an equals sign.
    #[error("{0:?} is not of the form tag=value (is a semicolon missing or too many?)")]
    NotATag(String),
    /// A name with characters other than letters, digits and underscores.
    #[error("{0:?} is not a tag name: letters, digits and underscores, a letter first")]
    BadName(String),
    /// The same tag twice, which makes the whole list invalid (RFC 6376 3.2).
    #[error("tag {0}= stands twice: keep one")]
    Duplicate(String),
}

/// The tags of a record in their order, and what could not be read.
#[derive(Debug, Default)]
pub(crate) struct TagList<'a> {
    pub(crate) tags: Vec<Tag<'a>>,
    pub(crate) problems: Vec<TagError>,
}

impl<'a> TagList<'a> {
    /// Reads the whole list; a trailing semicolon is allowed.
    pub(crate) fn read(text: &'a str) -> Self {
        let mut list = Self::default();
        let body = text.trim_end_matches(is_space);
        let body = body.strip_suffix(';').unwrap_or(body);
        for part in body.split(';') {
            match read_tag(part) {
                Ok(tag) if list.get(tag.name).is_some() => {
                    list.problems.push(TagError::Duplicate(tag.name.to_owned()));
                }
                Ok(tag) => list.tags.push(tag),
                Err(problem) => list.problems.push(problem),
            }
        }
        list
    }

    /// Reads the whole list and refuses it at the first problem.
    pub(crate) fn read_strict(text: &'a str) -> Result<Self, TagError> {
        let list = Self::read(text);
        match list.problems.first() {
            None => Ok(list),
            Some(problem) => Err(problem.clone()),
        }
    }

    /// The value of a tag; tag names are case-sensitive (RFC 6376 3.2).
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.tags
            .iter()
            .find(|tag| tag.name == name)
            .map(|tag| tag.value)
    }

    /// Whether the list starts with exactly this tag and value.
    pub(crate) fn starts_with(&self, name: &str, value: &str) -> bool {
        self.tags.first() == Some(&Tag { name, value })
    }
}

fn read_tag(part: &str) -> Result<Tag<'_>, TagError> {
    let Some((name, value)) = part.split_once('=') else {
        return Err(TagError::NotATag(part.trim_matches(is_space).to_owned()));
    };
    let (name, value) = (name.trim_matches(is_space), value.trim_matches(is_space));
    let letters = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'_';
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.bytes().all(letters) {
        return Err(TagError::BadName(name.to_owned()));
    }
    Ok(Tag { name, value })
}

/// Folding white space as it may survive in a joined TXT.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}
