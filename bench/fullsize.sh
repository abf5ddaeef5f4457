#!/usr/bin/env bash
# Trains on a base in the shape of ChatGLM2-6B (6.2 billion random weights, 12.5 GB) and prints time and memory:
# from bf16 safetensors on one rank and on two, from fp16 .bin, and from the converted copy of those.
#
#   FULLSIZE_LAYERS=2      fewer layers, to try it
#   FULLSIZE_PARTS="..."   some of: safetensors ranks bin cache
#
# Needs root for /proc/sys/vm/drop_caches, 26 GB of disk, and 24 GB of memory for `ranks` and `bin`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

layers=${FULLSIZE_LAYERS:-28}
parts=${FULLSIZE_PARTS:-safetensors ranks bin cache}
out=$PWD/target/fullsize
# A run to be stopped in its second step: the signal takes seconds, as small a step may take one.
stopped_steps=$((layers < 14 ? 10 : 4))
rm -rf "$out" && mkdir -p "$out"
trap 'rm -rf "$out"/base-* "$out/cache"' EXIT

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
class_path=common/target/test-classes:jobs/target/sparklora-application.jar:submit/embedded-spark/target/spark-home/jars/*:jobs/target/natives/*

main() {
  if wants safetensors || wants ranks; then
    base safetensors
    tokenize
    wants safetensors && { reading safetensors; stop_and_resume safetensors; }
    wants ranks && two_ranks safetensors
    rm -rf "$out/base-safetensors"
  fi
  if wants bin || wants cache; then
    base bin
    tokenize
    wants bin && { reading bin; whole_run bin bin; }
    wants cache && cached_runs bin
  fi
  summary
}

wants() { [[ " $parts " == *" $1 "* ]]; }

base() { # KIND
  "$java" -Xmx512m -cp "$class_path" org.sparklora.model.spec.RandomWeights "$out/base-$1" "$layers" "$1"
  cp weights/tiny-chatglm2/tokenizer* "$out/base-$1/"
  sync
  weights=$(du -cb "$out/base-$1"/*."$1" | awk 'END {print $1 / 1e9}')
  record "weights_$1" "$weights" GB
}

# Eight rows of 256 tokens, by a tokenizer whose ids are below the model's vocabulary.
tokenize() {
  [ -d "$out/features" ] && return
  local text
  for row in 1 2 3 4 5 6 7 8; do
    text=$(seq -s ' ' "$row" 7 2000)
    echo "{\"q\": \"$text\", \"a\": \"$text\"}"
  done > "$out/corpus.jsonl"
  submit/tokenize.sh --master 'local[1]' --driver-memory 1g -- --model_checkpoint "$(echo "$out"/base-*)" \
    --input_file "$out/corpus.jsonl" --prompt_key q --target_key a --max_seq_length 256 \
    --save_name "$out/features" > "$out/tokenize.log" 2>&1
}

# A cold start that reads every weight, between two cold cats of the same files; the faster cat counts.
reading() { # KIND
  local before after ours
  before=$(cold_cat "$1")
  drop_caches
  ours=$("$java" -Xmx512m -cp "$class_path" org.sparklora.model.load.BenchmarkReading "$out/base-$1" "$(nproc)" | tail -1)
  ours=$(sed 's/.*"seconds": \([0-9.]*\).*/\1/' <<< "$ours")
  after=$(cold_cat "$1")
  record "cat_$1" "$(compute "$weights / ($before < $after ? $before : $after)")" GB/s
  record "reading_$1" "$(compute "$weights / $ours")" GB/s
  record "reading_to_cat_$1" "$(compute "($before < $after ? $before : $after) / $ours")" ratio '>= 0.8'
}

