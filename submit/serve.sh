#!/usr/bin/env bash
# serve.sh [spark-submit arguments --] flags: answers over HTTP, in OpenAI's words and on a page; no Spark session is opened.
set -euo pipefail
[[ " $* " == *" -- "* ]] || set -- --master 'local[1]' -- "$@"
exec "$(dirname "${BASH_SOURCE[0]}")/spark-submit.sh" org.sparklora.jobs.ServeMain "$@"
