#!/usr/bin/env bash
# class-archive.sh: keeps what a JVM makes of Spark's classes when a job starts ($SPARK_HOME's, or the embedded Spark's), so that the
# next ones need not make it again. The scripts use it by themselves; a JVM that it does not fit passes over it.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
archive=$home/jobs/target/classes-of-$(printf %s "${SPARK_HOME:-embedded}" | cksum | cut -d' ' -f1).jsa
jars=${SPARK_HOME:-$home/submit/embedded-spark/target/spark-home}/jars
java=$(readlink -f "$(command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java")")
[ ! "$archive" -nt "$jars" ] || [ ! "$archive" -nt "$java" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo '{"q": "1 + 1 =", "a": "2"}' > "$work/corpus.jsonl"
if SPARK_LOCAL_IP=127.0.0.1 SPARK_SUBMIT_OPTS="-XX:ArchiveClassesAtExit=$work/archive -Xlog:cds=off -Xlog:cds+dynamic=off ${SPARK_SUBMIT_OPTS:-}" \
  "$home/submit/tokenize.sh" --master 'local[1]' --driver-memory 1g -- --model_checkpoint "$home/weights/tiny-chatglm2" \
  --input_file "$work/corpus.jsonl" --prompt_key q --target_key a --save_name "$work/table" > "$work/log" 2>&1 && [ -f "$work/archive" ]; then
  mv "$work/archive" "$archive"
else
  echo "No archive of Spark's classes was made, jobs start without one: $(tail -n 1 "$work/log")" >&2
fi
