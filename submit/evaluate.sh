#!/usr/bin/env bash
exec "$(dirname "${BASH_SOURCE[0]}")/spark-submit.sh" org.sparklora.jobs.EvaluateMain "$@"
