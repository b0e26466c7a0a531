//! Invented names: firms, people, towns. Addresses end in `.example`, so that no mail can reach anybody.

/// A stem of a firm's name and its spelling in an address.
pub type Stem = (&'static str, &'static str);

/// Where firms are, and how they and their people are called.
#[derive(Debug)]
pub struct Country {
    /// ISO 3166 alpha-2.
    pub code: &'static str,
    /// IANA zone.
    pub zone: &'static str,
    /// First halves of firms' names.
    pub stems: &'static [Stem],
    /// What follows the sector.
    pub form: &'static str,
    /// Whether family names come first, without a space.
    pub family_first: bool,
    /// Family names.
    pub families: &'static [Stem],
    /// Given names.
    pub givens: &'static [Stem],
    /// Towns.
    pub cities: &'static [&'static str],
    /// What numbers begin with; the numbers are of ranges nobody is given.
    pub phone: &'static str,
}

/// A sector: key, words in names (English, Korean with spelling, Japanese, German).
pub type Sector = (&'static str, &'static str, Stem, &'static str, &'static str);

/// Sectors, the five that fit the profile first.
pub const SECTORS: &[Sector] = &[
    ("logistics", "Freight", ("물류", "logis"), "Unyu", "Spedition"),
    ("manufacturing", "Works", ("정밀", "precision"), "Seiki", "Werke"),
    ("food", "Foods", ("식품", "foods"), "Shokuhin", "Feinkost"),
    ("software", "Software", ("소프트", "soft"), "Soft", "Software"),
    ("energy", "Energy", ("에너지", "energy"), "Denryoku", "Energie"),
    ("construction", "Builders", ("건설", "build"), "Kensetsu", "Bau"),
    ("education", "Learning", ("교육", "edu"), "Gakuin", "Bildung"),
];

