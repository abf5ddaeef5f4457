package org.sparklora.adapter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorValue;
import org.sparklora.weights.TorchFile;

/** A folder with PEFT's files: config, weights as safetensors and as torch's {@code .bin}. */
public final class AdapterFolder {
  public static final String CONFIG = "adapter_config.json";
  public static final String SAFETENSORS = "adapter_model.safetensors";
  public static final String TORCH = "adapter_model.bin";

  private AdapterFolder() {}

  /** Reads ours or PEFT's; safetensors where both exist. */
  public static Adapter read(Store store, String folder) {
    return EvenAdapter.of(config(store, folder), tensors(store, folder));
  }

  /** Which modules the adapter's config names. */
  public static TargetRule targets(Store store, String folder) {
    return config(store, folder).targets();
  }

  /** The files of an adapter by name; equal adapters give equal bytes. */
  public static Map<String, byte[]> files(Adapter adapter) {
    try {
      ByteArrayOutputStream safetensors = new ByteArrayOutputStream();
      SafetensorsFile.write(safetensors, adapter.tensors(), Map.of("format", "pt"));
      ByteArrayOutputStream torch = new ByteArrayOutputStream();
      TorchFile.write(torch, "adapter_model", adapter.tensors());
      Map<String, byte[]> files = new LinkedHashMap<>();
      files.put(SAFETENSORS, safetensors.toByteArray());
      files.put(TORCH, torch.toByteArray());
      files.put(CONFIG, adapter.config().toJson().getBytes(StandardCharsets.UTF_8));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot fail as a stream does", e);
    }
  }

  private static PeftConfig config(Store store, String folder) {
    String config = Store.child(folder, CONFIG);
    if (!store.exists(config)) {
      throw missing(CONFIG, folder);
    }
    return AdapterConfigJson.read(store.readText(config), config);
  }

  private static Map<String, TensorValue> tensors(Store store, String folder) {
    String safetensors = Store.child(folder, SAFETENSORS);
    if (store.exists(safetensors)) {
      return SafetensorsFile.readAll(store, safetensors);
    }
    String torch = Store.child(folder, TORCH);
    if (store.exists(torch)) {
      return TorchFile.readAll(store, torch);
    }
    throw missing(SAFETENSORS + " or " + TORCH, folder);
  }

  private static Failure missing(String name, String folder) {
    return Failure.input(
        "Cannot use the adapter, a file is missing: %s in %s (expected a PEFT adapter folder). Check the path."
            .formatted(name, folder));
  }
}
