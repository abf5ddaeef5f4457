package org.sparklora.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.sparklora.Sha256;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.command.JobOutcome;
import org.sparklora.export.ExportConfig.Method;
import org.sparklora.mix.AdapterShelf;
import org.sparklora.mix.MixedOrigin;
import org.sparklora.mix.RankCut;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.screen.CountProgress;
import org.sparklora.storage.Store;
import org.sparklora.tensor.TorchEngine;

/** A mix as PEFT's files, exact or cut to a rank. */
final class MixedAdapterFiles implements Exported {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ExportConfig config;
  private final Adapter exact;
  private final int rank;
  private final Optional<AdapterOrigin> origin;
  private final Consumer<String> told;
  private final String identity;

  private MixedAdapterFiles(
      ExportConfig config,
      AdapterShelf shelf,
      Optional<AdapterOrigin> origin,
      Consumer<String> told) {
    this.config = config;
    this.exact = portable(shelf.adapter(config.mix()));
    this.rank = config.rank() > 0 ? config.rank() : shelf.largestRank(config.mix());
    this.origin = origin;
    this.told = told;
    String how = config.method() == Method.EXACT ? "exact" : "svd " + rank;
    Sha256 sha256 = new Sha256();
    files(exact).values().forEach(sha256::add);
    this.identity = sha256.add(how).hex();
  }

  static MixedAdapterFiles open(Store store, ExportConfig config, Consumer<String> told) {
    Optional<AdapterOrigin> origin =
        MixedOrigin.of(store, config.adapters(), config.foreignAdapter());
    if (config.modelCheckpoint().isEmpty()) {
      AdapterShelf shelf = AdapterShelf.open(store, config.adapters());
      return new MixedAdapterFiles(config, shelf, origin, told);
    }
    try (BaseWeights base = BaseWeights.open(store, config.modelCheckpoint())) {
      AdapterShelf shelf =
          AdapterShelf.open(store, config.adapters(), base, config.foreignAdapter());
      return new MixedAdapterFiles(config, shelf, origin, told);
    }
  }

  /** Without rsLoRA's flag, which several readers pass over. */
  private static Adapter portable(Adapter adapter) {
    return new Adapter(adapter.config().portable(), adapter.tensors());
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public List<String> names() {
    return List.copyOf(files(exact).keySet());
  }

  @Override
  public JobOutcome write(ExportFolder folder, ObjectNode description) {
    description.put("kind", "adapter");
    description.put("method", config.method() == Method.EXACT ? "exact" : "svd");
    Map<String, Number> figures = new LinkedHashMap<>();
    Adapter adapter = config.method() == Method.EXACT ? exact : cut(description, figures);
    description.put("rank", adapter.config().rank());
    figures.put("rank", adapter.config().rank());
    figures.put("modules", adapter.modules().size());
    files(adapter).forEach((name, bytes) -> folder.write(name, out -> out.write(bytes)));
    return JobOutcome.done(
        "Wrote the adapter of %s to %s: rank %d in %d modules%s."
            .formatted(
                config.mix().text(),
                config.outputDir(),
                adapter.config().rank(),
                adapter.modules().size(),
                figures.containsKey("relative_error")
                    ? ", relative error %.3g in all"
                        .formatted(figures.get("relative_error").doubleValue())
                    : ", exact"),
        figures);
  }

  @Override
  public void close() {}

  private Adapter cut(ObjectNode description, Map<String, Number> figures) {
    TorchEngine.start(Runtime.getRuntime().availableProcessors());
    RankCut cut;
    try (CountProgress progress =
        CountProgress.of("cutting to rank " + rank, "modules", exact.modules().size())) {
      cut = RankCut.of(exact, rank, progress::one);
    }
    ObjectNode errors = description.putObject("relative_errors");
    cut.errors()
        .forEach(
            (module, error) -> {
              errors.put(module, error);
              told.accept("%s: relative error %.3g".formatted(module, error));
            });
    description.put("relative_error", cut.error());
    figures.put("relative_error", cut.error());
    return cut.adapter();
  }

  private Map<String, byte[]> files(Adapter adapter) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    origin.ifPresent(o -> files.put(AdapterOrigin.FILE, told(o).getBytes(StandardCharsets.UTF_8)));
    files.putAll(AdapterFolder.files(adapter));
    return files;
  }

  /** The origin as the train job writes it, as far as a mix has one. */
  private String told(AdapterOrigin of) {
    ObjectNode node = JSON.createObjectNode();
    node.put("base_fingerprint", of.base());
    of.promptForm().ifPresent(form -> node.set("prompt_form", form));
    node.put("mix", config.mix().text());
    return node.toPrettyString() + "\n";
  }
}
