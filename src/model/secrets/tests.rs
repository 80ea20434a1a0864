//! Which characters are found. In the texts here `⟦` and `⟧` stand around them.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;

/// Random characters of the right shape, put together so that no scanner takes this file for a leak.
const HEX: &str = "3f9a1c7e5b2d80640af1c9e7d5b28064";
const TOKEN: &str = "q7Rk2vX9mB4tLs8ZyN3wPc6HfJ1dG5aE";
const TAIL: &str = "Tq2.Vd_Xr7-Lm4Wb8Zs9Kp3Nc5Fh1Jg6Ry";
const BASE64: &str = "q7Rk2vX9mB4tLs8ZyN3wPc6HfJ1dG5aEu0oIiWwYyQ4z";

/// Finds what is marked in the JSON text, and nothing else.
fn assert_found(marked: &str) {
    let text = marked.replace(['⟦', '⟧'], "");
    let document = Document::parse(&text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let mut shown = text.clone();
    for secret in in_document(&document).iter().rev() {
        shown.insert(secret.spot.span.end as usize, '⟧');
        shown.insert(secret.spot.span.start as usize, '⟦');
    }
    assert_eq!(shown, marked);
}

/// As a value that no name says anything about.
fn assert_found_in_text(marked: &str) {
    let text = marked.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    assert_found(&format!("{{\"inputs\": \"{text}\"}}"));
}

#[test]
fn headers_and_authentication_hold_nothing_but_credentials() {
    for marked in [
        r#"{"headers": {"x-api-key": "⟦q7Rk2vX9mB4tLs8Z⟧"}}"#,
        r#"{"headers": {"X-API-KEY": " ⟦carrier⟧ ", "Accept": "text/html;v=10000000001"}}"#,
        r#"{"request/headers": {"Authorization": "Bearer ⟦q7Rk2vX9mB4tLs8Z⟧"}}"#,
        r#"{"headers": {"Authorization": "⟦q7Rk2vX9mB4tLs8Z⟧"}}"#,
        r#"{"headers": {"Authorization": "basic ⟦cm9ib3Q6c3ByaW5nMTk=⟧"}}"#,
        r#"{"headers": {"Authorization": "Bearer @{body('x')?['token1']}"}}"#,
        r#"{"headers": {"Authorization": "Bearer"}}"#,
        r#"{"headers": {"Authorization": "@concat('Bearer ', '⟦q7Rk2vX9mB4tLs8Z⟧')"}}"#,
        r#"{"headers": {"x-api-key": "@{if(equals(body('Get_item_2')?['id1'], 'a'), '⟦q7Rk2vX9mB4tLs8Z⟧', '')}"}}"#,
        r#"{"body": {"apiKey": "@concat('q7Rk2vX9mB4tLs8Z', '')"}}"#,
        r#"{"headers": [{"name": "x-api-key", "value": "⟦q7Rk2vX9mB4tLs8Z⟧"}, {"name": "x-id", "value": "q7Rk2vX9mB4tLs8Z"}]}"#,
        r#"{"authentication": {"type": "Basic", "username": "robot", "password": "⟦spring⟧"}}"#,
        r#"{"authentication": {"type": "Raw", "value": "⟦q7Rk2vX9mB4tLs8Z⟧"}}"#,
        r#"{"authentication": {"clientId": "q7Rk2vX9mB4tLs8Z", "secret": "@parameters('s1')", "tenant": "contoso1"}}"#,
        r#"{"authentication": "@parameters('$authentication')"}"#,
        r#"{"queries": {"code": "⟦q7Rk2vX9mB4tLs8Z⟧", "page": "q7Rk2vX9mB4tLs8Z", "key": "orders"}}"#,
    ] {
        assert_found(marked);
    }
}

#[test]
fn names_of_fields_variables_and_parameters_promise_credentials() {
    for marked in [
        r#"{"body": {"client_secret": "⟦q7Rk2vX9mB4tLs8Z⟧", "client_id": "q7Rk2vX9mB4tLs8Z"}}"#,
        r#"{"parameters": {"item/new_apikey": "⟦q7Rk2vX9mB4tLs8Z⟧"}}"#,
        r#"{"password": "⟦Winter2031!⟧", "token": "Winter2031!"}"#,
        r#"{"variables": [{"name": "App Secret", "value": "⟦q7Rk2vX9mB4tLs8Z⟧"}]}"#,
        r#"{"inputs": {"name": "Title", "value": "q7Rk2vX9mB4tLs8Z"}}"#,
        r#"{"Key (new_ApiKey)": {"type": "String", "defaultValue": "⟦q7Rk2vX9mB4tLs8Z⟧"}}"#,
        r#"{"Api key (new_Carrier)": {"type": "String", "defaultValue": "⟦q7Rk2vX9mB4tLs8Z⟧"}}"#,
        r#"{"Any": {"type": "securestring", "defaultValue": "⟦spring⟧"}}"#,
        r#"{"Any": {"type": "String", "defaultValue": "q7Rk2vX9mB4tLs8Z"}}"#,
        r#"{"apiKey": ["⟦q7Rk2vX9mB4tLs8Z⟧"]}"#,
        r#"{"schema": {"properties": {"apiKey": {"default": "x"}}, "apiKey": "q7Rk2vX9mB4tLs8Z"}}"#,
        r#"{"secret": "8d1c0f3e-5a7b-4e29-9c46-b1d2e3f4a5b6"}"#,
        r#"{"apiKey": "@{variables('q7Rk2vX9mB4tLs8Z')}"}"#,
    ] {
        assert_found(marked);
    }
}

#[test]
fn names_within_a_text_promise_credentials() {
    for marked in [
        "https://contoso.example/api?code=⟦q7Rk2vX9mB4tLs8Z⟧&id=1",
        "https://contoso.example/api?id=1&amp;access_token=⟦q7Rk2vX9mB4tLs8Z⟧\">here",
        "https://contoso.example/api?code=@{variables('q7Rk2vX9mB4tLs8Z')}",
        "https://contoso.example/api?code=q7Rk2vX9mB4tLs8Z@{x}",
        "&code=q7Rk2vX9mB4tLs8Z",
        "grant_type=password&username=robot&password=⟦spring⟧&scope=x1",
        "{\"user\": \"robot\", \"password\" : \"⟦Winter2031!⟧\", \"pin\": 1}",
        "{ \"apiKey\":\"⟦q7Rk2vX9mB4tLs8Z⟧\",\"id\":\"q7Rk2vX9mB4tLs8Z\" }",
        "{\\\"apiKey\\\":\\\"⟦q7Rk2vX9mB4tLs8Z⟧\\\"}",
        "@json('{\"apiKey\":\"⟦q7Rk2vX9mB4tLs8Z⟧\"}')",
        "@concat('client_secret=⟦q7Rk2vX9mB4tLs8Z⟧', '&scope=x1')",
        "@concat('client_secret=', variables('q7Rk2vX9mB4tLs8Z'))",
        "x-api-key: ⟦q7Rk2vX9mB4tLs8Z⟧",
        "Authorization: Bearer ⟦q7Rk2vX9mB4tLs8Z⟧\nAccept: 1",
        "the password: ask robot1 for it",
        "const apiKey = \"⟦q7Rk2vX9mB4tLs8Z⟧\"; const id = \"q7Rk2vX9mB4tLs8Z\";",
        "<wsse:Username>robot1</wsse:Username><wsse:Password Type=\"#PasswordText\">⟦Winter2031!⟧</wsse:Password>",
        "<apiKey>⟦q7Rk2vX9mB4tLs8Z⟧</apiKey><id>q7Rk2vX9mB4tLs8Z</id>",
        "<password>@{variables('Password1')}</password><td>token</td><b>secret 1</b>",
        "<a href=\"x1\">password</a> is > 8 and < 20",
        "Server=sql.contoso.example;User ID=robot;Pwd=⟦spring⟧;Encrypt=1",
        "Server=sql.contoso.example;User ID=robot;Password={your_password1};",
        "AccountName=a1;AccountKey=⟦q7Rk2vX9mB4tLs8ZyN3wPc6H==⟧;EndpointSuffix=core.windows.net",
        "Endpoint=sb://a1/;SharedAccessKeyName=Root1;SharedAccessKey=⟦q7Rk2vX9mB4tLs8ZyN3wPc6H=⟧",
        "?sv=2024-11-04&se=2031-12-31T23%3A59%3A59Z&sr=b&sig=⟦q7Rk2vX9mB4tLs8ZyN3wPc6H%3D⟧",
        "if password == 'Winter2031!' or token != 'q7Rk2vX9mB4tLs8Z'",
    ] {
        assert_found_in_text(marked);
    }
}

#[test]
fn some_credentials_show_by_their_form() {
    let jwt = ["eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJvcmRlcnMifQ", BASE64].join(".");
    for marked in [
        format!("before ⟦{jwt}⟧, after"),
        format!("see {jwt}x.y").replace("eyJhbGciOiJSUzI1NiJ9", "eyJhIjoxfQ"),
        format!("⟦Ab18Q{}{TAIL}⟧", '~'),
        format!("say Ab18Q{}short", '~'),
        format!("⟦{}_{TOKEN}abcd⟧", "ghp"),
        format!("x{}_{TOKEN}abcd", "ghp"),
        format!("⟦{BASE64}Az{}abc12Q==⟧", "Fu"),
        "ftp://robot:⟦spring⟧@files.contoso.example/in/1".to_owned(),
        "https://contoso.example:443/a@b/1 and https://@{variables('a:b@c1')}/".to_owned(),
        format!("https://contoso.webhook.office.com/webhookb2/a@b/IncomingWebhook/⟦{HEX}/8d1c0f3e-5a7b⟧"),
        format!("https://hooks.slack.{}/services/⟦T01ABCDEF/B01ABCDEF/{TOKEN}⟧", "com"),
        format!("https://api.telegram.org/bot⟦123456789:{TOKEN}⟧/sendMessage?chat_id=1"),
        format!("https://evilhooks.slack.{}/services/T01ABCDEF/B01ABCDEF/{TOKEN}", "com"),
        format!(
            "-----BEGIN RSA {} KEY-----\n⟦{TOKEN}{TOKEN}\n{TOKEN}⟧\n-----END RSA {} KEY-----\n",
            "PRIVATE", "PRIVATE"
        ),
        format!("-----BEGIN CERTIFICATE-----\n{TOKEN}{TOKEN}\n-----END CERTIFICATE-----\n"),
        format!("@concat('Bearer ', '{}')", "x1"),
        "Basic @{base64('robot:⟦spring19⟧')}".to_owned(),
        "@concat('Basic ', base64('robot:⟦spring19⟧'))".to_owned(),
        "@concat('Basic ', base64(concat(variables('User1'), ':x')))".to_owned(),
        format!("data:image/png;base64,{BASE64}/{BASE64}+{BASE64}=="),
        format!("b!{BASE64}{TOKEN}"),
        format!("19:{HEX}@thread.tacv2"),
    ] {
        assert_found_in_text(&marked);
    }
}

#[test]
fn spans_are_exact_through_escapes() {
    for marked in [
        r#"{"uri": "https:\/\/contoso.example\/?a=\u00e9\ud83d\ude00\u0026code=⟦q7Rk2vX9\u006dB4tLs8Z⟧\u0026b=1"}"#,
        r#"{"p\u0061ssword": "⟦W\u00efnter2031!⟧"}"#,
        r#"{"x": "{\u0022apiKey\u0022: \u0022⟦q7Rk2vX9mB4tLs8Z⟧\u0022}"}"#,
        r#"{"x": "é😀?code=⟦q7Rk2vX9mB4tLs8Z⟧é"}"#,
    ] {
        assert_found(marked);
    }
}

#[test]
fn says_what_it_is_and_where() {
    let find = |text: &str| {
        let document = Document::parse(text).unwrap();
        let secrets = in_document(&document);
        let [secret] = &secrets[..] else { panic!("{}: {}", text, secrets.len()) };
        (secret.kind, secret.firmness, format!("{:?}", secret.site.holder), secret.site.beside.clone())
    };
    let url = format!("https://a.logic.azure.com/workflows/1/triggers/manual/paths/invoke?sv=1.0&sig={TOKEN}");
    let (kind, firmness, holder, beside) = find(&format!("{{\"uri\": \"{url}\"}}"));
    assert_eq!((kind, firmness, holder.as_str()), (SecretKind::FlowSignature, Firmness::Sure, "Field(\"uri\")"));
    assert_eq!(beside, Some(Beside { name: "sig".to_owned(), is_query: true }));
    let (kind, _, holder, beside) =
        find(&format!("{{\"headers\": {{\"Authorization\": \"Bearer sk-{TOKEN}{TOKEN}\"}}}}"));
    assert_eq!((kind, holder.as_str()), (SecretKind::Issued("OpenAI key"), "Header(\"Authorization\")"));
    assert_eq!(beside, None);
    let (kind, firmness, holder, _) = find(r#"{"inputs": {"name": "Password", "value": "Winter2031!"}}"#);
    assert_eq!((kind, firmness, holder.as_str()), (SecretKind::Password, Firmness::Likely, "Variable(\"Password\")"));
}

#[test]
fn a_text_that_is_no_json_is_masked_widely() {
    for marked in [
        "{ \"x-api-key\": \"⟦q7Rk2vX9⟧\", }",
        "\"Authorization\": \"Bearer ⟦spring⟧\",,",
        "\"password\" ⟦spring⟧",
        "\"id\": \"⟦q7Rk2vX9mB4tLs8ZyN3wPc6H⟧\" \"name\": \"getItemsFromSharePointList\"",
        "⟦q7Rk2vX9mB4tLs8Z\\u002ByN3wPc6H%3D⟧",
        "words only, and numbers 20310115",
    ] {
        let text = marked.replace(['⟦', '⟧'], "");
        let mut shown = text.clone();
        for span in in_text(&text).iter().rev() {
            shown.insert(span.end as usize, '⟧');
            shown.insert(span.start as usize, '⟦');
        }
        assert_eq!(shown, marked);
    }
}

/// Pieces that the detectors stop at, between arbitrary characters.
fn texts() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "=",
        ":",
        "~",
        "@",
        "{",
        "'",
        "\"",
        "\\",
        "\n",
        "é",
        "😀",
        "sig=",
        "code=",
        "?",
        "&",
        "password",
        "\"password\": \"",
        "Bearer ",
        "Basic ",
        "base64('",
        "://",
        "user:",
        "-----BEGIN PRIVATE KEY-----",
        "-----END",
        "eyJ",
        ".",
        "8Q~",
        TOKEN,
        HEX,
        "ghp_",
        "AzFu",
        "webhook.office.com",
        "/IncomingWebhook/",
        "AccountKey=",
        ";",
        "%3D",
        " ",
        "@{",
        "}",
    ];
    let piece = prop_oneof![proptest::sample::select(PIECES).prop_map(str::to_owned), ".{0,6}"];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_in_the_text_in_order_and_apart(text in texts(), key in texts()) {
        let json = serde_json::json!({ "headers": { &key: &text }, "body": [{ "name": &key, "value": &text }, &text] });
        let json = json.to_string();
        let document = Document::parse(&json).unwrap();
        let spans: Vec<Span> = in_document(&document).iter().map(|secret| secret.spot.span).collect();
        for (all, text) in [(spans, &json), (in_text(&text), &text)] {
            for span in &all {
                prop_assert!(text.get(span.range()).is_some_and(|secret| !secret.is_empty()));
            }
            prop_assert!(all.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}
