#!/usr/bin/env bash
# stop.sh [spark-submit arguments --] OUTPUT: asks the training that writes to OUTPUT to save and end with 143, wherever it runs.
# OUTPUT is what was given as --output_dir; a name that is no path needs the same --master, since that decides where it lies.
set -euo pipefail
[ $# -gt 0 ] || { echo "Cannot stop a run, its output folder is missing: stop.sh without arguments (expected stop.sh OUTPUT). Give the run's --output_dir." >&2; exit 2; }
spark_arguments=("${@:1:$#-1}")
[ ${#spark_arguments[@]} -gt 0 ] || spark_arguments=(--master 'local[1]' --)
exec "$(dirname "${BASH_SOURCE[0]}")/spark-submit.sh" org.sparklora.jobs.StopMain "${spark_arguments[@]}" --output_dir "${@: -1}"
