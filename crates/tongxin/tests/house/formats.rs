//! Histories in every form they come in: workbooks as hotlines export them, JSON and XML, other columns, other encodings.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::json;
use tongxin_base::Time;
use tongxin_kernel::Solved;
use tongxin_requests::domain::Status;
use tongxin_requests::import::{Asked, Intake, Parsed, RowIn, parse};

fn time(text: &str) -> Time {
    Time::parse(text).expect("a time")
}

fn one(bytes: &[u8]) -> (Parsed, RowIn) {
    let parsed = parse(bytes, None).expect("it is read");
    assert_eq!(parsed.errors, [], "nothing is wrong");
    let row = parsed.rows[0].clone();
    (parsed, row)
}

const HEADER: [&str; 16] = [
    "序号",
    "工单编号",
    "来电人",
    "联系电话",
    "来电时间",
    "一级分类",
    "二级分类",
    "诉求标题",
    "诉求内容",
    "诉求地址",
    "所属社区",
    "派单时间",
    "首次联系时间",
    "办结时间",
    "是否解决",
    "满意度",
];

/// A sheet as a hotline exports it: a merged title, a note, then the header; dates as dates, as texts, as numbers.
fn hotline() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").expect("a name").write(0, 0, "本表由系统导出").expect("a cell");
    let sheet = book.add_worksheet().set_name("工单").expect("a name");
    let title = Format::new().set_bold();
    sheet.merge_range(0, 0, 0, 15, "滨河街道12345热线工单明细表", &title).expect("a title");
    sheet.write(1, 0, "导出时间：2025-01-10").expect("a note");
    for (column, name) in (0..).zip(HEADER) {
        sheet.write(2, column, name).expect("a header");
    }
    let dates = Format::new().set_num_format("yyyy/m/d hh:mm:ss");
    let date = |text: &str| ExcelDateTime::parse_from_str(text).expect("a date");
    let texts = [(7, "路灯不亮"), (8, "小区东门路灯不亮，\n晚上看不见"), (9, "康城小区东门"), (10, "宁馨社区居委会")];
    for row in 3..6 {
        sheet.write(row, 0, row - 2).expect("a cell");
        sheet.write(row, 2, "张三").expect("a cell");
        for (column, text) in texts {
            sheet.write(row, column, text).expect("a cell");
        }
        sheet.write(row, 5, "城乡建设").expect("a cell");
        sheet.write(row, 6, "路灯").expect("a cell");
    }
    // The number of the work order as a text, the telephone as a number; dates that are dates.
    sheet.write(3, 1, "202501030001").expect("a cell");
    sheet.write(3, 3, 13_800_138_000_u64).expect("a cell");
    for (column, text) in [
        (4, "2025-01-03 09:05:00"),
        (11, "2025-01-03 09:30:00"),
        (12, "2025-01-03 10:00:00"),
        (13, "2025-01-06 16:20:30"),
    ] {
        sheet.write_with_format(3, column, date(text), &dates).expect("a date");
    }
    sheet.write(3, 14, "已解决").expect("a cell");
    sheet.write(3, 15, "非常满意").expect("a cell");
    // All as text, the number as a number.
    sheet.write(4, 1, 202_501_030_002_u64).expect("a cell");
    sheet.write(4, 4, "2025/1/3 9:05").expect("a cell");
    sheet.write(4, 13, "2025年1月7日 10:00").expect("a cell");
    sheet.write(4, 15, "基本满意").expect("a cell");
    // A date that lost its format, and nothing else.
    sheet.write(5, 1, "202501030003").expect("a cell");
    sheet.write(5, 4, 45_660.5).expect("a cell");
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn a_hotlines_workbook_under_its_title() {
    let bytes = hotline();
    let parsed = parse(&bytes, None).expect("it is read");
    assert_eq!(
        (parsed.mapping_name.as_str(), parsed.rows.len(), parsed.wrong()),
        ("hotline12345", 3, 0),
        "{:?}",
        parsed.errors
    );
    assert!(
        parsed.notes.iter().any(|note| note.contains("来电人") && note.contains("--with-contacts")),
        "{:?}",
        parsed.notes
    );
    let [first, second, third] = &parsed.rows[..] else { panic!("three rows") };
    assert_eq!(first.line, 4);
    assert_eq!(first.source_id.as_deref(), Some("202501030001"));
    assert_eq!((first.name.as_deref(), first.phone.as_deref()), (None, None), "nobody asked for them");
    assert_eq!(first.words, "路灯不亮\n小区东门路灯不亮，\n晚上看不见");
    assert_eq!((first.category.as_str(), first.category_above.as_deref()), ("路灯", Some("城乡建设")));
    assert_eq!(first.units, ["宁馨社区居委会"]);
    assert_eq!(first.created, time("2025-01-03T09:05:00+08:00"));
    assert_eq!(first.done, Some(time("2025-01-06T16:20:30+08:00")));
    assert_eq!((first.solved, first.satisfied), (Some(Solved::Yes), Some(5)));
    assert_eq!(second.source_id.as_deref(), Some("202501030002"));
    assert_eq!((second.created, second.contacted), (first.created, None));
    assert_eq!(second.done, Some(time("2025-01-07T10:00:00+08:00")));
    assert_eq!((second.solved, second.satisfied), (None, Some(4)));
    assert_eq!(third.created, time("2025-01-03T12:00:00+08:00"));
    assert_eq!(third.done, None);
    let mut intake = Intake::new(Asked { with_contacts: true, ..Asked::default() });
    intake.add(&bytes).expect("it is read");
    let parsed = intake.finish().expect("rows");
    assert_eq!(parsed.rows[0].name.as_deref(), Some("张三"));
    assert_eq!(parsed.rows[0].phone.as_deref(), Some("13800138000"));
}

