#!/usr/bin/env bash
# Shows that tokenizing needs the same memory for a small and a large corpus: peak resident memory of the
# one JVM that holds driver and executor, with the same heap limit, at 10 MB and at 1 GB; SIZES asks for
# others (a size of 0 is a job with next to no rows, whose seconds are what every job costs).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=target/tokenize-memory
mkdir -p "$out"

corpus() { # MB FILE: the demo's rows over and over
  local bytes; bytes=$(stat -c %s data/simple_math_4op.json)
  for ((n = 0; n <= $1 * 1000000 / bytes; n++)); do cat data/simple_math_4op.json; done > "$2"
}

# The heap is resident from the start, or the collector's leisure would look like growth.
export JAVA_TOOL_OPTIONS='-Xms512m -XX:+AlwaysPreTouch'
printf '%8s %10s %8s %14s %14s\n' 'MB' 'rows' 'seconds' 'peak RSS MB' 'peak anon MB'
for mb in ${SIZES:-10 1000}; do
  corpus "$mb" "$out/corpus.json"
  rm -rf "$out/table"
  start=$(date +%s%N)
  submit/tokenize.sh --master 'local[2]' --driver-memory 512m -- --model_checkpoint weights/tiny-chatglm2 \
    --input_file "$out/corpus.json" --prompt_key q --target_key a --save_name "$out/table" > "$out/log" 2>&1 &
  pid=$! peak=0 anon=0
  while [ -r /proc/$pid/status ] && kill -0 $pid 2> /dev/null; do
    rss=$(awk '/^VmHWM/ {print $2}' /proc/$pid/status 2> /dev/null || true)
    now=$(awk '/^RssAnon/ {print $2}' /proc/$pid/status 2> /dev/null || true)
    [ "${rss:-0}" -gt $peak ] && peak=$rss
    [ "${now:-0}" -gt $anon ] && anon=$now
    sleep 0.5
  done
  wait $pid || { tail -5 "$out/log"; exit 1; }
  ended=$(date +%s%N)
  rows=$(grep -o '[0-9]* rows' "$out/log" | head -1 | cut -d' ' -f1)
  printf '%8s %10s %8.1f %14s %14s\n' "$mb" "$rows" "$(awk "BEGIN {print ($ended - $start) / 1e9}")" $((peak / 1024)) $((anon / 1024))
done
rm -rf "$out/corpus.json" "$out/table"
