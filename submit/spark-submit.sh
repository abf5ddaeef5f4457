#!/usr/bin/env bash
# spark-submit.sh CLASS [spark-submit arguments --] job arguments
#
# Starts one job of the application jar with $SPARK_HOME's spark-submit, or with the embedded Spark
# when SPARK_HOME is unset. Arguments before a lone `--` go to spark-submit, the rest to the job.
set -euo pipefail

# Without a UTF-8 locale (containers have none) Java reads flags, names and texts as ASCII. Encodings of
# whole alphabets, such as GB18030, are the caller's choice.
case $(locale charmap 2>/dev/null || true) in
  UTF-8 | GB* | BIG5* | EUC* | SHIFT_JIS*) ;;
  *) export LC_ALL=C.UTF-8 ;;
esac

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
class=$1
shift

if [[ $home == *[][{}*?,\\\"]* ]]; then
  echo "Cannot start the job, Spark takes the checkout's folder for a pattern: $home (expected a path without [ ] { } , * ? \\ \"). Move the checkout or link it." >&2
  exit 2
fi
# Spark takes paths as URIs, in which blanks, commas, % and others are escaped.
home_uri=$home
if [[ $home == *[^A-Za-z0-9/._-]* ]]; then
  home_uri=$(printf %s "$home" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g; s/%2f/\//g')
fi

spark_arguments=()
job_arguments=("$@")
for ((i = 0; i < $#; i++)); do
  if [ "${job_arguments[i]}" = -- ]; then
    spark_arguments=("${job_arguments[@]:0:i}")
    job_arguments=("${job_arguments[@]:i+1}")
    break
  fi
done

jar=$home/jobs/target/sparklora-application.jar
[ -f "$jar" ] || { echo "Cannot start the job, the application jar is missing: $jar (expected a build). Run: make build" >&2; exit 2; }
natives=$(cd "$home/jobs/target/natives" && printf "file:${home_uri//%/%%}/jobs/target/natives/%s," *.jar)

# Our settings go one by one, since --properties-file would hide the cluster's spark-defaults.conf.
# Later ones win: a --conf of the caller overrides these. $SPARKLORA_CONF names one more file of settings.
settings=()
while IFS= read -r line; do
  [[ $line =~ ^[[:space:]]*(#|$) ]] || settings+=(--conf "${line//@HOME@/"$home_uri"}")
done < <(cat "$home/conf/sparklora.conf" ${SPARKLORA_CONF:+"$SPARKLORA_CONF"})

# Named here too: in cluster modes the manager hears the name before the job does.
job=${class##*.}
job=${job%Main}
submit=(--class "$class" --name "sparklora ${job,,}" --jars "${natives%,}" "${settings[@]}" "${spark_arguments[@]}" "file:$home_uri/jobs/target/${jar##*/}" "${job_arguments[@]}")

if [ -n "${SPARK_HOME:-}" ]; then
  exec "$SPARK_HOME/bin/spark-submit" "${submit[@]}"
fi

# The embedded Spark has jars but no scripts: its launcher prints the command.
export SPARK_HOME=$home/submit/embedded-spark/target/spark-home SPARK_SCALA_VERSION=2.12
[ -d "$SPARK_HOME/jars" ] || { echo "Cannot start the job, there is no Spark: SPARK_HOME is unset and $SPARK_HOME is missing (expected one of them). Run: make build" >&2; exit 2; }
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
# The launcher starts with a marker line (NUL, newline), then the command's words follow.
{
  read -r
  mapfile -d '' -t command
} < <("$java" -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit "${submit[@]}")
exec "${command[@]}"
