//! Tokens to the tape. Goes on after a mistake, so that one string shows all of its mistakes, but not what follows from
//! them. Recursion is bounded by [`MAX_DEPTH`].

use super::ast::{Node, Tag};
use super::fault::{OPERATOR_CHARACTERS, instead_of, operator};
use super::lexer::{Lexer, Token, TokenKind, is_smart_quote};
use super::{Fault, FaultKind, MAX_DEPTH, MAX_LENGTH};
use std::ops::Range;

/// More mistakes of one string than this tell nobody more.
const MAX_FAULTS: usize = 8;

const NO_OPERATORS: &str = "expressions have no operators";
const TEXT_IN_QUOTES: &str = "put text in single quotes, and call functions with brackets: `name()`";

/// `@` and one expression.
pub(super) fn whole(text: &str) -> (Vec<Node>, Vec<Fault>) {
    let mut nodes = Vec::with_capacity(capacity(text.len()));
    let mut faults = Vec::new();
    Parser::new(text, 1..text.len(), true, &mut nodes, &mut faults).root();
    (nodes, faults)
}

/// Text with `@{…}` in it.
pub(super) fn interpolation(text: &str) -> (Vec<Node>, Vec<Fault>) {
    let mut nodes = Vec::with_capacity(capacity(text.len().min(1024)));
    let mut faults = Vec::new();
    let bytes = text.as_bytes();
    let (mut text_from, mut at) = (0, 0);
    let push_text = |nodes: &mut Vec<Node>, range: Range<usize>| {
        if !range.is_empty() {
            let next = nodes.len() as u32 + 1;
            nodes.push(Node { start: range.start as u32, end: range.end as u32, next, name: 0, tag: Tag::Text });
        }
    };
    while let Some(found) = memchr::memchr(b'@', &bytes[at..]) {
        let opened = at + found;
        at = opened + 1;
        if bytes.get(at) != Some(&b'{') || (opened > text_from && bytes[opened - 1] == b'@') {
            continue;
        }
        let Some(closed) = segment_end(bytes, opened + 2) else {
            let quotes = memchr::memchr_iter(b'\'', &bytes[opened..]).count();
            let help = if quotes.is_multiple_of(2) {
                "end the expression with `}`, or write `@@{` where `@{` is meant as text"
            } else {
                "a single quote is open: close it, and write a quote within text twice"
            };
            faults.push(Fault {
                kind: FaultKind::UnclosedInterpolation,
                range: opened..opened + 2,
                message: "`@{` is never closed".to_owned(),
                help: help.to_owned(),
            });
            break;
        };
        push_text(&mut nodes, text_from..opened);
        Parser::new(text, opened + 2..closed, false, &mut nodes, &mut faults).root();
        at = closed + 1;
        text_from = at;
    }
    push_text(&mut nodes, text_from..text.len());
    (nodes, faults)
}

/// Room for the nodes of so much text: real expressions have one for 12 bytes or fewer.
fn capacity(length: usize) -> usize {
    length / 10 + 2
}

/// The first `}` outside single quotes. A doubled quote within a string closes and opens it again, which comes to the
/// same.
fn segment_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut is_quoted = false;
    for at in memchr::memchr2_iter(b'\'', b'}', &bytes[from..]) {
        match bytes[from + at] {
            b'\'' => is_quoted = !is_quoted,
            _ if !is_quoted => return Some(from + at),
            _ => {}
        }
    }
    None
}

struct Parser<'t, 'n> {
    text: &'t str,
    lexer: Lexer<'t>,
    token: Token,
    /// Where the previous token ended.
    last_end: usize,
    from: usize,
    is_whole: bool,
    nodes: &'n mut Vec<Node>,
    faults: &'n mut Vec<Fault>,
    depth: usize,
    /// What follows is read no more: nothing sure can be said of it.
    is_lost: bool,
}

impl<'t, 'n> Parser<'t, 'n> {
    fn new(
        text: &'t str,
        range: Range<usize>,
        is_whole: bool,
        nodes: &'n mut Vec<Node>,
        faults: &'n mut Vec<Fault>,
    ) -> Self {
        let mut lexer = Lexer { text, at: range.start, end: range.end };
        let token = lexer.next();
        let is_lost = faults.len() >= MAX_FAULTS;
        Self {
            text,
            lexer,
            token,
            last_end: range.start,
            from: range.start,
            is_whole,
            nodes,
            faults,
            depth: 0,
            is_lost,
        }
    }

