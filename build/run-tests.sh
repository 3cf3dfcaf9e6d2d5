#!/usr/bin/env bash
# Runs the built test programs one after the other and adds up their results.
#
#   build/run-tests.sh                   every test project
#   build/run-tests.sh --platform        those that have a platform path (OpenSSL 3.5 and newer); keys also by it;
#                                        of discovery only what meets OpenSSL
#   build/run-tests.sh NAME [OPTION...]  one project, e.g. Qbitel.Protocols.Tests -class '*Fix*'
#
# Ends with the line "N passed, N failed, N skipped"; exit 1 when anything failed or nothing ran.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-release}
platform="Qbitel.Cryptography.Tests Qbitel.Cryptography.Tests@PlatformRequired
  Qbitel.Discovery.Tests Qbitel.Pki.Tests Qbitel.Tests"
keys=()
for class in MLKem512KeyTests MLKem768KeyTests MLKem1024KeyTests MLKem768P256KeyTests XWingKeyTests \
    X25519MLKem768KeyTests \
    MLDsa65KeyTests MLDsa65Ed25519KeyTests MLDsa65EcdsaP256KeyTests MLDsa65Rsa3072PssKeyTests \
    HybridKemVectorTests CompositeVectorTests CompositeKemVectorTests LatticeImplementationTests; do
  keys+=(-class "*.$class")
done
tls=(-class '*.Tls.*' -class '*.TlsCaptureTests')
logs=artifacts/test-logs
mkdir -p "$logs"

options=() isPlatform=
case "${1:-}" in
  "") projects=$(ls tests | grep '\.Tests$') ;;
  --platform) projects=$platform isPlatform=yes ;;
  *) projects=$1; shift; options=("$@") ;;
esac

# The programs start themselves again as children, so they are run as they are and must find the runtime.
export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}

passed=0 failed=0 skipped=0
for project in $projects; do
  # NAME@CHOICE runs the key contracts with another implementation of the lattices.
  name=${project%@*} choice=
  [ "$name" = "$project" ] || choice=${project#*@}
  program=artifacts/bin/$name/$configuration/$name
  if [ ! -x "$program" ]; then
    echo "$project: not built ($program)"
    failed=$((failed + 1))
    continue
  fi

  only=("${options[@]}")
  [ -z "$isPlatform" ] || case $name in
    Qbitel.Discovery.Tests) only=("${tls[@]}") ;;
    Qbitel.Tests) only=(-class- '*.Discover*') ;;
  esac
  log=$logs/$project.log
  started=$SECONDS
  # A shell that starts this behind itself has SIGINT ignored, and children inherit that; tests send it to them.
  QBITEL_CRYPTOGRAPHY=$choice env --default-signal=INT,QUIT "$program" -noLogo -noColor "${only[@]}" \
    ${choice:+"${keys[@]}"} >"$log" 2>&1
  code=$?

  # xunit's own last line: "Total: 11, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.2s"
  read -r total errors bad omitted < <(
    sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log" |
      tail -n 1) || true
  if [ -z "${total:-}" ]; then
    tail -n 40 "$log"
    echo "$project: ended without a result (exit code $code)"
    failed=$((failed + 1))
    continue
  fi

  if [ "$code" -ne 0 ] || [ "$bad" -gt 0 ] || [ "$errors" -gt 0 ]; then
    grep -vE '\[SKIP\]' "$log" | tail -n 200
    [ $((bad + errors)) -gt 0 ] || bad=1
  fi

  echo "$project: $((total - bad - omitted)) passed, $((bad + errors)) failed, $omitted skipped," \
    "$((SECONDS - started)) s"
  # Skips are loud: each distinct reason, with how many tests it took away.
  grep -A1 '\[SKIP\]' "$log" | grep -vE '\[SKIP\]|^--$|^\s*$' | sed -E 's/^ +/  skipped: /' |
    sort | uniq -c | sort -rn | head -n 20
  passed=$((passed + total - bad - omitted)) failed=$((failed + bad + errors)) skipped=$((skipped + omitted))
  total=
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
