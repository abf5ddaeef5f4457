package org.sparklora.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.ModelShapes;
import org.sparklora.weights.TensorInfo;

/**
 * Which tensors of a merged model stand in which file: in their stored order, as many as fit, a
 * larger one alone.
 *
 * @param shards by file name
 */
record ShardPlan(Map<String, List<TensorInfo>> shards) {
  static final String INDEX = "model.safetensors.index.json";

  /** Of a base's tensors; a head that equals the embeddings is stored once, as them. */
  static ShardPlan of(Iterable<TensorInfo> tensors, DecoderSpec spec, long mostBytes) {
    String tied = spec.head().tied() ? new ModelShapes(spec).head().name() + ".weight" : "";
    List<List<TensorInfo>> parts = new ArrayList<>();
    long room = 0;
    for (TensorInfo info : tensors) {
      if (!info.name().equals(tied)) {
        if (parts.isEmpty() || bytes(info) > room) {
          parts.add(new ArrayList<>());
          room = mostBytes;
        }
        parts.get(parts.size() - 1).add(info);
        room -= bytes(info);
      }
    }
    return new ShardPlan(named(parts));
  }

  private static Map<String, List<TensorInfo>> named(List<List<TensorInfo>> parts) {
    Map<String, List<TensorInfo>> shards = new LinkedHashMap<>();
    int count = parts.size();
    for (int i = 0; i < count; i++) {
      String name =
          count == 1
              ? "model.safetensors"
              : "model-%05d-of-%05d.safetensors".formatted(i + 1, count);
      shards.put(name, parts.get(i));
    }
    return shards;
  }

  static long bytes(TensorInfo info) {
    return info.elements() * info.type().bytes();
  }

  /** Of all tensors. */
  long bytes() {
    return shards.values().stream().flatMap(List::stream).mapToLong(ShardPlan::bytes).sum();
  }

  boolean isSharded() {
    return shards.size() > 1;
  }

  /** The index file, as transformers reads it. */
  byte[] index() {
    ObjectNode index = new ObjectMapper().createObjectNode();
    index.putObject("metadata").put("total_size", bytes());
    ObjectNode map = index.putObject("weight_map");
    shards.forEach((name, part) -> part.forEach(info -> map.put(info.name(), name)));
    return (index.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
