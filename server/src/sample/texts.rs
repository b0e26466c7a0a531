//! What people of the story say and write, in the two languages of the product.

use kernel::Locale;

/// A text in English and Korean.
pub type Pair = (&'static str, &'static str);

/// The one of the two.
#[must_use]
pub fn say(pair: Pair, locale: Locale) -> &'static str {
    match locale {
        Locale::En => pair.0,
        Locale::Ko => pair.1,
    }
}

/// Names of every table, for the test that no text is empty.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = [$($pair:expr),+ $(,)?];)+) => {
        $($(#[$doc])* pub const $name: &[Pair] = &[$($pair),+];)+
        /// Every table of texts.
        #[cfg(test)]
        pub const ALL: &[(&str, &[Pair])] = &[$((stringify!($name), $name)),+];
    };
}

tables! {
    /// What is sold.
    PRODUCTS = [
        ("Planning suite", "통합 계획 패키지"), ("Team plan", "팀 요금제"), ("Two-site rollout", "두 사업장 도입"),
        ("Scheduling module", "일정 관리 모듈"), ("Yearly plan with onboarding", "연간 요금제와 도입 지원"),
    ];
    /// What a firm does.
    DESCRIPTIONS = [
        ("Plans its orders in spreadsheets at two sites.", "두 사업장의 주문을 스프레드시트로 계획합니다."),
        ("Grows fast and hires planners every quarter.", "빠르게 성장하며 분기마다 계획 담당자를 채용합니다."),
        ("Delivers on fixed dates to large buyers; the schedule is written by hand.", "대형 고객사에 정해진 날짜에 납품하며 일정은 손으로 작성합니다."),
        ("Family firm, third generation, now going digital.", "3대째 이어 온 회사로 지금 디지털 전환을 하고 있습니다."),
    ];
    /// Job titles: who decides.
    DECIDER_TITLES = [
        ("Managing director", "대표이사"), ("Head of operations", "운영본부장"), ("Plant manager", "공장장"), ("Chief operating officer", "최고운영책임자"),
    ];
    /// Job titles: who helps.
    HELPER_TITLES = [
        ("Planning lead", "생산계획팀장"), ("Project manager", "프로젝트 매니저"), ("IT manager", "IT팀장"), ("Team lead, dispatch", "배차팀장"),
    ];
    /// Why them, why now.
    WHY_THEM = [
        ("They opened a second site this spring and still plan by hand: the same pain our best customers had.", "올봄 두 번째 사업장을 열었는데 아직 수작업으로 계획합니다. 우리 우수 고객들이 겪던 어려움과 같습니다."),
        ("Three job ads for planners in two months: the plan is the bottleneck.", "두 달 사이 계획 담당자 채용 공고가 세 건입니다. 계획이 병목이라는 뜻입니다."),
        ("Their largest buyer asks for delivery dates within an hour.", "가장 큰 고객사가 한 시간 안에 납기를 답해 달라고 요구합니다."),
        ("A new head of operations who knows planning tools from the last job.", "새 운영본부장이 이전 직장에서 계획 도구를 써 본 경험이 있습니다."),
    ];
    /// Research: what they do.
    RESEARCH_WHAT = [
        ("Makes and ships to about forty regular buyers.", "약 40개 단골 거래처에 만들어 납품합니다."),
        ("Serves the region with its own fleet.", "자체 차량으로 지역 전체에 배송합니다."),
    ];
    /// Research: trigger.
    RESEARCH_TRIGGER = [
        ("New hall announced for next year.", "내년 신축 공장을 발표했습니다."), ("New head of operations since last month.", "지난달 운영본부장이 새로 왔습니다."),
    ];
    /// Research: likely challenge.
    RESEARCH_CHALLENGE = [
        ("Changes of plan reach the floor a day late.", "계획 변경이 현장에 하루 늦게 전달되는 듯합니다."), ("Nobody sees the load of the week after next.", "다다음 주 부하를 아무도 미리 보지 못하는 듯합니다."),
    ];
    /// Research: likely buyer.
    RESEARCH_BUYER = [
        ("Head of operations together with the planning lead.", "운영본부장과 생산계획팀장이 함께 결정할 것으로 보입니다."),
    ];
    /// Where research comes from.
    RESEARCH_SOURCE = [("Press page of the company", "회사 보도자료"), ("Job ad", "채용 공고"), ("Trade fair talk", "박람회 발표")];
    /// Subjects of first mails, second and third.
    SUBJECTS = [
        ("A question about your second site", "두 번째 사업장에 대해 여쭙습니다"),
        ("How others answer delivery dates within the hour", "한 시간 안에 납기를 답하는 방법"),
        ("Shall I close the file for now?", "이번에는 여기서 마무리할까요?"),
    ];
    /// The sequence: its name and its first subject.
    SEQUENCE = [("Three short mails", "짧은 메일 세 통"), ("A question about {{ company.name }}", "{{ company.name }}에 대해 여쭙습니다")];
    /// Its mails.
    LETTERS = [
        ("Hello {{ person.name }},\n\n{{ deal.why_them }}\n\nHow do you handle this today?\n\n{{ sender.name }}", "{{ person.name }}님, 안녕하세요.\n\n{{ deal.why_them }}\n\n지금은 이 일을 어떻게 하고 계신가요?\n\n{{ sender.name }}"),
        ("Hello {{ person.name }},\n\na firm of your size now answers delivery dates within the hour. Shall I show you how?\n\n{{ sender.name }}", "{{ person.name }}님, 안녕하세요.\n\n비슷한 규모의 한 회사는 이제 한 시간 안에 납기를 답합니다. 방법을 보여 드릴까요?\n\n{{ sender.name }}"),
        ("Hello {{ person.name }},\n\nshall I close the file for now, or is a colleague the better person to ask?\n\n{{ sender.name }}", "{{ person.name }}님, 안녕하세요.\n\n이번에는 여기서 마무리할까요, 아니면 다른 분께 여쭙는 편이 나을까요?\n\n{{ sender.name }}"),
    ];
    /// What mails of the year said.
    MAIL_BODIES = [
        ("Hello,\n\nI saw that you opened a second site. How do you plan both of them today?", "안녕하세요.\n\n두 번째 사업장을 여신 소식을 봤습니다. 지금은 두 곳을 어떻게 함께 계획하시나요?"),
        ("Hello,\n\na firm of your size now answers delivery dates within the hour. Shall I show you how?", "안녕하세요.\n\n비슷한 규모의 한 회사는 이제 한 시간 안에 납기를 답합니다. 방법을 보여 드릴까요?"),
        ("Hello,\n\nshall I close the file for now, or is a colleague the better person to ask?", "안녕하세요.\n\n이번에는 여기서 마무리할까요, 아니면 다른 분께 여쭙는 편이 나을까요?"),
    ];
    /// Positive replies.
    REPLIES_GOOD = [
        ("Good timing, we talked about exactly this last week. Could you call on Thursday?", "마침 지난주에 바로 이 얘기를 했습니다. 목요일에 통화 가능할까요?"),
        ("Interesting. How do other firms of our size do it?", "흥미롭네요. 저희 규모의 다른 회사들은 어떻게 하나요?"),
        ("Please send me more, I am interested. My colleague from planning should join.", "관심 있습니다. 자료를 더 보내 주세요. 계획팀 동료도 함께하면 좋겠습니다."),
    ];
    /// Replies that lead nowhere.
    REPLIES_BAD = [
        ("Thank you, but this is not interesting for us at the moment.", "감사합니다만 현재로서는 관심이 없습니다."),
        ("We have just renewed with another supplier.", "얼마 전 다른 업체와 재계약했습니다."),
    ];
    /// Notes of calls that connected.
    CALL_NOTES = [
        ("Friendly, ten minutes. Plans with three spreadsheets, wants to see how it could be one.", "10분간 우호적인 통화. 스프레드시트 세 개로 계획 중이며 하나로 합치는 방법을 보고 싶어 함."),
        ("Answered at once. Asked who else in the region uses it; I promised two names.", "바로 받음. 이 지역의 다른 사용 회사를 물어봐 두 곳을 알려 주기로 함."),
    ];
    /// Titles of first meetings.
    MEETING_TITLES = [("Discovery talk", "니즈 파악 미팅"), ("First meeting on planning", "계획 업무 첫 미팅")];
    /// Notes of first meetings.
    MEETING_NOTES = [
        ("They walked us through one week of orders. Each change is typed three times; the night shift learns of it in the morning.", "한 주치 주문을 함께 살펴봄. 변경마다 세 번씩 입력하고, 야간조는 아침에야 알게 됨."),
        ("Long talk about last December, when two trucks waited for half a day. They want dates they can promise.", "작년 12월 트럭 두 대가 반나절 기다린 일을 오래 이야기함. 약속할 수 있는 납기를 원함."),
    ];
    /// Titles of later meetings.
    DEMO_TITLES = [("Demo with their own orders", "실제 주문 데이터로 시연"), ("Workshop with the planners", "계획 담당자 워크숍")];
    /// Notes of later meetings.
    DEMO_NOTES = [
        ("Their own week in the tool. The planning lead found a double booking within minutes.", "자사 한 주 계획을 도구에서 확인. 팀장이 몇 분 만에 이중 배정을 찾아냄."),
        ("Questions on rights and on the night shift; both answered. They asked for an offer.", "권한과 야간조에 대한 질문에 모두 답함. 제안서를 요청함."),
    ];
    /// Challenges: what it comes to.
    CHALLENGES = [
        ("Changes reach the floor a day late", "변경이 현장에 하루 늦게 전달됨"), ("Delivery dates are guessed", "납기를 어림으로 답함"),
        ("Planning hangs on one person", "계획이 한 사람에게 달려 있음"), ("Overtime every month end", "매달 말 초과 근무"),
    ];
    /// Challenges: in their words.
    CHALLENGE_WORDS = [
        ("By the time the floor hears of it, we have already built the wrong one.", "현장에서 알았을 때는 이미 잘못된 제품을 만든 뒤예요."),
        ("Honestly, we tell them a date and hope.", "솔직히 날짜를 말해 놓고 맞기를 바랄 뿐이에요."),
        ("If she is ill, nobody can plan the week.", "그분이 아프면 그 주 계획을 세울 사람이 없어요."),
        ("The last three days of a month are a fire brigade.", "월말 사흘은 소방서나 다름없어요."),
    ];
    /// Goals.
    GOALS = [
        ("Answer any delivery date within an hour", "어떤 납기 문의든 한 시간 안에 답하기"), ("Cut overtime by a third until summer", "여름까지 초과 근무를 3분의 1 줄이기"),
        ("Open the second site without a second planner", "계획 담당자를 늘리지 않고 두 번째 사업장 열기"),
    ];
    /// Ambitions.
    AMBITIONS = [
        ("Be the supplier with the firmest dates in the region", "지역에서 납기가 가장 확실한 공급사가 되기"), ("Double the output with the same crew in five years", "5년 안에 같은 인원으로 생산량 두 배"),
    ];
    /// What they use today.
    CURRENT = [("Three spreadsheets and a wall board", "스프레드시트 세 개와 현황판"), ("An old in-house program nobody maintains", "아무도 관리하지 않는 오래된 자체 프로그램")];
    /// What drives the timing.
    DRIVERS = [("Start of the second site", "두 번째 사업장 가동"), ("Contract with the large buyer begins", "대형 고객사 계약 시작")];
    /// How we know who decides.
    EVIDENCE = [("Said so in the first meeting", "첫 미팅에서 직접 말함"), ("Named by the planning lead", "계획팀장이 알려 줌")];
    /// Quotes on money and time.
    QUOTES = [("There is money set aside for this in the plan of the year.", "올해 계획에 이 예산이 잡혀 있어요."), ("It has to run before the new hall opens.", "신축 공장이 열리기 전에는 돌아가야 해요.")];
    /// What was given.
    TOUCHES = [
        ("Guide: planning two sites with one board", "안내서: 하나의 현황판으로 두 사업장 계획하기"), ("How a firm of the same size halved its overtime", "비슷한 규모의 회사가 초과 근무를 절반으로 줄인 이야기"),
        ("Checklist for the first week", "첫 주 점검표"), ("Invitation to the planners' round table", "계획 담당자 모임 초대"),
    ];
    /// What they say about how much they know.
    AWARE = [("We have seen how it works and know what it would change here.", "어떻게 돌아가는지 봤고 우리 회사에서 무엇이 달라질지 압니다.")];
    /// Lines of an offer: the main one.
    LINES_MAIN = [("Planning for both sites, one year", "두 사업장 계획 관리 1년")];
    /// Lines of an offer: the second.
    LINES_SIDE = [("Onboarding with your own orders, four days", "실제 주문으로 진행하는 도입 교육 4일")];
    /// Chapters of an offer: their headings.
    OFFER_HEADS = [("What we heard", "말씀해 주신 과제"), ("How we get there", "저희가 함께하는 방법")];
    /// Chapters of an offer: what they say.
    OFFER_BODIES = [
        ("Delivery dates are promised from a spreadsheet that is two days old. Rush orders push others aside, and nobody sees it in time.", "이틀 지난 스프레드시트를 보고 납기를 약속합니다. 급한 주문이 다른 주문을 밀어내도 제때 알아차리기 어렵습니다."),
        ("- Week 1: your orders are read in, nothing is typed again.\n- Week 2: planners work with their own orders beside us.\n- Week 4: the first month is compared with the one before.", "- 1주 차: 기존 주문을 그대로 불러오며 다시 입력하지 않습니다.\n- 2주 차: 담당자가 실제 주문으로 저희와 함께 계획합니다.\n- 4주 차: 첫 달의 결과를 이전 달과 비교합니다."),
    ];
    /// Packages of an offer, the smaller first.
    OFFER_PACKAGES = [("One site", "한 사업장"), ("Both sites", "두 사업장")];
    /// What an offer promises.
    RESULTS = [("Time to answer a delivery date", "납기 답변 시간")];
    /// Its unit.
    RESULT_UNITS = [("hours less a day", "시간 단축(하루)")];
    /// How we know.
    RESULT_SOURCES = [("Measured in the workshop", "워크숍에서 측정")];
    /// What they say about an offer.
    FEEDBACK = [("Looks right. We have two questions about the contract.", "잘 맞아 보입니다. 계약에 대해 두 가지 질문이 있습니다."), ("Clear and to the point; I showed it to our director.", "명확하고 핵심이 잘 담겼어요. 대표님께 보여 드렸습니다.")];
    /// Objections on price.
    OBJ_PRICE = [("That is a lot of money for a planning board.", "현황판 하나에 쓰기에는 금액이 큽니다.")];
    /// Objections on risk.
    OBJ_RISK = [("What if it stands still in our busiest week?", "가장 바쁜 주에 멈추면 어떻게 하죠?")];
    /// Objections on the contract.
    OBJ_CONTRACT = [("A year is long for something we have not lived with yet.", "아직 써 보지 않은 것에 1년은 깁니다.")];
    /// Our question.
    OBJ_QUESTION = [("What would have to be true for it to be worth it?", "어떤 조건이면 충분히 가치가 있을까요?")];
    /// Their answer.
    OBJ_HEARD = [("That we save at least one day a week in planning.", "계획에서 일주일에 최소 하루는 줄어야 합니다.")];
    /// Our answer.
    OBJ_ANSWER = [("In the workshop your own week took five hours instead of two days; we write that into the agreement.", "워크숍에서 귀사의 한 주 계획이 이틀에서 다섯 시간으로 줄었습니다. 이를 계약서에 명시하겠습니다.")];
    /// They say it is settled.
    OBJ_SETTLED = [("Yes, with that in writing it is settled for us.", "네, 그렇게 문서로 남기면 저희는 괜찮습니다.")];
    /// Why they declined.
    DECLINED = [("They decided otherwise.", "다른 결정을 내렸습니다.")];
    /// Steps of ours.
    OUR_STEPS = [("Set up the workspace and import the orders", "작업 공간 준비와 주문 가져오기")];
    /// Steps of theirs.
    THEIR_STEPS = [("Send the order list and name the users", "주문 목록 전달과 사용자 지정")];
    /// Ways to ask for the decision.
    CLOSE_WORDS = [("Shall we start with the first site on that Monday?", "그 월요일에 첫 번째 사업장부터 시작할까요?")];
    /// Asking what is missing.
    CLOSE_ASK = [("What do you still need to know to decide?", "결정하시려면 무엇을 더 아셔야 할까요?")];
    /// Answers to it.
    CLOSE_ANSWER = [("Who helps us in the first week?", "첫 주에는 누가 도와주나요?")];
    /// Their yes.
    YES = [("Yes, please go ahead as discussed.", "네, 논의한 대로 진행해 주세요.")];
    /// Notes.
    NOTES = [
        ("Prefers mornings. Do not call during the night shift's handover.", "오전 통화를 선호함. 야간조 교대 시간에는 전화하지 말 것."), ("Knows our customer in the next town and heard good things.", "이웃 도시의 우리 고객사를 알고 좋은 이야기를 들음."),
        ("Budget round is in November; the director signs alone up to the yearly plan.", "예산 회의는 11월. 연간 요금제까지는 대표가 단독 결재함."),
    ];
    /// Why a deal was disqualified.
    UNFIT = [("Too small for two sites", "두 사업장을 운영하기에는 규모가 작음"), ("No planning of their own", "자체 계획 업무가 없음"), ("Decided at their parent company", "모회사에서 결정함")];
    /// What comes next, by telephone.
    NEXT_CALL = [("Call back about the open questions", "남은 질문에 대해 다시 전화하기"), ("Call before their weekly planning round", "주간 계획 회의 전에 전화하기")];
    /// What comes next, by mail.
    NEXT_MAIL = [("Send the summary of the talk", "대화 요약 보내기"), ("Mail the two references", "참고 고객 두 곳 메일로 보내기")];
    /// What else comes next.
    NEXT_TODO = [("Prepare the workshop with their orders", "실제 주문으로 워크숍 준비하기"), ("Find out who decides besides operations", "운영팀 외에 누가 결정하는지 알아보기")];
    /// Why a gate was passed over.
    FORCED = [("Agreed with the team in the weekly round", "주간 회의에서 팀과 합의함")];
    /// The ideal customer profile.
    PROFILE = [("Growing makers with two sites", "두 사업장을 둔 성장 제조사"), ("Firms that outgrew planning by hand: they gain firm dates, we gain yearly plans and references.", "수작업 계획의 한계에 이른 회사입니다. 고객은 확실한 납기를, 우리는 연간 계약과 추천을 얻습니다.")];
    /// Why version 2 was published.
    VERSION_NOTE = [("Answers within two hours, first touch the same day, 21 days in outreach: replies waited too long.", "회신은 두 시간 안에, 첫 접촉은 당일에, 접촉 단계는 21일로 줄였습니다. 답장이 너무 오래 기다렸습니다.")];
    /// Saved views.
    VIEWS = [
        ("Grade A and B companies", "A·B등급 회사"), ("Closing within a month", "한 달 안에 마감 예정"), ("People in Korea", "한국에 있는 사람"), ("Open deals by value", "금액순 진행 거래"),
    ];
    /// Where firms came from.
    SOURCES = [("Trade fair list", "박람회 명단"), ("Industry register", "업종 등록부"), ("Referral", "추천"), ("Web form", "웹 문의")];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_and_the_korean_one_is_korean() {
        let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
        for (table, pairs) in ALL {
            for pair in *pairs {
                for locale in [Locale::En, Locale::Ko] {
                    assert!(!say(*pair, locale).trim().is_empty(), "{table}");
                }
                assert!(hangul(pair.1), "{table}: {}", pair.1);
                assert!(!hangul(pair.0), "{table}: {}", pair.0);
            }
        }
    }
}
