#!/usr/bin/env bash
# ChatBaichuan: baichuan-7B, which only goes on with texts, learns to answer.
#   recipes/chatbaichuan.sh [spark-submit arguments]
# Takes weights/baichuan-inc/baichuan-7B and data/hc3.jsonl (all.jsonl of HC3-Chinese) when they are there; else a random
# model of that family and a few rows of that shape, to see the way within a minute: its answers mean nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

base=weights/baichuan-inc/baichuan-7B corpus=data/hc3.jsonl
rows=8 steps=3000 rate=1e-4 tokens=1024
if [ ! -d "$base" ] || [ ! -f "$corpus" ]; then
  base=common/src/test/resources/fixtures/baichuan/model corpus=recipes/small/hc3.jsonl
  rows=4 steps=60 rate=1e-2 tokens=32
fi
out=target/recipes/chatbaichuan
spark=("$@")
[ $# -gt 0 ] || spark=(--master 'local[2]' --driver-memory 2g)

# 1. A row of HC3 holds a question and several answers, of people and of ChatGPT. Its keys say its shape; each becomes
#    问：question答：answer, the form of this family. Only the answer and its end token are labels.
submit/tokenize.sh "${spark[@]}" -- \
  --model_checkpoint "$base" --input_file "$corpus" --row_format hc3 --prompt_form baichuan \
  --save_name "$out/features" --max_seq_length 2000 --cut_policy keep-target

# 2. A plain base needs more steps than a chat model to find where an answer ends. The form goes into the checkpoints.
submit/train.sh "${spark[@]}" -- \
  --tokenized_dataset "$out/features" --lora_rank 8 --per_device_train_batch_size "$rows" \
  --learning_rate "$rate" --lr_scheduler_type cosine --warmup_ratio 0.03 --max_steps "$steps" \
  --save_steps 500 --save_total_limit 2 --logging_steps 20 --output_dir "$out/adapter"

# 3. Conversations go on: the last question is answered behind all rounds before it, in the form that came with the
#    adapter. Without the penalty a model of this size likes to repeat itself.
submit/predict.sh "${spark[@]}" -- \
  --model_checkpoint "$base" --adapter "$out/adapter" --input_file recipes/small/chats.jsonl \
  --repetition_penalty 1.1 --max_new_tokens "$tokens" --format jsonl --output_dir "$out/answers"

grep -h . "$out"/answers/part-*.json
