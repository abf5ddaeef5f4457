package org.sparklora.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.sparklora.Python;
import org.sparklora.jobs.run.YarnServer;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** A job that a script of {@code submit/} brings to YARN, as a process of its own. */
final class YarnJob implements AutoCloseable {
  private static final long MOST_SECONDS = 600;

  private final YarnServer yarn;
  private final Path sparkHome;
  private final String job;
  private final String tag = "test-" + UUID.randomUUID();
  private final Path log;
  private final List<String> settings = new ArrayList<>();
  private final Map<String, String> flags = new LinkedHashMap<>();
  private Path hadoop;
  private Process process;

  YarnJob(YarnServer yarn, Path sparkHome, String job) throws IOException {
    this.yarn = yarn;
    this.sparkHome = sparkHome;
    this.job = job;
    this.log = Files.createTempFile("yarn-" + job, ".log");
    this.hadoop = yarn.settingsFolder();
    submitted("--driver-memory", "600m", "--num-executors", "2", "--executor-memory", "512m");
    submitted("--conf", "spark.executor.memoryOverhead=600m");
    submitted("--conf", "spark.yarn.tags=" + tag);
    submitted("--conf", "spark.yarn.jars=local:" + sparkHome.resolve("jars") + "/*");
    submitted("--conf", "spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1");
    submitted("--conf", "spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1");
  }

  /** More arguments for {@code spark-submit}. */
  YarnJob submitted(String... arguments) {
    settings.addAll(List.of(arguments));
    return this;
  }

  YarnJob with(String flag, String value) {
    flags.put(flag, value);
    return this;
  }

  YarnJob hadoop(Path folder) {
    hadoop = folder;
    return this;
  }

  /** Starts it with the application master in {@code client} or {@code cluster} mode. */
  YarnJob start(String deployMode) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Python.root().resolve("submit/" + job + ".sh").toString());
    command.addAll(List.of("--master", "yarn", "--deploy-mode", deployMode));
    command.addAll(settings);
    command.add("--");
    flags.forEach((flag, value) -> command.add("--" + flag + "=" + value));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("HADOOP_CONF_DIR", hadoop.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    process = builder.redirectOutput(log.toFile()).start();
    return this;
  }

  /** What the script's process ends with. */
  int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("still running after " + MOST_SECONDS + " s:\n" + log());
    }
    return process.exitValue();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  ApplicationReport report() throws IOException, YarnException {
    return yarn.tagged(tag);
  }

  /**
   * As the manager has it in the end: a failed client's application ends with a second master,
   * which looks for its driver for a while.
   */
  ApplicationReport lastReport() throws IOException, YarnException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (report().getFinalApplicationStatus() == FinalApplicationStatus.UNDEFINED) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the manager does not say how the application ended:\n" + log());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return report();
  }

  int attempts() throws IOException, YarnException {
    return yarn.attempts(report().getApplicationId());
  }

  void kill() throws IOException, YarnException {
    yarn.kill(report().getApplicationId());
  }

  /** SIGKILL to one of the application's processes, whose command line has this part. */
  void killProcess(String part) throws IOException, YarnException {
    List<ProcessHandle> found = yarn.processes(report().getApplicationId(), part);
    if (found.isEmpty()) {
      throw new IOException("no process of the application is a " + part);
    }
    found.get(0).destroyForcibly();
  }

  /** Waits for a checkpoint of at least this step, and returns its step. */
  long awaitCheckpoint(long step) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (newestCheckpoint() < step) {
      if (System.nanoTime() > deadline) {
        throw new IOException("no checkpoint from step " + step + " on:\n" + log());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return newestCheckpoint();
  }

  /** The newest one that is whole; 0 when there is none. */
  long newestCheckpoint() {
    return yarn.store().list(output()).stream()
        .filter(f -> f.name().startsWith("checkpoint-"))
        .filter(f -> yarn.store().exists(Store.child(f.path(), "manifest.json")))
        .mapToLong(f -> Long.parseLong(f.name().substring("checkpoint-".length())))
        .max()
        .orElse(0);
  }

  /** {@code _outcome.json}, or an empty tree. */
  JsonNode outcome() throws IOException {
    String path = Store.child(output(), "_outcome.json");
    ObjectMapper json = new ObjectMapper();
    return yarn.store().exists(path)
        ? json.readTree(yarn.store().readText(path))
        : json.createObjectNode();
  }

  List<String> names() {
    return yarn.store().list(output()).stream().map(StoredFile::name).toList();
  }

  String output() {
    return flags.getOrDefault("output_dir", flags.get("save_name"));
  }

  /** {@code submit/stop.sh} for this job's output. */
  int stop() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(Python.root().resolve("submit/stop.sh").toString(), output());
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("HADOOP_CONF_DIR", hadoop.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start().waitFor();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
