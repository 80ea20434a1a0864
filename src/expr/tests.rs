//! What is a template, the tree of well-formed ones, and the mistakes in others.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;

/// The faults of a string: kind, characters at fault, help.
fn faults(text: &str) -> Vec<(FaultKind, String, String)> {
    let template = parse(text);
    let show = |fault: &Fault| (fault.kind, text[fault.range.clone()].to_owned(), fault.help.clone());
    template.faults().iter().map(show).collect()
}

/// The only fault of a string.
fn fault(text: &str) -> (FaultKind, String, String) {
    let faults = faults(text);
    let [fault] = faults.as_slice() else { panic!("{text}: {faults:?}") };
    fault.clone()
}

fn printed(text: &str) -> String {
    let template = parse(text);
    assert_eq!(template.faults(), [], "{text}");
    template.to_string()
}

#[test]
fn tells_templates_from_text() {
    for text in ["", "@", "x", " @concat('a')", "text @utcNow() text", "mail@contoso.com", "{@", "a@@b"] {
        assert_eq!(parse(text).form(), Form::Literal, "{text}");
        assert!(!is_template(text));
    }
    for text in ["@@", "@@odata.type", "@@x @{y()}", "@@{x}"] {
        assert_eq!(parse(text).form(), Form::Escaped, "{text}");
        assert_eq!((parse(text).roots().count(), parse(text).faults()), (0, &[][..]), "nothing in it is looked at");
    }
    assert_eq!(parse("@utcNow()").form(), Form::Whole);
    assert_eq!(parse("@concat('@{x}')").form(), Form::Whole, "what is quoted in it is text");
    for text in ["@{utcNow()}", "a @{utcNow()}", "a @@{b}", "@{utcNow()} @{utcNow()}"] {
        assert_eq!(parse(text).form(), Form::Interpolation, "{text}");
        assert_eq!(parse(text).faults(), [], "{text}");
    }
}

#[test]
fn interpolations_are_cut_at_braces_outside_quotes() {
    let cut = |text: &str| -> Vec<String> {
        let template = parse(text);
        assert_eq!(template.faults(), [], "{text}");
        let show = |segment| match segment {
            Segment::Text(range) => format!("\"{}\"", &text[range]),
            Segment::Expr(expr) => expr.to_string(),
        };
        template.segments().map(show).collect()
    };
    assert_eq!(cut("a @{f('}')} b @{ g( ) }"), ["\"a \"", "f('}')", "\" b \"", "g()"]);
    assert_eq!(cut("@{f('it''s }')}{}@x"), ["f('it''s }')", "\"{}@x\""]);
    assert_eq!(cut("a @@{b} @{c()}"), ["\"a @@{b} \"", "c()"]);
    assert_eq!(cut("@{a()}@{b()}"), ["a()", "b()"]);
    assert_eq!(cut("plain"), ["\"plain\""]);
    assert!(parse("@{a()}").only_root().is_some() && parse("@{a()} ").only_root().is_none());
}

