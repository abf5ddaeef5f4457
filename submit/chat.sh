#!/usr/bin/env bash
# chat.sh [spark-submit arguments --] flags: talks with a base and its adapters in this terminal; no Spark session is opened.
set -euo pipefail
[[ " $* " == *" -- "* ]] || set -- --master 'local[1]' -- "$@"
# Java 22 and newer have a console without a terminal, too, unless told so
set -- --driver-java-options -Djdk.console=java.base "$@"
exec "$(dirname "${BASH_SOURCE[0]}")/spark-submit.sh" org.sparklora.jobs.ChatMain "$@"
