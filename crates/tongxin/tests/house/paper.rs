//! What is printed: the bulletin of a month, for who may open the board, about a month that is over.

use tongxin_testkit::engines;

use crate::town::{by, report, town};

#[tokio::test(flavor = "multi_thread")]
async fn a_bulletin_is_a_document_of_a_month_that_is_over() {
    for engine in engines() {
        let app = town(engine).await;
        report(&app, "路灯不亮").await;
        let leader = by(&app, "subdistrict");
        let form = leader.get("/board/bulletin").await.expect(200).text;
        let months: Vec<&str> = form.split("<option value=\"20").skip(1).filter_map(|rest| rest.get(..4)).collect();
        assert_eq!(months.len(), 24, "two years to choose from");
        let newest = months[0];
        let at = format!(
            "/board/bulletin.pdf?month=20{newest}&office=%E6%9F%90%E8%A1%97%E9%81%93&number=1&to=%E5%90%84&copies=%E5%8C%BA"
        );
        let sheet = leader.get(&at).await.expect(200);
        assert_eq!(sheet.headers["content-type"], "application/pdf");
        assert_eq!(sheet.headers["cache-control"], "private, no-store");
        assert!(sheet.bytes.starts_with(b"%PDF-1."));
        for wrong in [
            "month=199901",
            "month=soon",
            &format!("month=20{newest}&to={}", "x".repeat(61)),
            &format!("copies={}", "x".repeat(61)),
        ] {
            let reply = leader.get(&format!("/board/bulletin.pdf?{wrong}")).await;
            assert_eq!(reply.status, 422, "{wrong}");
        }
        assert_eq!(leader.get("/board/bulletin.pdf?unit=nowhere").await.status, 404);
        let english = by(&app, "subdistrict").with("accept-language", "en");
        assert!(english.get(&at).await.expect(200).bytes.starts_with(b"%PDF-1."));
    }
}
