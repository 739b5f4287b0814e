//! placeholder
pub(crate) fn routes(routes: tongxin_web::Routes) -> tongxin_web::Routes {
    routes
}
