//! The ways to reach somebody, and what a person said about them. Pure.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A way to reach somebody.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A mail to their address.
    Email,
    /// A call.
    Phone,
    /// An invitation or a message on LinkedIn.
    Linkedin,
    /// The same on any other network.
    Social,
    /// A text message.
    Sms,
    /// A letter or a card.
    Postal,
    /// A visit, or a talk at an event.
    InPerson,
}

impl Channel {
    /// All of them, in the order in which equals are shown.
    pub const ALL: [Self; 7] =
        [Self::Email, Self::Phone, Self::Linkedin, Self::Social, Self::Sms, Self::Postal, Self::InPerson];

    /// The word stored and sent; the same as in [`records::person::CHANNELS`].
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Linkedin => "linkedin",
            Self::Social => "social",
            Self::Sms => "sms",
            Self::Postal => "postal",
            Self::InPerson => "in_person",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.key() == key)
    }
}

/// What a person does not want (R28), as their record holds it: channels, or `all`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals {
    all: bool,
    channels: Vec<Channel>,
}

impl Refusals {
    /// Reads a person's `do_not_contact`.
    #[must_use]
    pub fn read(do_not_contact: &Json) -> Self {
        let words = || do_not_contact.as_array().into_iter().flatten().filter_map(Json::as_str);
        Self {
            all: words().any(|word| word == "all"),
            channels: words().filter_map(Channel::parse).collect(),
        }
    }

    /// Whether they refuse everything.
    #[must_use]
    pub fn everything(&self) -> bool {
        self.all
    }

    /// Whether they refuse this channel.
    #[must_use]
    pub fn refuse(&self, channel: Channel) -> bool {
        self.all || self.channels.contains(&channel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_words_are_those_a_person_is_kept_with() {
        let mut words: Vec<&str> = Channel::ALL.iter().map(|c| c.key()).collect();
        words.push("all");
        words.sort_unstable();
        let mut kept = records::person::CHANNELS.to_vec();
        kept.sort_unstable();
        assert_eq!(words, kept);
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.key()), Some(channel));
            assert_eq!(json!(channel), json!(channel.key()));
        }
    }

    #[test]
    fn what_somebody_refuses() {
        let cases = [
            (json!([]), Channel::Email, false),
            (json!(["phone"]), Channel::Phone, true),
            (json!(["phone"]), Channel::Email, false),
            (json!(["all"]), Channel::Postal, true),
            (json!(["phone", "email"]), Channel::Email, true),
            (json!(["fax"]), Channel::Email, false),
            (json!(null), Channel::Email, false),
        ];
        for (said, channel, refused) in cases {
            assert_eq!(Refusals::read(&said).refuse(channel), refused, "{said} {channel:?}");
        }
    }
}
