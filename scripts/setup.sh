# What ./run and ./test share: plain words, missing packages, the web bundle. Sourced, with the root as working folder.

# The tools of rustup are not on the path of every shell.
PATH="$PATH:${HOME:-/nonexistent}/.cargo/bin"
target=${CARGO_TARGET_DIR:-target}

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}

# need PACKAGE TEST...: installs the Debian package where TEST fails, or says that a person has to.
missing=()
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        root=(sudo)
        sudo -n true 2>/dev/null || die "Missing: ${missing[*]}. Install with: sudo apt-get install ${missing[*]}"
    fi
    command -v apt-get >/dev/null || die "Missing, in Debian's words: ${missing[*]}. Please install them."
    say "Installing ${missing[*]}"
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
    missing=()
}

# What every build needs. Rust and Node are the reader's own choice of version, so they are never installed from here.
need_build_tools() {
    command -v cargo >/dev/null || die "Rust is missing: get it from https://rustup.rs, then run this again."
    command -v node >/dev/null || die "Node is missing: version 20 or later, from https://nodejs.org or apt-get install nodejs npm."
    command -v npm >/dev/null || die "npm is missing: it comes with Node, or apt-get install npm."
    [ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || die "Node $(node --version) is too old: 20 or later is needed."
    need gcc command -v cc # SQLite is compiled from source
    need libc6-dev test -e /usr/include/stdio.h
    install_missing
}

# Style sheet, scripts and map into web/dist, unless nothing has changed since they were last put there.
bundle_web() {
    local stamp=web/node_modules/.bundled
    if [ -d web/dist ] && [ -d web/print ] && [ -e "$stamp" ] && [ -z "$(find web -mindepth 1 \
        \( -path web/node_modules -o -path web/dist -o -path web/print \) -prune -o -newer "$stamp" -print -quit)" ]; then
        return 0
    fi
    say "Bundling web/"
    if [ web/package-lock.json -nt web/node_modules/.package-lock.json ]; then
        (cd web && npm ci --no-audit --no-fund) >&2
    fi
    touch "$stamp.new" # what is edited while it builds counts as newer
    (cd web && npm run build) >&2
    mv "$stamp.new" "$stamp"
}
