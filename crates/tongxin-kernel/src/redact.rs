//! Finds what in a text may tell who somebody is: names, phone numbers, ID numbers, plates, e-mail addresses. It assists who
//! releases a text, and never releases one: rules miss some, and see some where there are none.
//!
//! Names are found by what stands around them (我叫.., ..先生, 联系人：..) and by a dictionary of words: two or three characters
//! that begin with a surname and are no word of the language.

mod marks;

use std::ops::Range;
use std::sync::OnceLock;

use jieba_rs::Jieba;

/// What it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Telling {
    /// Somebody's name.
    Name,
    /// A phone number.
    Phone,
    /// The number of an ID card.
    IdNumber,
    /// A car's plate.
    Plate,
    /// An e-mail address.
    Email,
    /// The number of a passport.
    Passport,
    /// The number of a bank card.
    BankCard,
    /// A name by which somebody is found in WeChat or QQ.
    Account,
    /// The door somebody lives behind: the house may be known, the flat tells who.
    Door,
}

impl Telling {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Phone,
        Self::IdNumber,
        Self::Plate,
        Self::Email,
        Self::Passport,
        Self::BankCard,
        Self::Account,
        Self::Door,
    ];

    /// The word for it; `telling-<word>` is what people read.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::IdNumber => "id_number",
            Self::Plate => "plate",
            Self::Email => "email",
            Self::Passport => "passport",
            Self::BankCard => "bank_card",
            Self::Account => "account",
            Self::Door => "door",
        }
    }

    /// What stands in its place, in the language of the text.
    const fn instead(self, chinese: bool) -> &'static str {
        match (self, chinese) {
            (Self::Name, true) => "某某",
            (Self::Phone, true) => "［电话］",
            (Self::Passport | Self::IdNumber, true) => "［证件号］",
            (Self::Plate, true) => "［车牌］",
            (Self::Email, true) => "［邮箱］",
            (Self::BankCard, true) => "［卡号］",
            (Self::Account, true) => "［账号］",
            (Self::Door, true) => "［门牌］",
            (Self::Name, false) => "[name]",
            (Self::Phone, false) => "[phone]",
            (Self::Passport | Self::IdNumber, false) => "[ID number]",
            (Self::BankCard, false) => "[card]",
            (Self::Account, false) => "[account]",
            (Self::Door, false) => "[flat]",
            (Self::Plate, false) => "[plate]",
            (Self::Email, false) => "[e-mail]",
        }
    }
}

/// A place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it may be.
    pub what: Telling,
}

/// Surnames of one character, the two hundred most common ones by far and some that stand out.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔\
    钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞\
    颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房\
    滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官";
/// Surnames that begin so many words of the language (车位, 路面, 安全) that only what stands around them tells a name.
const WORDY: &str = "麻车路安万连高商时管施左向查金明文华方石田马毛龙江应关项古巫祖宗成温平单景党官和农水沙全师巩荣乐卫盛刁边费池苗谷米乔易常年公白    黎康牛常黄梅林麦温涂井游曲柴司满房解喻干阳柏桂通都双利钱丛于雷";
/// Surnames of two characters.
const DOUBLE: [&str; 12] =
    ["欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯"];
/// What stands behind a name, or makes one of a surname.
const TITLES: [&str; 26] = [
    "先生", "女士", "小姐", "师傅", "老师", "阿姨", "叔叔", "大爷", "大妈", "大叔", "奶奶", "爷爷", "书记", "主任",
    "经理", "医生", "局长", "科长", "处长", "队长", "所长", "站长", "校长", "律师", "警官", "同志",
];
/// What stands before a name.
const BEFORE: [&str; 16] = [
    "我叫",
    "我是业主",
    "姓名",
    "联系人",
    "户主",
    "业主",
    "房东",
    "当事人",
    "投诉人",
    "举报人",
    "本人",
    "老公",
    "妻子",
    "法人",
    "负责人",
    "名叫",
];
/// The first character of a plate: the province.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// Characters that end a name where two or three others could go on.
const NEVER_GIVEN: &str = "某谢您的了是在有和不我你他她们这那也都就到说要把被给让向从对吗呢吧啊上下里外前后左右中大小多少个些几一二三四五六七八九十年月日时分号\
    路街区市县镇乡村社楼栋室层门车站店家人事物电水气网费钱元问题请求能会可以没很最更还又再已经";

