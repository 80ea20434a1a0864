//! What sort of secret something is, as people call it.

use crate::facts::CredentialKind;

/// What sort of secret something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// A key that a service gives out.
    ApiKey,
    /// A password of a person or an account.
    Password,
    /// The secret of an application, such as an app registration in Entra ID.
    ClientSecret,
    /// A token that stands for a sign-in.
    Token,
    /// The content of an `Authorization` header of any other scheme.
    Credential,
    /// User and password as `Authorization: Basic` carries them, in base64.
    BasicCredential,
    /// A signed JSON Web Token (RFC 7519).
    JsonWebToken,
    /// A private key, or a certificate with one.
    PrivateKey,
    /// A key in a connection string.
    AccessKey,
    /// A whole connection string.
    ConnectionString,
    /// The signature in a URL that gives access to storage, a queue or the like.
    Signature,
    /// The signature in the URL that runs a flow or workflow.
    FlowSignature,
    /// The part of a webhook's URL that nobody can guess; what people call the URL.
    Webhook(&'static str),
    /// A token or key in a service's own format; what people call it.
    Issued(&'static str),
}

impl SecretKind {
    /// A name that stays the same, for fingerprints.
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::Password => "password",
            Self::ClientSecret => "client-secret",
            Self::Token => "token",
            Self::Credential => "credential",
            Self::BasicCredential => "basic-credential",
            Self::JsonWebToken => "json-web-token",
            Self::PrivateKey => "private-key",
            Self::AccessKey => "access-key",
            Self::ConnectionString => "connection-string",
            Self::Signature => "signature",
            Self::FlowSignature => "flow-signature",
            Self::Webhook(_) => "webhook",
            Self::Issued(_) => "issued-token",
        }
    }

    /// What people call it, to stand after "a literal".
    pub fn title(self) -> &'static str {
        match self {
            Self::ApiKey => "API key",
            Self::Password => "password",
            Self::ClientSecret => "client secret",
            Self::Token => "token",
            Self::Credential => "credential",
            Self::BasicCredential => "user name and password",
            Self::JsonWebToken => "JSON Web Token",
            Self::PrivateKey => "private key",
            Self::AccessKey => "access key",
            Self::ConnectionString => "connection string",
            Self::Signature => "signature of a URL that gives access",
            Self::FlowSignature => "signature of a URL that runs a flow",
            Self::Webhook(title) | Self::Issued(title) => title,
        }
    }
}

impl From<CredentialKind> for SecretKind {
    fn from(promised: CredentialKind) -> Self {
        match promised {
            CredentialKind::ApiKey => Self::ApiKey,
            CredentialKind::Password => Self::Password,
            CredentialKind::ClientSecret => Self::ClientSecret,
            CredentialKind::Token => Self::Token,
            CredentialKind::Authorization => Self::Credential,
            CredentialKind::ConnectionString => Self::ConnectionString,
            CredentialKind::Signature => Self::Signature,
            CredentialKind::PrivateKey => Self::PrivateKey,
        }
    }
}
