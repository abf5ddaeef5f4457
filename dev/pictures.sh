#!/usr/bin/env bash
# pictures.sh: the pictures of docs/, of the demo's own report, by a headless Chromium (Debian: apt-get install chromium).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
page=target/demo/adapter/report.html
[ -f "$page" ] || { echo "Cannot draw the report, the demo has not run: $page (expected the page). Run: make demo" >&2; exit 2; }
chromium=$(command -v chromium || command -v chromium-browser) || { echo "Cannot draw the report, there is no Chromium (expected one on the PATH). Run: apt-get install chromium" >&2; exit 2; }
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
"$chromium" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" \
  --blink-settings=preferredColorScheme=1 --window-size=1000,1180 --screenshot="$PWD/docs/report.png" "file://$PWD/$page"
