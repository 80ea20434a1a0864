//! A cursor over XML text: children, attributes and texts of the elements that are asked for, everything else skipped.
//! Knows nothing of packages.

use super::RecordError;
use crate::source::Span;
use memchr::{memchr, memchr3, memmem};
use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

pub(super) type Step<T = ()> = Result<T, RecordError>;

/// Reads XML from front to back.
pub(super) struct Xml<'t> {
    reader: Reader<&'t [u8]>,
    /// Bytes that the reader was not shown: the byte order mark, and what was leapt over.
    base: usize,
    /// Elements that are open.
    depth: usize,
}

/// An element whose opening tag has been read.
pub(super) struct Element<'t> {
    tag: BytesStart<'t>,
    /// The bytes of the opening tag.
    pub(super) span: Span,
    empty: bool,
}

impl Element<'_> {
    /// Whether the element has this name, without ASCII case: file names and elements differ in case by their tools.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    pub(super) fn name(&self) -> &str {
        self.tag.local_name().into_inner()
    }

    /// The attributes in text order, entities resolved. Those that XML does not allow are left out.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let mut attributes = self.tag.attributes();
        attributes.with_checks(false);
        attributes.flatten().map(|attribute| {
            let value = match unescape(&attribute.value) {
                Ok(Cow::Owned(value)) => Cow::Owned(value),
                Ok(Cow::Borrowed(_)) | Err(_) => attribute.value,
            };
            (attribute.key.local_name().into_inner(), value)
        })
    }

    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
    }
}

impl<'t> Xml<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader::from_str(body);
        reader.config_mut().allow_dangling_amp = true;
        Self { reader, base: text.len() - body.len(), depth: 0 }
    }

    /// Visits the outermost element.
    pub(super) fn root(&mut self, mut visit: impl FnMut(&mut Self, &Element<'t>) -> Step) -> Step {
        loop {
            match self.next()? {
                Some(Token::Element(element)) => {
                    self.visit(&element, &mut visit)?;
                    // What follows is only read to know that it is well-formed.
                    while self.next()?.is_some() {}
                    return Ok(());
                }
                Some(_) => {}
                None => return Err(self.fault("the file has no XML element".to_owned())),
            }
        }
    }

    /// Visits the child elements; what the visitor leaves unread of one is skipped.
    pub(super) fn children(
        &mut self,
        parent: &Element<'t>,
        mut visit: impl FnMut(&mut Self, &Element<'t>) -> Step,
    ) -> Step {
        if parent.empty {
            return Ok(());
        }
        loop {
            match self.inside()? {
                Token::Element(element) => self.visit(&element, &mut visit)?,
                Token::End => return Ok(()),
                Token::Text(_) => {}
            }
        }
    }

    /// The text directly inside an element, trimmed.
    pub(super) fn text(&mut self, element: &Element<'t>) -> Step<String> {
        let mut all = String::new();
        if element.empty {
            return Ok(all);
        }
        let depth = self.depth;
        loop {
            match self.inside()? {
                Token::Text(text) if self.depth == depth => all.push_str(&text),
                Token::End if self.depth < depth => break,
                _ => {}
            }
        }
        Ok(match all.trim() {
            trimmed if trimmed.len() == all.len() => all,
            trimmed => trimmed.to_owned(),
        })
    }

    /// The text directly inside an element, if it has any.
    pub(super) fn some_text(&mut self, element: &Element<'t>) -> Step<Option<String>> {
        Ok(Some(self.text(element)?).filter(|text| !text.is_empty()))
    }

    fn visit(&mut self, element: &Element<'t>, visit: &mut impl FnMut(&mut Self, &Element<'t>) -> Step) -> Step {
        if element.empty {
            return visit(self, element);
        }
        let outside = self.depth - 1;
        let after_tag = self.at();
        visit(self, element)?;
        if self.at() == after_tag {
            self.leap();
        }
        while self.depth > outside {
            self.inside()?;
        }
        Ok(())
    }

    /// Goes to the end tag of an element of which nothing has been read. Most of a solution's XML is forms and views,
    /// which this passes five times as fast as events do. Tags are only counted; the end tag itself is read and checked.
    fn leap(&mut self) {
        let rest: &'t [u8] = self.reader.get_ref();
        if let Some(length) = subtree(rest) {
            *self.reader.get_mut() = &rest[length..];
            self.base += length;
        }
    }

    fn inside(&mut self) -> Step<Token<'t>> {
        match self.next()? {
            Some(token) => Ok(token),
            None => Err(self.fault("the file ends inside an element".to_owned())),
        }
    }

    fn next(&mut self) -> Step<Option<Token<'t>>> {
        loop {
            let start = self.at();
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let offset = self.base + self.reader.error_position() as usize;
                    return Err(RecordError { offset, ..self.fault(error.to_string()) });
                }
            };
            let span = |xml: &Self| Span::new(start, xml.at());
            return Ok(Some(match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    Token::Element(Element { tag, span: span(self), empty: false })
                }
                Event::Empty(tag) => Token::Element(Element { tag, span: span(self), empty: true }),
                Event::End(_) => {
                    self.depth -= 1;
                    Token::End
                }
                Event::Text(text) => Token::Text(text.into_inner()),
                Event::CData(text) => Token::Text(text.into_inner()),
                Event::GeneralRef(name) => Token::Text(match name.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string().into(),
                    _ => match resolve_predefined_entity(&name.borrow().into_inner()) {
                        Some(text) => text.into(),
                        None => format!("&{};", name.into_inner()).into(),
                    },
                }),
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }

    fn at(&self) -> usize {
        self.base + self.reader.buffer_position() as usize
    }

    fn fault(&self, what: String) -> RecordError {
        RecordError { message: what, help: "export the solution again", offset: self.at() }
    }
}

