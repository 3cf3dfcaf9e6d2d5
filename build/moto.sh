#!/usr/bin/env bash
# Fetches moto, which speaks AWS KMS on loopback, from a newer Debian for the tests, and prints the folder that holds
# it.
#
#   build/moto.sh            fetch when needed, print the folder
#   build/moto.sh --offline  print the folder when it is there already
#
# Nothing is installed: apt works in a folder of its own and checks Debian's signatures against the keyring of this
# machine. moto runs with the Python and C library of that Debian, out of the folder: $QBITEL_MOTO (default:
# artifacts/moto), 250 MB. FOLDER/run starts it.
# Exit 77: it cannot be had here; the reason is printed on standard error.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${QBITEL_MOTO:-$root/artifacts/moto}
suite=${QBITEL_MOTO_SUITE:-forky}
mirror=${QBITEL_DEBIAN_MIRROR:-}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

cannot() { echo "moto: not possible here: $1" >&2; exit 77; }

if [ -e "$folder/.complete" ]; then echo "$folder"; exit 0; fi
[ "${1:-}" != --offline ] || cannot "it has not been fetched: run build/moto.sh"
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || cannot "needs apt-get and dpkg-deb"
[ -r "$keyring" ] || cannot "$keyring is missing: apt-get install debian-archive-keyring"

# The mirror this machine itself uses, so that a closed network works too.
if [ -z "$mirror" ]; then
  mirror=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
    sed -nE 's/^(URIs: *|deb +(\[[^]]*\] +)?)(http[^ ]*debian)\/? *.*$/\3/p' | grep -v security | head -n 1) || true
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,etc,out}
: >"$work/status"
echo "deb [signed-by=$keyring] ${mirror:-http://deb.debian.org/debian} $suite main" >"$work/etc/sources.list"
apt=(-o Dir::Etc::SourceList="$work/etc/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o Dir::State="$work" -o Dir::State::Lists="$work/lists"
  -o Dir::State::Status="$work/status" -o Dir::Cache="$work/cache" -o APT::Sandbox::User= -o Acquire::Languages=none
  -o Acquire::AllowInsecureRepositories=false -o APT::Get::AllowUnauthenticated=false)

apt-get "${apt[@]}" update -qq >"$work/log" 2>&1 ||
  { tail -n 3 "$work/log" >&2; cannot "the package lists of $suite cannot be read"; }

# flask-cors is what its server needs and the package does not depend on.
packages=$(apt-get "${apt[@]}" install --no-install-recommends -s python3-moto python3-flask-cors 2>>"$work/log" |
  awk '/^Inst/ {print $2}')
[ -n "$packages" ] || cannot "$suite has no python3-moto that its own packages satisfy"
# shellcheck disable=SC2086
(cd "$work/out" && apt-get "${apt[@]}" download -qq $packages) >>"$work/log" 2>&1 ||
  { tail -n 3 "$work/log" >&2; cannot "the packages of moto cannot be fetched from $suite"; }

rm -rf "$folder"
mkdir -p "$folder/tree"
for package in "$work"/out/*.deb; do dpkg-deb -x "$package" "$folder/tree"; done
loader=$(find "$folder/tree" -name 'ld-linux-*.so.*' | head -n 1)
python=$(find "$folder/tree/usr/bin" -name 'python3.*' -type f | head -n 1)
[ -n "$loader" ] && [ -n "$python" ] || cannot "the packages hold no Python"
cat >"$folder/run" <<RUN
#!/bin/sh
# moto's server on a free port of loopback; it prints which. Stop it by its process.
export PYTHONHOME="$folder/tree/usr" PYTHONPATH="$folder/tree/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1
exec "$loader" --library-path "$(dirname "$(find "$folder/tree" -name libc.so.6 | head -n 1)")" \
  "$python" -m moto.server -H 127.0.0.1 -p 0
RUN
chmod +x "$folder/run"
dpkg-deb -f "$(echo "$work"/out/python3-moto_*.deb)" Version >"$folder/version"
touch "$folder/.complete"
echo "$folder"
