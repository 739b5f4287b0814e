# Short names for what is done every day; `just` lists them. Everything also works without just.

default:
    @just --list

# The demo on http://localhost:8080
run *ARGS:
    ./run {{ARGS}}

# Everything, as CI does it
test:
    ./test

# All but the browser and PostgreSQL
fast:
    ./test --fast

# The rules of the house
tidy:
    cargo xtask tidy

# Format the whole tree
fmt:
    cargo fmt --all

# What the compiler and clippy say
lint:
    cargo clippy --workspace --all-targets -- -D warnings