    /// One expression up to the end.
    fn root(mut self) {
        let all = self.from..self.lexer.end;
        // Bytes are at least as many as UTF-16 units, so most need no counting.
        if all.len() > MAX_LENGTH && self.text[all.clone()].encode_utf16().count() > MAX_LENGTH {
            let message = format!("the expression is longer than {MAX_LENGTH} characters");
            self.fault(
                FaultKind::TooLong,
                all.clone(),
                message,
                "move parts of it into steps of their own, such as Compose",
            );
        }
        if self.token.kind == TokenKind::End {
            let marks = self.from - if self.is_whole { 1 } else { 2 }..self.lexer.end + usize::from(!self.is_whole);
            let help = "write an expression there, or double the `@` where it is meant as text";
            self.fault(FaultKind::MissingOperand, marks, "there is no expression after the `@`".to_owned(), help);
            self.missing(all.end..all.end);
            return;
        }
        self.expression();
        if self.token.kind == TokenKind::End || self.is_lost {
            return;
        }
        // Only a comma or a closing bracket is left over by `expression`.
        let rest = self.token.start..self.lexer.end;
        if self.token.kind == TokenKind::Comma {
            let help = "remove it, or put a function around the values, such as `concat(a, b)`";
            self.fault(FaultKind::TrailingText, rest, "a comma follows a complete expression".to_owned(), help);
        } else {
            let bracket = &self.text[self.token.start..self.token.end];
            let message = format!("a `{bracket}` too many: no bracket is open there");
            self.fault(FaultKind::Bracket, self.token.start..self.token.end, message, "remove it, or open its bracket");
        }
    }

    fn advance(&mut self) {
        self.last_end = self.token.end;
        self.token = self.lexer.next();
    }

    fn fault(&mut self, kind: FaultKind, range: Range<usize>, message: String, help: &str) {
        if !self.is_lost {
            self.faults.push(Fault { kind, range, message, help: help.to_owned() });
            self.is_lost = self.faults.len() >= MAX_FAULTS;
        }
    }

    /// Nothing more is read.
    fn give_up(&mut self) {
        self.is_lost = true;
        self.lexer.at = self.lexer.end;
        self.token = self.lexer.next();
    }

    fn push(&mut self, tag: Tag, range: Range<usize>, name: usize) -> usize {
        let index = self.nodes.len();
        let next = index as u32 + 1;
        // A longer name is none, and was not let through.
        let name = u16::try_from(name).unwrap_or(u16::MAX);
        self.nodes.push(Node { start: range.start as u32, end: range.end as u32, next, name, tag });
        index
    }

    fn missing(&mut self, range: Range<usize>) {
        self.push(Tag::Missing, range, 0);
    }

    fn close(&mut self, node: usize, end: usize) {
        let next = self.nodes.len() as u32;
        // What could not be read may reach further than what could.
        let inner = self.nodes.last().map_or(0, |last| last.end);
        let node = &mut self.nodes[node];
        (node.end, node.next) = (inner.max(end as u32), next);
    }

    /// Whether one may go a level deeper; if not, that was said.
    fn descend(&mut self) -> bool {
        if self.depth == MAX_DEPTH {
            let message = format!("the expression is nested deeper than {MAX_DEPTH} levels");
            self.fault(
                FaultKind::TooDeep,
                self.range(),
                message,
                "move inner parts into steps of their own, such as Compose",
            );
            self.give_up();
            return false;
        }
        self.depth += 1;
        true
    }

    fn range(&self) -> Range<usize> {
        self.token.start..self.token.end
    }

