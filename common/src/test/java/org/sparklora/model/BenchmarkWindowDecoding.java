package org.sparklora.model;

import ai.djl.Device;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.CpuOptions;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.ModelShapes;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorContent;
import org.sparklora.weights.TensorValue;

/**
 * Decoding behind a long prompt with a window and without, in layers of Phi-3-mini's shape with
 * random weights. Arguments: {@code FOLDER TOKENS WINDOW NEW_TOKENS [fp32|bf16 [THREADS]]}; the
 * folder holds the weights (0.5 GB), which are made where they are missing.
 */
final class BenchmarkWindowDecoding {
  private static final String CONFIG =
      """
      {"model_type": "phi3", "hidden_size": 3072, "intermediate_size": 8192,
       "num_attention_heads": 32, "num_key_value_heads": 32, "num_hidden_layers": 2,
       "vocab_size": 2048, "max_position_embeddings": 131072, "rms_norm_eps": 1e-05,
       "rope_theta": 10000.0, "sliding_window": %s, "tie_word_embeddings": true}
      """;

  private static final int WARM_UP = 8;

  private BenchmarkWindowDecoding() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int[] numbers = IntStream.range(1, 4).map(i -> Integer.parseInt(arguments[i])).toArray();
    NumberType type = NumberType.of(arguments.length > 4 ? arguments[4] : "fp32");
    int threads = arguments.length > 5 ? Integer.parseInt(arguments[5]) : 2;
    TorchEngine.start(threads);
    for (String window : new String[] {"null", "" + numbers[1]}) {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), CONFIG.formatted(window));
      makeWeights(folder);
      System.out.println(
          type.word() + ", window " + window + ": " + measure(folder, numbers, type, threads));
    }
  }

  /** One row: the prompt, then greedy tokens one by one. */
  private static String measure(Path folder, int[] numbers, NumberType type, int threads) {
    int prompt = numbers[0];
    int steps = numbers[2];
    try (BaseWeights base = BaseWeights.open(Store.local(), folder.toString());
        Decoder decoder =
            Decoder.load(
                base,
                CpuOptions.of(type, threads),
                TorchEngine.newManager(Device.cpu()),
                Adaptation.NONE);
        DecodingState decoding = (DecodingState) decoder.decode(1)) {
      long start = System.nanoTime();
      decoding.join(new int[][] {IntStream.range(0, prompt).map(i -> i * 37 % 2048).toArray()});
      decoding.likeliest();
      double read = (System.nanoTime() - start) / 1e9;
      advance(decoding, WARM_UP);
      double cpu = cpuSeconds();
      start = System.nanoTime();
      advance(decoding, steps);
      double seconds = (System.nanoTime() - start) / 1e9;
      cpu = (cpuSeconds() - cpu) / steps;
      double megabytes = cacheBytes(decoder.spec(), decoding, type) / 1e6;
      return "prompt of %d tokens read in %.1f s, then %.1f tokens/s, %.4f CPU seconds each, %.1f MB of keys and values"
          .formatted(prompt, read, steps / seconds, cpu, megabytes);
    }
  }

  private static void advance(DecodingState decoding, int steps) {
    for (int i = 0; i < steps; i++) {
      decoding.advance(new int[][] {decoding.likeliest()});
    }
  }

  /** Of all threads of this process: tells more than the clock on a busy machine. */
  private static double cpuSeconds() {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return process.getProcessCpuTime() / 1e9;
  }

  private static double cacheBytes(DecoderSpec spec, DecodingState decoding, NumberType type) {
    long perToken = 2L * spec.attention().groups() * spec.attention().headSize() * type.bytes();
    return IntStream.range(0, spec.size().layers())
        .mapToLong(layer -> decoding.capacity(layer) * perToken)
        .sum();
  }

  private static void makeWeights(Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    if (Files.exists(file)) {
      return;
    }
    DecoderSpec spec = DecoderSpec.read(Store.local(), folder.toString());
    Map<String, TensorContent> tensors = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(7);
    new ModelShapes(spec)
        .weights()
        .forEach(
            (name, shape) ->
                tensors.put(name, new TensorValue(ElementType.BF16, shape, bf16(shape, random))));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      SafetensorsFile.write(out, tensors, Map.of());
    }
  }

  /** Numbers of both signs from 1/64 to 1/32. */
  private static ByteBuffer bf16(List<Long> shape, SplittableRandom random) {
    long size = shape.stream().reduce(1L, (a, b) -> a * b);
    ByteBuffer data = ByteBuffer.allocate((int) (2 * size)).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      int bits = random.nextInt();
      data.putShort((short) (0x3C80 | (bits & 0x7F) | (bits & 0x8000)));
    }
    return data.flip();
  }
}
