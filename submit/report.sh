#!/usr/bin/env bash
# report.sh [spark-submit arguments --] OUTPUT: writes the page of the training that writes, or wrote, to OUTPUT.
# The page goes to OUTPUT/runs/<run>/report.html and needs no other file. A name that is no path needs the run's --master.
set -euo pipefail
[ $# -gt 0 ] || { echo "Cannot report on a run, its output folder is missing: report.sh without arguments (expected report.sh OUTPUT). Give the run's --output_dir." >&2; exit 2; }
spark_arguments=("${@:1:$#-1}")
[ ${#spark_arguments[@]} -gt 0 ] || spark_arguments=(--master 'local[1]' --)
exec "$(dirname "${BASH_SOURCE[0]}")/spark-submit.sh" org.sparklora.jobs.ReportMain "${spark_arguments[@]}" --output_dir "${@: -1}"
