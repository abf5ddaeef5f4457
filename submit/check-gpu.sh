#!/usr/bin/env bash
# check-gpu.sh [--device N] [--cpu]: tries on this host, without Spark, what training needs of a GPU, part by part: driver, libtorch, bridge,
# a product, a copy, a training step. Ends with 0 if all pass, with 4 and one sentence if not; --cpu tries the processor instead.
# PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR name the libtorch to try, as executors are given it.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
built=$home/jobs/target # in an image they lie in $home itself
[ -d "$built" ] || built=$home
export SPARKLORA_NATIVES=${SPARKLORA_NATIVES:-$built/natives}
spark=${SPARK_HOME:-$home/submit/embedded-spark/target/spark-home} # its log and JSON libraries
if [ ! -f "$built/sparklora-application.jar" ] || [ ! -d "$spark/jars" ]; then
  echo "Cannot check this host, there is no build: $built/sparklora-application.jar and $spark/jars (expected both). Run make build, or set SPARK_HOME." >&2
  exit 2
fi
case " $* " in
  *" --model_checkpoint"* | *" --model-checkpoint"*) ;;
  *) set -- --model_checkpoint "$home/weights/tiny-chatglm2" "$@" ;;
esac
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:TieredStopAtLevel=1 "-Dlog4j2.configurationFile=file:$home/conf/log4j2.properties" \
  -cp "$built/sparklora-application.jar:$spark/jars/*" org.sparklora.check.CheckMain "$@"
