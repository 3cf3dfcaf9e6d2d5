#!/usr/bin/env bash
# Fetches the Kaitai Struct compiler and its JavaScript runtime for the tests, and prints the folder that holds them.
#
#   build/kaitai.sh            fetch when needed, print the folder
#   build/kaitai.sh --offline  print the folder when it is there already
#
# Nothing is installed and no script of a package is run: npm checks what it fetched and puts it in $QBITEL_KAITAI
# (default: artifacts/kaitai). The compiler is a program the tests run beside us, no part of the product.
# Exit 77: it cannot be had here; the reason is printed on standard error.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${QBITEL_KAITAI:-$root/artifacts/kaitai}

cannot() { echo "kaitai: not possible here: $1" >&2; exit 77; }

command -v node >/dev/null && command -v npm >/dev/null || cannot "needs node and npm"
if [ -e "$folder/.complete" ]; then echo "$folder"; exit 0; fi
[ "${1:-}" != --offline ] || cannot "it has not been fetched: run build/kaitai.sh"

rm -rf "$folder"
mkdir -p "$folder"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo '{ "private": true }' >"$folder/package.json"
npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund \
  kaitai-struct-compiler@0.11.0 kaitai-struct@0.11.0 \
  js-yaml@4.1.0 >"$log" 2>&1 || { tail -n 3 "$log" >&2; cannot "npm could not fetch the compiler"; }
touch "$folder/.complete"
echo "$folder"
