//! What a check found and how to mend it, in both languages. `{name}` stands for a value.

use serde::{Deserialize, Serialize};

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = BothLanguages)]
pub struct Words {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// Code; what was found in English and Korean; the cure in English and Korean, empty when there is nothing to cure.
type Text = (&'static str, [&'static str; 2], [&'static str; 2]);

const NO_CURE: [&str; 2] = ["", ""];
const AGAIN: [&str; 2] = [
    "Check that this server reaches its name server, then check again.",
    "이 서버가 네임 서버에 연결되는지 확인한 뒤 다시 점검하세요.",
];

const TEXTS: &[Text] = &[
    (
        "spf_fine",
        [
            "One SPF record, {lookups} of 10 look-ups, and it names the server you send through.",
            "SPF 레코드가 하나이고 조회 10회 중 {lookups}회를 쓰며, 발송 서버가 들어 있습니다.",
        ],
        NO_CURE,
    ),
    (
        "spf_readable",
        [
            "One SPF record, {lookups} of 10 look-ups.",
            "SPF 레코드가 하나이고 조회 10회 중 {lookups}회를 씁니다.",
        ],
        NO_CURE,
    ),
    (
        "spf_missing",
        ["There is no SPF record.", "SPF 레코드가 없습니다."],
        [
            "Publish a TXT record at {domain}: {suggestion}",
            "{domain}에 TXT 레코드를 등록하세요: {suggestion}",
        ],
    ),
    (
        "spf_several",
        [
            "There are {count} SPF records; receivers accept exactly one.",
            "SPF 레코드가 {count}개입니다. 수신 서버는 하나만 인정합니다.",
        ],
        [
            "Merge them into one TXT record that begins with v=spf1.",
            "v=spf1로 시작하는 TXT 레코드 하나로 합치세요.",
        ],
    ),
    (
        "spf_broken",
        [
            "The SPF record of {at} cannot be read at “{word}”.",
            "{at}의 SPF 레코드에서 “{word}” 부분을 읽을 수 없습니다.",
        ],
        ["Correct or remove “{word}”.", "“{word}” 부분을 고치거나 지우세요."],
    ),
    (
        "spf_include_missing",
        [
            "The record includes {at}, which has no SPF record.",
            "레코드가 포함하는 {at}에 SPF 레코드가 없습니다.",
        ],
        ["Remove include:{at} or correct the name.", "include:{at}을 지우거나 이름을 고치세요."],
    ),
    (
        "spf_lookups",
        [
            "The SPF record needs {lookups} look-ups; 10 are allowed.",
            "SPF 레코드가 조회를 {lookups}회 요구합니다. 허용되는 것은 10회입니다.",
        ],
        [
            "Remove includes of services you no longer send through, or write their networks as ip4:.",
            "더 이상 쓰지 않는 서비스의 include를 지우거나, 해당 네트워크를 ip4:로 적으세요.",
        ],
    ),
    (
        "spf_anyone",
        [
            "The SPF record lets everybody send in your name (+all).",
            "SPF 레코드가 누구나 발송하도록 허용합니다(+all).",
        ],
        ["End the record with ~all.", "레코드 끝을 ~all로 바꾸세요."],
    ),
    (
        "spf_open",
        ["The SPF record says nothing of other servers.", "SPF 레코드에 다른 서버에 대한 규칙이 없습니다."],
        ["End the record with ~all.", "레코드 끝에 ~all을 넣으세요."],
    ),
    (
        "spf_not_named",
        [
            "The SPF record does not name the server you send through ({host}).",
            "SPF 레코드에 발송 서버({host})가 없습니다.",
        ],
        ["Add {suggestion} to the record, before its “all”.", "레코드의 “all” 앞에 {suggestion}을 넣으세요."],
    ),
    (
        "spf_unknown",
        ["The SPF record could not be asked for: {why}", "SPF 레코드를 조회하지 못했습니다: {why}"],
        AGAIN,
    ),
    (
        "dkim_fine",
        [
            "The key is published as {name}, {bits} bits; every mail is signed with it.",
            "키가 {name}에 등록되어 있고({bits}비트) 모든 메일에 서명합니다.",
        ],
        NO_CURE,
    ),
    (
        "dkim_provider",
        [
            "A key of your provider is published as {name}, {bits} bits.",
            "메일 서비스의 키가 {name}에 등록되어 있습니다({bits}비트).",
        ],
        NO_CURE,
    ),
    (
        "dkim_missing",
        ["No key to check signatures with was found.", "서명을 확인할 키를 찾지 못했습니다."],
        [
            "Make a key here and publish the record that is shown, or switch on DKIM at your mail provider.",
            "여기서 키를 만들어 표시되는 레코드를 등록하거나, 메일 서비스에서 DKIM을 켜세요.",
        ],
    ),
    (
        "dkim_unpublished",
        ["The key is not published yet.", "키가 아직 등록되지 않았습니다."],
        ["Publish the TXT record {name} as shown.", "표시된 대로 TXT 레코드 {name}을 등록하세요."],
    ),
    (
        "dkim_other",
        ["Another key is published as {name}.", "{name}에 다른 키가 등록되어 있습니다."],
        ["Replace the TXT record {name} by the one shown.", "TXT 레코드 {name}을 표시된 것으로 바꾸세요."],
    ),
    (
        "dkim_revoked",
        ["The key {name} was taken back (p= is empty).", "키 {name}이 폐기되었습니다(p=가 비어 있음)."],
        ["Publish the TXT record {name} as shown.", "표시된 대로 TXT 레코드 {name}을 등록하세요."],
    ),
    (
        "dkim_broken",
        ["The record {name} cannot be used: {why}.", "레코드 {name}을 쓸 수 없습니다: {why}."],
        [
            "Publish it again as shown, as one record whose strings follow each other.",
            "표시된 대로 다시 등록하세요. 여러 문자열이라도 레코드는 하나여야 합니다.",
        ],
    ),
    (
        "dkim_short",
        ["The key {name} has only {bits} bits.", "키 {name}이 {bits}비트뿐입니다."],
        ["Replace it by a key of 2048 bits.", "2048비트 키로 바꾸세요."],
    ),
    (
        "dkim_unusable",
        [
            "The stored key cannot be opened, so mails leave unsigned.",
            "저장된 키를 열 수 없어 메일이 서명 없이 나갑니다.",
        ],
        ["Take the key away and make a new one.", "키를 없애고 새로 만드세요."],
    ),
    ("dkim_unknown", ["The key could not be asked for: {why}", "키를 조회하지 못했습니다: {why}"], AGAIN),
    ("dmarc_fine", ["Policy “{policy}”, found at {at}.", "정책은 “{policy}”이며 {at}에 있습니다."], NO_CURE),
    (
        "dmarc_none",
        [
            "Policy “none”, found at {at}: enough to send, but forged mail is let through.",
            "정책이 “none”이며 {at}에 있습니다. 발송에는 충분하지만 위조 메일을 막지 못합니다.",
        ],
        [
            "Read the reports for some weeks, then set p=quarantine.",
            "몇 주 동안 보고서를 살핀 뒤 p=quarantine으로 올리세요.",
        ],
    ),
    (
        "dmarc_missing",
        ["There is no DMARC record.", "DMARC 레코드가 없습니다."],
        [
            "Publish a TXT record at _dmarc.{domain}: v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
            "_dmarc.{domain}에 TXT 레코드를 등록하세요: v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
        ],
    ),
    (
        "dmarc_several",
        [
            "There are {count} DMARC records at {at}; receivers ignore all of them.",
            "{at}에 DMARC 레코드가 {count}개 있어 모두 무시됩니다.",
        ],
        ["Keep one of them.", "하나만 남기세요."],
    ),
    (
        "dmarc_broken",
        ["The DMARC record at {at} cannot be read: {why}.", "{at}의 DMARC 레코드를 읽을 수 없습니다: {why}."],
        [
            "Write it as v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
            "v=DMARC1; p=none; rua=mailto:postmaster@{domain} 형식으로 쓰세요.",
        ],
    ),
    (
        "dmarc_outdated",
        [
            "Policy “{policy}”, found at {at}, with tags that receivers no longer look at ({tags}).",
            "정책은 “{policy}”이며 {at}에 있지만 더 이상 쓰이지 않는 태그({tags})가 있습니다.",
        ],
        ["Remove {tags} (RFC 9989).", "{tags} 태그를 지우세요(RFC 9989)."],
    ),
    (
        "dmarc_unknown",
        ["The DMARC record could not be asked for: {why}", "DMARC 레코드를 조회하지 못했습니다: {why}"],
        AGAIN,
    ),
    (
        "alignment_fine",
        [
            "Signature and return path are of {organisation}, the author's organisation.",
            "서명과 반송 주소가 작성자의 조직({organisation})과 일치합니다.",
        ],
        NO_CURE,
    ),
    (
        "alignment_one",
        [
            "Only {kind} speaks for {organisation}; forwarded mails may not be believed.",
            "{organisation}을(를) 보증하는 것이 {kind}뿐이라, 전달된 메일은 인정받지 못할 수 있습니다.",
        ],
        ["Set up the other one of SPF and DKIM too.", "SPF와 DKIM 가운데 나머지도 설정하세요."],
    ),
    (
        "alignment_none",
        [
            "Neither signature nor return path is believed to be of {organisation}.",
            "서명도 반송 주소도 {organisation}의 것으로 인정되지 않습니다.",
        ],
        ["Set up SPF and DKIM as said above.", "위에 적힌 대로 SPF와 DKIM을 설정하세요."],
    ),
    ("mx_fine", ["Answers go to {servers}.", "답장은 {servers}(으)로 갑니다."], NO_CURE),
    (
        "mx_missing",
        [
            "The domain takes no mail: answers and bounces are lost.",
            "이 도메인은 메일을 받지 않아 답장과 반송 메일을 잃습니다.",
        ],
        ["Publish an MX record that names your mail server.", "메일 서버를 가리키는 MX 레코드를 등록하세요."],
    ),
    (
        "mx_unknown",
        ["The MX record could not be asked for: {why}", "MX 레코드를 조회하지 못했습니다: {why}"],
        AGAIN,
    ),
    (
        "ptr_fine",
        ["{host} is {name}, forward and back.", "{host}의 정방향과 역방향 이름이 {name}으로 일치합니다."],
        NO_CURE,
    ),
    (
        "ptr_missing",
        ["The address {address} of {host} has no name.", "{host}의 주소 {address}에 역방향 이름이 없습니다."],
        [
            "Ask whoever gives you the address to set its PTR record to {host}.",
            "주소를 제공하는 업체에 PTR 레코드를 {host}로 설정해 달라고 하세요.",
        ],
    ),
    (
        "ptr_mismatch",
        [
            "The address {address} of {host} is called {name}, which does not lead back to it.",
            "{host}의 주소 {address}의 이름은 {name}이지만 그 이름이 주소로 돌아오지 않습니다.",
        ],
        [
            "Set PTR and address record to the same name.",
            "PTR 레코드와 주소 레코드를 같은 이름으로 맞추세요.",
        ],
    ),
    (
        "ptr_unknown",
        ["The name of {host} could not be asked for: {why}", "{host}의 이름을 조회하지 못했습니다: {why}"],
        AGAIN,
    ),
    (
        "ptr_nowhere",
        ["{host} has no address.", "{host}에 주소가 없습니다."],
        ["Check the server's name in the mailbox's settings.", "메일함 설정에서 서버 이름을 확인하세요."],
    ),
    (
        "ptr_near",
        [
            "{host} is in your own network; its name is not looked at.",
            "{host}은(는) 내부망에 있어 이름을 확인하지 않습니다.",
        ],
        NO_CURE,
    ),
    ("tls_fine", ["{host} protects the connection.", "{host}과(와)의 연결이 암호화됩니다."], NO_CURE),
    (
        "tls_near",
        [
            "{host} is on this machine; nothing passes a network.",
            "{host}은(는) 이 컴퓨터에 있어 네트워크를 지나지 않습니다.",
        ],
        NO_CURE,
    ),
    (
        "tls_off",
        [
            "{host} offers STARTTLS, but the mailbox does not use it.",
            "{host}이(가) STARTTLS를 제공하지만 메일함이 쓰지 않습니다.",
        ],
        ["Choose STARTTLS in the mailbox's settings.", "메일함 설정에서 STARTTLS를 고르세요."],
    ),
    (
        "tls_not_offered",
        [
            "{host} offers no protection: passwords and mails can be read on the way.",
            "{host}이(가) 암호화를 제공하지 않아 비밀번호와 메일을 도중에 볼 수 있습니다.",
        ],
        [
            "Switch on TLS at the server, or send through another.",
            "서버에서 TLS를 켜거나 다른 서버로 보내세요.",
        ],
    ),
    (
        "tls_failed",
        ["No protected connection to {host}: {why}", "{host}과(와) 암호화된 연결을 맺지 못했습니다: {why}"],
        [
            "Check host, port, encryption and the server's certificate.",
            "서버 이름, 포트, 암호화 방식과 서버 인증서를 확인하세요.",
        ],
    ),
    (
        "unsubscribe_fine",
        [
            "Every automatic mail carries one-click unsubscribe, inside its signature.",
            "모든 자동 메일에 원클릭 수신거부가 서명과 함께 들어갑니다.",
        ],
        NO_CURE,
    ),
    (
        "unsubscribe_plain",
        [
            "One-click unsubscribe leads to {url}, which is not https; receivers then ignore it.",
            "원클릭 수신거부 주소 {url}이 https가 아니라 수신 서버가 무시합니다.",
        ],
        [
            "Put https in front of this program and set base_url to that address.",
            "이 프로그램 앞에 https를 두고 base_url을 그 주소로 설정하세요.",
        ],
    ),
    (
        "links_own",
        [
            "Links in automatic mails lead over {host}, which is of this domain.",
            "자동 메일의 링크가 이 도메인의 {host}를 거칩니다.",
        ],
        NO_CURE,
    ),
    (
        "links_foreign",
        [
            "Links in automatic mails lead over {host}, another domain than the sender's.",
            "자동 메일의 링크가 발신자와 다른 도메인인 {host}를 거칩니다.",
        ],
        [
            "Set up a host for links such as links.{domain} under Links in mails.",
            "메일 속 링크에서 links.{domain} 같은 링크 전용 호스트를 설정하세요.",
        ],
    ),
    ("content_none", ["No first mail has left yet.", "아직 나간 첫 메일이 없습니다."], NO_CURE),
    (
        "content_fine",
        [
            "The last {count} first mails score {score} of 100.",
            "최근 첫 메일 {count}통의 내용 점수는 100점 만점에 {score}점입니다.",
        ],
        NO_CURE,
    ),
    (
        "content_poor",
        [
            "The last {count} first mails score {score} of 100; most often: {worst}.",
            "최근 첫 메일 {count}통의 내용 점수는 100점 만점에 {score}점입니다. 가장 흔한 이유: {worst_ko}.",
        ],
        [
            "Shorten the sequence's first mail to one question about them, without price, offer or links.",
            "시퀀스의 첫 메일을 가격, 제안, 링크 없이 상대에 관한 질문 하나로 줄이세요.",
        ],
    ),
    (
        "bounces_few",
        [
            "{sent} mails in 30 days are too few to judge bounces ({hard}).",
            "30일 동안 {sent}통이라 반송률을 판단하기에 적습니다({hard}통 반송).",
        ],
        NO_CURE,
    ),
    (
        "bounces_fine",
        [
            "{share} % of {sent} mails in 30 days bounced for good; 2 % is the limit.",
            "30일 동안 {sent}통 가운데 {share} %가 영구 반송되었습니다. 한도는 2 %입니다.",
        ],
        NO_CURE,
    ),
    (
        "bounces_many",
        [
            "{share} % of {sent} mails in 30 days bounced for good; 2 % is the limit.",
            "30일 동안 {sent}통 가운데 {share} %가 영구 반송되었습니다. 한도는 2 %입니다.",
        ],
        [
            "Verify addresses before you enrol people, and leave out lists of unknown origin.",
            "등록하기 전에 주소를 확인하고, 출처를 모르는 목록은 쓰지 마세요.",
        ],
    ),
    (
        "complaints_few",
        [
            "{sent} mails in 30 days are too few to judge complaints ({complaints}).",
            "30일 동안 {sent}통이라 신고율을 판단하기에 적습니다({complaints}건).",
        ],
        NO_CURE,
    ),
    (
        "complaints_fine",
        [
            "{share} % of {sent} mails in 30 days were called spam; Gmail asks for less than 0.1 %, never 0.3 %.",
            "30일 동안 {sent}통 가운데 {share} %가 스팸으로 신고되었습니다. Gmail 기준은 0.1 % 미만, 0.3 % 이상은 금지입니다.",
        ],
        NO_CURE,
    ),
    (
        "complaints_many",
        [
            "{share} % of {sent} mails in 30 days were called spam; Gmail asks for less than 0.1 %, never 0.3 %.",
            "30일 동안 {sent}통 가운데 {share} %가 스팸으로 신고되었습니다. Gmail 기준은 0.1 % 미만, 0.3 % 이상은 금지입니다.",
        ],
        [
            "Write to fewer people with a clearer reason, and stop the sequence that was complained about.",
            "더 적은 사람에게 더 분명한 이유로 쓰고, 신고된 시퀀스를 멈추세요.",
        ],
    ),
];

/// What a code says with these values, and its cure.
pub(super) fn of(code: &str, values: &[(&str, &str)]) -> (Words, Option<Words>) {
    let filled = |text: &str| {
        values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    };
    let words = |[en, ko]: [&str; 2]| Words { en: filled(en), ko: filled(ko) };
    let Some((_, says, fix)) = TEXTS.iter().find(|(known, ..)| *known == code) else {
        return (words([code, code]), None);
    };
    (words(*says), (!fix[0].is_empty()).then(|| words(*fix)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_with_the_same_values() {
        let places = |text: &str| -> Vec<String> {
            let mut all: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split('}').next())
                .map(|name| name.trim_end_matches("_ko").to_owned())
                .collect();
            all.sort();
            all.dedup();
            all
        };
        for (at, (code, says, fix)) in TEXTS.iter().enumerate() {
            assert!(!says[0].is_empty() && !says[1].is_empty(), "{code}");
            assert_eq!(fix[0].is_empty(), fix[1].is_empty(), "{code}");
            assert_eq!(places(says[0]), places(says[1]), "{code}");
            assert_eq!(places(fix[0]), places(fix[1]), "{code}");
            assert!(!TEXTS[..at].iter().any(|(other, ..)| other == code), "{code} twice");
        }
        let (says, fix) = of("mx_fine", &[("servers", "a.test")]);
        assert_eq!((says.en.as_str(), fix), ("Answers go to a.test.", None));
    }
}