/// Characters that most given names are made of, by how often they stand in them.
const GIVEN: &str = "英华玉秀明珍文芳兰国春红丽金梅建军平志强伟海云永凤桂林荣福清霞生德玲艳燕娟美光小龙新杰勇成涛敏超辉洪静宝东\
    洋俊飞淑翠鹏雪琴莲莉娜磊婷浩宇轩子欣怡梓涵航思远振卫峰刚波鑫宁斌帅康博晨阳嘉雨佳晓慧颖琳璐倩萍香庆贵长启凯瑞祥义仁忠兴花菊";

/// What follows a place that begins like a surname: 康城社区, 万家丽路, 高塘坪小区.
const PLACES: [&str; 44] = [
    "社区", "小区", "花园", "家园", "公寓", "大厦", "广场", "公园", "学校", "小学", "中学", "医院", "公司", "集团",
    "市场", "商场", "地铁", "车站", "路", "街", "巷", "村", "镇", "乡", "县", "区", "市", "桥", "苑", "府", "庭", "湾",
    "城", "园", "站", "期", "栋", "幢", "号", "楼", "组", "河", "湖", "山",
];

/// Whether what stands behind is the rest of the name of a place.
fn is_place(rest: &str) -> bool {
    PLACES.iter().any(|place| rest.starts_with(place))
}

fn surname_at(text: &str) -> Option<usize> {
    if let Some(double) = DOUBLE.iter().find(|double| text.starts_with(**double)) {
        return Some(double.len());
    }
    let first = text.chars().next()?;
    SURNAMES.contains(first).then(|| first.len_utf8())
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The length of what may be a given name: one or two characters that names are made of.
fn given_at(text: &str) -> usize {
    let given = text.chars().take(2).take_while(|c| is_han(*c) && !NEVER_GIVEN.contains(*c));
    given.map(char::len_utf8).sum()
}

fn first_length(word: &str) -> usize {
    word.chars().next().map_or(0, char::len_utf8)
}

fn dictionary() -> &'static Jieba {
    static WORDS: OnceLock<Jieba> = OnceLock::new();
    WORDS.get_or_init(Jieba::new)
}

/// All that may tell who somebody is, from the front, none inside another.
pub fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    digits(text, &mut hits);
    plates(text, &mut hits);
    emails(text, &mut hits);
    marks::find(text, &mut hits);
    names_by_place(text, &mut hits);
    names_by_dictionary(text, &mut hits);
    hits.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end), hit.what));
    let mut end = 0;
    hits.retain(|hit| {
        let free = hit.range.start >= end;
        if free {
            end = hit.range.end;
        }
        free
    });
    hits
}

/// The text with something else in the place of all that was found: a proposal for who releases it.
pub fn redacted(text: &str) -> String {
    let chinese = text.chars().any(is_han);
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for hit in find(text) {
        out.push_str(&text[at..hit.range.start]);
        out.push_str(hit.what.instead(chinese));
        at = hit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Full-width digits and letters are read as their plain sisters.
fn plain(c: char) -> char {
    match u32::from(c) {
        wide @ 0xFF10..=0xFF5A => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Runs of digits with blanks, dashes and brackets between, by what their digits can be.
fn digits(text: &str, hits: &mut Vec<Hit>) {
    let chars: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, plain(c))).collect();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].1.is_ascii_digit() || (at > 0 && chars[at - 1].1.is_ascii_alphanumeric()) {
            at += 1;
            continue;
        }
        let (mut end, mut run) = (at, String::new());
        let mut next = at;
        while next < chars.len() {
            let c = chars[next].1;
            if c.is_ascii_digit() || (matches!(c, 'x' | 'X') && run.len() == 17) {
                run.push(c);
                end = next + 1;
            } else if !matches!(c, ' ' | '-' | '—' | '(' | ')' | '（' | '）') || next + 1 - end > 1 {
                break;
            }
            next += 1;
        }
        let last = chars.get(end).map_or(text.len(), |(byte, _)| *byte);
        if let Some(what) = number(&run) {
            hits.push(Hit { range: chars[at].0..last, what });
        }
        at = end.max(at + 1);
    }
}

