package org.sparklora.model.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys of {@code config.json} that change no logit, by the reason why. A key that stands neither
 * here nor in a family's reader is refused: what it asks for is not known.
 */
final class NeutralKeys {
  private static final Map<String, List<String>> BY_REASON = byReason();

  private NeutralKeys() {}

  static boolean contain(String key) {
    return BY_REASON.values().stream().anyMatch(keys -> keys.contains(key));
  }

  /** Reason → keys. */
  static Map<String, List<String>> byReason() {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    keys.put(
        "says where the files come from and which code reads them",
        List.of(
            "_name_or_path",
            "name_or_path",
            "_commit_hash",
            "_from_model_config",
            "architectures",
            "auto_map",
            "custom_pipelines",
            "is_llama_config",
            "model_type",
            "tokenizer_class",
            "transformers.js_config",
            "transformers_version",
            "unsloth_fixed",
            "unsloth_version"));
    keys.put(
        "is the type the numbers were stored in; the files say it themselves",
        List.of("torch_dtype", "dtype", "use_bfloat16"));
    keys.put(
        "sets up training from nothing, or saves its memory",
        List.of("initializer_range", "initializer_factor", "gradient_checkpointing", "use_cache"));
    keys.put(
        "names special tokens; prompts and answers look at them, not the layers",
        List.of(
            "bos_token_id",
            "eos_token_id",
            "pad_token_id",
            "sep_token_id",
            "cls_token_id",
            "unk_token_id",
            "decoder_start_token_id",
            "forced_bos_token_id",
            "forced_eos_token_id"));
    keys.put(
        "is a choice of how answers are made, which generation_config.json or flags make",
        List.of(
            "bad_words_ids",
            "begin_suppress_tokens",
            "cache_implementation",
            "diversity_penalty",
            "do_sample",
            "early_stopping",
            "encoder_no_repeat_ngram_size",
            "exponential_decay_length_penalty",
            "length_penalty",
            "max_length",
            "max_new_tokens",
            "min_length",
            "no_repeat_ngram_size",
            "num_beam_groups",
            "num_beams",
            "num_return_sequences",
            "prefix",
            "remove_invalid_values",
            "repetition_penalty",
            "suppress_tokens",
            "temperature",
            "top_k",
            "top_p",
            "typical_p"));
    keys.put(
        "says what a call of the published code gives back beside the logits",
        List.of(
            "output_attentions",
            "output_hidden_states",
            "output_scores",
            "return_dict",
            "return_dict_in_generate",
            "torchscript"));
    keys.put(
        "chooses among implementations of the same products",
        List.of(
            "_attn_implementation",
            "_attn_implementation_autoset",
            "_flash_attn_2_enabled",
            "apply_query_key_layer_scaling",
            "attention_softmax_in_fp32",
            "attn_implementation",
            "bias_dropout_fusion",
            "chunk_size_feed_forward",
            "pretraining_tp",
            "tf_legacy_loss",
            "use_flash_attn"));
    keys.put(
        "belongs to classifiers and other heads, which are not run",
        List.of(
            "classifier_dropout",
            "finetuning_task",
            "id2label",
            "label2id",
            "num_labels",
            "problem_type",
            "task_specific_params"));
    keys.put(
        "belongs to encoders and to pruning, prefixes and windows that other keys turn on",
        List.of(
            "_sliding_window_pattern",
            "cross_attention_hidden_size",
            "is_decoder",
            "max_window_layers",
            "original_max_position_embeddings",
            "prefix_projection",
            "pruned_heads",
            "tie_encoder_decoder"));
    return keys;
  }
}
