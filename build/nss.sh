#!/usr/bin/env bash
# Fetches NSS softoken with PKCS#11 3.2 (ML-KEM, ML-DSA) from a newer Debian for the tests, and prints the folder that
# holds it.
#
#   build/nss.sh            fetch when needed, print the folder
#   build/nss.sh --offline  print the folder when it is there already
#
# Nothing is installed: apt works in a folder of its own, checks Debian's signatures against the keyring of this
# machine, and four libraries are taken out of the package. NSPR and SQLite come from this machine. The folder is
# $QBITEL_NSS (default: artifacts/nss).
# Exit 77: it cannot be had here; the reason is printed on standard error.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${QBITEL_NSS:-$root/artifacts/nss}
suite=${QBITEL_NSS_SUITE:-forky}
mirror=${QBITEL_DEBIAN_MIRROR:-}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
oldest=2:3.118
libraries="libsoftokn3.so libfreeblpriv3.so libfreebl3.so libnssutil3.so"

cannot() { echo "nss: not possible here: $1" >&2; exit 77; }

if [ -e "$folder/.complete" ]; then echo "$folder"; exit 0; fi
[ "${1:-}" != --offline ] || cannot "it has not been fetched: run build/nss.sh"
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || cannot "needs apt-get and dpkg-deb"
[ -r "$keyring" ] || cannot "$keyring is missing: apt-get install debian-archive-keyring"
ls /usr/lib/*/libnspr4.so >/dev/null 2>&1 || cannot "NSPR is missing: apt-get install libnspr4"
ls /usr/lib/*/libsqlite3.so.0 >/dev/null 2>&1 || cannot "SQLite is missing: apt-get install libsqlite3-0"

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
# What this machine's apt is told about its network holds here too.
apt=(-o Dir::Etc::SourceList="$work/etc/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o Dir::State="$work" -o Dir::State::Lists="$work/lists"
  -o Dir::State::Status="$work/status" -o Dir::Cache="$work/cache" -o APT::Sandbox::User= -o Acquire::Languages=none
  -o Acquire::AllowInsecureRepositories=false -o APT::Get::AllowUnauthenticated=false)

apt-get "${apt[@]}" update -qq >"$work/log" 2>&1 ||
  { tail -n 3 "$work/log" >&2; cannot "the package lists of $suite cannot be read"; }
(cd "$work/out" && apt-get "${apt[@]}" download -qq libnss3) >>"$work/log" 2>&1 ||
  { tail -n 3 "$work/log" >&2; cannot "libnss3 of $suite cannot be fetched"; }

package=$(echo "$work"/out/libnss3_*.deb)
version=$(dpkg-deb -f "$package" Version)
dpkg --compare-versions "$version" ge "$oldest" || cannot "libnss3 of $suite is $version, older than $oldest"
dpkg-deb -x "$package" "$work/tree"

rm -rf "$folder"
mkdir -p "$folder"
for library in $libraries; do
  found=$(find "$work/tree" -name "$library" -type f | head -n 1)
  [ -n "$found" ] || cannot "$library is not in libnss3 $version"
  cp "$found" "$folder/"
done
echo "$version" >"$folder/version"
touch "$folder/.complete"
echo "$folder"
