package org.sparklora.jobs.run;

import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.feature.FeatureTable;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;
import org.sparklora.storage.StorePath;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/**
 * The base model of a job on a feature table as the driver knows it: no weights are read.
 *
 * @param attempt what the job does, for messages
 */
public record BaseModel(
    String attempt, String name, String folder, DecoderSpec spec, String codecFingerprint) {
  /** The model that the flag names, else the table's; refuses a table of another tokenizer. */
  public static BaseModel toTrain(Store store, NamedPaths paths, FeatureTable table, String flag) {
    return of("train", DecoderSpec::readToTrain, store, paths, table, flag);
  }

  /** The same for a model that only predicts. */
  public static BaseModel toEvaluate(
      Store store, NamedPaths paths, FeatureTable table, String flag) {
    return of("evaluate", DecoderSpec::read, store, paths, table, flag);
  }

  private interface Reading {
    DecoderSpec of(Store store, String folder);
  }

  private static BaseModel of(
      String attempt,
      Reading reading,
      Store store,
      NamedPaths paths,
      FeatureTable table,
      String flag) {
    String name = flag;
    if (name.isEmpty()) {
      name =
          table
              .info()
              .map(i -> named(attempt, i, table.folder(), paths))
              .orElseThrow(() -> unnamed(attempt, table.folder()));
    }
    String folder = paths.model(store, name);
    DecoderSpec spec = reading.of(store, folder);
    try (TokenCodec codec = Codecs.open(ModelFolders.local(store, folder))) {
      BaseModel base = new BaseModel(attempt, name, folder, spec, codec.fingerprint());
      base.requireCodecOf(table, "the feature table");
      return base;
    }
  }

  public Vocabulary vocabulary() {
    return new Vocabulary(spec.size().vocabulary());
  }

  /** A table may name a model of this machine and of stores in use, and lead nowhere else. */
  private static String named(
      String attempt, FeatureTableInfo info, String table, NamedPaths paths) {
    String name = info.madeFrom().modelCheckpoint();
    boolean known =
        StorePath.isLocal(name)
            || StorePath.haveOneStore(name, table)
            || StorePath.haveOneStore(name, paths.home().root());
    if (!known) {
      throw Failure.input(
          "Cannot %s, the feature table names a base model on another store: %s in %s (expected one of this machine or of the table's store). If you trust it, add --model_checkpoint %s."
              .formatted(attempt, name, table, name));
    }
    return name;
  }

  /** Refuses a table of another tokenizer. */
  public void requireCodecOf(FeatureTable table, String words) {
    table
        .info()
        .map(info -> info.madeFrom().codecFingerprint())
        .filter(made -> !made.equals(codecFingerprint))
        .ifPresent(
            made -> {
              throw Failure.input(
                  "Cannot %s, %s was made with another tokenizer than the base model's: %s in %s (expected %s of %s). Tokenize again with --model_checkpoint %s, or give the table's base model."
                      .formatted(
                          attempt, words, made, table.folder(), codecFingerprint, name, name));
            });
  }

  private static Failure unnamed(String attempt, String table) {
    return Failure.usage(
        "Cannot %s, the feature table does not say its base model: %s (expected _features.json). Add --model_checkpoint."
            .formatted(attempt, table));
  }
}
