#!/usr/bin/env bash
# Runs the built tests, or any command, in a Debian 13 tree: the same .NET, with OpenSSL 3.5 and its post-quantum
# algorithms.
#
#   build/debian13.sh                 run the platform test suites there (needs a Release build)
#   build/debian13.sh COMMAND ARG...  run one command there, in the checkout
#
# Needs root, debootstrap and unshare. The tree is made once in $QBITEL_DEBIAN13 (default: artifacts/debian13).
# QBITEL_DEBIAN_SUITE=sid makes a tree of another suite instead, with its newer OpenSSL (default folder:
# artifacts/debian-sid).
# Exit 77: this machine cannot do it; the reason is printed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=${QBITEL_DEBIAN_SUITE:-trixie}
tree=$root/artifacts/debian13
[ "$suite" = trixie ] || tree=$root/artifacts/debian-$suite
tree=${QBITEL_DEBIAN13:-$tree}
mirror=${QBITEL_DEBIAN_MIRROR:-}

cannot() { echo "debian13: not possible here: $1" >&2; exit 77; }

[ "$(id -u)" = 0 ] || cannot "needs root (chroot and bind mounts)"
command -v debootstrap >/dev/null || cannot "debootstrap is missing: apt-get install debootstrap"
command -v unshare >/dev/null || cannot "unshare is missing: apt-get install util-linux"
command -v dotnet >/dev/null || cannot "the .NET SDK is missing"
unshare -m true 2>/dev/null || cannot "mount namespaces are not allowed"

dotnet_root=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}

if [ ! -e "$tree/.complete" ]; then
  echo "debian13: making the tree in $tree (about a minute)" >&2
  rm -rf "$tree"
  mkdir -p "$tree"
  # The mirror this machine itself uses, so that a closed network works too.
  if [ -z "$mirror" ]; then
    mirror=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
      sed -nE 's/^(URIs: *|deb +(\[[^]]*\] +)?)(http[^ ]*debian)\/? *.*$/\3/p' | grep -v security | head -n 1) || true
  fi
  log=$tree.log
  if ! debootstrap --variant=minbase --include=openssl,ca-certificates,libstdc++6,zlib1g,procps \
    "$suite" "$tree" "${mirror:-http://deb.debian.org/debian}" \
      >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -rf "$tree"
    cannot "debootstrap failed; its log is $log"
  fi
  mkdir -p "$tree$root" "$tree$dotnet_root"
  touch "$tree/.complete"
fi

shared=${QBITEL_SHARED:-$(cd "$root/.." && pwd)/shared}
[ -d "$shared" ] || shared=

if [ $# -eq 0 ]; then
  set -- bash build/run-tests.sh --platform
fi

export root tree shared dotnet_root
exec unshare -m bash -euc '
  mkdir -p "$tree$root" "$tree$dotnet_root" "$tree/proc" "$tree/dev"
  mount --make-rprivate /
  mount --bind "$dotnet_root" "$tree$dotnet_root"
  mount --bind "$root" "$tree$root"
  if [ -n "$shared" ]; then mkdir -p "$tree$shared"; mount --bind "$shared" "$tree$shared"; fi
  mount -t proc proc "$tree/proc"
  mount --rbind /dev "$tree/dev"
  home=/root
  exec chroot "$tree" /usr/bin/env -i HOME="$home" PATH="$dotnet_root:/usr/local/bin:/usr/bin:/bin" LANG=C.UTF-8 \
    DOTNET_ROOT="$dotnet_root" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
    QBITEL_SHARED="$shared" QBITEL_SOAK="${QBITEL_SOAK:-}" \
    bash -c '\''cd "$1" && shift && exec "$@"'\'' - "$root" "$@"
' - "$@"
