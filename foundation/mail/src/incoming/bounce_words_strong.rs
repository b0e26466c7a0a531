//! Words of refusals, lower case, that decide whatever the code says; what they mean is in `bounce_kind`.

/// The recipient takes mail only from some, and we are not among them.
pub(super) const CHOSEN: [&str; 12] = [
    "recipient preferences",
    "groups.google.com",
    "permission to post",
    "accepts messages from",
    "accept messages from",
    "messages only from",
    "allowed senders",
    "resolver.rst.auth",
    "resolver.rst.notauth",
    "resolver.rst.sender",
    "not authorized to send to",
    "senders outside",
];

/// Our mail is not formed as the server wants it.
pub(super) const CONTENT: [&str; 7] =
    ["duplicate header", "5322", "bare lf", "bare newline", "improper mime", "malformed", "eight bit data"];

/// A full mailbox.
pub(super) const FULL: [&str; 66] = [
    "mailbox exceeds",
    "exceeded mailbox",
    "mailbox full",
    "mailbox is full",
    "mailbox are full",
    "box full",
    "full mailbox",
    "over quota",
    "overquota",
    "over the quota",
    "quota exceed",
    "exceeded quota",
    "exceeds quota",
    "exceeded the quota",
    "over its quota",
    "over their quota",
    "exceeded storage",
    "storage quota",
    "storage limit",
    "out of storage",
    "insufficient space in mailbox",
    "user has too many messages",
    "not enough storage",
    "mail box space not enough",
    "mailbox size limit",
    "용량 초과",
    "용량이 초과",
    "mailbox exceeded",
    "mailbox has exceeded",
    "exceeded the local limit",
    "quota is exceeded",
    "mailbox quota",
    "disk quota",
    "no space left",
    "not enough space",
    "out of space",
    "insufficient disk space",
    "storage is full",
    "inbox is full",
    "inbox full",
    "account is full",
    "maildir over",
    "box is full",
    "メールボックスが一杯",
    "メールボックスの容量",
    "용량이 부족",
    "邮箱已满",
    "exceeding their quota",
    "folder is full",
    "mailbox limit",
    "allowed mailbox size",
    "exceed mailbox",
    "mailbox is over",
    "storage full",
    "quota violation",
    "est pleine",
    "destinataire plein",
    "postfach ist voll",
    "postfach voll",
    "buzón lleno",
    "casella piena",
    "容量を超",
    "storage allocation",
    "exceeded its quota",
    "size quota",
    "mailbox size exceed",
];

/// Larger than the server takes.
pub(super) const SIZE: [&str; 16] = [
    "message too large",
    "message is too large",
    "message too big",
    "message file too big",
    "max message size",
    "maximum message size",
    "message length exceed",
    "exceeds size limit",
    "exceeds the size limit",
    "message size limit",
    "data size exceed",
    "size exceeds",
    "maximum incoming message size",
    "maximum inbound message size",
    "size limit exceeded",
    "size violation",
];

/// Content or sender taken for spam.
pub(super) const SPAM: [&str; 8] =
    ["spam", "junk mail", "junk email", "unsolicited", "bulk mail", "bulk email", "phishing", "스팸"];

/// SPF, DKIM or DMARC not passed.
pub(super) const AUTH: [&str; 13] = [
    "spf",
    "dkim",
    "dmarc",
    "sender policy framework",
    "domainkeys",
    "authentication fail",
    "unauthenticated email",
    "authentication information",
    "authentication requirements",
    "authentication required",
    "requires authentication",
    "authentication is required",
    "authentication credentials",
];

/// More connections at a time than the server has room for, or a first visit; nothing about our mail.
pub(super) const CONNECTIONS: [&str; 9] = [
    "too many connections",
    "too many concurrent",
    "too many sessions",
    "concurrent connections",
    "connection limit",
    "connections exceed",
    "greylist",
    "graylist",
    "grey list",
];

/// Too much in too short a time.
pub(super) const RATE: [&str; 23] = [
    "frequency limit",
    "rate limit",
    "rate-limit",
    "ratelimit",
    "unusual rate",
    "receiving mail at a rate",
    "throttl",
    "too many messages",
    "too fast",
    "sending too much",
    "max message rate",
    "frequency limited",
    "sending limit",
    "sending quota",
    "exceeded the rate",
    "received too quickly",
    "too quickly",
    "connection rate",
    "too many recipients this",
    "sending rate",
    "message rate",
    "hourly limit",
    "daily limit",
];

/// Passed on in a circle.
pub(super) const LOOP: [&str; 13] = [
    "too many hops",
    "hop count",
    "mail loop",
    "routing loop",
    "forwarding loop",
    "too many received",
    "points to local host",
    "address is the local host",
    "best-preference mx",
    "loops back to m",
    "loop detected",
    "message looping",
    "is looping",
];

/// Held back by the server until a person decides.
pub(super) const HELD: [&str; 1] = ["on hold"];

/// A program to which the recipient's mail is handed has failed.
pub(super) const LOCAL: [&str; 12] = [
    "unknown mailer error",
    "command died with",
    "command failed",
    "command output",
    "command time limit",
    "procmail:",
    "pipe to |",
    "child process of",
    "can't create output",
    "child crashed",
    "delivery to pipe",
    "error while writing to",
];

/// The sender's address is what the server does not like.
pub(super) const SENDER: [&str; 18] = [
    "sender address",
    "sender rejected",
    "sender verify failed",
    "sender verification",
    "sender domain",
    "sender denied",
    "sender blocked",
    "sender not accepted",
    "sender is invalid",
    "unroutable sender",
    "invalid sender",
    "unknown sender",
    "bad sender",
    "rejected sender",
    "domain of sender",
    "domain of the sender",
    "envelope sender",
    "send mail as",
];

/// Our machine, not the recipient, is what the server does not know or like.
pub(super) const CLIENT: [&str; 8] = [
    "client host rejected",
    "helo command rejected",
    "cannot find your hostname",
    "cannot find your reverse",
    "resolve your",
    "your hostname",
    "invalid helo",
    "mismatches client ip",
];

/// The host or domain takes no mail at all.
pub(super) const NO_MAIL: [&str; 10] = [
    "null mx",
    "nullmx",
    "no mx found",
    "doesn't receive email",
    "does not receive email",
    "host does not accept mail",
    "domain does not accept",
    "does not accept email",
    "indicated no smtp service",
    "reject all mails",
];

/// KDDI says so of a mail that its user's filter refuses: with the address left out.
pub(super) const AFTER_CONTENT: [&str; 2] = ["550 : user unknown", "550: : user unknown"];
