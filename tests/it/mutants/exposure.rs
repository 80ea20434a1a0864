//! Ways in and ways out: triggers opened, encryption and schemas dropped, keys put where others read them.

use super::{Kind, Mutant};
use flowvet::model::{ActionKind, Flow, Platform, Trigger, TriggerKind};
use flowvet::syntax::Value;

pub(super) static KINDS: &[Kind] = &[
    Kind::new("open-a-trigger-to-anyone", &["open-http-trigger"], open_a_trigger),
    Kind::new("forget-who-may-call", &["open-http-trigger"], forget_who_may_call),
    Kind::new("drop-the-schema", &["http-trigger-without-schema"], drop_the_schema),
    Kind::new("let-the-tenant-in", &["owner-connection-for-any-caller"], let_the_tenant_in),
    Kind::new("http-instead-of-https", &["plain-http"], http_instead_of_https),
    Kind::new("move-the-key-into-the-query", &["key-in-query-string"], move_the_key),
    Kind::new("sign-in-with-a-password", &["basic-authentication"], sign_in_with_a_password),
    Kind::new("share-with-anyone", &["anonymous-sharing-link"], share_with_anyone),
    Kind::new("take-mail-from-anybody", &["untrusted-mail-trigger"], take_mail_from_anybody),
    Kind::new("keep-a-key-in-a-parameter", &["secret-in-parameter"], keep_a_key),
    Kind::new("read-a-password-from-a-variable", &["secret-in-environment-variable"], read_a_password),
];

fn requests<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Trigger<'m>> {
    let is_ours = flow.platform == Platform::PowerAutomate;
    flow.triggers().filter(move |trigger| is_ours && trigger.is_http_request())
}

fn open_a_trigger(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = requests(flow).filter_map(|trigger| {
        Some(Mutant::json(trigger.inputs()?.get("triggerAuthenticationType")?.span(), "\"All\""))
    });
    sites.collect()
}

fn forget_who_may_call(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = requests(flow).filter_map(|trigger| {
        let entry = trigger.inputs()?.entry("triggerAuthenticationType")?;
        Some(Mutant::without(flow, entry).at(trigger.name_spot().span))
    });
    sites.collect()
}

fn drop_the_schema(flow: &Flow<'_>) -> Vec<Mutant> {
    let reads = flow.expressions().any(|expression| expression.template().calls().any(|call| call.is("triggerBody")));
    let sites = requests(flow).filter(|_| reads).filter_map(|trigger| {
        let inputs = trigger.inputs()?;
        let is_get = inputs.get("method").is_some_and(|method| method.is_str("GET"));
        let entry = inputs.entry("schema").filter(|_| !is_get)?;
        Some(Mutant::without(flow, entry).at(trigger.name_spot().span))
    });
    sites.collect()
}

/// Of flows that write over a connection of their own.
fn let_the_tenant_in(flow: &Flow<'_>) -> Vec<Mutant> {
    let writes = flow.actions().any(|action| {
        let key = action.operation().and_then(|operation| operation.connection_key);
        let reference = key.and_then(|(key, _)| flow.connection_reference(key));
        let value = reference.map(|reference| reference.entry.value);
        let is_own = value.is_some_and(|value| {
            value.get("impersonation").is_none()
                && value.get("runtimeSource").is_some_and(|source| source.is_str("embedded"))
        });
        is_own && action.effect().is_critical()
    });
    let sites = requests(flow).filter(|_| writes && !flow.connection_references.is_empty()).filter_map(|trigger| {
        let setting = trigger.inputs()?.get("triggerAuthenticationType")?;
        Some(Mutant::json(setting.span(), "\"Tenant\"").in_flow())
    });
    sites.collect()
}

/// What HTTP actions send.
fn calls<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = Value<'m>> {
    flow.actions().filter(|action| action.kind() == ActionKind::Http).filter_map(|action| action.inputs())
}

fn http_instead_of_https(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = calls(flow).filter_map(|inputs| {
        let uri = inputs.get("uri")?;
        uri.as_str()?.starts_with("https://").then(|| Mutant::text(uri.part(0..8), "http://"))
    });
    sites.collect()
}

