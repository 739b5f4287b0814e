//! How everything is shown: the shell around pages, words, forms, errors, the JSON API and its description. Rooms bring
//! routes and templates; what is common to all of them is here.

mod api;
mod app;
mod assets;
mod body;
mod caller;
mod csv;
mod ctx;
mod door;
mod failure;
mod files;
mod form;
mod letters;
mod map;
mod module;
mod notices;
mod outbox;
mod page;
mod routes;
pub mod setup;
mod standing;
mod upload;
mod welcome;
mod when;
mod words;
mod workdays;

pub use api::{ApiBody, Items, Link, Problem, json_created, with_photos};
pub use app::{App, AppConfig, RouteRow, words_of};
pub use assets::url as asset_url;
pub use body::Sent;
pub use caller::{Caller, Peer};
pub use csv::csv_cell;
pub use ctx::{Ctx, cookie};
pub use door::Door;
pub use failure::{Answer, Fail, url_escape};
pub use files::{FormPhotos, KeptPhoto, jpeg};
pub use form::{Form, FormErrors};
pub use letters::Mail;
pub use module::{Card, Face, Module, NavItem};
pub use page::{Choice, ChoiceGroup, Page, see_other};
pub use routes::{Gate, Routes};
pub use standing::{SESSION_COOKIE, own_path, set_cookie, set_session};
pub use upload::Upload;
pub use when::{day, moment, parse_day};
pub use words::Words;
