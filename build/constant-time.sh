#!/usr/bin/env bash
# Runs lattice code under valgrind's memcheck with every secret poisoned: each branch and each address that depends on
# one is reported, and must be of a kind that the standard publishes. Checks itself with a planted branch and a planted
# index.
#
#   build/constant-time.sh        needs a Release build, valgrind and x86-64
#
# The code is what the JIT makes, once without AVX2 and once with it. valgrind 3.19 knows no AVX-512: those paths are
# not covered (docs/security/soundness.md). Exit 77: this machine cannot do it; the reason is printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cannot() { echo "constant-time: not possible here: $1" >&2; exit 77; }

[ "$(uname -m)" = x86_64 ] || cannot "the requests to valgrind are written for x86-64"
command -v valgrind >/dev/null || cannot "valgrind is missing: apt-get install valgrind"
program=artifacts/bin/Qbitel.ConstantTime/${CONFIGURATION:-release}/Qbitel.ConstantTime
[ -x "$program" ] || cannot "not built ($program)"

export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
folder=artifacts/constant-time
mkdir -p "$folder"

result=0
run() { # NAME, then settings of the runtime
  local name=$1 log=$folder/$1.log maps=$folder/$1.maps started=$SECONDS
  shift
  rm -rf "$maps" && mkdir -p "$maps"
  # No tiering: one compilation, as in a process that has warmed up. The map gives addresses their methods.
  env DOTNET_TieredCompilation=0 DOTNET_EnableAVX512=0 DOTNET_EnableWriteXorExecute=0 DOTNET_gcConcurrent=0 \
    DOTNET_GCHeapHardLimit=0x8000000 DOTNET_PerfMapEnabled=3 DOTNET_PerfMapJitDumpPath="$PWD/$maps" "$@" \
    valgrind --smc-check=all-non-file --error-limit=no --num-callers=8 "$program" run >"$log" 2>&1 && code=0 || code=$?
  if [ "$code" -ne 0 ]; then
    tail -n 20 "$log"
    echo "constant-time: the $name run ended with exit code $code"
    result=1
    return
  fi

  echo "-- $name ($((SECONDS - started)) s)"
  "$program" judge "$log" "$(echo "$maps"/perf-*.map)" || result=1
}

run scalar DOTNET_EnableAVX2=0
run avx2 DOTNET_EnableAVX2=1
exit $result