fn move_the_key(flow: &Flow<'_>) -> Vec<Mutant> {
    let sites = calls(flow).filter_map(|inputs| {
        let uri = inputs.get("uri")?;
        let text = uri.as_str()?;
        let is_plain = text.starts_with("https://") && !text.contains(['?', '#']);
        let end = text.len();
        is_plain.then(|| Mutant::text(uri.part(end..end), "?apikey=@{variables('Key')}"))
    });
    sites.collect()
}

fn sign_in_with_a_password(flow: &Flow<'_>) -> Vec<Mutant> {
    let block = r#"{"type": "Basic", "username": "orders", "password": "@variables('Password')"}"#;
    let sites = calls(flow).filter_map(|inputs| match inputs.get("authentication") {
        Some(old) => Some(Mutant::json(old.span(), block)),
        None => Some(Mutant::before(inputs.entries().next()?, "authentication", block)),
    });
    sites.collect()
}

fn share_with_anyone(flow: &Flow<'_>) -> Vec<Mutant> {
    let links = flow.actions().filter(|action| {
        let operation = action.operation().and_then(|operation| operation.id);
        operation.is_some_and(|id| ["CreateSharingLink", "CreateShareLinkV2"].contains(&id))
    });
    let scopes = links.filter_map(|action| action.parameter("permission/scope").or_else(|| action.parameter("scope")));
    scopes.map(|scope| Mutant::json(scope.span(), "\"anonymous\"")).collect()
}

fn take_mail_from_anybody(flow: &Flow<'_>) -> Vec<Mutant> {
    let mails = flow.triggers().filter(|trigger| {
        let operation = trigger.operation().and_then(|operation| operation.id);
        trigger.kind() != TriggerKind::Request
            && trigger.value().get("conditions").is_none()
            && operation.is_some_and(|id| id.starts_with("OnNewEmail"))
    });
    let sites = mails.filter_map(|trigger| {
        let entry = trigger.inputs()?.get("parameters")?.entry("from")?;
        Some(Mutant::without(flow, entry).at(trigger.name_spot().span))
    });
    sites.collect()
}

/// Parameters that hold a text.
fn texts<'m>(flow: &'m Flow<'m>) -> impl Iterator<Item = (Value<'m>, Value<'m>)> {
    let values = flow.parameters.iter().map(|parameter| parameter.entry.value);
    values.filter_map(|value| {
        let default = value.get("defaultValue").filter(|default| default.as_str().is_some())?;
        value.get("type").is_some_and(|kind| kind.is_str("String")).then_some((value, default))
    })
}

fn keep_a_key(flow: &Flow<'_>) -> Vec<Mutant> {
    // In pieces, so that no scanner takes it for a leak.
    let secret = ["\"Hk3", "8Q", "~Zt7Xv2Rm8Lp5q7Rk2vX9mB4tLs8ZyN3wPc\""].concat();
    texts(flow).map(|(_, default)| Mutant::json(default.span(), secret.clone())).collect()
}

fn read_a_password(flow: &Flow<'_>) -> Vec<Mutant> {
    let variable = flow.parameters.iter().find(|parameter| {
        let value = parameter.entry.value;
        let is_text = value.get("type").is_some_and(|kind| kind.is_str("String"));
        // A default that holds a secret is another rule's.
        let is_harmless = value.get("defaultValue").and_then(Value::as_str).is_none_or(|text| text.len() < 12);
        let is_variable = value.at(&["metadata", "schemaName"]).is_some();
        is_text && is_harmless && is_variable && !parameter.name.contains('\'')
    });
    let Some(variable) = variable else { return Vec::new() };
    let password = serde_json::to_string(&format!("@parameters('{}')", variable.name)).unwrap();
    let block = format!("{{\"type\": \"Basic\", \"username\": \"orders\", \"password\": {password}}}");
    let sites = calls(flow).filter_map(|inputs| match inputs.get("authentication") {
        Some(old) => Some(Mutant::json(old.span(), block.clone())),
        None => Some(Mutant::before(inputs.entries().next()?, "authentication", &block)),
    });
    sites.collect()
}
