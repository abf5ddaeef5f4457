package org.sparklora.export;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparklora.Log;
import org.sparklora.Sha256;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.command.JobOutcome;
import org.sparklora.mix.AdapterShelf;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.screen.ByteProgress;
import org.sparklora.storage.Store;
import org.sparklora.tensor.Kernels;
import org.sparklora.tensor.TorchEngine;
import org.sparklora.weights.SafetensorsFile;
import org.sparklora.weights.TensorInfo;
import org.sparklora.weights.WeightFolder;

/**
 * A base with a mix added to its weights, as transformers opens it: shards of safetensors with
 * their index, all other files of the base as they are. Holds a few MiB of weights at once.
 */
final class MergedModel implements Exported {
  private static final Log LOG = Log.of(MergedModel.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Store store;
  private final ExportConfig config;
  private final WeightFolder files;
  private final Adapter adapter;
  private final String fingerprint;
  private final ShardPlan plan;
  private final Map<String, String> others;
  private final Optional<byte[]> origin;
  private final String identity;

  private MergedModel(Store store, ExportConfig config, BaseWeights base, WeightFolder files) {
    this.store = store;
    this.config = config;
    this.files = files;
    this.adapter =
        AdapterShelf.open(store, config.adapters(), base, config.foreignAdapter())
            .adapter(config.mix());
    this.fingerprint = base.fingerprint();
    this.plan = ShardPlan.of(files.tensors().values(), base.spec(), config.maxShardSize());
    this.others = BaseFiles.of(store, config.modelCheckpoint());
    this.origin = MergedForm.of(store, config).map(MergedForm::file);
    Sha256 sha256 = new Sha256();
    origin.ifPresent(sha256::add);
    AdapterFolder.files(adapter).values().forEach(sha256::add);
    this.identity = sha256.add(fingerprint + " " + plan.shards().keySet() + others.keySet()).hex();
  }

  static MergedModel open(Store store, ExportConfig config) {
    WeightFolder files = WeightFolder.open(store, config.modelCheckpoint());
    try (BaseWeights base = BaseWeights.open(store, config.modelCheckpoint())) {
      return new MergedModel(store, config, base, files);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>(plan.shards().keySet());
    if (plan.isSharded()) {
      names.add(ShardPlan.INDEX);
    }
    origin.ifPresent(file -> names.add(AdapterOrigin.FILE));
    names.addAll(others.keySet());
    return names;
  }

  @Override
  public JobOutcome write(ExportFolder folder, ObjectNode description) {
    TorchEngine.start(Runtime.getRuntime().availableProcessors());
    Map<String, Rounding> roundings = new LinkedHashMap<>();
    try (NDManager owner = TorchEngine.newManager(Device.cpu());
        Kernels kernels = Kernels.load(owner);
        ByteProgress progress = ByteProgress.of("writing the merged base", plan.bytes())) {
      plan.shards()
          .forEach(
              (name, part) -> {
                Optional<JsonNode> kept = folder.kept(name);
                if (kept.isPresent()) {
                  roundings.putAll(read(kept.get()));
                  progress.add(part.stream().mapToLong(ShardPlan::bytes).sum());
                } else {
                  roundings.putAll(shard(folder, name, tensors(part, owner, kernels), progress));
                }
              });
    }
    if (plan.isSharded()) {
      byte[] index = plan.index();
      folder.write(ShardPlan.INDEX, out -> out.write(index));
    }
    origin.ifPresent(file -> folder.write(AdapterOrigin.FILE, out -> out.write(file)));
    others.forEach((name, path) -> folder.write(name, out -> copy(path, out)));
    description.put("kind", "model");
    description.put("model_checkpoint", config.modelCheckpoint());
    description.put("base_fingerprint", fingerprint);
    return outcome(roundings, description);
  }

  @Override
  public void close() {
    files.close();
  }

  private void copy(String path, OutputStream out) throws IOException {
    try (InputStream in = store.read(path)) {
      in.transferTo(out);
    }
  }

  private Map<String, MergedTensor> tensors(
      List<TensorInfo> part, NDManager owner, Kernels kernels) {
    Map<String, MergedTensor> tensors = new LinkedHashMap<>();
    part.forEach(
        info -> tensors.put(info.name(), new MergedTensor(files, info, adapter, owner, kernels)));
    return tensors;
  }

  /** Writes it; the roundings of its tensors. */
  private static Map<String, Rounding> shard(
      ExportFolder folder, String name, Map<String, MergedTensor> tensors, ByteProgress progress) {
    folder.write(
        name,
        out -> SafetensorsFile.write(progress.counting(out), tensors, Map.of("format", "pt")));
    Map<String, Rounding> own = new LinkedHashMap<>();
    tensors.forEach(
        (tensor, merged) -> {
          if (merged.rounding().count() > 0) {
            own.put(tensor, merged.rounding());
          }
        });
    folder.tell(name, told(own));
    LOG.info("Wrote {}", name);
    return own;
  }

  private JobOutcome outcome(Map<String, Rounding> roundings, ObjectNode description) {
    Rounding all = roundings.values().stream().reduce(Rounding.NONE, Rounding::plus);
    ObjectNode rounding = description.putObject("rounding");
    rounding.put("largest", all.largest());
    rounding.put("mean", all.mean());
    rounding.set("tensors", told(roundings));
    Map<String, Number> figures = new LinkedHashMap<>();
    figures.put("largest_rounding", all.largest());
    figures.put("mean_rounding", all.mean());
    figures.put("merged_tensors", roundings.size());
    figures.put("shards", plan.shards().size());
    return JobOutcome.done(
        "Wrote the base with %s to %s: %d tensors changed; rounding to the stored type changed a weight by %.3g at most, %.3g in the mean."
            .formatted(
                config.mix().text(),
                config.outputDir(),
                roundings.size(),
                all.largest(),
                all.mean()),
        figures);
  }

  private static ObjectNode told(Map<String, Rounding> roundings) {
    ObjectNode node = JSON.createObjectNode();
    roundings.forEach(
        (tensor, rounding) ->
            node.putObject(tensor)
                .put("largest", rounding.largest())
                .put("mean", rounding.mean())
                .put("count", rounding.count()));
    return node;
  }

  private static Map<String, Rounding> read(JsonNode told) {
    Map<String, Rounding> roundings = new LinkedHashMap<>();
    told.properties()
        .forEach(
            entry -> {
              JsonNode own = entry.getValue();
              long count = own.path("count").asLong();
              double sum = own.path("mean").asDouble() * count;
              roundings.put(
                  entry.getKey(), new Rounding(own.path("largest").asDouble(), sum, count));
            });
    return roundings;
  }
}
