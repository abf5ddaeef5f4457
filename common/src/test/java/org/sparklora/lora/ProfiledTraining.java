package org.sparklora.lora;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sparklora.OwnJvm;
import org.sparklora.model.PackedBatch;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.model.spec.RandomWeights;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.GpuText;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.StepProfile;

/**
 * The gradient of two rows by the code that trains, in bf16, under libtorch's profiler, on models
 * of few layers. All sizes of a layer of ChatGLM2-6B's are here a sixteenth, also those of a batch
 * of two rows of 2,048 tokens, so that bytes are 256 times fewer; what does not grow with both
 * counts for too much.
 */
final class ProfiledTraining {
  static final int BYTES_FEWER = 16 * 16;

  private static final String CONFIG =
      """
      {
        "model_type": "llama", "hidden_act": "silu", "hidden_size": 256, "intermediate_size": 856,
        "num_attention_heads": 32, "num_key_value_heads": 2, "num_hidden_layers": %d,
        "max_position_embeddings": 4096, "rms_norm_eps": 1e-05, "vocab_size": 512
      }
      """;

  private static final int TOKENS = 256;
  private static final int[] LAYERS = {2, 3};

  private ProfiledTraining() {}

  /**
   * Of models with 2 and 3 layers, {@code off} and then {@code on} for activation checkpointing, in
   * a JVM of their own, where kernels take a GPU's form.
   */
  static Profiles onGpu(Path folder) throws IOException, InterruptedException {
    GpuText.in(folder);
    String own = System.getProperty("java.class.path");
    Process process =
        OwnJvm.of(
                ProfiledTraining.class,
                List.of(
                    "-Xmx512m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    folder + System.getProperty("path.separator") + own),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    return new Profiles(read(folder, Checkpointing.OFF), read(folder, Checkpointing.ON));
  }

  /** A step of two layers and one of three, with activations kept, and computed again. */
  record Profiles(List<StepProfile> kept, List<StepProfile> again) {}

  private static List<StepProfile> read(Path folder, Checkpointing checkpointing)
      throws IOException {
    List<StepProfile> profiles = new ArrayList<>();
    for (int layers : LAYERS) {
      profiles.add(StepProfile.in(profile(folder, layers, checkpointing)));
    }
    return profiles;
  }

  /** Writes all into the folder. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    for (int layers : LAYERS) {
      Path base = folder.resolve("base-" + layers);
      RandomWeights.write(base, CONFIG.formatted(layers));
      for (Checkpointing checkpointing : List.of(Checkpointing.OFF, Checkpointing.ON)) {
        profile(base, checkpointing, profile(folder, layers, checkpointing));
      }
    }
  }

  private static void profile(Path base, Checkpointing checkpointing, Path into) {
    try (LoraModel model = open(base, checkpointing)) {
      model.clearGradient();
      JniUtils.startProfile(false, true, true);
      model.accumulate(batch(), 1.0 / TOKENS, 0);
      JniUtils.stopProfile(into.toString());
    }
  }

  private static Path profile(Path folder, int layers, Checkpointing checkpointing) {
    return folder.resolve("profile-%d-%s.json".formatted(layers, checkpointing.word()));
  }

  private static LoraModel open(Path base, Checkpointing checkpointing) {
    return LoraModel.open(
        Store.local(),
        base.toString(),
        new LoraSettings(8, 32, 0.1, List.of("q_proj", "v_proj"), false, 42),
        new ComputeOptions(NumberType.BF16, 1, DeviceAddress.CPU, checkpointing, ""));
  }

  private static PackedBatch batch() {
    int[] ids = IntStream.range(0, TOKENS).map(i -> 3 + i % 60).toArray();
    int[] labels = ids.clone();
    Arrays.fill(labels, 0, TOKENS / 2, PackedBatch.IGNORED);
    return new PackedBatch(ids, new int[] {0, TOKENS / 2, TOKENS}, labels, new long[] {0, 1});
  }
}
