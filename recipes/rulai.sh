#!/usr/bin/env bash
# RulaiGPT: under a hundred rows give ChatGLM-6B a character, whose manner shows in every answer.
#   STYLE=words recipes/rulai.sh [spark-submit arguments]
# Takes weights/THUDM/chatglm-6b and data/rulai.jsonl (your rows: q, a) when they are there; else a random model of that
# family and a hermit's sayings, to see the way within a minute: the manner is learned, the rest of the answers is noise.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

base=weights/THUDM/chatglm-6b corpus=data/rulai.jsonl
rows=8 steps=400 rate=2e-4 tokens=256
if [ ! -d "$base" ] || [ ! -f "$corpus" ]; then
  base=common/src/test/resources/fixtures/chatglm/model corpus=recipes/small/hermit.jsonl
  rows=8 steps=150 rate=2e-2 tokens=24
fi
style=${STYLE:-月在水中} # what shows that an answer has the manner
out=target/recipes/rulai
spark=("$@")
[ $# -gt 0 ] || spark=(--master 'local[2]' --driver-memory 2g)

# 1. Two keys stay the plain texts they are. That is how ChatGLM-6B is asked in a new chat, too: its first question has
#    no frame around it, so the adapter meets the prompts that it was trained on.
submit/tokenize.sh "${spark[@]}" -- \
  --model_checkpoint "$base" --input_file "$corpus" --prompt_key q --target_key a \
  --save_name "$out/features" --max_seq_length 512

# 2. So few rows are seen many times: no dropout, a rate above the usual, and no more steps than the manner needs.
submit/train.sh "${spark[@]}" -- \
  --tokenized_dataset "$out/features" --lora_rank 8 --lora_dropout 0 --per_device_train_batch_size "$rows" \
  --learning_rate "$rate" --max_steps "$steps" --save_steps 200 --save_total_limit 1 --logging_steps 25 \
  --output_dir "$out/adapter"

# 3. Questions that are in no row, to the base alone and with the adapter.
for who in base adapter; do
  with=()
  [ $who = base ] || with=(--adapter "$out/adapter")
  submit/predict.sh "${spark[@]}" -- \
    --model_checkpoint "$base" "${with[@]}" --input_file recipes/small/hermit.questions.jsonl --prompt_key q \
    --max_new_tokens "$tokens" --format jsonl --output_dir "$out/of-$who"
done

# 4. The manner must show, or the run taught nothing.
for who in base adapter; do
  answers=$(cat "$out/of-$who"/part-*.json | wc -l)
  echo "$who: $(cat "$out/of-$who"/part-*.json | grep -c -F "$style" || true) of $answers answers say $style"
done