fn number(run: &str) -> Option<Telling> {
    let local =
        run.strip_prefix("0086").or_else(|| run.strip_prefix("86").filter(|rest| rest.len() == 11)).unwrap_or(run);
    let mobile = local.len() == 11 && local.starts_with('1') && !matches!(local.as_bytes()[1], b'0' | b'1' | b'2');
    let line = run.starts_with('0') && matches!(run.len(), 10..=12) && !run.starts_with("00");
    if is_id(run) {
        Some(Telling::IdNumber)
    } else if marks::is_card(run) {
        Some(Telling::BankCard)
    } else if mobile || line {
        Some(Telling::Phone)
    } else {
        None
    }
}

/// GB 11643: seventeen digits with a birthday among them, and a check by ISO 7064 (mod 11-2).
fn is_id(run: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if run.len() != 18 {
        return false;
    }
    let figures: Vec<u32> = run.chars().filter_map(|c| c.to_digit(10)).collect();
    if figures.len() < 17 {
        return false;
    }
    let year = figures[6] * 10 + figures[7];
    let (month, day) = (figures[10] * 10 + figures[11], figures[12] * 10 + figures[13]);
    let sum: u32 = figures.iter().zip(WEIGHTS).map(|(figure, weight)| figure * weight).sum();
    let check = b"10X98765432"[usize::try_from(sum % 11).unwrap_or(0)];
    matches!(year, 18..=20)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && run.as_bytes()[17].to_ascii_uppercase() == check
}

/// A province, a letter, and five or six letters and digits, with or without a dot between.
fn plates(text: &str, hits: &mut Vec<Hit>) {
    let chars: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, plain(c).to_ascii_uppercase())).collect();
    for (start, (byte, first)) in chars.iter().enumerate() {
        if !PROVINCES.contains(*first) || !chars.get(start + 1).is_some_and(|(_, c)| c.is_ascii_uppercase()) {
            continue;
        }
        let mut next = start + 2;
        if chars.get(next).is_some_and(|(_, c)| matches!(c, '·' | '.' | '-' | ' ' | '•')) {
            next += 1;
        }
        let body = chars[next..].iter().take_while(|(_, c)| c.is_ascii_alphanumeric()).count();
        let figures = chars[next..].iter().take(body).filter(|(_, c)| c.is_ascii_digit()).count();
        // 警, 学, 挂 and the like take the place of the last character.
        let marked = chars.get(next + body).is_some_and(|(_, c)| "警学挂领使港澳试超应急".contains(*c));
        let whole = matches!(body, 5 | 6) || (body == 4 && marked);
        if whole && figures >= 2 {
            let body = body + usize::from(body == 4);
            let end = chars.get(next + body).map_or(text.len(), |(byte, _)| *byte);
            hits.push(Hit { range: *byte..end, what: Telling::Plate });
        }
    }
}

fn emails(text: &str, hits: &mut Vec<Hit>) {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().rev().take_while(|c| part(*c)).count();
        let after: usize = text[at + 1..].chars().take_while(|c| part(*c)).count();
        let domain = &text[at + 1..at + 1 + after];
        if before > 0 && domain.trim_end_matches('.').contains('.') {
            hits.push(Hit { range: at - before..at + 1 + domain.trim_end_matches('.').len(), what: Telling::Email });
        }
    }
}

