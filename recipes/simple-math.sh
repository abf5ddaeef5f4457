#!/usr/bin/env bash
# Simple math: ChatGLM2-6B learns to answer sums in one manner, with the flags of LLM-Tuning's own example.
#   recipes/simple-math.sh [spark-submit arguments]
# Takes weights/THUDM/chatglm2-6b when it is there; else this is the demo, submit/pipeline.sh, on the tiny base.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

base=weights/THUDM/chatglm2-6b
[ -d "$base" ] || exec submit/pipeline.sh
out=target/recipes/simple-math
spark=("$@")
[ $# -gt 0 ] || spark=(--master 'local[2]' --driver-memory 20g)

# 1. ChatGLM2 is always asked in a frame, [Round 1] 问：…答：. Rows get it here, so that its chat meets what was trained.
submit/tokenize.sh "${spark[@]}" -- \
  --model_checkpoint "$base" --input_file data/simple_math_4op.json --prompt_key q --target_key a --prompt_form chatglm2 \
  --save_name "$out/features" --max_seq_length 2000

# 2. As LLM-Tuning has it, but for the number of steps: 100,000 there, of which a few hundred do the work.
submit/train.sh "${spark[@]}" -- \
  --tokenized_dataset "$out/features" --lora_rank 8 --per_device_train_batch_size 10 --gradient_accumulation_steps 1 \
  --learning_rate 1e-4 --max_steps 1000 --save_steps 200 --save_total_limit 2 --logging_steps 50 --output_dir "$out/adapter"

# 3. Questions that training never saw; the closing line says how many answers are right to the letter.
submit/predict.sh "${spark[@]}" -- \
  --model_checkpoint "$base" --adapter "$out/adapter" --input_file data/simple_math_4op.eval.json \
  --prompt_key q --target_key a --max_new_tokens 64 --format jsonl --output_dir "$out/answers"