/// The four countries, the half of all firms in the first.
pub const COUNTRIES: [Country; 4] = [
    Country {
        code: "KR",
        zone: "Asia/Seoul",
        stems: &[
            ("도담결", "dodamgyeol"), ("누리솔터", "nurisolteo"), ("가온바리", "gaonbari"), ("해든마루", "haedeunmaru"),
            ("미르온길", "mireongil"), ("다솜벼리", "dasombyeori"), ("새론둥지", "saerondungji"), ("온새하늘", "onsaehaneul"),
            ("푸른여울결", "pureunyeoul"), ("하람솔빛", "haramsolbit"), ("늘찬터", "neulchanteo"), ("라온들길", "raondeulgil"),
            ("아람차오", "aramchao"), ("소담너울", "sodamneoul"), ("벼리한솔", "byeorihansol"), ("이든가람", "ideungaram"),
            ("모아누리", "moanuri"), ("가람솟대", "garamsotdae"), ("별하마루", "byeolhamaru"), ("초롱여울", "chorongyeoul"),
            ("단비고을", "danbigoeul"), ("마루솔결", "marusolgyeol"), ("은가람터", "eungaramteo"), ("한울바라", "hanulbara"),
            ("슬기둥지", "seulgidungji"), ("예그리나온", "yegrinaon"), ("토담여울", "todamyeoul"), ("시나브로길", "sinabrogil"),
        ],
        form: "",
        family_first: true,
        families: &[
            ("김", "kim"), ("이", "lee"), ("박", "park"), ("최", "choi"), ("정", "jung"), ("강", "kang"), ("조", "cho"),
            ("윤", "yoon"), ("장", "jang"), ("임", "lim"), ("한", "han"), ("오", "oh"), ("서", "seo"), ("신", "shin"),
            ("권", "kwon"), ("황", "hwang"), ("안", "ahn"), ("송", "song"),
        ],
        givens: &[
            ("도현", "dohyeon"), ("서윤", "seoyun"), ("지호", "jiho"), ("하은", "haeun"), ("민재", "minjae"), ("수아", "sua"),
            ("은우", "eunwoo"), ("다인", "dain"), ("태윤", "taeyun"), ("채원", "chaewon"), ("승민", "seungmin"), ("유나", "yuna"),
            ("건희", "geonhee"), ("예린", "yerin"), ("준서", "junseo"), ("소율", "soyul"), ("현우", "hyunwoo"), ("나은", "naeun"),
            ("시온", "sion"), ("가영", "gayoung"),
        ],
        cities: &["서울", "부산", "대전", "인천", "수원", "창원", "광주", "대구"],
        phone: "+82 2-0000-",
    },
    Country {
        code: "US",
        zone: "America/New_York",
        stems: &[
            ("Halvoren", "halvoren"), ("Tessmark", "tessmark"), ("Brindlow", "brindlow"), ("Ostwick", "ostwick"),
            ("Quillfen", "quillfen"), ("Marrowdale", "marrowdale"), ("Penhallick", "penhallick"), ("Corvantis", "corvantis"),
            ("Larkhollow", "larkhollow"), ("Dunmerrow", "dunmerrow"), ("Ashgrove Nine", "ashgrovenine"), ("Veldamar", "veldamar"),
            ("Thistlemont", "thistlemont"), ("Rookbarrow", "rookbarrow"), ("Silverfirth", "silverfirth"), ("Wexlander", "wexlander"),
        ],
        form: " Inc.",
        family_first: false,
        families: &[
            ("Carver", "carver"), ("Okafor", "okafor"), ("Lindgren", "lindgren"), ("Reyes", "reyes"), ("Whitlock", "whitlock"),
            ("Novak", "novak"), ("Hargrove", "hargrove"), ("Desai", "desai"), ("Mercer", "mercer"), ("Castellan", "castellan"),
            ("Boone", "boone"), ("Yarrow", "yarrow"),
        ],
        givens: &[
            ("Maya", "maya"), ("Jonah", "jonah"), ("Priya", "priya"), ("Caleb", "caleb"), ("Elena", "elena"), ("Marcus", "marcus"),
            ("Tessa", "tessa"), ("Owen", "owen"), ("Renee", "renee"), ("Andre", "andre"), ("Ivy", "ivy"), ("Victor", "victor"),
        ],
        cities: &["Columbus", "Raleigh", "Pittsburgh", "Albany", "Hartford", "Providence"],
        phone: "+1 614-555-0",
    },
    Country {
        code: "JP",
        zone: "Asia/Tokyo",
        stems: &[
            ("Aozumi", "aozumi"), ("Kirishino", "kirishino"), ("Hinomori", "hinomori"), ("Tsukihara", "tsukihara"),
            ("Wakabane", "wakabane"), ("Shirofuji", "shirofuji"), ("Minazora", "minazora"), ("Kazetani", "kazetani"),
            ("Umenaga", "umenaga"), ("Hoshikage", "hoshikage"), ("Natsukawa", "natsukawa"), ("Yukishiba", "yukishiba"),
        ],
        form: " K.K.",
        family_first: false,
        families: &[
            ("Sato", "sato"), ("Tanaka", "tanaka"), ("Mori", "mori"), ("Ueda", "ueda"), ("Kobayashi", "kobayashi"),
            ("Ishii", "ishii"), ("Okada", "okada"), ("Hayashi", "hayashi"), ("Endo", "endo"), ("Fujita", "fujita"),
        ],
        givens: &[
            ("Haruka", "haruka"), ("Kenta", "kenta"), ("Yui", "yui"), ("Daichi", "daichi"), ("Aoi", "aoi"), ("Ryo", "ryo"),
            ("Mei", "mei"), ("Sho", "sho"), ("Rin", "rin"), ("Takumi", "takumi"),
        ],
        cities: &["Tokyo", "Nagoya", "Osaka", "Fukuoka", "Sendai"],
        phone: "+81 3-0000-",
    },
    Country {
        code: "DE",
        zone: "Europe/Berlin",
        stems: &[
            ("Falkenmoor", "falkenmoor"), ("Birkensund", "birkensund"), ("Lindholt", "lindholt"), ("Wiesenbrook", "wiesenbrook"),
            ("Sternhagen", "sternhagen"), ("Ahornfeld", "ahornfeld"), ("Dornwinkel", "dornwinkel"), ("Eichenried", "eichenried"),
            ("Rabenforst", "rabenforst"), ("Heidekamm", "heidekamm"), ("Nordlauf", "nordlauf"), ("Seegarten", "seegarten"),
        ],
        form: " GmbH",
        family_first: false,
        families: &[
            ("Becker", "becker"), ("Vogel", "vogel"), ("Kramer", "kramer"), ("Seidel", "seidel"), ("Brandt", "brandt"),
            ("Hoffmann", "hoffmann"), ("Ritter", "ritter"), ("Lorenz", "lorenz"), ("Winter", "winter"), ("Busch", "busch"),
        ],
        givens: &[
            ("Anna", "anna"), ("Lukas", "lukas"), ("Mira", "mira"), ("Jonas", "jonas"), ("Greta", "greta"), ("Felix", "felix"),
            ("Clara", "clara"), ("Nils", "nils"), ("Frieda", "frieda"), ("Moritz", "moritz"),
        ],
        cities: &["Hamburg", "Leipzig", "Bremen", "Mannheim", "Dresden"],
        phone: "+49 30 23125",
    },
];

/// Members of the team who never sign in: name, spelling, zone, whether they manage.
pub const TEAM: [(&str, &str, &str, bool); 6] = [
    ("한서진", "seojin.han", "Asia/Seoul", true),
    ("Nora Whitfield", "nora.whitfield", "America/New_York", false),
    ("윤태오", "taeo.yoon", "Asia/Seoul", false),
    ("Emil Sandner", "emil.sandner", "Europe/Berlin", false),
    ("Hana Morishita", "hana.morishita", "Asia/Tokyo", false),
    ("배유림", "yurim.bae", "Asia/Seoul", false),
];

/// Makers of other tools, none of which exists.
pub const COMPETITORS: &[&str] = &["Planloom", "Gridwarden", "Taskmeridian"];