/// Names by the words before and behind them.
fn names_by_place(text: &str, hits: &mut Vec<Hit>) {
    for before in BEFORE {
        for (at, _) in text.match_indices(before) {
            let rest = &text[at + before.len()..];
            let gap: usize = rest
                .chars()
                .take_while(|c| matches!(c, ':' | '：' | ' ' | '是' | '叫' | '为'))
                .map(char::len_utf8)
                .sum();
            let start = at + before.len() + gap;
            let Some(surname) = surname_at(&text[start..]) else { continue };
            let given = given_at(&text[start + surname..]);
            let end = start + surname + given;
            // 我是业主之一, 本人安全: a word of the language is no name.
            if given > 0 && !is_word(&text[start..end]) {
                hits.push(Hit { range: start..end, what: Telling::Name });
            }
        }
    }
    for title in TITLES {
        for (at, _) in text.match_indices(title) {
            let before: Vec<(usize, char)> = text[..at].char_indices().rev().take(3).collect();
            // The longest that begins with a surname: 欧阳先生, 王建国先生, 王先生.
            let start = before.iter().rev().find(|(byte, _)| {
                let name = &text[*byte..at];
                let Some(surname) = surname_at(name) else { return false };
                let given = &name[surname..];
                given.is_empty() || (given_at(given) == given.len() && !is_word(name))
            });
            if let Some((start, _)) = start {
                hits.push(Hit { range: *start..at, what: Telling::Name });
            }
        }
    }
}

/// Whether it is a word of the language, and not a name that the dictionary happens to know.
fn is_word(text: &str) -> bool {
    let words = dictionary();
    words.has_word(text) && words.tag(text, false).iter().all(|word| !word.tag.starts_with("nr"))
}

/// Names by the dictionary: cut into words, what begins with a surname and is no word is a name.
fn names_by_dictionary(text: &str, hits: &mut Vec<Hit>) {
    let words = dictionary();
    let cut = words.tag(text, true);
    let mut at = 0;
    for (index, token) in cut.iter().enumerate() {
        let (mut start, mut word) = (at, token.word);
        at += word.len();
        // 是程 | 建国: a verb that was taken for a part of the name.
        if let Some(rest) = word.strip_prefix(['是', '叫', '找']).filter(|rest| surname_at(rest) == Some(rest.len()))
        {
            (start, word) = (at - rest.len(), rest);
        }
        let Some(surname) = surname_at(word) else { continue };
        let wordy = word.chars().next().is_some_and(|first| WORDY.contains(first)) && surname == first_length(word);
        let end = if surname == word.len() {
            behind_surname(&cut[index + 1..], wordy).map(|given| at + given)
        } else {
            whole_name(word, surname, token.tag, wordy).then_some(at)
        };
        if let Some(end) = end.filter(|end| !is_place(&text[*end..])) {
            hits.push(Hit { range: start..end, what: Telling::Name });
        }
    }
}

/// Whether a word is a surname with a given name behind it.
fn whole_name(word: &str, surname: usize, tag: &str, wordy: bool) -> bool {
    let (length, given) = (word.chars().count(), &word[surname..]);
    let plausible = given_at(given) == given.len() && given.chars().count() <= 2;
    if !(2..=4).contains(&length) || !plausible || PLACES.iter().any(|place| given.ends_with(place)) {
        return false;
    }
    let (known, in_dictionary) = (tag.starts_with("nr"), dictionary().has_word(word));
    // 高艳, 李强: the dictionary calls many words of two characters names (张贴, 蓝天); the given name tells.
    let name = known && (length >= 3 || is_given(given));
    if wordy { name && length >= 3 && is_given(given) } else { name || !in_dictionary }
}

