package org.sparklora.predict;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.lora.AdapterFit;
import org.sparklora.model.BaseWeights;
import org.sparklora.model.ModelFolders;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/** What tells one model from another, found on the driver without loading weights. */
public final class ModelFingerprints {
  private ModelFingerprints() {}

  /** Fingerprints by name; refuses a broken base and an adapter that does not fit it. */
  public static Map<String, String> of(Store store, ModelChoice model) {
    Map<String, String> prints = new LinkedHashMap<>();
    try (BaseWeights base = BaseWeights.open(store, model.checkpoint());
        TokenCodec codec = Codecs.open(ModelFolders.local(store, model.checkpoint()))) {
      prints.put("base_fingerprint", base.fingerprint());
      prints.put("codec_fingerprint", codec.fingerprint());
      prints.put("adapter_fingerprint", model.hasAdapter() ? adapter(store, model, base) : "");
    }
    return prints;
  }

  private static String adapter(Store store, ModelChoice model, BaseWeights base) {
    Adapter adapter = AdapterFit.read(store, model.adapter(), base);
    Map<String, byte[]> files = AdapterFolder.files(adapter);
    MessageDigest digest = sha256();
    digest.update(files.get(AdapterFolder.CONFIG));
    digest.update(files.get(AdapterFolder.SAFETENSORS));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
