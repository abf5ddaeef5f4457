#!/usr/bin/env bash
# check_peft.sh PYTHON NEWEST_PYTHON: trains a few steps on the tiny models of the fixtures and lets PEFT itself load what
# was published, the PEFT that the fixtures were made with and the newest, each with the transformers of its time.
# Merged models are compared with base and adapter, weight by weight, and opened by transformers, too. The code of ChatGLM
# and Baichuan is not part of transformers: where PUBLISHED_CODE names a folder with theirs (chatglm/modeling_chatglm.py and
# so on, looked through by you, for it is run), they are opened by it, otherwise their files are read only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1
newest=$2
fixtures=common/src/test/resources/fixtures
out=target/check-peft
spark=(--master 'local[2]' --driver-memory 1g --)
rm -rf "$out"

for family in ${FAMILIES:-llama qwen2 mistral phi3 llama32 qwen3 glm gemma3_text chatglm chatglm2 chatglm3 baichuan}; do
  echo "== $family"
  base=$fixtures/$family/model adapter=$out/$family/adapter merged=$out/$family/merged
  submit/tokenize.sh "${spark[@]}" --model_checkpoint "$base" --input_file "$fixtures/$family/corpus.jsonl" \
    --prompt_key q --target_key a --max_seq_length 128 --cut_policy seed --save_name "$out/$family/features"
  submit/train.sh "${spark[@]}" --tokenized_dataset "$out/$family/features" --num_ranks 2 --per_device_train_batch_size 4 \
    --max_steps 10 --learning_rate 1e-3 --logging_steps 5 --output_dir "$adapter"
  "$python" dev/check_artifacts.py adapter-file "$adapter"
  "$newest" dev/check_artifacts.py events "$adapter/runs" --require train/loss
  submit/export.sh "${spark[@]}" --merge --adapter "$adapter" --model_checkpoint "$base" \
    --max_shard_size 100KB --output_dir "$merged"
  case $family in
    llama | qwen2 | mistral | phi3) "$python" dev/check_artifacts.py adapter "$base" "$adapter" ;;
  esac
  case $family in # the others' tokenizer.json is newer than the old transformers
    llama | qwen2) "$python" dev/check_artifacts.py merged --open "$base" "$adapter" "$merged" ;;
  esac
  case $family in
    chatglm* | baichuan)
      code=${PUBLISHED_CODE:+--open --code $PUBLISHED_CODE/$family}
      "$python" dev/check_artifacts.py merged $code "$base" "$adapter" "$merged"
      ;;
    *)
      "$newest" dev/check_artifacts.py adapter "$base" "$adapter"
      "$newest" dev/check_artifacts.py merged --open "$base" "$adapter" "$merged"
      ;;
  esac
done
