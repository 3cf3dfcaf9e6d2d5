#!/usr/bin/env bash
# Runs the tests of the lattices and of what is below them once for every code path, chosen by the runtime's switches.
#
#   build/run-paths.sh                   needs a Release build
#
# Prints the path that ran, and ends with the line "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

project=Qbitel.Cryptography.Tests
export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}

passed=0 failed=0 skipped=0
for switch in none DOTNET_EnableAVX512=0 DOTNET_EnableAVX2=0 DOTNET_EnableHWIntrinsic=0; do
  result=$(
    [ $switch = none ] || export "$switch"
    artifacts/bin/$project/${CONFIGURATION:-release}/$project -noLogo -noColor -showLiveOutput -class '*CodePathTests' \
      -method '*The_path_is_one_that_the_switches_leave' 2>/dev/null |
      sed -nE 's/.*(code path: [A-Za-z0-9-]+).*/\1/p' | head -n 1
    build/run-tests.sh $project \
      -namespace "$project.Hashing" -namespace "$project.Polynomials" -namespace "$project.Lattices"
  )
  echo "== $switch, $(head -n 1 <<<"$result")"
  sed 1d <<<"$result" | sed '$d'
  read -r good bad omitted < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p' <<<"$result")
  passed=$((passed + ${good:-0})) failed=$((failed + ${bad:-1})) skipped=$((skipped + ${omitted:-0}))
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
