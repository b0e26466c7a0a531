//! Technologies a site or a domain shows by evident signs: hosts of its scripts, its generator, its mail servers.
//!
//! Each sign is a name somebody else owns (a vendor's host, a product's own mark), so one is enough. Guesses from
//! looks are left out.

/// Who takes a domain's mail, by the end of its mail server's name.
const MAIL: &[(&str, &str)] = &[
    ("google.com", "Google Workspace"),
    ("googlemail.com", "Google Workspace"),
    ("mail.protection.outlook.com", "Microsoft 365"),
    ("mx.microsoft", "Microsoft 365"),
    ("zoho.com", "Zoho Mail"),
    ("zoho.eu", "Zoho Mail"),
    ("naver.com", "Naver Works"),
    ("worksmobile.com", "Naver Works"),
    ("hiworks.co.kr", "Hiworks"),
    ("daum.net", "Kakao Mail"),
    ("kakaowork.com", "Kakao Work"),
    ("mailplug.com", "Mailplug"),
    ("ecounterp.com", "Ecount"),
    ("icloud.com", "iCloud Mail"),
    ("messagingengine.com", "Fastmail"),
    ("protonmail.ch", "Proton Mail"),
    ("secureserver.net", "GoDaddy Mail"),
    ("yandex.net", "Yandex 360"),
    ("pphosted.com", "Proofpoint"),
    ("mimecast.com", "Mimecast"),
];

/// What a domain says in its TXT records.
const TEXTS: &[(&str, &str)] = &[
    ("include:sendgrid.net", "SendGrid"),
    ("include:servers.mcsv.net", "Mailchimp"),
    ("include:amazonses.com", "Amazon SES"),
    ("include:mailgun.org", "Mailgun"),
    ("include:mail.zendesk.com", "Zendesk"),
    ("include:_spf.salesforce.com", "Salesforce"),
    ("include:spf.mandrillapp.com", "Mandrill"),
    (".hubspotemail.net", "HubSpot"),
    ("include:stibee.com", "Stibee"),
    ("atlassian-domain-verification=", "Atlassian"),
    ("docusign=", "DocuSign"),
    ("stripe-verification=", "Stripe"),
    ("slack-domain-verification=", "Slack"),
    ("zoom_verify_", "Zoom"),
    ("dropbox-domain-verification=", "Dropbox"),
    ("facebook-domain-verification=", "Meta"),
    ("notion-domain-verification=", "Notion"),
];

/// Hosts and paths of scripts, styles and frames.
const LINKS: &[(&str, &str)] = &[
    ("/wp-content/", "WordPress"),
    ("/wp-includes/", "WordPress"),
    ("cdn.shopify.com", "Shopify"),
    ("static.wixstatic.com", "Wix"),
    ("assets.squarespace.com", "Squarespace"),
    ("assets.website-files.com", "Webflow"),
    ("cdn.prod.website-files.com", "Webflow"),
    ("cafe24img.com", "Cafe24"),
    ("img.echosting.cafe24.com", "Cafe24"),
    ("vendor-cdn.imweb.me", "Imweb"),
    ("googletagmanager.com", "Google Tag Manager"),
    ("google-analytics.com", "Google Analytics"),
    ("js.hs-scripts.com", "HubSpot"),
    ("js.hsforms.net", "HubSpot"),
    ("munchkin.marketo.net", "Marketo"),
    ("pi.pardot.com", "Pardot"),
    ("widget.intercom.io", "Intercom"),
    ("cdn.channel.io", "Channel Talk"),
    ("static.zdassets.com", "Zendesk"),
    ("js.driftt.com", "Drift"),
    ("cdn.segment.com", "Segment"),
    ("cdn.amplitude.com", "Amplitude"),
    ("static.hotjar.com", "Hotjar"),
    ("js.stripe.com", "Stripe"),
    ("connect.facebook.net", "Meta Pixel"),
    ("wcs.naver.net", "Naver Analytics"),
    ("t1.daumcdn.net/kas", "Kakao Pixel"),
    ("/_next/static/", "Next.js"),
    ("/_nuxt/", "Nuxt"),
];

/// Names at the beginning of a page's generator.
const GENERATORS: &[&str] = &[
    "WordPress",
    "Drupal",
    "Joomla",
    "TYPO3",
    "Ghost",
    "Wix",
    "Hugo",
    "Gatsby",
    "Webflow",
    "Shopify",
    "XpressEngine",
    "Rhymix",
    "Contao",
    "PrestaShop",
    "Framer",
];

/// Who takes a domain's mail.
#[must_use]
pub fn mail_provider(servers: &[String]) -> Option<&'static str> {
    let of = |server: &String| {
        let ends =
            |end: &str| server == end || server.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
        MAIL.iter().find(|(end, _)| ends(end)).map(|(_, name)| *name)
    };
    servers.iter().find_map(of)
}

/// What else a domain's texts tell.
pub fn of_texts(texts: &[String]) -> impl Iterator<Item = &'static str> {
    TEXTS
        .iter()
        .filter(|(sign, _)| texts.iter().any(|text| text.to_lowercase().contains(sign)))
        .map(|(_, name)| *name)
}

/// What the addresses a page loads tell.
pub fn of_links(links: &[String]) -> impl Iterator<Item = &'static str> {
    LINKS.iter().filter(|(sign, _)| links.iter().any(|link| link.contains(sign))).map(|(_, name)| *name)
}

/// What a page says it was made with.
#[must_use]
pub fn of_generator(generator: &str) -> Option<&'static str> {
    let low = generator.trim().to_lowercase();
    GENERATORS.iter().find(|name| low.starts_with(&name.to_lowercase())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_servers_name_who_runs_them() {
        let table = [
            ("aspmx.l.google.com", Some("Google Workspace")),
            ("acme-com.mail.protection.outlook.com", Some("Microsoft 365")),
            ("notgoogle.com", None),
            ("mail.acme.com", None),
        ];
        for (server, expected) in table {
            assert_eq!(mail_provider(&[server.to_owned()]), expected, "{server}");
        }
        assert_eq!(mail_provider(&[]), None);
    }

    #[test]
    fn signs_are_somebody_elses_names() {
        let texts = ["v=spf1 include:sendgrid.net ~all".to_owned(), "docusign=1b0a".to_owned()];
        assert_eq!(of_texts(&texts).collect::<Vec<_>>(), ["SendGrid", "DocuSign"]);
        let links = ["https://a.test/wp-content/x.js".to_owned(), "//js.hs-scripts.com/1.js".to_owned()];
        assert_eq!(of_links(&links).collect::<Vec<_>>(), ["WordPress", "HubSpot"]);
        assert_eq!(of_generator("WordPress 6.8"), Some("WordPress"));
        assert_eq!(of_generator("Handmade"), None);
    }
}