#[test]
fn reads_calls_arguments_and_dereferences() {
    let template = parse("@if( equals(outputs('A')?['body/value'].id[0]?.x, -1.5e3),TRUE , null)");
    assert_eq!(template.faults(), []);
    let call = template.only_root().unwrap().as_call().unwrap();
    assert!(call.is("IF") && call.hops().next().is_none());
    let args: Vec<Expr<'_>> = call.args().collect();
    assert!(matches!(args[1].kind(), ExprKind::Bool(true)) && matches!(args[2].kind(), ExprKind::Null));
    let inner: Vec<Expr<'_>> = args[0].as_call().unwrap().args().collect();
    assert!(matches!(inner[1].kind(), ExprKind::Float("-1.5e3")));
    let outputs = inner[0].as_call().unwrap();
    assert_eq!(outputs.args().next().unwrap().as_str().unwrap(), "A");
    let hops: Vec<(bool, Option<Cow<'_, str>>)> = outputs.hops().map(|hop| (hop.is_safe(), hop.name())).collect();
    assert_eq!(
        hops,
        [(true, Some("body/value".into())), (false, Some("id".into())), (false, None), (true, Some("x".into()))]
    );
    let ranges: Vec<&str> = outputs.hops().map(|hop| &template.text()[hop.range()]).collect();
    assert_eq!(ranges, ["?['body/value']", ".id", "[0]", "?.x"]);
    assert_eq!(template.calls().map(Call::name).collect::<Vec<_>>(), ["if", "equals", "outputs"]);
    assert_eq!(template.to_string(), "@if(equals(outputs('A')?['body/value'].id[0]?.x, -1.5e3), TRUE, null)");
}

#[test]
fn literals_and_unusual_names_are_read() {
    for text in ["@null", "@5", "@'x'", "@+1", "@f()", "@''", "@'it''s'", "@f('a\nb')"] {
        assert_eq!(printed(text), text);
    }
    assert_eq!(printed("@\u{a0}parameters('$connections')\u{3000}"), "@parameters('$connections')");
    assert_eq!(printed("@f().$x.X-MS-Header.größe.value/0/name"), "@f().$x.X-MS-Header.größe.value/0/name");
    assert_eq!(parse("@'it''s'").only_root().unwrap().as_str().unwrap(), "it's");
    assert!(matches!(parse("@12").only_root().unwrap().kind(), ExprKind::Integer("12")));
}

#[test]
fn typical_mistakes_are_named_with_their_cure() {
    use FaultKind::*;
    let cases = [
        ("@concat(\"a b\", 'c')", DoubleQuotes, "\"a b\"", "'a b'"),
        ("@concat(‘a b’, 'c')", SmartQuotes, "‘a b’", "straight"),
        ("@outputs(''Compose_1'')", DoubledQuotes, "''Compose_1''", "'Compose_1'"),
        ("@concat('a', @outputs('x'))", NestedAt, "@", "remove it"),
        ("@concat('a', @{outputs('x')})", NestedAt, "@{", "remove it"),
        ("a @{concat('a', @{outputs('x')})}", NestedAt, "@{", "remove it"),
        ("@if(a() == b(), 1, 2)", Operator, "==", "equals(a, b)"),
        ("@if(a()==b(), 1, 2)", Operator, "==", "equals(a, b)"),
        ("@and(a() && b(), true)", Operator, "&&", "and(a, b)"),
        ("@a() + 5", Operator, "+", "add(a, b)"),
        ("@length(x())-1", Operator, "-", "sub(a, b)"),
        ("@a()+b()", Operator, "+", "concat(a, b)"),
        ("@if(!empty(x()), 1, 2)", Operator, "!", "not(a)"),
        ("@x ?? 'a'", Operator, "??", "coalesce(a, b)"),
        ("@x()?['a'] ?? 'a'", Operator, "??", "coalesce(a, b)"),
        ("@x() ? 'a' : 'b'", DanglingQuestion, "?", "if(condition, then, otherwise)"),
        ("@first(x()?)", DanglingQuestion, "?", "?['name']"),
        ("@concat('a', toLower('b')", Bracket, "concat(", "`)`"),
        ("@outputs('a'", Bracket, "outputs(", "`)`"),
        ("@outputs('a')['b'", Bracket, "[", "`]`"),
        ("@outputs('a')['b')", Bracket, ")", "`]`"),
        ("@outputs('a'))", Bracket, ")", "remove it"),
        ("@concat('a', 'b", UnclosedString, "'b", "twice"),
        ("@concat('a’, 'b')", TrailingText, "b')", "typographic"),
        ("@utcNow() is the time", TrailingText, "is the time", "@{…}"),
        ("@{utcNow() is}", TrailingText, "is", "`}`"),
        ("@concat('it's')", TrailingText, "s')", "twice"),
        ("@team, please look", BareName, "team", "@@"),
        ("@variables", BareName, "variables", "name()"),
        ("@foo.bar[0]", BareName, "foo", "name()"),
        ("@outputs'x'", BareName, "outputs", "brackets"),
        ("@concat(a, 'b')", BareName, "a", "single quotes"),
        ("@5px", BadNumber, "5px", "single quotes"),
        ("@'abc'[0]", DereferencedLiteral, "'abc'[0]", "function"),
        ("@null?.x", DereferencedLiteral, "null?.x", "function"),
        ("@(a())", Grouping, "(", "remove"),
        ("@concat([1, 2], 'b')", CollectionLiteral, "[1, 2]", "createArray"),
        ("@f({'a': 1})", CollectionLiteral, "{'a': 1}", "json("),
        ("@concat('a',)", MissingOperand, ",)", "comma"),
        ("@f(, 'a')", MissingOperand, "(,", "comma"),
        ("@{}", MissingOperand, "@{}", "`@`"),
        ("@ ", MissingOperand, "@ ", "`@`"),
        ("@a(), b()", TrailingText, ", b()", "concat"),
        ("x @{a(", UnclosedInterpolation, "@{", "@@{"),
        ("x @{a('b}", UnclosedInterpolation, "@{", "quote"),
        ("@a().b()", Unexpected, "b", "argument"),
        ("@a().", Unexpected, ".", "?['name']"),
        ("@a(}, 1)", Unexpected, "}", "quotes"),
    ];
    for (text, kind, at, cure) in cases {
        let found = fault(text);
        assert_eq!((found.0, found.1.as_str()), (kind, at), "{text}");
        assert!(found.2.contains(cure), "{text}: {}", found.2);
    }
}

#[test]
fn one_string_shows_all_of_its_mistakes() {
    let kinds = |text: &str| faults(text).into_iter().map(|(kind, ..)| kind).collect::<Vec<_>>();
    use FaultKind::*;
    assert_eq!(kinds("@if(equals(\"a\", b), x == 5, [1])"), [DoubleQuotes, BareName, Operator, CollectionLiteral]);
    assert_eq!(kinds("@{a b} and @{c(} and @{d()}"), [BareName, Bracket]);
    let template = parse("@if(equals(\"a\", outputs('x')), @body('y'), 1 + length(z()))");
    assert_eq!(template.faults().len(), 3);
    let calls: Vec<&str> = template.calls().map(Call::name).collect();
    assert_eq!(calls, ["if", "equals", "outputs", "body"], "the tree keeps what is sure");
    assert_eq!(template.only_root().unwrap().as_call().unwrap().args().count(), 3);
    assert!(faults(&format!("@f({})", "\"a\",".repeat(100))).len() <= 8, "nobody reads a hundred");
}

#[test]
fn a_call_ends_where_it_can_be_read() {
    for (text, call) in [
        ("@a('x')?api", "a('x')"),
        ("@a('x')?['y']?$z", "a('x')?['y']"),
        ("@a('x').", "a('x')"),
        ("@a('x').b. c", "a('x').b. c"),
        ("@a('x') b", "a('x')"),
        ("@a('x')? ", "a('x')"),
        ("@a(\n", "a("),
        ("@a('x", "a('x"),
    ] {
        let template = parse(text);
        assert_eq!(&text[template.calls().next().unwrap().range()], call, "{text}");
    }
}

#[test]
fn limits_are_said_and_nothing_overflows() {
    let long = |length: usize| format!("@'{}'", "é".repeat(length - 2));
    assert_eq!(parse(long(MAX_LENGTH)).faults(), [], "characters count, not bytes");
    assert_eq!(fault(&long(MAX_LENGTH + 1)).0, FaultKind::TooLong);
    let nested = |depth: usize| format!("@{}1{}", "f(".repeat(depth), ")".repeat(depth));
    assert_eq!(parse(nested(MAX_DEPTH)).faults(), []);
    assert_eq!(fault(&nested(MAX_DEPTH + 1)).0, FaultKind::TooDeep);
    for piece in
        ["f(", "f()[", "(", "@", "{", "[", "a()??", "1+", "!(", "''x", "f(@{", "?", "\"", "'", "‘", ",", ".", "-"]
    {
        for lead in ["@", "@{", "x @{f("] {
            let text = format!("{lead}{}", piece.repeat(100_000));
            assert!(parse(text.as_str()).faults().len() <= 8, "{lead}{piece}");
        }
    }
}

/// Well-formed expressions, spaced at random.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "'([a-zé {}@()]|'')*'",
        "[+-]?[0-9]{1,5}(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
        prop_oneof![Just("true".to_owned()), Just("False".to_owned()), Just("NULL".to_owned())],
        "[a-zA-Z$_][a-zA-Z0-9_$]{0,8}\\([ \n]?\\)",
    ];
    leaf.prop_recursive(5, 48, 4, |inner| {
        let hop = prop_oneof![
            (any::<bool>(), "[a-zA-Z$_][a-zA-Z0-9/-]{0,6}")
                .prop_map(|(safe, name)| format!("{}.{name}", if safe { "?" } else { "" })),
            (any::<bool>(), inner.clone()).prop_map(|(safe, at)| format!("{}[ {at}]", if safe { "?" } else { "" })),
        ];
        let name = "[a-zA-Z][a-zA-Z0-9]{0,10}";
        (name, prop::collection::vec(inner, 0..4), prop::collection::vec(hop, 0..3), "[ \t\u{a0}]?").prop_map(
            |(name, args, hops, blank)| {
                format!("{name}{blank}({blank}{}){}", args.join(&format!(",{blank}")), hops.concat())
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_is_read_as_the_same(pieces in prop::collection::vec(("[a-z{}' ]{0,5}", expressions()), 1..4)) {
        let interpolation: String = pieces.iter().map(|(text, expr)| format!("{text}@{{{expr}}}")).collect();
        for text in [format!("@{}", pieces[0].1), interpolation] {
            let template = parse(text.as_str());
            prop_assert_eq!(template.faults(), &[], "{}", text);
            let canonical = template.to_string();
            let again = parse(canonical.as_str());
            prop_assert_eq!(again.faults(), &[], "{}", canonical);
            prop_assert_eq!(again.to_string(), canonical.as_str());
            prop_assert_eq!(template.roots().count(), again.roots().count());
            let shape = |template: &Template<'_>| {
                template.nodes.iter().map(|node| (node.tag, node.next, node.name)).collect::<Vec<_>>()
            };
            prop_assert_eq!(shape(&template), shape(&again));
        }
    }

    #[test]
    fn any_text_is_read_with_all_places_within_it(text in "@?[@{}()\\[\\]?.,'\"a-c0-9+=!<&é‘’ \n]{0,60}") {
        let template = parse(text.as_str());
        for fault in template.faults() {
            prop_assert!(text.get(fault.range.clone()).is_some(), "{:?}", fault);
        }
        let mut ends = 0;
        for segment in template.segments() {
            let range = match segment {
                Segment::Text(range) => range,
                Segment::Expr(expr) => expr.range(),
            };
            prop_assert!(range.start >= ends && text.get(range.clone()).is_some());
            ends = range.end;
        }
        for call in template.calls() {
            prop_assert!(text.get(call.range()).is_some() && text.get(call.name_range()).is_some());
            for arg in call.args() {
                prop_assert!(call.range().start <= arg.range().start && arg.range().end <= call.range().end);
            }
            prop_assert!(call.hops().all(|hop| text.get(hop.range()).is_some()));
        }
        let _ = template.to_string();
    }

    #[test]
    fn a_character_taken_away_never_hides_a_fault_without_reason(text in expressions(), at in any::<prop::sample::Index>()) {
        // What is left either has a fault or is an expression that prints and reads as itself.
        let mut shorter: Vec<char> = format!("@{text}").chars().collect();
        shorter.remove(1 + at.index(shorter.len() - 1));
        let shorter: String = shorter.into_iter().collect();
        let template = parse(shorter.as_str());
        if template.form() == Form::Whole && template.faults().is_empty() {
            let canonical = template.to_string();
            prop_assert_eq!(parse(canonical.as_str()).to_string(), canonical.as_str());
        }
    }
}
