#!/bin/sh
# Installs ParkBot from this folder, without any network: sh install.sh [FOLDER]   (default: ./parkbot)
# PYTHON names the interpreter; unset, the newest suitable one on the PATH is taken.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$PWD/parkbot}

fail() {
    echo "parkbot: $1" >&2
    exit 1
}

(cd "$here" && sha256sum --check --quiet SHA256SUMS) ||
    fail "the bundle is damaged: a checksum differs; copy it again"

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != tuple(map(int, "@PYTHON@".split("."))))' \
        >/dev/null 2>&1; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "this bundle is for Python @PYTHON@, which was not found; name it: PYTHON=/path/to/python sh install.sh"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "$python has no venv module; on Debian or Ubuntu install python@PYTHON@-venv"

mkdir -p "$target"
target=$(cd "$target" && pwd)
[ -x "$target/bin/python" ] || "$python" -m venv "$target"
# Nothing set on this machine, by files or by environment (--isolated), may lead pip to other packages than these.
pip_install() {
    PIP_CONFIG_FILE=/dev/null "$target/bin/python" -m pip --isolated install --quiet --no-input --no-compile \
        --disable-pip-version-check --no-index --find-links "$here/wheels" "$@"
}
# ParkBot itself in any case: a newer bundle may be of the same version. Then what it needs, where that is missing.
pip_install --force-reinstall --no-deps 'parkbot==@VERSION@'
pip_install 'parkbot[postgres]==@VERSION@'
sed "s|@TARGET@|$target|g" "$here/parkbot.service" >"$target/parkbot.service"

cat <<END
ParkBot @VERSION@ is installed in $target.
  $target/bin/parkbot serve                     the page at http://127.0.0.1:8080
  $target/bin/parkbot ingest FOLDER             your own documents
As a service, with its library in /var/lib/parkbot: $target/parkbot.service
Commands for the service, while it runs:
  sudo env PARKBOT_DATA_DIR=/var/lib/parkbot $target/bin/parkbot keys create office --space shared
END