/// How many bytes there are before the end tag that closes what is open at the start of `text`.
fn subtree(text: &[u8]) -> Option<usize> {
    let mut depth = 1;
    let mut at = 0;
    let after = |at: usize, end: &[u8]| memmem::find(&text[at..], end).map(|found| at + found + end.len());
    loop {
        let tag = at + memchr(b'<', &text[at..])?;
        at = match text.get(tag + 1)? {
            b'/' => {
                depth -= 1;
                if depth == 0 {
                    return Some(tag);
                }
                tag + 1 + memchr(b'>', &text[tag..])?
            }
            b'!' if text[tag..].starts_with(b"<!--") => after(tag + 4, b"-->")?,
            b'!' if text[tag..].starts_with(b"<![CDATA[") => after(tag + 9, b"]]>")?,
            b'!' => tag + 1 + memchr(b'>', &text[tag..])?,
            b'?' => after(tag, b"?>")?,
            _ => {
                // The value of an attribute may hold `>`.
                let mut end = tag;
                loop {
                    end += memchr3(b'>', b'"', b'\'', &text[end..])?;
                    match text[end] {
                        b'>' => break,
                        quote => end += 2 + memchr(quote, &text[end + 1..])?,
                    }
                }
                if text[end - 1] != b'/' {
                    depth += 1;
                }
                end + 1
            }
        };
    }
}

enum Token<'t> {
    Element(Element<'t>),
    End,
    Text(Cow<'t, str>),
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn visits_what_is_asked_for_and_skips_the_rest() {
        let text = "\u{feff}<?xml version=\"1.0\"?><!-- <a/> --><root>\r\n <skip><name>no</name></skip>\
                    <item ID='1 &amp; 2' x:Kind=\"&#65;\"><name> a &lt;b&gt; <![CDATA[&c]]> &nope; </name><other><name/></other></item>\
                    <item/></root>";
        let mut seen = Vec::new();
        Xml::new(text)
            .root(|xml, root| {
                assert!(root.is("ROOT"));
                xml.children(root, |xml, item| {
                    if !item.is("item") {
                        return Ok(());
                    }
                    seen.push(format!("{:?} {:?}", item.attribute("id"), item.attribute("kind")));
                    assert!(text[item.span.range()].starts_with("<item"));
                    assert!(text[item.span.range()].ends_with('>'));
                    xml.children(item, |xml, name| {
                        seen.push(if name.is("name") { xml.text(name)? } else { name.name().to_owned() });
                        Ok(())
                    })
                })
            })
            .unwrap();
        assert_eq!(seen, ["Some(\"1 & 2\") Some(\"A\")", "a <b> &c &nope;", "other", "None None"]);
    }

    #[test]
    fn leaps_over_anything() {
        let inner = "<a x='>' y=\"/>\"><!-- </a> --><![CDATA[</x>]]><?p </x> ?><x/><x><b/></x></a>text</x><next/>";
        assert_eq!(subtree(inner.as_bytes()), inner.find("</x><next/>"));
        for cut in ["", "<", "<a", "<a>", "<a></a>", "<!--", "<a '", "<!", "<?", "<![CDATA[ </a>"] {
            assert_eq!(subtree(cut.as_bytes()), None, "{cut}");
        }
        let text = "<r><skip><a></b></skip><name>é</name></r>";
        let mut name = String::new();
        let mut xml = Xml::new(text);
        xml.root(|xml, root| {
            xml.children(root, |xml, child| {
                if child.is("name") {
                    assert!(text[child.span.range()].starts_with("<name>"));
                    name = xml.text(child)?;
                }
                Ok(())
            })
        })
        .unwrap();
        assert_eq!(name, "é");
    }

    #[test]
    fn says_where_it_is_not_well_formed() {
        for (text, at) in [("<a><b></a>", "</a>"), ("<a><b x=\"1", "<b"), ("<a><b/>", ""), ("", "")] {
            let error = Xml::new(text).root(|_, _| Ok(())).unwrap_err();
            assert!(text[error.offset..].starts_with(at), "{text}: {error:?}");
        }
    }
}
