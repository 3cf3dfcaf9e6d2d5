#!/usr/bin/env bash
# Everything long: fuzzing by the million, kill points, load. The gate runs a short sample of each.
#
#   build/soak.sh            list the runs
#   build/soak.sh NAME       run one; its report goes to bench/results/soak-NAME.md
#
# A run is every test that carries [Trait("Soak", "NAME")], with QBITEL_SOAK=1.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

runs() { grep -rhoE '\[Trait\("Soak", "[a-z0-9-]+"\)\]' tests --include=*.cs | sed -E 's/.*"Soak", "([a-z0-9-]+)".*/\1/' | sort -u; }

if [ $# -ne 1 ]; then
  echo "usage: build/soak.sh NAME; the runs are:"
  runs | sed 's/^/  /'
  exit 2
fi

name=$1
runs | grep -qx "$name" || { echo "no such run: $name" >&2; exit 2; }

dotnet build Qbitel.slnx -c Release -nr:false --tl:off -v q || exit 1
report=bench/results/soak-$name.md
mkdir -p bench/results
projects=$(grep -rlE "\[Trait\(\"Soak\", \"$name\"\)\]" tests --include=*.cs | cut -d/ -f2 | sort -u)

{
  echo "# Soak run: $name"
  echo
  echo "- Commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%Y-%m-%d)"
  echo "- $(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, $(. /etc/os-release && echo "$PRETTY_NAME"), .NET $(dotnet --version)"
  echo
} >"$report"

export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
failed=0
for project in $projects; do
  log=artifacts/soak-$name-$project.log
  started=$SECONDS
  QBITEL_SOAK=1 "artifacts/bin/$project/release/$project" -noLogo -noColor -trait "Soak=$name" -showLiveOutput 2>&1 | tee "$log"
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
exit $failed
