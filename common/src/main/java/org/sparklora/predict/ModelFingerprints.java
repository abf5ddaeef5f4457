package org.sparklora.predict;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.Sha256;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.mix.AdapterMix;
import org.sparklora.mix.AdapterShelf;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/** What tells one model from another, found on the driver. */
public final class ModelFingerprints {
  private ModelFingerprints() {}

  /**
   * Fingerprints by name; refuses a broken base and an adapter that does not fit it.
   *
   * @param known the base's fingerprint in a table made before, whose kind is kept; else empty
   */
  public static Map<String, String> of(
      Store store, ModelChoice model, ForeignAdapter other, String known) {
    Map<String, String> prints = new LinkedHashMap<>();
    try (BaseWeights base = BaseWeights.open(store, model.checkpoint());
        TokenCodec codec = Codecs.open(ModelFolders.local(store, model.checkpoint()))) {
      prints.put("base_fingerprint", base.fingerprintLike(known));
      prints.put("codec_fingerprint", codec.fingerprint());
      prints.put(
          "adapter_fingerprint", model.hasAdapter() ? adapter(store, model, base, other) : "");
    }
    return prints;
  }

  private static String adapter(
      Store store, ModelChoice model, BaseWeights base, ForeignAdapter other) {
    AdapterChoice choice = model.adapters();
    AdapterShelf shelf = AdapterShelf.open(store, choice.places(), base, other);
    Sha256 sha256 = new Sha256();
    if (choice.isPerRow()) {
      shelf.names().forEach(name -> add(shelf.adapter(AdapterMix.of(name)), sha256.add(name)));
    } else {
      add(shelf.adapter(choice.mix()), sha256);
    }
    return sha256.hex();
  }

  private static void add(Adapter adapter, Sha256 sha256) {
    Map<String, byte[]> files = AdapterFolder.files(adapter);
    sha256.add(files.get(AdapterFolder.CONFIG));
    sha256.add(files.get(AdapterFolder.SAFETENSORS));
  }
}
