package org.sparklora.jobs.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Copies of models, tables and adapters in which a file or two are not as they should be. */
final class OddFolder {
  /** What Hugging Face's configurations say of models that are not ours, or say needlessly. */
  private static final List<String> MODEL_KEYS =
      List.of(
          "quantization_config",
          "partial_rotary_factor",
          "rope_scaling",
          "rope_parameters",
          "rope_theta",
          "head_dim",
          "num_key_value_heads",
          "attention_bias",
          "mlp_bias",
          "attention_dropout",
          "hidden_act",
          "tie_word_embeddings",
          "eos_token_id",
          "bos_token_id",
          "vocab_size",
          "hidden_size",
          "num_hidden_layers",
          "num_layers",
          "num_attention_heads",
          "intermediate_size",
          "sliding_window",
          "use_sliding_window",
          "layer_types",
          "model_type",
          "rms_norm_eps",
          "max_position_embeddings",
          "padded_vocab_size",
          "kv_channels",
          "multi_query_group_num",
          "ffn_hidden_size",
          "seq_length",
          "quantization_bit",
          "pre_seq_len",
          "inner_hidden_size",
          "gmask_token_id",
          "logit_scale",
          "torch_dtype",
          "dtype",
          "architectures",
          "z_loss_weight",
          "num_experts",
          "alibi",
          "text_config");

  private static final List<String> TOKENIZER_KEYS =
      List.of(
          "add_bos_token",
          "add_eos_token",
          "added_tokens_decoder",
          "split_special_tokens",
          "legacy",
          "add_prefix_space",
          "tokenizer_class",
          "bos_token",
          "eos_token",
          "unk_token",
          "pad_token",
          "extra_special_tokens",
          "additional_special_tokens",
          "clean_up_tokenization_spaces",
          "num_image_tokens",
          "model_max_length",
          "normalizer",
          "pre_tokenizer",
          "post_processor",
          "decoder",
          "model",
          "added_tokens",
          "truncation",
          "padding",
          "type",
          "vocab",
          "merges",
          "id",
          "content",
          "special",
          "byte_fallback",
          "pattern",
          "prepend_scheme",
          "ignore_merges",
          "dropout");

  private static final List<String> ADAPTER_KEYS =
      List.of(
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "exclude_modules",
          "layers_to_transform",
          "rank_pattern",
          "alpha_pattern",
          "use_rslora",
          "use_dora",
          "peft_type",
          "bias",
          "init_lora_weights",
          "modules_to_save",
          "fan_in_fan_out",
          "layers_pattern",
          "lora_bias",
          "trainable_token_indices",
          "megatron_config",
          "base_fingerprint",
          "target_parameters");

  private static final List<String> STAND_INS =
      List.of(
          "",
          "{",
          "null",
          "[]",
          "\0\0\0\0\0\0\0\0",
          "version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 12345\n",
          "<!DOCTYPE html><html><body>404</body></html>");

  private final Chance chance;
  private final Map<String, List<String>> keys =
      Map.of(
          "config.json", MODEL_KEYS,
          "generation_config.json", MODEL_KEYS,
          "tokenizer.json", TOKENIZER_KEYS,
          "tokenizer_config.json", TOKENIZER_KEYS,
          "special_tokens_map.json", TOKENIZER_KEYS,
          "adapter_config.json", ADAPTER_KEYS,
          "sparklora.json", ADAPTER_KEYS);

  OddFolder(Chance chance) {
    this.chance = chance;
  }

  /** An exact copy. */
  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }

  /** Changes one file or more; descriptions more often than what they describe. */
  void change(Path folder) throws IOException {
    int times = 1 + (chance.oneIn(4) ? chance.below(3) : 0);
    for (int i = 0; i < times; i++) {
      List<Path> files = files(folder);
      List<Path> texts = files.stream().filter(f -> f.toString().endsWith(".json")).toList();
      if (!files.isEmpty()) {
        changeFile(chance.of(texts.isEmpty() || chance.oneIn(4) ? files : texts));
      }
    }
  }

  private void changeFile(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    String name = file.getFileName().toString();
    switch (chance.below(12)) {
      case 0 -> Files.delete(file);
      case 1 -> Files.writeString(file, chance.of(STAND_INS));
      case 2 -> {
        Files.delete(file);
        if (chance.oneIn(2)) {
          Files.createDirectories(file);
        } else {
          Files.createSymbolicLink(file, Path.of("nowhere"));
        }
      }
      case 3 -> Files.move(file, file.resolveSibling(chance.name("moved")));
      case 4 -> Files.write(file, chance.damaged(content));
      default ->
          Files.write(
              file,
              name.endsWith(".json")
                  ? new OddJson(chance, keys.getOrDefault(name, List.of())).of(content)
                  : chance.damaged(content));
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
