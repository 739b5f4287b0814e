//! The room's tests, on both databases.

mod browser;
mod factors;
mod guessing;
mod mine;
mod organisations;
mod phone;

use tongxin_testkit::{check_room, for_each_engine};

use crate::MODULE;

#[tokio::test]
async fn the_room_is_in_order() {
    for_each_engine!(&[&MODULE], |app| async move { check_room(&app, &MODULE) });
}
