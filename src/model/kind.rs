//! The types of actions and triggers, and what an action does to the world. Names and meanings: Microsoft's reference
//! "Schema reference guide for trigger and action types in Azure Logic Apps"; compared without case, as exports vary.

/// Declares an enum of JSON type names with the titles that the designer shows.
macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($member:ident = $title:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the members are the JSON's own type names; their titles say the rest")]
        pub enum $name { $($member),+, Unknown }

        impl $name {
            /// Reads the JSON's `type`, without case.
            pub fn from_json(name: &str) -> Self {
                $(if name.eq_ignore_ascii_case(stringify!($member)) { return Self::$member; })+
                Self::Unknown
            }

            /// What the designer calls it.
            pub fn title(self) -> &'static str {
                match self { $(Self::$member => $title,)+ Self::Unknown => "unknown type" }
            }
        }
    };
}

kinds! {
    /// The `type` of an action.
    ActionKind {
        OpenApiConnection = "connector",
        OpenApiConnectionWebhook = "connector",
        OpenApiConnectionNotification = "connector",
        ApiConnection = "connector",
        ApiConnectionWebhook = "connector",
        ApiConnectionNotification = "connector",
        Compose = "Compose",
        If = "Condition",
        Scope = "Scope",
        Foreach = "Apply to each",
        SetVariable = "Set variable",
        InitializeVariable = "Initialize variable",
        Http = "HTTP",
        ParseJson = "Parse JSON",
        Query = "Filter array",
        Select = "Select",
        Switch = "Switch",
        Until = "Do until",
        Response = "Response",
        Terminate = "Terminate",
        Workflow = "Run a child flow",
        AppendToArrayVariable = "Append to array variable",
        AppendToStringVariable = "Append to string variable",
        IncrementVariable = "Increment variable",
        DecrementVariable = "Decrement variable",
        Wait = "Delay",
        Join = "Join",
        Table = "Create table",
        Expression = "Expression",
        HttpWebhook = "HTTP Webhook",
        ServiceProvider = "built-in connector",
        Function = "Azure Function",
        InvokeFunction = "local function",
        ApiManagement = "API Management",
        SendToBatch = "Send to batch",
        JavaScriptCode = "inline code",
        CSharpScriptCode = "inline code",
        PowershellCode = "inline code",
        Xslt = "Transform XML",
        XmlValidation = "XML validation",
        XmlParse = "Parse XML",
        XmlCompose = "Compose XML",
        Liquid = "Liquid",
        FlatFileDecoding = "Flat file decoding",
        FlatFileEncoding = "Flat file encoding",
        IntegrationAccountArtifactLookup = "Integration account lookup",
        Agent = "Agent",
        NestedAgent = "Agent",
        AgentHandoff = "Agent handoff",
        McpClientTool = "MCP tool",
        ParseDocument = "Parse a document",
        ChunkText = "Chunk text",
    }
}

kinds! {
    /// The `type` of a trigger.
    TriggerKind {
        OpenApiConnection = "connector",
        OpenApiConnectionWebhook = "connector",
        OpenApiConnectionNotification = "connector",
        ApiConnection = "connector",
        ApiConnectionWebhook = "connector",
        ApiConnectionNotification = "connector",
        Request = "Request",
        Recurrence = "Recurrence",
        SlidingWindow = "Sliding window",
        Http = "HTTP",
        HttpWebhook = "HTTP Webhook",
        ServiceProvider = "built-in connector",
        Batch = "Batch",
        ApiManagement = "API Management",
    }
}

impl ActionKind {
    /// Whether it calls a connector through a connection.
    pub fn is_connector_call(self) -> bool {
        use ActionKind::*;
        matches!(
            self,
            OpenApiConnection
                | OpenApiConnectionWebhook
                | OpenApiConnectionNotification
                | ApiConnection
                | ApiConnectionWebhook
                | ApiConnectionNotification
        )
    }

    /// Whether it repeats what it contains.
    pub fn is_loop(self) -> bool {
        matches!(self, Self::Foreach | Self::Until)
    }

    /// Whether it contains other actions.
    pub fn is_container(self) -> bool {
        matches!(self, Self::Scope | Self::If | Self::Switch | Self::Foreach | Self::Until | Self::Agent)
    }
}

/// What an action does to the world outside the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing: data, variables, control.
    None,
    /// Reads.
    Read,
    /// Creates or changes.
    Write,
    /// Removes.
    Delete,
    /// Tells somebody.
    Send,
    /// Tells somebody and waits for the answer.
    SendAndWait,
    /// Runs another flow.
    ChildFlow,
    /// Answers the caller.
    Response,
    /// An operation whose name says nothing.
    Unknown,
}

impl Effect {
    /// Whether a failure here cannot be taken back cheaply: it writes, sends, deletes, runs a child flow, or calls an
    /// operation that is not known to read.
    pub fn is_critical(self) -> bool {
        !matches!(self, Self::None | Self::Read | Self::Response)
    }

    /// Whether it leaves the flow's own data at all.
    pub fn is_call(self) -> bool {
        !matches!(self, Self::None | Self::Response)
    }
}
