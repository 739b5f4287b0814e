//! Routes, each behind a gate: a route without one cannot be written down, so nothing is open by oversight.

use std::convert::Infallible;

use axum::extract::Request;
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::app::RouteRow;
use crate::ctx::Ctx;
use crate::failure::Fail;
use tongxin_base::Error;
use tongxin_kernel::Who;

/// Who may knock. What they may do to a thing is decided by the action itself; the gate turns away those who may do it
/// to nothing at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Anybody: the street.
    Public,
    /// Those who may do this action somewhere.
    May(&'static str),
}

impl Gate {
    pub(crate) fn check(self, ctx: &Ctx) -> Result<(), Error> {
        match self {
            Self::Public => Ok(()),
            Self::May(action) if ctx.kernel().access().anywhere(&ctx.who, action) => Ok(()),
            Self::May(_) if ctx.who == Who::Nobody => Err(Error::Unauthenticated),
            Self::May(_) => Err(Error::Forbidden),
        }
    }
}

/// The routes of a room.
#[derive(Default)]
pub struct Routes {
    pub(crate) pages: axum::Router,
    pub(crate) api: OpenApiRouter,
    pub(crate) table: Vec<RouteRow>,
}

impl Routes {
    /// None yet.
    pub fn new() -> Self {
        Self { pages: axum::Router::new(), api: OpenApiRouter::new(), table: Vec::new() }
    }

    /// A page: `GET path`.
    #[must_use]
    pub fn get<H, T>(self, gate: Gate, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        self.on(gate, MethodFilter::GET, "GET", path, handler)
    }

    /// A list: `GET path`, and the same as a file under `path.csv` and `path.xlsx`. The handler answers with `Page::list`.
    #[must_use]
    pub fn list<H, T>(self, gate: Gate, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        let files = ["csv", "xlsx"].map(|ending| format!("{path}.{ending}"));
        let all =
            files.iter().fold(self, |routes, file| routes.on(gate, MethodFilter::GET, "GET", file, handler.clone()));
        all.get(gate, path, handler)
    }

    /// A form: `POST path`.
    #[must_use]
    pub fn post<H, T>(self, gate: Gate, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        self.on(gate, MethodFilter::POST, "POST", path, handler)
    }

    fn on<H, T>(mut self, gate: Gate, filter: MethodFilter, method: &str, path: &str, handler: H) -> Self
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        self.table.push(RouteRow { method: method.to_owned(), path: path.to_owned(), gate });
        let route = guarded(gate, MethodRouter::new().on(filter, handler));
        self.pages = self.pages.route(path, route);
        self
    }

    /// A call of the API, with its description: `.api(Gate::Public, routes!(list_categories))`.
    #[must_use]
    pub fn api(mut self, gate: Gate, (schemas, paths, route): UtoipaMethodRouter) -> Self {
        for (path, item) in &paths.paths {
            let methods = [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("DELETE", &item.delete)];
            for (method, _) in methods.into_iter().filter(|(_, operation)| operation.is_some()) {
                self.table.push(RouteRow { method: method.to_owned(), path: path.clone(), gate });
            }
        }
        self.api = self.api.routes((schemas, paths, guarded(gate, route)));
        self
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.pages = self.pages.merge(other.pages);
        self.api = self.api.merge(other.api);
        self.table.extend(other.table);
        self
    }

    pub(crate) fn split(self) -> (axum::Router, OpenApi, Vec<RouteRow>) {
        let (api, description) = self.api.split_for_parts();
        (self.pages.merge(api), description, self.table)
    }
}

fn guarded(gate: Gate, route: MethodRouter) -> MethodRouter {
    let guard = from_fn(move |request: Request, next: Next| async move {
        let ctx = request.extensions().get::<Ctx>().cloned();
        let open = ctx.ok_or(Error::Unavailable).and_then(|ctx| gate.check(&ctx));
        let answer: Response = match open {
            Ok(()) => next.run(request).await,
            Err(error) => Fail(error).into_response(),
        };
        Ok::<_, Infallible>(answer)
    });
    route.layer(guard)
}
