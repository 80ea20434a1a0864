//! Who may start a flow over HTTP, and the requests that its own steps send.

use super::{Action, ActionKind, Platform, Trigger, TriggerKind, Value};

/// Who may start a flow by its URL ("Who can trigger the flow?").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callers {
    /// Whoever has the URL.
    Anyone,
    /// Every account of the tenant.
    Tenant,
    /// Accounts that the trigger names.
    Users,
}

impl<'m> Trigger<'m> {
    /// Whether it is "When an HTTP request is received".
    pub fn is_http_request(self) -> bool {
        self.kind() == TriggerKind::Request && self.value().get("kind").is_some_and(|kind| kind.is_str("Http"))
    }

    /// Who may start the flow by the URL of its HTTP trigger. Nothing is known where an expression decides, and of Logic Apps,
    /// which keep that outside the definition. A trigger without the setting is older than it: anyone with the URL.
    pub fn callers(self) -> Option<Callers> {
        if !self.is_http_request() || self.flow().platform != Platform::PowerAutomate {
            return None;
        }
        let Some(setting) = self.inputs().and_then(|inputs| inputs.get("triggerAuthenticationType")) else {
            return Some(Callers::Anyone);
        };
        let known = [("All", Callers::Anyone), ("Tenant", Callers::Tenant), ("User", Callers::Users)];
        known.into_iter().find(|(name, _)| setting.is_str(name)).map(|(_, callers)| callers)
    }

    /// The requests that it sends itself: objects with `uri`, `headers` and the like.
    pub fn http_requests(self) -> impl Iterator<Item = Value<'m>> {
        let (is_one, is_pair) = (self.kind() == TriggerKind::Http, self.kind() == TriggerKind::HttpWebhook);
        requests(self.inputs().filter(|_| is_one || is_pair), is_pair)
    }
}

impl<'m> Action<'m> {
    /// The requests that it sends itself: objects with `uri`, `headers` and the like.
    pub fn http_requests(self) -> impl Iterator<Item = Value<'m>> {
        let (is_one, is_pair) = (self.kind() == ActionKind::Http, self.kind() == ActionKind::HttpWebhook);
        requests(self.inputs().filter(|_| is_one || is_pair), is_pair)
    }
}

fn requests(inputs: Option<Value<'_>>, is_pair: bool) -> impl Iterator<Item = Value<'_>> {
    let one = inputs.filter(|_| !is_pair);
    let pair = inputs.filter(|_| is_pair);
    let pair = pair
        .into_iter()
        .flat_map(|inputs| ["subscribe", "unsubscribe"].into_iter().filter_map(move |key| inputs.get(key)));
    one.into_iter().chain(pair)
}