#[test]
fn a_wrong_cell_of_a_workbook_is_named_by_sheet_and_row() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("一月").expect("a name");
    for (column, name) in (0..).zip(["工单编号", "受理时间", "问题描述", "问题分类"]) {
        sheet.write(0, column, name).expect("a header");
    }
    for (column, text) in (0..).zip(["1", "昨天", "漏水", "供水"]) {
        sheet.write(1, column, text).expect("a cell");
    }
    book.add_worksheet().set_name("二月").expect("a name").write(0, 0, "工单编号").expect("a cell");
    let bytes = book.save_to_buffer().expect("a workbook");
    let parsed = parse(&bytes, None).expect("it is read");
    let error = &parsed.errors[0];
    assert_eq!((error.place.as_str(), error.column.as_str()), ("sheet 一月, row 2", "受理时间"));
    assert!(error.wrong.contains("昨天"), "{}", error.wrong);
    assert!(parsed.notes.iter().any(|note| note.contains("二月")), "the other sheet was not read: {:?}", parsed.notes);
    let mut intake = Intake::new(Asked { sheet: Some("三月".to_owned()), ..Asked::default() });
    assert!(intake.add(&bytes).is_err());
    for broken in [&b"PK\x03\x04 not a workbook"[..], b"\xd0\xcf\x11\xe0 nor this"] {
        let said = format!("{:?}", parse(broken, None).expect_err("broken"));
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn tables_with_other_signs_between_cells_and_in_other_encodings() {
    let table = "受理编号;受理时间;问题描述;问题分类;工单状态\n1;2024/5/6 7:08:09;楼道堆物, 很乱;环境卫生;已归档\n";
    for sign in [";", ",", "\t"] {
        let text = table.replace(", ", "，").replace(';', sign);
        let (_, row) = one(text.as_bytes());
        assert_eq!((row.words.as_str(), row.status), ("楼道堆物，很乱", Some(Status::Closed)));
        assert_eq!(row.created, time("2024-05-06T07:08:09+08:00"));
    }
    let (_, row) = one(table.as_bytes());
    assert_eq!(row.words, "楼道堆物, 很乱");
    let marked: Vec<u8> = [0xfeff].into_iter().chain(table.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(one(&marked).1.words, "楼道堆物, 很乱");
    let page = "<html><head></head><body><table><tr><td>受理编号</td></tr></table></body></html>";
    let said = format!("{:?}", parse(page.as_bytes(), None).expect_err("a page"));
    assert!(said.contains("requests-unread-page"), "{said}");
}

#[test]
fn issues_of_the_seeclickfix_api() {
    let issue = json!({
        "id": 12345678, "status": "Archived", "summary": "Pothole", "description": null, "rating": 2, "lat": 41.31, "lng": -72.92,
        "address": "1 Main St", "created_at": "2019-07-04T09:00:00-04:00", "acknowledged_at": "2019-07-04T10:00:00-04:00",
        "closed_at": null, "reopened_at": null, "updated_at": "2019-08-01T00:00:00-04:00",
        "reporter": {"name": "Somebody"}, "request_type": {"id": 1, "title": "Potholes"}, "vote_count": 3,
    });
    let text = json!({"issues": [issue], "metadata": {"pagination": {"page": 1}}}).to_string();
    let (parsed, row) = one(text.as_bytes());
    assert_eq!((parsed.mapping_name.as_str(), row.category.as_str()), ("seeclickfix", "Potholes"));
    assert_eq!((row.source_id.as_deref(), row.words.as_str(), row.supporters), (Some("12345678"), "Pothole", Some(3)));
    assert_eq!(row.created, time("2019-07-04T13:00:00Z"));
    assert_eq!((row.status, row.done, row.point), (Some(Status::Closed), None, Some((41.31, -72.92))));
    assert!(parsed.left_out.iter().any(|column| column == "reporter.name"));
}

const REQUESTS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request><service_request_id>7</service_request_id><status>closed</status><status_notes>Fixed &amp; cleaned</status_notes>
    <service_name>Cracked sidewalk</service_name><service_code>006</service_code><description><![CDATA[A <big> crack]]></description>
    <requested_datetime>2010-04-14T06:37:38-08:00</requested_datetime><updated_datetime>2010-04-15T06:37:38-08:00</updated_datetime>
    <address>8TH AVE and JUDAH ST</address><lat>37.762221815</lat><long>-122.4651145</long></request>
  <request><service_request_id>8</service_request_id><status>open</status><service_name>Graffiti</service_name><description/>
    <requested_datetime>2010-04-19T06:37:38Z</requested_datetime><updated_datetime>2010-04-20T00:00:00Z</updated_datetime></request>
</service_requests>"#;

#[test]
fn open311_in_both_its_forms_and_as_geojson() {
    let parsed = parse(REQUESTS.as_bytes(), None).expect("XML");
    let json = json!([
        {"service_request_id": "7", "status": "closed", "status_notes": "Fixed & cleaned", "service_name": "Cracked sidewalk",
         "service_code": "006", "description": "A <big> crack", "requested_datetime": "2010-04-14T06:37:38-08:00",
         "updated_datetime": "2010-04-15T06:37:38-08:00", "address": "8TH AVE and JUDAH ST", "lat": 37.762221815,
         "long": -122.4651145},
        {"service_request_id": 8, "status": "open", "service_name": "Graffiti", "description": "",
         "requested_datetime": "2010-04-19T06:37:38Z", "updated_datetime": "2010-04-20T00:00:00Z", "lat": null, "long": null},
    ]);
    let same = parse(json.to_string().as_bytes(), None).expect("JSON");
    let wrapped = parse(json!({"service_requests": json}).to_string().as_bytes(), None).expect("JSON in an object");
    assert_eq!((parsed.rows.clone(), &parsed.rows), (same.rows, &wrapped.rows));
    let [closed, open] = &parsed.rows[..] else { panic!("two rows") };
    assert_eq!((closed.words.as_str(), closed.note.as_deref()), ("A <big> crack", Some("Fixed & cleaned")));
    // The standard says that the update of what is closed is when it was closed; of what is open it is nothing of the kind.
    assert_eq!((closed.done, open.done), (Some(time("2010-04-15T14:37:38Z")), None));
    assert_eq!(
        (open.words.as_str(), open.point),
        ("Graffiti", None),
        "a request without words has those of its service"
    );
    let feature = json!({"type": "FeatureCollection", "features": [{"type": "Feature",
        "geometry": {"type": "Point", "coordinates": [109.78, 39.61]},
        "properties": {"service_request_id": "9", "service_name": "Lamp", "requested_datetime": 1_388_581_440, "status": "open"}}]});
    let (_, row) = one(feature.to_string().as_bytes());
    assert_eq!((row.point, row.created), (Some((39.61, 109.78)), time("2014-01-01T13:04:00Z")));
}

#[test]
fn documents_that_break_off_are_no_rows() {
    for text in
        ["[{\"service_request_id\": ", "{\"a\": 1", "<service_requests><request>", "[]", "{}", "", "   ", "<a/>"]
    {
        assert!(parse(text.as_bytes(), None).is_err(), "{text}");
    }
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    assert!(parse(deep.as_bytes(), None).is_err());
    let deep = format!("{}{}", "<a>".repeat(50), "</a>".repeat(50));
    assert!(parse(deep.as_bytes(), None).is_err());
}

#[test]
fn a_day_without_an_hour_is_not_before_the_report() {
    let row =
        |done: &str| format!("受理编号,受理时间,问题描述,问题分类,办结时间\n1,2024-05-06 07:08,漏水,供水,{done}\n");
    let done = |text: &str| {
        let parsed = parse(row(text).as_bytes(), None).expect("it is read");
        (parsed.rows.first().map(|row| row.done), parsed.wrong())
    };
    let created = time("2024-05-06T07:08:00+08:00");
    assert_eq!(done("2024-05-06"), (Some(Some(created)), 0));
    assert_eq!(done("2024-05-07"), (Some(Some(time("2024-05-07T00:00:00+08:00"))), 0));
    assert_eq!(done("2024-05-05"), (None, 1));
    assert_eq!(done("2024-05-06 07:07"), (None, 1));
    assert_eq!(done("NULL"), (Some(None), 0));
}

#[test]
fn a_row_that_stands_twice() {
    let table = "受理编号,受理时间,问题描述,问题分类\n1,2024-05-06 07:08,漏水,供水\n1,2024-05-06 07:08,漏水,供水\n";
    let parsed = parse(table.as_bytes(), None).expect("it is read");
    assert_eq!((parsed.rows.len(), parsed.repeated, parsed.wrong()), (1, 1, 0), "word for word it is one row");
    let parsed = parse(format!("{table}1,2024-05-06 07:08,漏水很大,供水\n").as_bytes(), None).expect("it is read");
    assert_eq!((parsed.errors[0].line, parsed.errors[0].column.as_str()), (4, "受理编号"));
    let many: String = (0..150).map(|n| format!("{n},never,漏水,供水\n")).collect();
    let parsed = parse(format!("{table}{many}").as_bytes(), None).expect("it is read");
    assert_eq!((parsed.errors.len(), parsed.more_errors, parsed.wrong()), (100, 50, 150));
}
