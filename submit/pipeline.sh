#!/usr/bin/env bash
# The whole story, from a corpus to answers, on the tiny base that lies in weights/.
# On a cluster: set SPARK_HOME and write your spark-submit arguments before the `--` of each command.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=target/demo
local=(--master 'local[2]' --driver-memory 2g --)
rm -rf "$out"
export SPARK_LOCAL_IP=127.0.0.1 # all of it on this machine: no other address is needed

# 1. Text becomes features, once: token ids in a Parquet table, with a contract beside it that names the
#    tokenizer, so that no other model can be trained on it by mistake. A twentieth of the prompts is held
#    out as a second table.
submit/tokenize.sh "${local[@]}" \
  --model_checkpoint weights/tiny-chatglm2 \
  --input_file data/simple_math_4op.json --prompt_key q --target_key a \
  --save_name "$out/simple_math_4op" --max_seq_length 128 --val_size 0.05

# 2. A low-rank adapter learns the task: two ranks share every step and sum their gradients. The last
#    stage publishes the adapter that does best on the held-out rows, and keeps two checkpoints.
submit/train.sh "${local[@]}" \
  --tokenized_dataset "$out/simple_math_4op" --num_ranks 2 \
  --eval_dataset "$out/simple_math_4op.eval" --eval_steps 100 \
  --lora_rank 8 --per_device_train_batch_size 10 --gradient_accumulation_steps 1 \
  --learning_rate 2e-3 --lora_dropout 0 --max_steps 400 \
  --save_steps 100 --save_total_limit 2 --logging_steps 50 \
  --output_dir "$out/adapter"

# 3. The base alone answers questions that training never saw...
submit/predict.sh "${local[@]}" \
  --model_checkpoint weights/tiny-chatglm2 \
  --input_file data/simple_math_4op.eval.json --prompt_key q --target_key a \
  --max_new_tokens 48 --format jsonl --output_dir "$out/before"

# 4. ...and then with the adapter on it.
submit/predict.sh "${local[@]}" \
  --model_checkpoint weights/tiny-chatglm2 --adapter "$out/adapter" \
  --input_file data/simple_math_4op.eval.json --prompt_key q --target_key a \
  --max_new_tokens 48 --format jsonl --output_dir "$out/after"

# 5. How well base and published adapter predict the rows that were held out: loss, perplexity, token
#    accuracy, side by side.
submit/evaluate.sh "${local[@]}" \
  --tokenized_dataset "$out/simple_math_4op.eval" --adapter "$out/adapter" --output_dir "$out/judged"

# 6. What came of it, in one table and in summary.json.
submit/spark-submit.sh org.sparklora.jobs.DemoSummary "${local[@]}" "$out"
