#!/usr/bin/env bash
# The whole gate: build with warnings as errors, format, tests here and, where possible, in a Debian 13 tree (OpenSSL
# 3.5) and under valgrind with poisoned secrets.
# What it needs beyond the .NET SDK it installs (as root, with apt) or says that it is missing; tests that need it then
# skip loudly.
# The last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

say() { printf '\n== %s\n' "$1"; }

say "Needs"
if ! command -v dotnet >/dev/null; then
  echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
  exit 1
fi
dotnet --version

# package:program or file that shows it is there
needs="chromium:chromium valgrind:valgrind openssl:openssl tshark:tshark debootstrap:debootstrap procps:ps
  softhsm2:softhsm2-util g++:g++ libquickfix-dev:/usr/include/quickfix/Session.h"
missing=
for need in $needs; do
  command -v "${need#*:}" >/dev/null || [ -e "${need#*:}" ] || missing="$missing ${need%%:*}"
done
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing:$missing"
    (apt-get update -qq &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing) \
      >/tmp/qbitel-apt.log 2>&1 ||
      { tail -n 3 /tmp/qbitel-apt.log; echo "could not install:$missing; the tests that need them will skip"; }
  else
    echo "missing, and only root can install them:$missing; the tests that need them will skip"
  fi
else
  echo "nothing to install"
fi

# A softoken with ML-KEM and ML-DSA over PKCS#11 3.2; nothing is installed.
build/nss.sh && code=0 || code=$?
[ $code = 0 ] || echo "SKIPPED: post-quantum keys over PKCS#11 were not exercised"

# The Kaitai Struct compiler, which reads the descriptions we generate; nothing is installed.
build/kaitai.sh && code=0 || code=$?
[ $code = 0 ] || echo "SKIPPED: generated Kaitai descriptions were not compiled"

# Somebody else's AWS KMS on loopback; nothing is installed.
build/moto.sh && code=0 || code=$?
[ $code = 0 ] || echo "SKIPPED: AWS KMS as moto speaks it was not exercised"

say "Build"
dotnet build Qbitel.slnx -c Release -nr:false --tl:off -v q

say "Format"
dotnet format Qbitel.slnx --verify-no-changes --no-restore
echo "clean"

say "Tests"
here=$(mktemp)
build/run-tests.sh | tee "$here" && result=0 || result=1

say "Tests of the lattices on every code path"
paths=$(mktemp)
build/run-paths.sh | tee "$paths" || result=1

say "Tests in a Debian 13 tree"
there=$(mktemp)
build/debian13.sh 2>&1 | tee "$there" && code=0 || code=$?
case $code in
  0) ;;
  77) echo "SKIPPED: the platform's own post-quantum algorithms were not exercised" ;;
  *) result=1 ;;
esac

say "Constant time"
build/constant-time.sh && code=0 || code=$?
case $code in
  0) ;;
  77) echo "SKIPPED: no secret was poisoned" ;;
  *) result=1 ;;
esac

say "Result"
sum() {
  cat "$here" "$paths" "$there" | sed -nE "s/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\\$1/p" |
    awk '{ n += $1 } END { print n + 0 }'
}
echo "$(sum 1) passed, $(sum 2) failed, $(sum 3) skipped"
exit $result