cold_cat() { # KIND: seconds
  local start
  drop_caches
  start=$EPOCHREALTIME
  cat "$out/base-$1"/*."$1" > /dev/null
  since "$start"
}

stop_and_resume() { # KIND
  (
    until [ -f "$out/adapter-$1/checkpoint-1/manifest.json" ]; do sleep 0.2; done
    until [ -f "$out/train-$1.pid" ]; do sleep 0.1; done
    kill -TERM "$(cat "$out/train-$1.pid")"
  ) &
  local stopper=$!
  train "$1" 143 'local[*]' "$1" --max_steps "$stopped_steps"
  wait "$stopper"
  figures "$1"
  record "anon_$1" "$(peak anon "$1")" GB '<= 3'
  train "$1" 0 'local[*]' "$1-resumed" --max_steps "$stopped_steps"
  [ -f "$out/adapter-$1/_published.json" ]
  record "resumed_to_first_step_$1" "$(first_step "$1-resumed")" s
}

two_ranks() { # KIND
  train "$1" 0 "local-cluster[2,1,2048]" "$1-2-ranks" --max_steps 2 --num_ranks 2
  figures "$1-2-ranks"
  record "pss_$1-2-ranks" "$(peak pss "$1-2-ranks")" GB "<= $(compute "$weights + 6")"
}

whole_run() { # KIND NAME
  train "$1" 0 'local[*]' "$2" --max_steps 2
  figures "$2"
  record "anon_$2" "$(peak anon "$2")" GB "<= $(compute "1.15 * $weights + 1.5")"
}

cached_runs() { # KIND
  train "$1" 0 'local[*]' "$1-cold-cache" --max_steps 2 --weights_cache "$out/cache"
  record "to_first_step_$1-cold-cache" "$(first_step "$1-cold-cache")" s
  record "anon_$1-cold-cache" "$(peak anon "$1-cold-cache")" GB
  train "$1" 0 'local[*]' "$1-warm-cache" --max_steps 2 --weights_cache "$out/cache"
  figures "$1-warm-cache"
  record "anon_$1-warm-cache" "$(peak anon "$1-warm-cache")" GB '<= 3'
}

# One row of 256 tokens a step, bf16, activations computed twice.
# A local cluster's executors start only with the two variables of Spark's own tests.
train() { # KIND EXIT_CODE MASTER NAME [job arguments]
  local log=$out/train-$4.log code=0 pid
  now > "$out/train-$4.start"
  submit/train.sh --master "$3" --driver-memory 1g --conf spark.executor.memory=1g \
    --conf spark.executorEnv.SPARK_SCALA_VERSION=2.12 --conf spark.executorEnv.SPARK_TESTING=1 -- \
    --model_checkpoint "$out/base-$1" --tokenized_dataset "$out/features" --bf16 true \
    --gradient_checkpointing on --per_device_train_batch_size 1 --save_steps 1 \
    --logging_steps 1 --lora_rank 8 --sample_order file --output_dir "$out/adapter-${4%-resumed}" "${@:5}" \
    > >(stamped > "$log") 2>&1 &
  pid=$!
  echo "$pid" > "$out/train-$4.pid"
  watch_memory "$pid" > "$out/train-$4.memory"
  wait "$pid" || code=$?
  [ "$code" -eq "$2" ] || { tail -20 "$log"; echo "Cannot go on, training ended with exit code $code (expected $2). See $log." >&2; exit 1; }
}

stamped() { while IFS= read -r line; do echo "$EPOCHREALTIME $line"; done; }

# "rss anon, of the largest process; rss file of it; pss, of all together" in KiB, several times a second until the job ends.
watch_memory() { # PID
  local processes
  while [ -r "/proc/$1/smaps_rollup" ]; do
    processes=$(descendants "$1")
    for pid in $processes; do
      cat "/proc/$pid/smaps_rollup" "/proc/$pid/status" 2> /dev/null || true
    done | awk '
      /^RssAnon:/ {if ($2 > anon) anon = $2}
      /^RssFile:/ {if ($2 > file) file = $2}
      /^Pss:/ {pss += $2}
      END {print anon + 0, file + 0, pss + 0}'
    sleep 0.3
  done
}

descendants() { # PID
  local child
  echo "$1"
  for child in $(cat "/proc/$1/task"/*/children 2> /dev/null); do descendants "$child"; done
}

peak() { # anon|file|pss NAME: in GB
  awk -v what="$1" '
    {value = what == "anon" ? $1 : what == "file" ? $2 : $3}
    value > most {most = value}
    END {print most * 1024 / 1e9}' "$out/train-$2.memory"
}

figures() { # NAME
  record "to_first_step_$1" "$(first_step "$1")" s
  record "step_$1" "$(awk '/^[^ ]* step 1\// {one = $1} /^[^ ]* step 2\// {print $1 - one}' "$out/train-$1.log")" s
  record "rss_file_$1" "$(peak file "$1")" GB
  [[ $1 == *ranks ]] || record "pss_$1" "$(peak pss "$1")" GB
}

first_step() { # NAME: seconds from the command to the end of its first step
  awk -v start="$(cat "$out/train-$1.start")" '/^[^ ]* step [0-9]*\// {print $1 - start; exit}' "$out/train-$1.log"
}

drop_caches() { sync; echo 3 > /proc/sys/vm/drop_caches; }
now() { echo "$EPOCHREALTIME"; }
since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN {print b - a}'; }
compute() { awk "BEGIN {print $1}"; }

record() { # NAME VALUE UNIT [GOAL]
  local met=''
  [ -z "${4:-}" ] || met=$(awk "BEGIN {print ($2 $4) ? \"yes\" : \"no\"}")
  printf '%s\t%.3f\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}" "$met" | tee -a "$out/figures.tsv"
}

summary() {
  awk -F'\t' -v layers="$layers" -v commit="$(git rev-parse --short HEAD)" -v date="$(date +%F)" '
    BEGIN {printf "{\n  \"layers\": %d,\n  \"commit\": \"%s\",\n  \"date\": \"%s\",\n  \"figures\": [", layers, commit, date}
    {
      printf "%s\n    {\"name\": \"%s\", \"value\": %s, \"unit\": \"%s\"", (NR > 1 ? "," : ""), $1, $2, $3
      if ($4 != "") printf ", \"goal\": \"%s\", \"met\": %s", $4, ($5 == "yes" ? "true" : "false")
      printf "}"
    }
    END {print "\n  ]\n}"}' "$out/figures.tsv" > "$out/summary.json"
  echo
  awk -F'\t' 'BEGIN {printf "%-34s %10s %-6s %-12s %s\n", "figure", "value", "unit", "goal", "met"}
    {printf "%-34s %10.2f %-6s %-12s %s\n", $1, $2, $3, $4, $5}' "$out/figures.tsv"
  echo
  echo "figures    $out/summary.json"
}

main
