#!/usr/bin/env bash
# export.sh [spark-submit arguments --] flags: writes an adapter of a mix, or with --merge the base with it, for PEFT and transformers.
set -euo pipefail
case " $* " in
  *" -- "*) ;;
  *) set -- --master 'local[*]' -- "$@" ;;
esac
exec "$(dirname "${BASH_SOURCE[0]}")/spark-submit.sh" org.sparklora.jobs.ExportMain "$@"
