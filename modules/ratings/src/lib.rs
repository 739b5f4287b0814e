//! 码上评价 and 三率: ratings of finished things, and the three rates over them.

pub mod actions;
mod api;
pub mod domain;
mod pages;
mod past;
pub mod rates;
mod receipt;
mod rights;
pub mod store;

use tongxin_kernel::{Basis, Measure, PersonalField, Room, Tells};
use tongxin_web::Module;

/// The room.
pub static MODULE: Module = Module {
    room: Room {
        name: "ratings",
        migrations: tongxin_db::migrations!("ratings": "0001_rating", "0002_half", "0003_rater"),
        policy: include_str!("../policy.cedar"),
        sealed: &[tongxin_db::sealed!("ratings_rating", "subject_id", "reasons")],
        fields: &[
            PersonalField::Plain { column: "ratings_rating.subject_kind" },
            PersonalField::Plain { column: "ratings_rating.unit_path" },
            PersonalField::Plain { column: "ratings_rating.solved" },
            PersonalField::Personal { column: "ratings_rating.reasons", basis: Basis::Service, retention_days: 730 },
            PersonalField::Personal { column: "ratings_rating.rater", basis: Basis::Service, retention_days: 730 },
        ],
        personal: Some(rights::DATA),
        own_words: Some(receipt::own_words),
        uncount: Some(actions::uncount),
        rating_book: Some(past::BOOK),
        measures: &[
            Measure {
                name: rates::RATED,
                list: "/desk/ratings?figure=rated&unit={unit}",
                action: "ratings.list",
                tells: Tells::OfPeople,
            },
            Measure {
                name: rates::SOLVED,
                list: "/desk/ratings?figure=solved&unit={unit}",
                action: "ratings.list",
                tells: Tells::OfPeople,
            },
            Measure {
                name: rates::SATISFIED,
                list: "/desk/ratings?figure=satisfied&unit={unit}",
                action: "ratings.list",
                tells: Tells::OfPeople,
            },
        ],
        rates: &[rates::RESPONSE, rates::SOLVED_RATE, rates::SATISFIED_RATE],
        ..Room::EMPTY
    },
    routes: api::routes,
    words: (include_str!("../i18n/zh-CN.ftl"), include_str!("../i18n/en.ftl")),
    nav: &[],
    bar: &[],
    news: None,
    cards: &[],
};