    fn token_text(&self) -> &'t str {
        &self.text[self.range()]
    }

    /// Puts one subtree on the tape and leaves a comma, a closing bracket or the end behind it.
    fn expression(&mut self) {
        let (node, faults) = (self.nodes.len(), self.faults.len());
        self.operand();
        // Prose is one mistake, not one for each word.
        let is_bare = |fault: &Fault| fault.kind == FaultKind::BareName;
        if self.nodes[node].tag == Tag::Missing && self.faults[faults..].first().is_some_and(is_bare) {
            if self.depth == 0 {
                return self.give_up();
            }
            self.skip();
        }
        loop {
            match self.token.kind {
                TokenKind::Comma | TokenKind::Close | TokenKind::CloseIndex | TokenKind::End => return,
                _ if self.is_lost => return self.give_up(),
                _ => {}
            }
            if !self.operation() {
                self.trailing();
            }
        }
    }

    /// Reads on behind an operator, if there is one. The tape keeps the first operand only.
    fn operation(&mut self) -> bool {
        let text = self.token_text();
        let found = match self.token.kind {
            TokenKind::Name => operator(text),
            TokenKind::Integer | TokenKind::Float | TokenKind::BadNumber => {
                Some(&text[..1]).filter(|sign| matches!(*sign, "+" | "-"))
            }
            TokenKind::Question if self.is_coalescing() => Some("??"),
            _ => None,
        };
        let Some(found) = found else { return false };
        let start = self.token.start;
        self.operator_fault(start..start + found.len());
        self.lexer.at = start + found.len();
        self.token.end = self.lexer.at;
        self.discard_operand();
        true
    }

    /// Whether `??` stands here.
    fn is_coalescing(&self) -> bool {
        self.token.kind == TokenKind::Question && self.text[self.token.end..].starts_with('?')
    }

    fn operator_fault(&mut self, range: Range<usize>) {
        let operator = &self.text[range.clone()];
        let message = format!("`{operator}` is no part of the language: {NO_OPERATORS}");
        self.fault(FaultKind::Operator, range, message, &instead_of(operator));
    }

    /// Reads an operand for its mistakes only, after the current token.
    fn discard_operand(&mut self) {
        self.advance();
        let nodes = self.nodes.len();
        if self.descend() {
            self.operand();
            self.depth -= 1;
        }
        self.nodes.truncate(nodes);
    }

    /// Names what stands behind a complete operand and skips it.
    fn trailing(&mut self) {
        let start = self.token.start;
        if self.token.kind == TokenKind::OpenString {
            return self.unclosed_string(start);
        }
        let has_open_string = self.skip();
        let range = start..self.last_end.max(start + 1);
        let (message, help) = match () {
            () if has_open_string && self.text[self.from..self.lexer.end].contains(is_smart_quote) => {
                ("the quotes before this do not pair up", "use straight single quotes: `'`; some here are typographic")
            }
            () if has_open_string => ("the quotes before this do not pair up", "write a quote within text twice: `''`"),
            () if self.depth > 0 => (
                "a comma or bracket is missing before this",
                "put a comma between arguments, and text in single quotes",
            ),
            () if self.is_whole => {
                ("text follows a complete expression", "put the expression into `@{…}` where text is around it")
            }
            () => ("text follows a complete expression", "close the expression with `}` before the text goes on"),
        };
        self.fault(FaultKind::TrailingText, range, message.to_owned(), help);
        if has_open_string {
            // Brackets may have been taken for text.
            self.give_up();
        }
    }

    /// Leaves the comma, closing bracket or end of this level as the current token. Says whether a string without an end
    /// was among what was skipped.
    fn skip(&mut self) -> bool {
        let mut open = 0_usize;
        let mut has_open_string = false;
        loop {
            match self.token.kind {
                TokenKind::End => return has_open_string,
                TokenKind::Comma | TokenKind::Close | TokenKind::CloseIndex if open == 0 => return has_open_string,
                TokenKind::Open | TokenKind::OpenIndex => open += 1,
                TokenKind::Close | TokenKind::CloseIndex => open -= 1,
                TokenKind::OpenString => has_open_string = true,
                _ => {}
            }
            self.advance();
        }
    }

    fn unclosed_string(&mut self, start: usize) {
        let rest = &self.text[start..self.lexer.end];
        let help = if rest.contains(is_smart_quote) {
            "end it with a straight `'`: the text has typographic quotes"
        } else {
            "end it with `'`; a quote within text is written twice"
        };
        self.fault(FaultKind::UnclosedString, start..self.lexer.end, "a text in quotes has no end".to_owned(), help);
        self.give_up();
    }

    /// Puts exactly one subtree on the tape.
    fn operand(&mut self) {
        let Token { kind, start, end } = self.token;
        let range = start..end;
        match kind {
            TokenKind::String if self.is_doubled_quote() => self.doubled_quotes(start),
            TokenKind::String => self.literal(Tag::String),
            TokenKind::Integer => self.literal(Tag::Integer),
            TokenKind::Float => self.literal(Tag::Float),
            TokenKind::Name => self.name(),
            TokenKind::At => self.nested_at(),
            TokenKind::Open => self.grouping(),
            TokenKind::OpenIndex | TokenKind::OpenBrace => self.collection(),
            TokenKind::OpenString => {
                self.missing(range);
                self.unclosed_string(start);
            }
            TokenKind::DoubleQuoted => {
                let help = format!("use single quotes: `'{}'`", &self.text[start + 1..end - 1]);
                let message = "text in double quotes".to_owned();
                self.wrong_literal(FaultKind::DoubleQuotes, message, &help);
            }
            TokenKind::SmartQuoted => {
                let help = "use straight single quotes: `'`";
                self.wrong_literal(FaultKind::SmartQuotes, "text in typographic quotes".to_owned(), help);
            }
            TokenKind::BadNumber => {
                let message = format!("`{}` is neither a number nor a name", self.token_text());
                self.wrong_literal(FaultKind::BadNumber, message, TEXT_IN_QUOTES);
            }
            // The bracket that is still open has its own fault.
            TokenKind::End if self.depth > 0 => self.missing(self.last_end..self.last_end),
            TokenKind::Comma | TokenKind::Close | TokenKind::CloseIndex | TokenKind::End => {
                let help = "write the missing value, or remove the comma";
                let at = self.last_end.saturating_sub(1).max(self.from.saturating_sub(1))..end.max(start);
                self.fault(FaultKind::MissingOperand, at, "a value is missing here".to_owned(), help);
                self.missing(start..start);
            }
            TokenKind::Dot | TokenKind::Question | TokenKind::CloseBrace => {
                let message = format!("`{}` cannot stand here", self.token_text());
                self.fault(FaultKind::Unexpected, range.clone(), message, TEXT_IN_QUOTES);
                self.missing(range);
                self.advance();
                self.skip();
            }
        }
    }

    /// A literal, behind which no dereference may stand.
    fn literal(&mut self, tag: Tag) {
        let range = self.range();
        self.push(tag, range.clone(), 0);
        self.advance();
        self.no_hops(range);
    }

    /// Something meant as a literal.
    fn wrong_literal(&mut self, kind: FaultKind, message: String, help: &str) {
        let range = self.range();
        self.fault(kind, range.clone(), message, help);
        self.missing(range);
        self.advance();
    }

    fn no_hops(&mut self, literal: Range<usize>) {
        let is_hop = matches!(self.token.kind, TokenKind::Dot | TokenKind::OpenIndex | TokenKind::Question);
        if is_hop && !self.is_coalescing() {
            let nodes = self.nodes.len();
            let faults = self.faults.len();
            self.hops();
            self.nodes.truncate(nodes);
            // An operator or a ternary behind a literal has its own fault.
            if self.faults.len() == faults {
                let message = format!("nothing can be read out of `{}`", &self.text[literal.clone()]);
                let help = "only the result of a function has parts";
                self.fault(FaultKind::DereferencedLiteral, literal.start..self.last_end, message, help);
            }
        }
    }

    /// Whether the string is `''` with text right behind it: `''Compose''`, quotes as they are doubled within text.
    fn is_doubled_quote(&self) -> bool {
        let after = self.text[..self.lexer.end][self.token.end..].chars().next();
        self.token.end - self.token.start == 2 && after.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$')
    }

    fn doubled_quotes(&mut self, start: usize) {
        let inner = start + 2;
        let length = self.text[inner..self.lexer.end].find("''");
        let (end, help) = match length {
            Some(length) => {
                (inner + length + 2, format!("write each of them once: `'{}'`", &self.text[inner..inner + length]))
            }
            None => (self.lexer.end, "write each of them once".to_owned()),
        };
        self.fault(FaultKind::DoubledQuotes, start..end, "text in doubled single quotes".to_owned(), &help);
        self.missing(start..end);
        self.lexer.at = end;
        self.advance();
    }

    fn name(&mut self) {
        let name = self.token_text();
        let range = self.range();
        let keyword = |word: &str| name.eq_ignore_ascii_case(word);
        self.advance();
        if self.token.kind == TokenKind::Open && name.len() <= usize::from(u16::MAX) {
            return self.call(range);
        }
        let tag = match () {
            () if keyword("true") => Some(Tag::True),
            () if keyword("false") => Some(Tag::False),
            () if keyword("null") => Some(Tag::Null),
            () => None,
        };
        if let Some(tag) = tag {
            self.push(tag, range.clone(), 0);
            return self.no_hops(range);
        }
        self.missing(range.clone());
        if let Some(at) =
            name.find(OPERATOR_CHARACTERS).filter(|_| !name.starts_with(OPERATOR_CHARACTERS) || name.len() > 1)
            && let Some(found) = operator(&name[at..])
            && !matches!(found, "-" | "/" | ":")
        {
            let at = range.start + at;
            return self.operator_fault(at..at + found.len());
        }
        let is_operation = self.token.kind == TokenKind::Name && self.token_text().starts_with(OPERATOR_CHARACTERS);
        if is_operation || self.is_coalescing() {
            return; // the operator says more
        }
        let message = format!("`{}` is neither text in quotes nor a function call", clip(name));
        let help = match self.token.kind {
            TokenKind::String => "put brackets around the argument".to_owned(),
            _ if self.is_whole && self.depth == 0 => {
                "call functions with brackets: `name()`; where the `@` is meant as text, double it: `@@`".to_owned()
            }
            _ => TEXT_IN_QUOTES.to_owned(),
        };
        self.fault(FaultKind::BareName, range, message, &help);
        if self.token.kind == TokenKind::String {
            self.advance();
        }
        let nodes = self.nodes.len();
        let was_lost = std::mem::replace(&mut self.is_lost, true);
        self.hops();
        self.is_lost = was_lost;
        self.nodes.truncate(nodes);
    }

    /// A call whose name was read and whose bracket is the current token.
    fn call(&mut self, name: Range<usize>) {
        let text = &self.text[name.clone()];
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && let Some(at) = text.find(OPERATOR_CHARACTERS)
            && let Some(found) = operator(&text[at..])
        {
            self.operator_fault(name.start + at..name.start + at + found.len());
        }
        if !self.descend() {
            return self.missing(name);
        }
        let opened = name.start..self.token.end;
        let call = self.push(Tag::Call, name.clone(), name.len());
        self.advance();
        if self.token.kind != TokenKind::Close {
            loop {
                self.expression();
                if self.token.kind != TokenKind::Comma {
                    break;
                }
                self.advance();
            }
        }
        self.closing(TokenKind::Close, opened);
        let end = self.hops();
        self.depth -= 1;
        self.close(call, end);
    }

    /// The closing bracket of what was opened at `opened`.
    fn closing(&mut self, wanted: TokenKind, opened: Range<usize>) {
        match self.token.kind {
            kind if kind == wanted => self.advance(),
            TokenKind::End => {
                let opening = &self.text[opened.clone()];
                let bracket = if wanted == TokenKind::Close { ")" } else { "]" };
                let message = format!("`{}` is never closed", clip(opening));
                self.fault(FaultKind::Bracket, opened, message, &format!("add the missing `{bracket}`"));
                self.give_up();
            }
            _ => {
                let (found, bracket) = if wanted == TokenKind::Close { ("]", ")") } else { (self.token_text(), "]") };
                let message = format!("`{found}` stands where `{bracket}` is expected");
                let help = format!("close `{}` with `{bracket}`", clip(&self.text[opened]));
                self.fault(FaultKind::Bracket, self.range(), message, &help);
                // Which bracket the next one closes is not sure any more.
                self.give_up();
            }
        }
    }

    /// Everything that is read of a call's result. Returns where that ends, without a `?` or `.` that leads nowhere.
    fn hops(&mut self) -> usize {
        loop {
            let end = self.last_end;
            let start = self.token.start;
            let mut is_safe = false;
            if self.token.kind == TokenKind::Question {
                if self.is_coalescing() {
                    return end;
                }
                self.advance();
                is_safe = true;
                match self.token.kind {
                    TokenKind::Dot | TokenKind::OpenIndex => {}
                    TokenKind::Comma | TokenKind::Close | TokenKind::CloseIndex | TokenKind::End => {
                        let help = "remove it, or write the property behind it: `?['name']`";
                        let message = "`?` without a property behind it".to_owned();
                        self.fault(FaultKind::DanglingQuestion, start..start + 1, message, help);
                        return end;
                    }
                    _ => {
                        let help =
                            "a property is read with `?['name']`; a choice is written `if(condition, then, otherwise)`";
                        let message = "`?` without a property behind it".to_owned();
                        self.fault(FaultKind::DanglingQuestion, start..start + 1, message, help);
                        self.skip();
                        return end;
                    }
                }
            }
            match self.token.kind {
                TokenKind::Dot => {
                    if !self.dot(start, is_safe) {
                        return end;
                    }
                }
                TokenKind::OpenIndex => self.index(start, is_safe),
                _ => return end,
            }
        }
    }

    /// Whether there was a name.
    fn dot(&mut self, start: usize, is_safe: bool) -> bool {
        let dot = self.range();
        self.advance();
        let name = self.range();
        if self.token.kind == TokenKind::Name && name.len() <= usize::from(u16::MAX) {
            self.push(if is_safe { Tag::SafeDot } else { Tag::Dot }, start..name.end, name.len());
            self.advance();
            if self.token.kind == TokenKind::Open {
                let message =
                    format!("`{}` is called like a method, and there are none", clip(&self.text[name.clone()]));
                self.fault(
                    FaultKind::Unexpected,
                    name,
                    message,
                    "call functions with the value as an argument: `name(value)`",
                );
                self.advance();
                self.skip();
                if self.token.kind != TokenKind::End {
                    self.advance();
                }
            }
            true
        } else {
            let help = "write the property's name, in the form `?['name']` where it is no plain word";
            self.fault(FaultKind::Unexpected, dot, "`.` without a property's name behind it".to_owned(), help);
            if !matches!(self.token.kind, TokenKind::Comma | TokenKind::Close | TokenKind::CloseIndex | TokenKind::End)
            {
                self.advance();
            }
            false
        }
    }

    fn index(&mut self, start: usize, is_safe: bool) {
        if !self.descend() {
            return;
        }
        let opened = start..self.token.end;
        let hop = self.push(if is_safe { Tag::SafeIndex } else { Tag::Index }, start..start, 0);
        self.advance();
        self.expression();
        self.closing(TokenKind::CloseIndex, opened);
        self.depth -= 1;
        self.close(hop, self.last_end);
    }

    fn nested_at(&mut self) {
        let start = self.token.start;
        while matches!(self.token.kind, TokenKind::At | TokenKind::OpenBrace) {
            self.advance();
        }
        let help = "only the whole expression begins with `@`: remove it";
        self.fault(FaultKind::NestedAt, start..self.last_end, "an `@` within an expression".to_owned(), help);
        if !self.is_whole {
            // The segment has ended at the inner `}`: what is left is half of it.
            self.missing(start..self.last_end);
            return self.give_up();
        }
        if !self.descend() {
            return self.missing(start..start);
        }
        self.operand();
        self.depth -= 1;
        if self.token.kind == TokenKind::CloseBrace {
            self.advance();
        }
    }

    fn grouping(&mut self) {
        let opened = self.range();
        let help = "remove them: every operation is a function with its own brackets";
        self.fault(FaultKind::Grouping, opened.clone(), "brackets that belong to no function".to_owned(), help);
        self.advance();
        if !self.descend() {
            return self.missing(opened);
        }
        self.expression();
        self.skip_arguments();
        self.closing(TokenKind::Close, opened);
        self.depth -= 1;
        let nodes = self.nodes.len();
        self.hops();
        self.nodes.truncate(nodes);
    }

    fn skip_arguments(&mut self) {
        while self.token.kind == TokenKind::Comma {
            self.advance();
            self.skip();
        }
    }

    fn collection(&mut self) {
        let start = self.token.start;
        let is_array = self.token.kind == TokenKind::OpenIndex;
        let (message, help) = if is_array {
            ("`[…]` is no value in an expression", "write `createArray(a, b)`")
        } else {
            ("`{…}` is no value in an expression", "write `json('{…}')`, or build the object with `setProperty(…)`")
        };
        self.advance();
        let mut open = 1_usize;
        while open > 0 && self.token.kind != TokenKind::End {
            match self.token.kind {
                TokenKind::OpenIndex | TokenKind::OpenBrace | TokenKind::Open => open += 1,
                TokenKind::CloseIndex | TokenKind::CloseBrace | TokenKind::Close => open -= 1,
                _ => {}
            }
            self.advance();
        }
        self.fault(FaultKind::CollectionLiteral, start..self.last_end, message.to_owned(), help);
        self.missing(start..self.last_end);
    }
}

/// At most so much of the maker's text as fits into a message.
fn clip(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(at, _)| &text[..at])
}
