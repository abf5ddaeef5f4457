#!/usr/bin/env bash
# pictures.sh: the pictures of docs/, of the demo's own report and of its adapter on the chat page, by a headless Chromium
# (Debian: apt-get install chromium fonts-wqy-zenhei).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
page=target/demo/adapter/report.html
[ -f "$page" ] || { echo "Cannot draw the report, the demo has not run: $page (expected the page). Run: make demo" >&2; exit 2; }
chromium=$(command -v chromium || command -v chromium-browser) || { echo "Cannot draw the report, there is no Chromium (expected one on the PATH). Run: apt-get install chromium" >&2; exit 2; }
work=$(mktemp -d)
trap '[ -z "$(jobs -p)" ] || kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT
# No function: in the background its shell would be what is ended, not the browser.
browser=("$chromium" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --blink-settings=preferredColorScheme=1)

"${browser[@]}" --user-data-dir="$work/report" --window-size=1000,1180 --screenshot="$PWD/docs/report.png" "file://$PWD/$page" 2>"$work/report.log"

# appears IN PROCESS WORDS: waits two minutes for what a process prints while it lives
appears() {
  for _ in $(seq 1200); do grep -s -o -m 1 "$3" "$1" && return; kill -0 "$2" 2>/dev/null || break; sleep 0.1; done
  echo "Cannot draw the chat page, a process did not say what was waited for: $(tail -n 1 "$1") (expected $3). Mend what it says." >&2
  exit 1
}

submit/serve.sh --master 'local[1]' --driver-memory 1g -- --model_checkpoint weights/tiny-chatglm2 --adapter math=target/demo/adapter --port 0 >"$work/serve.log" 2>&1 &
url=$(appears "$work/serve.log" $! 'http://127.0.0.1:[0-9]*')
"${browser[@]}" --user-data-dir="$work/chat" --window-size=1100,760 --remote-debugging-port=0 about:blank >"$work/browser.log" 2>&1 &
port=$(appears "$work/browser.log" $! 'ws://127.0.0.1:[0-9]*' | grep -o '[0-9]*$')
asked=$(sed -n '1s/.*"q": *"\([^"\\]*\)".*/\1/p' data/simple_math_4op.eval.json)
java dev/ChatPicture.java "$port" "$url" docs/chat.png "$asked"
