//! Looks at this room alone in a browser: `cargo run -p tongxin-sites --example serve`, then http://localhost:8090. The data
//! is made up, the clock stands still, everything is gone when it ends. Sign in as `secretary`, password `tongxin`.

use tongxin_sites::{MODULE, import_sites};
use tongxin_testkit::{Engine, TestApp};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let house = TestApp::start(Engine::Sqlite, &[&MODULE]).await;
    let kernel = house.kernel();
    let admin = kernel.person(house.tenant.id, house.cast.id("admin")).await?;
    let call = kernel.call(&house.tenant, &tongxin_kernel::Who::Person(admin));
    let imported = import_sites(kernel, call, include_bytes!("sites.csv")).await?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 8090)).await?;
    println!("http://localhost:8090 with {} sites; sign in as secretary, password tongxin", imported.added);
    axum::serve(listener, house.app.router()).await?;
    Ok(())
}
