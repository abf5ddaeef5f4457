package org.sparklora.model.spec;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.storage.Store;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorContent;
import org.sparklora.weights.TorchFile;

/**
 * Writes a base in the shape of ChatGLM2-6B with random weights, in shards with an index, as {@code
 * bench/fullsize.sh} needs it. Arguments: FOLDER LAYERS {@code bin|safetensors}; 28 layers are 12.5
 * GB, in fp16 as published ({@code bin}) or in bf16 ({@code safetensors}).
 */
public final class RandomWeights {
  private static final long SHARD_BYTES = 1_900_000_000L;

  /**
   * Sizes of https://huggingface.co/THUDM/chatglm2-6b; the special ids fit the demo's tokenizer.
   */
  private static final String CONFIG =
      """
      {
        "model_type": "chatglm", "architectures": ["ChatGLMModel"],
        "add_bias_linear": false, "add_qkv_bias": true,
        "apply_query_key_layer_scaling": true, "apply_residual_connection_post_layernorm": false,
        "attention_dropout": 0.0, "attention_softmax_in_fp32": true, "bias_dropout_fusion": true,
        "ffn_hidden_size": 13696, "fp32_residual_connection": false, "hidden_dropout": 0.0,
        "hidden_size": 4096, "kv_channels": 128, "layernorm_epsilon": 1e-05,
        "multi_query_attention": true, "multi_query_group_num": 2, "num_attention_heads": 32,
        "num_layers": %d, "original_rope": true, "padded_vocab_size": 65024,
        "post_layer_norm": true, "rmsnorm": true, "seq_length": 32768, "use_cache": true,
        "torch_dtype": "float16", "tie_word_embeddings": false,
        "eos_token_id": 2, "pad_token_id": 0
      }
      """;

  private final Path folder;
  private final boolean torch;
  private final RandomElements elements;

  private RandomWeights(Path folder, boolean torch) {
    this.folder = folder;
    this.torch = torch;
    this.elements = new RandomElements(torch ? ElementType.F16 : ElementType.BF16);
  }

  public static void main(String[] arguments) throws IOException {
    String config = CONFIG.formatted(Integer.parseInt(arguments[1]));
    write(Path.of(arguments[0]), config, arguments[2].equals("bin"));
  }

  /** A base of any shape that {@code config} describes, in bf16. */
  public static void write(Path folder, String config) throws IOException {
    write(folder, config, false);
  }

  private static void write(Path folder, String config, boolean torch) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config);
    new RandomWeights(folder, torch).write();
  }

  private void write() throws IOException {
    DecoderSpec spec = DecoderSpec.read(Store.local(), folder.toString());
    List<Map<String, TensorContent>> shards = shards(spec);
    StringBuilder shardOf = new StringBuilder();
    long total = 0;
    for (int i = 0; i < shards.size(); i++) {
      String name = shardName(i + 1, shards.size());
      writeShard(name, shards.get(i));
      for (Map.Entry<String, TensorContent> tensor : shards.get(i).entrySet()) {
        String comma = shardOf.isEmpty() ? "" : ",\n";
        shardOf.append("%s    \"%s\": \"%s\"".formatted(comma, tensor.getKey(), name));
        total += bytes(tensor.getValue());
      }
    }
    Files.writeString(
        folder.resolve((torch ? "pytorch_model.bin" : "model.safetensors") + ".index.json"),
        "{\n  \"metadata\": {\"total_size\": %d},\n  \"weight_map\": {\n%s\n  }\n}\n"
            .formatted(total, shardOf));
  }

  private String shardName(int shard, int shards) {
    return torch
        ? "pytorch_model-%05d-of-%05d.bin".formatted(shard, shards)
        : "model-%05d-of-%05d.safetensors".formatted(shard, shards);
  }

  private void writeShard(String name, Map<String, TensorContent> tensors) throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)), 1 << 20)) {
      if (torch) {
        TorchFile.write(out, name.substring(0, name.length() - ".bin".length()), tensors);
      } else {
        SafetensorsFile.write(out, tensors, Map.of("format", "pt"));
      }
    }
  }

  private List<Map<String, TensorContent>> shards(DecoderSpec spec) {
    List<Map<String, TensorContent>> shards = new ArrayList<>();
    long size = SHARD_BYTES;
    for (Map.Entry<String, TensorContent> tensor : tensors(spec).entrySet()) {
      size += bytes(tensor.getValue());
      if (size > SHARD_BYTES) {
        shards.add(new LinkedHashMap<>());
        size = bytes(tensor.getValue());
      }
      shards.get(shards.size() - 1).put(tensor.getKey(), tensor.getValue());
    }
    return shards;
  }

  /** In the order of the published state dictionary: embedding, layer by layer, the head. */
  private Map<String, TensorContent> tensors(DecoderSpec spec) {
    Map<String, TensorContent> tensors = new LinkedHashMap<>();
    Map<String, List<Long>> shapes = new ModelShapes(spec).weights();
    shapes.entrySet().stream()
        .sorted(Comparator.comparing(tensor -> order(spec.names(), tensor.getKey())))
        .forEach(
            tensor ->
                tensors.put(
                    tensor.getKey(),
                    tensor.getKey().contains("norm")
                        ? elements.ones(tensor.getValue())
                        : elements.random(tensor.getValue())));
    if (torch) {
      tensors.put("transformer.rotary_pos_emb.inv_freq", elements.ones(List.of(32L)));
    }
    return tensors;
  }

  private static int order(WeightNames names, String tensor) {
    if (tensor.startsWith(names.layers() + ".")) {
      return Integer.parseInt(
          tensor.substring(names.layers().length() + 1).replaceAll("\\..*", ""));
    }
    return tensor.startsWith(names.embedding()) ? -1 : Integer.MAX_VALUE;
  }

  private static long bytes(TensorContent tensor) {
    return tensor.type().bytes() * tensor.shape().stream().reduce(1L, (a, b) -> a * b);
  }
}
