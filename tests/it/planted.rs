//! Made-up secrets of many kinds in many places: all are found, what merely looks alike is not, and no output shows one
//! in any of the forms that it could take.
//!
//! The secrets are put together at run time from random pieces, so that no scanner takes this file for a leak.

use flowvet::config::ProfileSetting;
use flowvet::input::{Content, Input};
use flowvet::report::json::Json;
use flowvet::report::sarif::Sarif;
use flowvet::report::terminal::Terminal;
use flowvet::report::{Emitter, ExitCode};
use flowvet::{Config, Report, analyze};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const RULES: [&str; 3] = ["hardcoded-secret", "secret-in-environment-variable", "secret-in-parameter"];

/// Characters that look random, another run of them for each `salt`.
fn random(alphabet: &str, length: usize, salt: u64) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let mut state = salt.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        letters[(state >> 33) as usize % letters.len()]
    };
    (0..40).for_each(|_| _ = next());
    (0..length).map(|_| next()).collect()
}

const HEX: &str = "0123456789abcdef";
const WORD: &str = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

fn word(length: usize, salt: u64) -> String {
    // With a digit and both cases, as generated keys have.
    format!("q7R{}", random(WORD, length - 3, salt))
}

fn guid(salt: u64) -> String {
    let hex = random(HEX, 32, salt);
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

/// A text that holds a secret, and the characters of it that nobody may see.
struct Planted {
    kind: &'static str,
    text: String,
    secret: String,
}

/// What shows by its form alone, wherever it stands.
fn by_form() -> Vec<Planted> {
    let mut all = Vec::new();
    let mut add = |kind, before: String, secret: String, after: &str| {
        all.push(Planted { kind, text: format!("{before}{secret}{after}"), secret });
    };
    let base64 = |length: usize, salt| format!("{}==", word(length - 2, salt));
    add("Entra ID client secret", String::new(), ["Hk3", "8Q", "~", &word(34, 1)].concat(), "");
    add(
        "JSON Web Token",
        String::new(),
        ["eyJ", "hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", ".eyJ", "zdWIiOiJvcmRlcnMiLCJuYW1lIjoiYSJ9.", &word(43, 2)]
            .concat(),
        "",
    );
    add(
        "private key",
        ["-----BEGIN ", "PRIVATE KEY-----\n"].concat(),
        word(64, 3),
        &["\n-----END ", "PRIVATE KEY-----"].concat(),
    );
    add(
        "signed URL of storage",
        "https://orders.blob.core.windows.net/files?sv=2024-08-04&sr=c&sp=r&sig=".to_owned(),
        format!("{}%3D", word(43, 4)),
        "",
    );
    add(
        "signed URL of a flow",
        format!(
            "https://prod-12.westeurope.logic.azure.com:443/workflows/{}/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=",
            random(HEX, 32, 5)
        ),
        word(43, 6),
        "",
    );
    add(
        "webhook of Teams",
        format!("https://northwind.webhook.office.com/webhookb2/{}@{}/IncomingWebhook/", guid(7), guid(8)),
        random(HEX, 32, 9),
        &format!("/{}", guid(10)),
    );
    add(
        "storage account",
        "DefaultEndpointsProtocol=https;AccountName=orders;AccountKey=".to_owned(),
        base64(88, 11),
        ";EndpointSuffix=core.windows.net",
    );
    add(
        "service bus",
        "Endpoint=sb://orders.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=".to_owned(),
        format!("{}=", word(43, 12)),
        "",
    );
    add(
        "database",
        "Server=tcp:orders.database.windows.net,1433;User ID=orders;Password=".to_owned(),
        word(14, 13),
        ";Encrypt=True",
    );
    add("password in a URL", "https://orders:".to_owned(), word(16, 14), "@api.northwind.se/v1");
    add("GitHub", String::new(), ["gh", "p_", &word(36, 15)].concat(), "");
    add(
        "Slack",
        String::new(),
        ["xo", "xb-", &random("0123456789", 12, 16), "-", &random("0123456789", 12, 17), "-", &word(24, 18)].concat(),
        "",
    );
    add(
        "function key in a URL",
        "https://orders.azurewebsites.net/api/run?code=".to_owned(),
        format!("{}==", word(54, 19)),
        "",
    );
    add("API key in a URL", "https://geo.northwind.se/v1/search?q=Oslo&api_key=".to_owned(), word(32, 20), "");
    add("JSON as text", "{\"user\": \"orders\", \"password\": \"".to_owned(), word(18, 21), "\"}");
    add("form", "grant_type=client_credentials&client_id=orders&client_secret=".to_owned(), word(32, 22), "");
    all
}

/// What looks like a secret and is none.
fn alike() -> Vec<(&'static str, String)> {
    vec![
        ("GUID", guid(30)),
        ("etag", format!("\"{{{}}},4\"", guid(31).to_uppercase())),
        ("id of a list", guid(32)),
        ("id of a drive", format!("b!{}", word(64, 33))),
        ("id of a file", format!("01{}", random("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32, 34))),
        ("name of a template", "f5c62c07d8ef4be1a0a1c1b2d3e4f5a6".to_owned()),
        ("placeholder", "<your API key>".to_owned()),
        ("expression", "@{body('Get_secret')?['value']}".to_owned()),
        ("expression with a key", "@{parameters('Carrier API key (con_CarrierApiKey)')}".to_owned()),
        ("Key Vault", "https://orders.vault.azure.net/secrets/carrier-key".to_owned()),
        (
            "Key Vault reference",
            "@Microsoft.KeyVault(SecretUri=https://orders.vault.azure.net/secrets/carrier/)".to_owned(),
        ),
        (
            "Key Vault resource",
            format!(
                "/subscriptions/{}/resourceGroups/o/providers/Microsoft.KeyVault/vaults/o/secrets/carrier",
                guid(35)
            ),
        ),
        ("version", "2024-08-04T10:00:00.0000000Z".to_owned()),
        ("address of a list", "https://northwind.sharepoint.com/sites/orders/Lists/Orders2026".to_owned()),
        ("masked", "Password=********;".to_owned()),
        ("prose", "The password must have 12 characters and 1 digit".to_owned()),
    ]
}

/// Where a text can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    Header,
    Query,
    Uri,
    Body,
    FormBody,
    ConnectorParameter,
    Variable,
    SetVariable,
    Compose,
    ComposeObject,
    Literal,
    Note,
    FlowParameter,
    VariableDefault,
    VariableValue,
    ConnectorDefinition,
}

const SPOTS: [Spot; 16] = [
    Spot::Header,
    Spot::Query,
    Spot::Uri,
    Spot::Body,
    Spot::FormBody,
    Spot::ConnectorParameter,
    Spot::Variable,
    Spot::SetVariable,
    Spot::Compose,
    Spot::ComposeObject,
    Spot::Literal,
    Spot::Note,
    Spot::FlowParameter,
    Spot::VariableDefault,
    Spot::VariableValue,
    Spot::ConnectorDefinition,
];

const SOLUTION: &str = "<ImportExportXml><SolutionManifest><UniqueName>Orders</UniqueName><Version>1.0.0.1</Version>\
                        <Managed>0</Managed></SolutionManifest></ImportExportXml>";
const FLOW: &str = "Workflows/Orders-0A1B2C3D-0000-4111-8222-333344445555.json";

/// A package in which one text stands at one spot, beside ids as the designer writes them. On one line, so that snippets
/// show what is around.
fn package(spot: Spot, text: &str) -> Vec<Input> {
    let http = |more: Value| {
        let mut inputs = json!({ "method": "POST", "uri": "https://api.northwind.se/v1/orders" });
        for (key, value) in more.as_object().unwrap() {
            inputs[key] = value.clone();
        }
        json!({ "type": "Http", "inputs": inputs })
    };
    let call = json!({
        "type": "OpenApiConnection",
        "inputs": {
            "host": { "apiId": "/providers/Microsoft.PowerApps/apis/shared_teams", "connectionName": "shared_teams", "operationId": "PostMessage" },
            "parameters": { "body/note": text }
        }
    });
    let mut step = match spot {
        Spot::Header => http(json!({ "headers": { "X-Info": text } })),
        Spot::Query => http(json!({ "queries": { "info": text } })),
        Spot::Uri if text.starts_with("https://") => http(json!({ "uri": text })),
        Spot::Uri => http(json!({ "uri": format!("https://api.northwind.se/v1/orders?info={text}") })),
        Spot::Body => http(json!({ "body": { "info": { "note": [text] } } })),
        Spot::FormBody => http(json!({ "body": format!("a=1&note={text}") })),
        Spot::ConnectorParameter => call,
        Spot::Variable => {
            json!({ "type": "InitializeVariable", "inputs": { "variables": [{ "name": "Info", "type": "string", "value": text }] } })
        }
        Spot::SetVariable => json!({ "type": "SetVariable", "inputs": { "name": "Info", "value": text } }),
        Spot::Compose => json!({ "type": "Compose", "inputs": text }),
        Spot::ComposeObject => json!({ "type": "Compose", "inputs": { "info": text } }),
        Spot::Literal if !text.starts_with('@') => {
            json!({ "type": "Compose", "inputs": format!("@concat('{}', utcNow())", text.replace('\'', "''")) })
        }
        _ => json!({ "type": "Compose", "inputs": "done" }),
    };
    step["metadata"] = json!({ "operationMetadataId": guid(50) });
    if spot == Spot::Note {
        step["description"] = text.into();
    }
    let mut parameters = json!({ "$connections": { "defaultValue": {}, "type": "Object" } });
    if spot == Spot::FlowParameter {
        parameters["Info (con_Info)"] =
            json!({ "type": "String", "defaultValue": text, "metadata": { "schemaName": "con_Info" } });
    }
    let flow = json!({
        "properties": {
            "connectionReferences": {},
            "definition": {
                "parameters": parameters,
                "triggers": { "manual": { "type": "Request", "kind": "Button", "inputs": {} } },
                "actions": { "Step": step }
            },
            "templateName": random(HEX, 32, 51)
        },
        "schemaVersion": "1.0.0.0"
    });
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let default = if spot == Spot::VariableDefault { escaped.as_str() } else { "" };
    let variable = format!(
        "<environmentvariabledefinition schemaname=\"con_Info\"><defaultvalue>{default}</defaultvalue>\
         <displayname default=\"Info\" /><type>100000000</type></environmentvariabledefinition>"
    );
    let mut files = vec![
        ("Other/Solution.xml", SOLUTION.to_owned()),
        (FLOW, flow.to_string()),
        ("environmentvariabledefinitions/con_Info/environmentvariabledefinition.xml", variable),
    ];
    if spot == Spot::VariableValue {
        let values = json!({ "environmentvariablevalues": { "environmentvariablevalue": { "value": text } } });
        files.push(("environmentvariabledefinitions/con_Info/environmentvariablevalues.json", values.to_string()));
    }
    if spot == Spot::ConnectorDefinition {
        let parameter = json!({ "name": "info", "in": "header", "type": "string", "default": text });
        let definition = json!({ "swagger": "2.0", "info": { "title": "Carrier" }, "schemes": ["https"], "paths": {}, "parameters": { "info": parameter } });
        files.push(("Connectors/con_carrier_openapidefinition.json", definition.to_string()));
    }
    inputs(files)
}

fn inputs(files: Vec<(&str, String)>) -> Vec<Input> {
    let input = |(name, text): (&str, String)| Input {
        name: format!("Orders/{name}"),
        named: false,
        content: Content::Bytes(text.into_bytes()),
    };
    files.into_iter().map(input).collect()
}

fn check(inputs: Vec<Input>, only: &[&str]) -> Report {
    let only = only.iter().map(|&rule| rule.to_owned()).collect();
    analyze(inputs, &Config { profile: ProfileSetting::Strict, only, ..Config::default() })
}

fn shown(report: &Report) -> String {
    let mut shown = Vec::new();
    Terminal { width: 100, colour: false }.emit(report, &mut shown).unwrap();
    Json.emit(report, &mut shown).unwrap();
    Sarif { category: "security", exit_code: ExitCode::Findings }.emit(report, &mut shown).unwrap();
    String::from_utf8(shown).unwrap()
}

/// A secret as outputs could show it: as it is, with the escapes of JSON, of XML and of URLs, and in base64 at each of the
/// three offsets that it may have in a longer text.
fn forms(secret: &str) -> BTreeSet<String> {
    let quoted = serde_json::to_string(secret).unwrap();
    let percent: String = secret.bytes().map(percent_encoded).collect();
    let mut forms = BTreeSet::from([
        secret.to_owned(),
        quoted[1..quoted.len() - 1].to_owned(),
        secret.replace('&', "&amp;"),
        percent.to_lowercase(),
        percent,
    ]);
    for offset in 0..3 {
        let padded: Vec<u8> = std::iter::repeat_n(b' ', offset).chain(secret.bytes()).collect();
        // Only the characters that the secret alone decides.
        let whole = (padded.len() / 3) * 3;
        let text = base64(&padded[..whole]);
        forms.insert(text[[0, 2, 3][offset]..].to_owned());
    }
    forms
}

fn percent_encoded(byte: u8) -> String {
    let stays = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if stays { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |chunk: &[u8]| {
        let word = chunk.iter().fold(0_u32, |word, &byte| word << 8 | u32::from(byte));
        [18, 12, 6, 0].map(|shift| char::from(DIGITS[(word >> shift & 63) as usize]))
    };
    bytes.chunks_exact(3).flat_map(digits).collect()
}

fn leaks(report: &Report, secret: &str) -> Vec<String> {
    let shown = shown(report);
    forms(secret).into_iter().filter(|form| shown.contains(form.as_str())).collect()
}

#[test]
fn planted_secrets_are_found_and_never_shown() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for planted in by_form() {
        for spot in SPOTS {
            seen += 1;
            let found = check(package(spot, &planted.text), &RULES).findings.len();
            if found != 1 {
                wrong.push(format!("{} in {spot:?}: {found} findings", planted.kind));
            }
            let leaks = leaks(&check(package(spot, &planted.text), &[]), &planted.secret);
            if !leaks.is_empty() {
                wrong.push(format!("{} in {spot:?} is shown: {leaks:?}", planted.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(seen >= 60);
}

#[test]
fn what_looks_alike_is_left_alone() {
    let mut wrong = Vec::new();
    for (kind, text) in alike() {
        for spot in SPOTS {
            for finding in check(package(spot, &text), &RULES).findings {
                wrong.push(format!("{kind} in {spot:?}: {}", finding.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Where only the name beside it tells that a text is a credential.
fn by_name(secret: &str) -> Vec<(&'static str, Vec<Input>)> {
    let flow = |parameters: Value, step: Value| {
        let flow = json!({
            "properties": { "connectionReferences": {}, "definition": {
                "parameters": parameters,
                "triggers": { "manual": { "type": "Request", "kind": "Button", "inputs": {} } },
                "actions": { "Step": step }
            } },
            "schemaVersion": "1.0.0.0"
        });
        inputs(vec![("Other/Solution.xml", SOLUTION.to_owned()), (FLOW, flow.to_string())])
    };
    let http = |key: &str, value: Value| {
        let mut inputs = json!({ "method": "GET", "uri": "https://api.northwind.se/v1" });
        inputs[key] = value;
        flow(json!({}), json!({ "type": "Http", "inputs": inputs }))
    };
    let default = |name: &str| {
        let entry =
            json!({ name: { "type": "String", "defaultValue": secret, "metadata": { "schemaName": "con_X" } } });
        flow(entry, json!({ "type": "Compose", "inputs": 1 }))
    };
    let variable = |display: &str| {
        let text = format!(
            "<environmentvariabledefinition schemaname=\"con_X\"><defaultvalue>{secret}</defaultvalue>\
             <displayname default=\"{display}\" /><type>100000000</type></environmentvariabledefinition>"
        );
        let file = "environmentvariabledefinitions/con_X/environmentvariabledefinition.xml";
        inputs(vec![("Other/Solution.xml", SOLUTION.to_owned()), (file, text)])
    };
    vec![
        ("header of a key", http("headers", json!({ "x-api-key": secret }))),
        ("header of a gateway", http("headers", json!({ "Ocp-Apim-Subscription-Key": secret }))),
        ("bearer", http("headers", json!({ "Authorization": format!("Bearer {secret}") }))),
        ("query", http("queries", json!({ "access_token": secret }))),
        (
            "password of Basic",
            http("authentication", json!({ "type": "Basic", "username": "orders", "password": secret })),
        ),
        (
            "secret of OAuth",
            http("authentication", json!({ "type": "ActiveDirectoryOAuth", "clientId": guid(60), "secret": secret })),
        ),
        ("raw", http("authentication", json!({ "type": "Raw", "value": secret }))),
        ("field of a body", http("body", json!({ "login": { "client_secret": secret } }))),
        ("pair", http("body", json!([{ "name": "apiKey", "value": secret }]))),
        (
            "variable",
            flow(
                json!({}),
                json!({ "type": "InitializeVariable", "inputs": { "variables": [{ "name": "ApiKey", "type": "string", "value": secret }] } }),
            ),
        ),
        ("field of Compose", flow(json!({}), json!({ "type": "Compose", "inputs": { "refreshToken": secret } }))),
        ("parameter", default("Carrier API key (con_X)")),
        ("parameter with a plain display name", default("Carrier (con_ClientSecret)")),
        ("environment variable", variable("Carrier API key")),
    ]
}

#[test]
fn names_give_secrets_away_and_ids_under_them_stay() {
    let mut wrong = Vec::new();
    let secret = word(32, 70);
    for (place, inputs) in by_name(&secret) {
        let found = check(inputs, &RULES).findings.len();
        if found != 1 {
            wrong.push(format!("{place}: {found} findings"));
        }
    }
    for (place, inputs) in by_name(&secret) {
        let leaks = leaks(&check(inputs, &[]), &secret);
        if !leaks.is_empty() {
            wrong.push(format!("{place} is shown: {leaks:?}"));
        }
    }
    for text in ["", "<client secret>", "@{variables('Token')}", "@parameters('Key (con_Key)')", "********"] {
        for (place, inputs) in by_name(text) {
            let only = ["hardcoded-secret", "secret-in-parameter"];
            let found = check(inputs, &only).findings.len();
            if found != 0 {
                wrong.push(format!("`{text}` in {place}: {found} findings"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
