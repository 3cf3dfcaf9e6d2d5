#!/usr/bin/env bash
# Everything long: fuzzing by the million, kill points, load. The gate runs a short sample of each.
#
#   build/soak.sh            list the runs
#   build/soak.sh NAME...    run them one after the other; each report goes to bench/results/soak-NAME.md
#
# A run is every test that carries [Trait("Soak", "NAME")], with QBITEL_SOAK=1.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

runs() {
  grep -rhoE '\[?Trait\("Soak", "[a-z0-9-]+"\)\]' tests --include=*.cs --exclude=Soak.cs |
    sed -E 's/.*"Soak", "([a-z0-9-]+)".*/\1/' | sort -u
}

if [ $# -eq 0 ]; then
  echo "usage: build/soak.sh NAME...; the runs are:"
  runs | sed 's/^/  /'
  exit 2
fi

for name in "$@"; do
  runs | grep -qx -e "$name" || { echo "no such run: $name" >&2; exit 2; }
done

dotnet build Qbitel.slnx -c Release -nr:false --tl:off -v q || exit 1
mkdir -p bench/results
export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}

# Writes the report of one run; 1 where a test of it failed.
soak() {
  local name=$1 report=bench/results/soak-$1.md failed=0 project log started
  {
    echo "# Soak run: $name"
    echo
    echo "- Commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%Y-%m-%d)"
    echo "- $(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors," \
      "$(. /etc/os-release && echo "$PRETTY_NAME"), .NET $(dotnet --version)"
    echo
  } >"$report"

  for project in $(grep -rlE "Trait\(\"Soak\", \"$name\"\)\]" tests --include=*.cs | cut -d/ -f2 | sort -u); do
    log=artifacts/soak-$name-$project.log
    started=$SECONDS
    QBITEL_SOAK=1 "artifacts/bin/$project/release/$project" -noLogo -noColor -trait "Soak=$name" -showLiveOutput 2>&1 |
      tee "$log"
    [ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
    {
      echo "## $project ($((SECONDS - started)) s)"
      echo
      echo '```'
      grep -E 'OUTPUT|Total:|\[FAIL\]' "$log" | sed -E 's/^ *//' | tail -n 40
      echo '```'
    } >>"$report"
  done

  echo "report: $report"
  return $failed
}

failed=0
for name in "$@"; do soak "$name" || failed=1; done
exit $failed
