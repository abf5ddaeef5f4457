#!/usr/bin/env bash
# check_peft.sh PYTHON NEWEST_PYTHON: trains a few steps on the tiny models of the fixtures and lets PEFT itself load what
# was published, the PEFT that the fixtures were made with and the newest, each with the transformers of its time. Models
# whose code is not part of transformers (ChatGLM, Baichuan) have their files read only.
# Merged models are compared with base and adapter, weight by weight.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1
newest=$2
fixtures=common/src/test/resources/fixtures
out=target/check-peft
spark=(--master 'local[2]' --)
rm -rf "$out"

for family in ${FAMILIES:-llama qwen2 mistral phi3 llama32 qwen3 glm gemma3_text chatglm chatglm2 chatglm3 baichuan}; do
  base=$fixtures/$family/model
  submit/tokenize.sh "${spark[@]}" --model_checkpoint "$base" --input_file "$fixtures/$family/corpus.jsonl" \
    --prompt_key q --target_key a --max_seq_length 128 --cut_policy seed --save_name "$out/$family/features"
  submit/train.sh "${spark[@]}" --tokenized_dataset "$out/$family/features" --num_ranks 2 --per_device_train_batch_size 4 \
    --max_steps 10 --learning_rate 1e-3 --logging_steps 5 --output_dir "$out/$family/adapter"
  "$python" dev/check_artifacts.py adapter-file "$out/$family/adapter"
  "$python" dev/check_artifacts.py events "$out/$family/adapter/runs" --require train/loss
  submit/export.sh "${spark[@]}" --merge --adapter "$out/$family/adapter" --model_checkpoint "$base" \
    --max_shard_size 100KB --output_dir "$out/$family/merged"
  "$python" dev/check_artifacts.py merged "$base" "$out/$family/adapter" "$out/$family/merged"
  case $family in
    llama | qwen2 | mistral | phi3) "$python" dev/check_artifacts.py adapter "$base" "$out/$family/adapter" ;;
  esac
  case $family in
    chatglm* | baichuan) ;;
    *)
      "$newest" dev/check_artifacts.py adapter "$base" "$out/$family/adapter"
      "$newest" dev/check_artifacts.py merged "$base" "$out/$family/adapter" "$out/$family/merged"
      ;;
  esac
done
