//! Text to tokens. Quoting mistakes that people make become tokens of their own, so that the parser can name them.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    String,
    Integer,
    Float,
    Name,
    Dot,
    Comma,
    Open,
    Close,
    OpenIndex,
    CloseIndex,
    Question,
    At,
    OpenBrace,
    CloseBrace,
    End,
    /// A string without an end.
    OpenString,
    /// A number with other characters at its end: `5px`.
    BadNumber,
    /// `"…"`
    DoubleQuoted,
    /// Text in typographic quotes.
    SmartQuoted,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Reads the bytes of `text` from `at` up to `end`.
pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) end: usize,
}

/// Quotes that word processors and chat programs put in the place of `'` and `"`.
pub(super) fn is_smart_quote(c: char) -> bool {
    matches!(c, '\u{2018}'..='\u{201F}' | '\u{00B4}' | '`')
}

impl Lexer<'_> {
    pub(super) fn next(&mut self) -> Token {
        self.skip_blanks();
        let start = self.at;
        let Some(&byte) = self.text.as_bytes()[..self.end].get(start) else {
            return Token { kind: TokenKind::End, start, end: start };
        };
        let kind = match byte {
            b'.' => TokenKind::Dot,
            b',' => TokenKind::Comma,
            b'(' => TokenKind::Open,
            b')' => TokenKind::Close,
            b'[' => TokenKind::OpenIndex,
            b']' => TokenKind::CloseIndex,
            b'?' => TokenKind::Question,
            b'@' => TokenKind::At,
            b'{' => TokenKind::OpenBrace,
            b'}' => TokenKind::CloseBrace,
            b'\'' => return self.string(),
            b'0'..=b'9' => return self.number(),
            b'+' | b'-' if self.text.as_bytes()[..self.end].get(start + 1).is_some_and(u8::is_ascii_digit) => {
                return self.number();
            }
            _ => return self.name(),
        };
        self.at += 1;
        Token { kind, start, end: self.at }
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.at..self.end];
        // The platform's blanks are those of Unicode, as here.
        let first = rest.bytes().next().unwrap_or(b'x');
        if first <= b' ' || first >= 0x80 {
            self.at = self.end - rest.trim_start().len();
        }
    }

    fn string(&mut self) -> Token {
        let start = self.at;
        let bytes = &self.text.as_bytes()[..self.end];
        let mut at = start + 1;
        while let Some(quote) = memchr::memchr(b'\'', &bytes[at..]) {
            at += quote + 1;
            if bytes.get(at) != Some(&b'\'') {
                self.at = at;
                return Token { kind: TokenKind::String, start, end: at };
            }
            at += 1;
        }
        self.at = self.end;
        Token { kind: TokenKind::OpenString, start, end: self.end }
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        let bytes = &self.text.as_bytes()[..self.end];
        let digits = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut at = digits(start + 1);
        let mut kind = TokenKind::Integer;
        if bytes.get(at) == Some(&b'.') && digits(at + 1) > at + 1 {
            at = digits(at + 1);
            kind = TokenKind::Float;
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            let power = at + 1 + sign;
            if power < bytes.len() && digits(power) > power {
                at = digits(power);
                kind = TokenKind::Float;
            }
        }
        let after = self.name_end(at);
        if after > at {
            (at, kind) = (after, TokenKind::BadNumber);
        }
        self.at = at;
        Token { kind, start, end: at }
    }

    fn name(&mut self) -> Token {
        let start = self.at;
        let rest = &self.text[start..self.end];
        let first = rest.chars().next().unwrap_or_default();
        let closing = match first {
            '"' => rest[1..].find('"').map(|at| (TokenKind::DoubleQuoted, at + 2)),
            _ if is_smart_quote(first) => rest
                .char_indices()
                .skip(1)
                .find(|&(_, c)| is_smart_quote(c) || c == '\'')
                .map(|(at, c)| (TokenKind::SmartQuoted, at + c.len_utf8())),
            _ => None,
        };
        let (kind, end) = match closing {
            Some((kind, length)) => (kind, start + length),
            None => (TokenKind::Name, self.name_end(start)),
        };
        self.at = end;
        Token { kind, start, end }
    }

    /// The end of the characters from `at` that a name can hold.
    fn name_end(&self, at: usize) -> usize {
        let rest = &self.text[at..self.end];
        let ends = |c: char| match c {
            '.' | ',' | '(' | ')' | '{' | '}' | '@' | '[' | ']' | '?' | '\'' => true,
            _ => c.is_whitespace(),
        };
        // Names are short and nearly always ASCII letters and digits.
        let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let rest = &rest[plain..];
        at + plain + rest.find(ends).unwrap_or(rest.len())
    }
}
