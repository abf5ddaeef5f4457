#!/usr/bin/env bash
# spark-submit.sh CLASS [spark-submit arguments --] job arguments
#
# Starts one job of the application jar with $SPARK_HOME's spark-submit, or with the embedded Spark
# when SPARK_HOME is unset. Arguments before a lone `--` go to spark-submit, the rest to the job.
# $SPARKLORA_JARS is where our jars lie, if not here (hdfs://…, s3a://…, local://…), $SPARKLORA_NATIVES
# a folder on every host with the native ones, $SPARKLORA_CONF one more file of settings.
set -euo pipefail

# Without a UTF-8 locale (containers have none) Java reads flags, names and texts as ASCII. Encodings of
# whole alphabets, such as GB18030, are the caller's choice.
case $(locale charmap 2>/dev/null || true) in
  UTF-8 | GB* | BIG5* | EUC* | SHIFT_JIS*) ;;
  *) export LC_ALL=C.UTF-8 ;;
esac

# Threads that compute on this machine sleep soon while they wait for each other; executors are told by the job.
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-10000}

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
class=$1
shift

refuse() { # CODE MESSAGE
  echo "$2" >&2
  exit "$1"
}

if [[ $home == *[][{}*?,\\\"]* ]]; then
  refuse 2 "Cannot start the job, Spark takes the checkout's folder for a pattern: $home (expected a path without [ ] { } , * ? \\ \"). Move the checkout or link it."
fi
# Spark takes paths as URIs, in which blanks, commas, % and others are escaped.
home_uri=$home
if [[ $home == *[^A-Za-z0-9/._-]* ]]; then
  home_uri=$(printf %s "$home" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g; s/%2f/\//g')
fi

theirs=()
job_arguments=("$@")
for ((i = 0; i < $#; i++)); do
  if [ "${job_arguments[i]}" = -- ]; then
    theirs=("${job_arguments[@]:0:i}")
    job_arguments=("${job_arguments[@]:i+1}")
    break
  fi
done

# Our settings go one by one, since --properties-file would hide the cluster's spark-defaults.conf.
# Later ones win: a --conf of the caller overrides these.
settings=()
while IFS= read -r line; do
  [[ $line =~ ^[[:space:]]*(#|$) ]] || settings+=(--conf "${line//@HOME@/"$home_uri"}")
done < <(cat "$home/conf/sparklora.conf" ${SPARKLORA_CONF:+"$SPARKLORA_CONF"})
theirs=(${settings[@]+"${settings[@]}"} ${theirs[@]+"${theirs[@]}"})

# What is read of the caller's arguments; the jars are taken out, since Spark keeps one --jars only.
master=${MASTER:-} mode= properties= jars= java_options= spark_arguments=()
declare -A conf=()
for ((i = 0; i < ${#theirs[@]}; i++)); do
  word=${theirs[i]} taken=1
  case $word in
    --*=*) name=${word%%=*} value=${word#*=} ;;
    *) name=$word value=${theirs[i+1]-} taken=2 ;;
  esac
  case $name in
    --conf | -c) [[ $value != ?*=* ]] || conf[${value%%=*}]=${value#*=} ;;
    --master) master=$value ;;
    --deploy-mode) mode=$value ;;
    --properties-file) properties=$value ;;
    --driver-java-options) java_options=$value ;;
    --jars) jars=$value ;;
    *) taken=1 ;;
  esac
  [ "$name" = --jars ] || spark_arguments+=("${theirs[@]:i:taken}")
  ((i += taken - 1)) || true
done

site() { # KEY: what the cluster's own settings say
  local file=${properties:-${SPARK_CONF_DIR:-${SPARK_HOME:-/none}/conf}/spark-defaults.conf}
  [ ! -r "$file" ] || sed -nE "s/^[[:space:]]*${1//./\\.}([[:space:]]*[=:][[:space:]]*|[[:space:]]+)//p" "$file" | sed 's/[[:space:]]*$//' | tail -1
}
master=${master:-${conf[spark.master]-$(site spark.master)}}
mode=${mode:-${conf[spark.submit.deployMode]-$(site spark.submit.deployMode)}}
jars=${jars:-${conf[spark.jars]-$(site spark.jars)}}

if [[ $master == yarn* && -n ${HADOOP_CONF_DIR:-} && ! -d $HADOOP_CONF_DIR ]]; then
  refuse 4 "Cannot start the job, HADOOP_CONF_DIR is no folder: $HADOOP_CONF_DIR (expected the one of core-site.xml and yarn-site.xml). Correct it."
fi
# Spark reads these before it knows of a job, and says so with a stack trace only.
for file in "${HADOOP_CONF_DIR:-/none}"/{core,hdfs,yarn}-site.xml; do
  if [ -f "$file" ] && ! grep -Eq '</configuration *>|<configuration */>' "$file"; then
    refuse 4 "Cannot start the job, a file of HADOOP_CONF_DIR is cut short: $file (expected </configuration> at its end). Correct it."
  fi
done

# What a JVM itself says of an old Java names neither it nor another.
if [[ $mode != cluster ]] && java=$(command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java"); then
  release=$(dirname "$(readlink -f "$java")")/../release
  version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$release" 2>/dev/null || true)
  if [[ $version =~ ^(1\.|9|1[0-6]) ]]; then
    refuse 4 "Cannot start the job, this Java is too old: $version of $java (expected 17 or later). Set JAVA_HOME; for executors spark.executorEnv.JAVA_HOME."
  fi
fi

jar=$home/jobs/target/sparklora-application.jar
[ -f "$jar" ] || refuse 2 "Cannot start the job, the application jar is missing: $jar (expected a build). Run: make build"
place=${SPARKLORA_JARS:-file:$home_uri/jobs/target}
place=${place%/}

# libtorch travels with the jobs that compute, unless it lies on every host.
case $class in
  *.TrainMain | *.EvaluateMain | *.PredictMain | *.ChatMain | *.ServeMain | *.ExportMain)
    if [ -n "${SPARKLORA_NATIVES:-}" ]; then
      for driver in spark.yarn.appMasterEnv spark.kubernetes.driverEnv spark.executorEnv; do
        spark_arguments+=(--conf "$driver.SPARKLORA_NATIVES=$SPARKLORA_NATIVES")
      done
    else
      for native in "$home"/jobs/target/natives/*.jar; do
        jars+=${jars:+,}${SPARKLORA_JARS:+$place/${native##*/}}
        [ -n "${SPARKLORA_JARS:-}" ] || jars+=$place/natives/${native##*/}
      done
    fi
    ;;
esac
[ -z "$jars" ] || spark_arguments+=(--jars "$jars")

driver_options=${java_options:-${conf[spark.driver.extraJavaOptions]-$(site spark.driver.extraJavaOptions)}}

# Spark gives drivers the packages that they open everywhere but here.
if [[ $master == spark:* && $mode == cluster ]]; then
  spark_arguments+=(--driver-java-options "$(tr '\n' ' ' < "$home/conf/java-modules")$driver_options")
fi

# Spark's classes as class-archive.sh kept them; a JVM that they do not fit passes over them, but JDK 17 crashes on them
# where something watches classes as they load: agents, the flight recorder.
to_java="$driver_options ${SPARK_SUBMIT_OPTS:-} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}"
archive=$home/jobs/target/classes-of-$(printf %s "${SPARK_HOME:-embedded}" | cksum | cut -d' ' -f1).jsa
start_options=
if [[ -f $archive && $archive != *' '* && ! $to_java =~ ArchiveClassesAtExit|-javaagent|-agent(lib|path)|FlightRecord ]]; then
  start_options="-XX:SharedArchiveFile=$archive -Xlog:cds=off -Xlog:cds+dynamic=off "
fi

# The log of a driver on this machine; in cluster modes the job sees to it. The caller's own options come later, and win.
export SPARK_SUBMIT_OPTS="$start_options-Dlog4j2.configurationFile=file:$home_uri/conf/log4j2.properties ${SPARK_SUBMIT_OPTS:-}"

# Named here too: in cluster modes the manager hears the name before the job does.
job=${class##*.}
job=${job%Main}
submit=(--class "$class" --name "sparklora ${job,,}" "${spark_arguments[@]}" "$place/${jar##*/}" "${job_arguments[@]}")

if [ -n "${SPARK_HOME:-}" ]; then
  exec "$SPARK_HOME/bin/spark-submit" "${submit[@]}"
fi

# The embedded Spark has jars but no scripts: its launcher prints the command.
export SPARK_HOME=$home/submit/embedded-spark/target/spark-home SPARK_SCALA_VERSION=2.12
[ -d "$SPARK_HOME/jars" ] || refuse 2 "Cannot start the job, there is no Spark: SPARK_HOME is unset and $SPARK_HOME is missing (expected one of them). Run: make build"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
# The launcher starts with a marker line (NUL, newline), then the command's words follow.
{
  read -r
  mapfile -d '' -t command
} < <("$java" -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit "${submit[@]}")
exec "${command[@]}"
