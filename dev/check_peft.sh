#!/usr/bin/env bash
# check_peft.sh PYTHON: trains a few steps on the tiny models of the fixtures and lets PEFT itself load what was published.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1
fixtures=common/src/test/resources/fixtures
out=target/check-peft
spark=(--master 'local[2]' --)
rm -rf "$out"

for family in llama qwen2 chatglm2 chatglm baichuan; do
  base=$fixtures/$family/model
  submit/tokenize.sh "${spark[@]}" --model_checkpoint "$base" --input_file "$fixtures/$family/corpus.jsonl" \
    --prompt_key q --target_key a --max_seq_length 128 --cut_policy seed --save_name "$out/$family/features"
  submit/train.sh "${spark[@]}" --tokenized_dataset "$out/$family/features" --num_ranks 2 --per_device_train_batch_size 4 \
    --max_steps 10 --learning_rate 1e-3 --logging_steps 5 --output_dir "$out/$family/adapter"
  "$python" dev/check_artifacts.py adapter-file "$out/$family/adapter"
  "$python" dev/check_artifacts.py events "$out/$family/adapter/runs" --require train/loss
  case $family in
    llama | qwen2) "$python" dev/check_artifacts.py adapter "$base" "$out/$family/adapter" ;;
  esac
done
