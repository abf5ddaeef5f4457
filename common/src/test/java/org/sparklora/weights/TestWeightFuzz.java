package org.sparklora.weights;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.storage.Store;

/**
 * Damaged files of both kinds: whatever a byte says, reading ends soon, with the tensors or with a
 * {@link Failure}, and allocates no more than 32 × the file + 4 MiB.
 */
@Timeout(360)
class TestWeightFuzz {
  private static final int MUTATIONS = 600;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  private final Store store = Store.local();
  private final Random random = new Random(20240607);

  @Test
  void damagedTorchFilesOnlyFailCleanly() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (String name :
        List.of("dtypes.bin", "views.bin", "parameters.bin", "nested.bin", "evil_getattr.bin")) {
      seeds.add(Files.readAllBytes(Fixtures.path("peft_io", name)));
    }
    fuzz(seeds, "fuzz.bin", path -> TorchFile.readAll(store, path));
    assertTrue(Files.notExists(Path.of("PWNED")));
  }

  @Test
  void damagedSafetensorsFilesOnlyFailCleanly() throws IOException {
    ByteArrayOutputStream own = new ByteArrayOutputStream();
    Map<String, TensorValue> tensors = new TreeMap<>();
    tensors.put("a", TensorValue.of(new float[6], 2, 3));
    tensors.put("b", TensorValue.of(new long[4], 4));
    tensors.put("c", TensorValue.of(new float[0], 0));
    SafetensorsFile.write(own, tensors, Map.of("format", "pt"));
    byte[] golden =
        Files.readAllBytes(Fixtures.path("llama", "golden/train_init/adapter_model.safetensors"));
    fuzz(
        List.of(own.toByteArray(), golden),
        "fuzz.safetensors",
        path -> SafetensorsFile.readAll(store, path));
  }

  private interface Reader {
    Map<String, TensorValue> read(String path);
  }

  private void fuzz(List<byte[]> seeds, String name, Reader reader) throws IOException {
    int refused = 0;
    int read = 0;
    for (byte[] seed : seeds) {
      for (int i = 0; i < MUTATIONS; i++) {
        byte[] damaged = mutate(seed);
        String path = Files.write(folder.resolve(name), damaged).toString();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
          reader.read(path);
          read++;
        } catch (Failure expected) {
          refused++;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        long bound = 32L * damaged.length + (4 << 20);
        assertTrue(allocated < bound, allocated + " bytes for " + damaged.length);
      }
    }
    assertTrue(refused > 0 && read > 0, refused + " refused, " + read + " read");
  }

  /** Flips, overwrites, cuts, repeats or plants extreme numbers, a few times. */
  private byte[] mutate(byte[] seed) {
    byte[] bytes = seed.clone();
    int times = 1 + random.nextInt(4);
    for (int i = 0; i < times && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = moved(bytes, at);
        case 4 -> fill(bytes, at, (byte) 0xff);
        default -> fill(bytes, at, (byte) (random.nextBoolean() ? 0x7f : 0));
      }
    }
    return bytes;
  }

  private byte[] moved(byte[] bytes, int at) {
    int length = Math.min(bytes.length - at, 1 + random.nextInt(64));
    byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
    System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
    return longer;
  }

  private void fill(byte[] bytes, int at, byte value) {
    int end = Math.min(bytes.length, at + 1 + random.nextInt(8));
    Arrays.fill(bytes, at, end, value);
  }
}
