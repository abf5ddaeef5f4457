package org.sparklora.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Fixtures;
import org.sparklora.feature.FeatureRow;
import org.sparklora.jobs.predict.PredictPrompts;
import org.sparklora.jobs.predict.PredictResult;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.jobs.tokenize.TokenizeResult;
import org.sparklora.jobs.train.TrainRun;
import org.sparklora.predict.PredictionsInfo;
import org.sparklora.storage.FixtureCopy;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoreServer;
import org.sparklora.storage.StoredFile;

/**
 * The three jobs for tests, with base, corpus, table, runs and answers in one folder of a store.
 */
final class StoredPipeline {
  private static final int PROMPTS = 16;

  private final SparkSession session = LocalSpark.session();
  private final StoreServer server;
  private final String folder;

  private StoredPipeline(StoreServer server, String name) {
    this.server = server;
    this.folder = Store.child(server.root(), name + "-" + UUID.randomUUID());
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    server.settings().hadoop().forEach(hadoop::set);
  }

  /** Puts base and corpus on the store, in a folder that nobody has used. */
  static StoredPipeline on(StoreServer server) {
    return on(server, "pipeline");
  }

  /** In a folder whose name begins with this one. */
  static StoredPipeline on(StoreServer server, String name) {
    StoredPipeline pipeline = new StoredPipeline(server, name);
    FixtureCopy.folder(Fixtures.path("llama", "model"), pipeline.store(), pipeline.path("base"));
    List<String> corpus =
        Fixtures.lines("llama", "corpus.jsonl").stream().map(Object::toString).toList();
    pipeline.store().writeText(pipeline.path("corpus.jsonl"), lines(corpus));
    pipeline.store().writeText(pipeline.path("prompts.jsonl"), lines(corpus.subList(0, PROMPTS)));
    return pipeline;
  }

  Store store() {
    return Store.with(server.settings());
  }

  /** A place in the folder of this pipeline. */
  String path(String name) {
    return Store.child(folder, name);
  }

  /** What a JVM needs beside the flags to reach the store. */
  List<String> javaOptions() {
    List<String> options = new ArrayList<>();
    for (Map.Entry<String, String> setting : server.settings().hadoop().entrySet()) {
      options.add("-Dspark.hadoop." + setting.getKey() + "=" + setting.getValue());
    }
    return options;
  }

  TokenizeResult tokenize(String format) {
    return new TokenizeCorpus(session, Path.of("unused"))
        .with("model_checkpoint", path("base"))
        .with("input_file", path("corpus.jsonl"))
        .with("save_name", path("table-" + format))
        .with("format", format)
        .run();
  }

  /** Another corpus into another table. */
  TokenizeResult tokenizeAlso(String corpus) {
    return new TokenizeCorpus(session, Path.of("unused"))
        .with("model_checkpoint", path("base"))
        .with("input_file", path(corpus))
        .with("save_name", path("table of " + corpus.replace('/', ' ')))
        .run();
  }

  /** Copies a file of this machine. */
  void put(String name, Path file) {
    try {
      store().writeBytes(path(name), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of the table that {@link #tokenize} made. */
  List<FeatureRow> rows(String format) {
    return TokenizeCorpus.rows(session, store(), path("table-" + format));
  }

  /** Six steps, a checkpoint every two; the table is made where it is not there yet. */
  TrainRun train(String name) {
    tokenize("parquet");
    return new TrainRun(session, path("table-parquet"), path(name));
  }

  byte[] adapter(String name) {
    return store().readBytes(path(name + "/adapter_model.safetensors"));
  }

  PredictResult predict(String adapter) {
    return new PredictPrompts(session, Path.of("unused"))
        .with("model_checkpoint", path("base"))
        .with("adapter", path(adapter))
        .with("input_file", path("prompts.jsonl"))
        .with("output_dir", path(adapter + "-answers"))
        .run();
  }

  /** The lines of the table of answers that {@link #predict} made, in its order. */
  List<String> answers(String adapter) {
    String table = path(adapter + "-answers");
    return PredictionsInfo.read(store(), table).orElseThrow().files().stream()
        .map(f -> store().readText(Store.child(table, f.name())))
        .flatMap(String::lines)
        .toList();
  }

  /** What lies in the folder of a run, but for the lease's folder, which S3 has only while full. */
  List<String> names(String name) {
    return store().list(path(name)).stream()
        .map(StoredFile::name)
        .filter(n -> !n.equals("_lease"))
        .toList();
  }

  private static String lines(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}