/// The length of the given name that stands behind a surname, where one does: 王 伟, 李 建 国, 廖 志强.
fn behind_surname(rest: &[jieba_rs::Tag<'_>], wordy: bool) -> Option<usize> {
    let next = rest.first()?;
    let whole = given_at(next.word) == next.word.len();
    if next.word.chars().count() == 2 {
        let name = next.tag.starts_with("nr");
        // 建国, 海燕, 浩然 are words as well; behind a surname that begins few words they are given names.
        let like = matches!(next.tag, "nz" | "ns" | "a" | "t" | "j" | "z") || is_given(next.word);
        return (whole && (name || (like && !wordy))).then_some(next.word.len());
    }
    if wordy {
        return None;
    }
    let singles: Vec<&str> = rest
        .iter()
        .map(|next| next.word)
        .take_while(|word| word.chars().count() == 1 && given_at(word) == word.len())
        .take(3)
        .collect();
    matches!(singles.len(), 1 | 2).then(|| singles.iter().map(|one| one.len()).sum())
}

/// Whether both characters are such as given names are made of.
fn is_given(word: &str) -> bool {
    word.chars().all(|c| GIVEN.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, Telling)> {
        find(text).into_iter().map(|hit| (&text[hit.range.clone()], hit.what)).collect()
    }

    #[test]
    fn what_tells_who_somebody_is() {
        use Telling::{Email, IdNumber, Name, Phone, Plate};
        for (text, wanted) in [
            ("请打13800138000找我", vec![("13800138000", Phone)]),
            ("电话+86 138-0013-8000。", vec![("86 138-0013-8000", Phone)]),
            ("座机（0477）8123456", vec![("0477）8123456", Phone)]),
            ("１３８００１３８０００", vec![("１３８００１３８０００", Phone)]),
            ("身份证11010519491231002X", vec![("11010519491231002X", IdNumber)]),
            ("车牌蒙K·12345挡住路", vec![("蒙K·12345", Plate)]),
            ("湘AD12345新能源车", vec![("湘AD12345", Plate)]),
            ("写信到a.b@example.org吧", vec![("a.b@example.org", Email)]),
            ("护照E12345678", vec![("E12345678", Telling::Passport)]),
            ("护照号EA1234567", vec![("EA1234567", Telling::Passport)]),
            ("卡号6222 0212 3456 7890 128请退款", vec![("6222 0212 3456 7890 128", Telling::BankCard)]),
            ("加我微信：wang_li-88", vec![("wang_li-88", Telling::Account)]),
            ("vx: abc12345", vec![("abc12345", Telling::Account)]),
            ("QQ号123456789", vec![("123456789", Telling::Account)]),
            ("3号楼2单元501室的水管坏了", vec![("2单元501室", Telling::Door)]),
            ("七栋三单元六零二室", vec![("三单元六零二室", Telling::Door)]),
            ("5栋1203室门口", vec![("1203室", Telling::Door)]),
            ("蒙K1234警停在门口", vec![("蒙K1234警", Plate)]),
            ("王先生反映", vec![("王先生", Name)]),
            ("我叫欧阳建国，住三楼", vec![("欧阳建国", Name)]),
            ("联系人：李秀英", vec![("李秀英", Name)]),
        ] {
            assert_eq!(kinds(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_tells_nothing() {
        for text in [
            "3号楼2单元的水管坏了",
            "会议室在三楼",
            "航班CA1234",
            "编号6222021234567890124",
            "微信群里都在说",
            "订单编号202603021234567890",
            "请拨打12345",
            "高速路口堵车",
            "路灯不亮",
            "2026年3月2日10:30",
            "公交车站",
            "物业费每平方米2.5元",
            "江边的安全护栏",
            "时间太长",
            "温水",
            "康城社区的广场",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn what_was_found_is_gone_and_the_rest_is_not() {
        assert_eq!(redacted("我叫李秀英，电话13800138000，路灯不亮"), "我叫某某，电话［电话］，路灯不亮");
        assert_eq!(redacted("call 0477-8123456 please"), "call [phone] please");
    }

    /// Names as people give them to children, put into sentences as people write them: how many are missed.
    #[test]
    fn what_is_missed_of_a_generated_corpus() {
        const GIVEN: [&str; 40] = [
            "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "勇", "艳", "杰", "涛", "超", "秀英", "桂兰", "建国",
            "建华", "志强", "秀兰", "海燕", "晓明", "玉兰", "雪梅", "子轩", "浩然", "欣怡", "梓涵", "宇航", "思远",
            "国庆", "春花", "德福", "长贵", "卫东", "红梅", "俊峰", "佳怡", "振华", "淑芬",
        ];
        let around: [(&str, &str); 10] = [
            ("我叫", "，住在三楼"),
            ("联系人：", "，请回电"),
            ("", "先生反映楼道堆物"),
            ("找", "师傅修过一次"),
            ("业主", "家漏水"),
            ("昨天", "把垃圾堆在门口"),
            ("是", "说的，没人管"),
            ("请帮忙通知", "挪车"),
            ("房东", "不给修"),
            ("隔壁的", "半夜唱歌"),
        ];
        let (mut seed, mut names, mut missed) = (7_u64, 0_u32, 0_u32);
        let mut pick = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap_or(0) % below
        };
        // The hundred first surnames are those of some 85 of 100 people.
        let surnames: Vec<char> = SURNAMES.chars().take(100).collect();
        for _ in 0..2000 {
            let name = format!("{}{}", surnames[pick(100)], GIVEN[pick(40)]);
            let (before, behind) = around[pick(10)];
            let text = format!("{before}{name}{behind}");
            names += 1;
            let at = before.len()..before.len() + name.len();
            if !find(&text).iter().any(|hit| hit.range.start <= at.start && hit.range.end >= at.end) {
                missed += 1;
            }
        }
        println!("{missed} of {names} names are missed");
        assert!(missed * 100 < names * 8, "{missed} of {names} names are missed");
        for n in 0..500_u64 {
            let phone = format!("1{}{:09}", 3 + n % 7, (n * 7_919_417) % 1_000_000_000);
            let plate = format!(
                "{}{}{:05}",
                PROVINCES.chars().nth(pick(30)).expect("one"),
                char::from(b'A' + (n % 20) as u8),
                n * 97 % 100_000
            );
            let green = format!("{}D{:05}", &plate[..plate.len() - 5], n * 97 % 100_000);
            let id = id_number(n);
            let card = card_number(n);
            let (room, flat) = (n % 30 + 1, n % 6 * 100 + 101);
            let marked = [
                (format!("请打{phone}"), Telling::Phone),
                (format!("车牌{plate}堵门"), Telling::Plate),
                (format!("绿牌{green}充电"), Telling::Plate),
                (format!("身份证{id}。"), Telling::IdNumber),
                (format!("打到{card}这张卡"), Telling::BankCard),
                (format!("护照E{:08}", n * 7919 % 100_000_000), Telling::Passport),
                (format!("微信wx{n:06}联系"), Telling::Account),
                (format!("{room}栋{flat}室漏水"), Telling::Door),
                (format!("写信到a{n}@example.org。"), Telling::Email),
            ];
            for (text, what) in marked {
                assert!(find(&text).iter().any(|hit| hit.what == what), "{text}");
            }
        }
    }

    /// A number whose check is right.
    fn id_number(n: u64) -> String {
        let body = format!("1501021980{:02}{:02}{:03}", n % 12 + 1, n % 28 + 1, n % 1000);
        "0123456789X".chars().map(|check| format!("{body}{check}")).find(|run| is_id(run)).expect("a check")
    }

    fn card_number(n: u64) -> String {
        let body = format!("622202{:09}", n * 7_919_417 % 1_000_000_000);
        (0..10).map(|check| format!("{body}{check}")).find(|run| marks::is_card(run)).expect("a check")
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_looked_at(text in ".{0,80}") {
            let hits = find(&text);
            for pair in hits.windows(2) {
                proptest::prop_assert!(pair[0].range.end <= pair[1].range.start);
            }
            proptest::prop_assert!(hits.iter().all(|hit| text.get(hit.range.clone()).is_some()));
            let _ = redacted(&text);
        }
    }
}
