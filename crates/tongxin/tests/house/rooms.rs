//! Every room of the house keeps what every room must hold, all of them together on each engine.

use tongxin::MODULES;
use tongxin_testkit::{check_kernel, check_room, for_each_engine};

#[tokio::test]
async fn all_rooms_are_in_order() {
    for_each_engine!(MODULES, |app| async move {
        check_kernel(&app);
        for module in MODULES {
            check_room(&app, module);
        }
    });
}
