//! Which operations send files, and what each file of their list must say.

use serde::Deserialize;
use std::sync::OnceLock;

/// Operations that send files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AttachmentSender {
    connectors: Vec<&'static str>,
    operations: Vec<&'static str>,
    /// Last part of the key of the parameter that lists the files.
    pub list: &'static str,
    /// Key of a file's name.
    pub name: &'static str,
    /// Key of a file's content.
    pub content: &'static str,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct File {
    sender: Vec<AttachmentSender>,
}

/// How an operation takes the files that it sends, if it sends any.
pub fn attachment_sender(connector: &str, operation: &str) -> Option<&'static AttachmentSender> {
    static FILE: OnceLock<File> = OnceLock::new();
    let file = FILE.get_or_init(|| super::read("attachments.toml", include_str!("../../rules/facts/attachments.toml")));
    let has = |names: &[&str], wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    file.sender.iter().find(|sender| has(&sender.operations, operation) && has(&sender.connectors, connector))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn knows_senders_by_connector_without_case() {
        assert_eq!(attachment_sender("shared_office365", "sendemailv2").unwrap().content, "ContentBytes");
        assert!(attachment_sender("shared_office365", "GetEmailsV3").is_none());
        assert!(attachment_sender("shared_teams", "SendEmailV2").is_none());
    }
}
