package org.sparklora.model.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.ModelShapes;
import org.sparklora.storage.Store;
import org.sparklora.weights.ElementType;
import org.sparklora.weights.TensorInfo;
import org.sparklora.weights.WeightFolder;

/** A base model's folder: its description, and its weight files checked against it. */
public final class BaseWeights implements AutoCloseable {
  private static final int NAMED = 5;

  private final Store store;
  private final String folder;
  private final DecoderSpec spec;
  private final WeightFolder files;

  private BaseWeights(Store store, String folder, DecoderSpec spec, WeightFolder files) {
    this.store = store;
    this.folder = folder;
    this.spec = spec;
    this.files = files;
  }

  /** Reads configuration and headers; refuses missing, unexpected and misshapen weights. */
  public static BaseWeights open(Store store, String folder) {
    return open(store, folder, DecoderSpec.read(store, folder));
  }

  /** The same for weights that lie without their configuration. */
  static BaseWeights open(Store store, String folder, DecoderSpec spec) {
    WeightFolder files = WeightFolder.open(store, folder);
    BaseWeights base =
        new BaseWeights(store, folder, StoredHead.resolve(spec, files, folder), files);
    base.check();
    return base;
  }

  public DecoderSpec spec() {
    return spec;
  }

  /** Tells one base from another by what its tensors hold; see {@link BasePrint}. */
  public String fingerprint() {
    return fingerprint(KeptPrints.ofUser());
  }

  String fingerprint(KeptPrints kept) {
    return BasePrint.of(this, kept);
  }

  /** The fingerprint of the kind of {@code known}, which an earlier version may have made. */
  public String fingerprintLike(String known) {
    return known.isEmpty() || BasePrint.isOfContent(known) ? fingerprint() : packaging();
  }

  /** Whether the files lie on this machine, where others may have other ones. */
  public boolean isLocal() {
    return store.isLocal(folder);
  }

  /**
   * What earlier versions took for a base's fingerprint: SHA-256 over configuration, tensor names,
   * types and shapes, and the sizes of the weight files.
   */
  private String packaging() {
    Sha256 sha256 = Sha256.of(configuration());
    for (TensorInfo info : new TreeMap<>(files.tensors()).values()) {
      sha256.add(info.name() + info.type() + info.shape() + "\n");
    }
    for (String shard : files.shards()) {
      sha256.add(store.length(shard) + "\n");
    }
    return sha256.hex();
  }

  /** The bytes of {@code config.json}. */
  byte[] configuration() {
    return store.readBytes(Store.child(folder, "config.json"));
  }

  @Override
  public void close() {
    files.close();
  }

  WeightFolder files() {
    return files;
  }

  Store store() {
    return store;
  }

  /** Whether every needed tensor is stored in this type, in a local file that can be mapped. */
  boolean isMappable(ElementType type) {
    return needed().stream().allMatch(info -> Mapping.fits(store, info, type));
  }

  /** The tensors that the decoder uses, shard by shard as they are stored. */
  List<TensorInfo> needed() {
    Set<String> names = new ModelShapes(spec).weights().keySet();
    return files.tensors().values().stream().filter(info -> names.contains(info.name())).toList();
  }

  private void check() {
    QuantisedWeights.refuse(files.tensors().values(), folder);
    Map<String, List<Long>> expected = new ModelShapes(spec).weights();
    List<String> problems = new ArrayList<>();
    expected.forEach(
        (name, shape) -> {
          TensorInfo info = files.find(name).orElse(null);
          if (info == null) {
            problems.add("missing " + name);
          } else if (!info.shape().equals(shape)) {
            problems.add(name + " has shape " + info.shape() + " (expected " + shape + ")");
          } else if (!isFloating(info.type())) {
            problems.add(name + " has type " + info.type() + " (expected F32, F16 or BF16)");
          }
        });
    for (String name : files.tensors().keySet()) {
      if (!expected.containsKey(name) && !isIgnored(name)) {
        problems.add("unexpected " + name);
      }
    }
    if (!problems.isEmpty()) {
      throw Failure.input(
          "Cannot load the model, its weights do not fit its config.json: "
              + String.join(", ", problems.subList(0, Math.min(NAMED, problems.size())))
              + (problems.size() > NAMED ? " and " + (problems.size() - NAMED) + " more" : "")
              + " in "
              + folder
              + ". Copy config.json and weights from one model.");
    }
  }

  private boolean isIgnored(String name) {
    return name.endsWith("rotary_emb.inv_freq")
        || name.endsWith("rotary_pos_emb.inv_freq")
        || (spec.head().tied() && name.equals(new ModelShapes(spec).head().name() + ".weight"));
  }

  private static boolean isFloating(ElementType type) {
    return type == ElementType.F32 || type == ElementType.F16 || type == ElementType.BF16;
  }
}
