//! The few mails the program itself writes, in both languages. Plain text: nothing to click on but the link.

use kernel::Locale;

/// Subject and text of the mail with a reset link.
pub(super) fn password_reset(locale: Locale, name: &str, link: &str) -> (String, String) {
    match locale {
        Locale::En => (
            "Set a new Sevenfold password".to_owned(),
            format!(
                "Hello {name},\n\nsomebody, hopefully you, asked to set a new password. This link does it, once, within \
                 the hour:\n\n{link}\n\nIf it was not you, do nothing: your password stays as it is.\n"
            ),
        ),
        Locale::Ko => (
            "Sevenfold 비밀번호 재설정".to_owned(),
            format!(
                "{name}님, 안녕하세요.\n\n비밀번호 재설정 요청을 받았습니다. 아래 링크는 한 시간 동안 한 번만 사용할 수 \
                 있습니다.\n\n{link}\n\n직접 요청하지 않으셨다면 그대로 두시면 됩니다. 비밀번호는 바뀌지 않습니다.\n"
            ),
        ),
    }
}

/// Subject and text of an invitation.
pub(super) fn invitation(locale: Locale, inviter: &str, workspace: &str, link: &str) -> (String, String) {
    match locale {
        Locale::En => (
            format!("{inviter} invites you to {workspace} on Sevenfold"),
            format!(
                "Hello,\n\n{inviter} invites you to work in {workspace}. This link lets you in, once, within seven \
                 days:\n\n{link}\n\nIf you do not know {inviter}, do nothing.\n"
            ),
        ),
        Locale::Ko => (
            format!("{inviter}님이 Sevenfold {workspace}에 초대했습니다"),
            format!(
                "안녕하세요.\n\n{inviter}님이 {workspace} 워크스페이스에 초대했습니다. 아래 링크는 7일 동안 한 번만 사용할 수 \
                 있습니다.\n\n{link}\n\n모르는 분의 초대라면 이 메일을 무시해 주세요.\n"
            ),
        ),
    }
}
