package org.sparklora.jobs.run;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A standalone cluster on loopback: one master and workers of one core each, every one a process of
 * its own under an address of its own, as if it were a machine.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final List<String> launcher;
  private final Path home;
  private final Path folder;
  private final int port;
  private final int masterPage;
  private final List<Process> processes = new ArrayList<>();
  private int started;

  private StandaloneCluster(List<String> launcher, Path home, Path folder) throws IOException {
    this.launcher = launcher;
    this.home = home;
    this.folder = folder;
    this.port = freePort();
    this.masterPage = freePort();
    start("master", HOST, List.of("--port", "" + port, "--webui-port", "" + masterPage));
  }

  /** From a Spark distribution, without workers yet. */
  public static StandaloneCluster ofStock(Path sparkHome, Path folder) throws IOException {
    return new StandaloneCluster(
        List.of(sparkHome.resolve("bin/spark-class").toString()), sparkHome, folder);
  }

  /** From the class path that tests run with, without workers yet. */
  public static StandaloneCluster ofTests(Path folder) throws IOException {
    List<String> java = new ArrayList<>();
    java.add(System.getProperty("java.home") + "/bin/java");
    java.add("-Xmx256m");
    java.addAll(List.of(DriverProcess.SHORT_LIVED.split(" ")));
    java.addAll(DriverProcess.moduleFlags());
    java.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return new StandaloneCluster(java, folder, folder);
  }

  public String master() {
    return "spark://" + HOST + ":" + port;
  }

  /** Starts workers until so many live. */
  public StandaloneCluster workers(int wanted) throws IOException, InterruptedException {
    processes.removeIf(p -> !p.isAlive());
    while (processes.size() - 1 < wanted) {
      String host = "127.0.0." + (started + 1);
      String work = folder.resolve("work-" + started).toString();
      List<String> size = List.of("--cores", "1", "--memory", "2g", "--webui-port", "0");
      List<String> arguments = new ArrayList<>(size);
      arguments.addAll(List.of("-d", work, master()));
      start("worker", host, arguments);
    }
    awaitWorkers(wanted);
    return this;
  }

  /** SIGKILL to an executor and to the worker that would replace it. */
  public void loseMachineOf(ProcessHandle executor) {
    executor.parent().ifPresent(ProcessHandle::destroyForcibly);
    executor.destroyForcibly();
  }

  private void start(String role, String host, List<String> arguments) throws IOException {
    String type = role.equals("master") ? "master.Master" : "worker.Worker";
    List<String> command = new ArrayList<>(launcher);
    command.add("org.apache.spark.deploy." + type);
    command.addAll(List.of("--host", host));
    command.addAll(arguments);
    File log = folder.resolve(role + "-" + started++ + ".log").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_LOCAL_IP", host);
    builder.environment().put("SPARK_DAEMON_JAVA_OPTS", DriverProcess.SHORT_LIVED);
    processes.add(builder.redirectOutput(log).start());
  }

  /** The master's own page says how many workers are alive. */
  private void awaitWorkers(int workers) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (aliveWorkers() < workers) {
      if (System.nanoTime() > deadline) {
        close();
        throw new IOException("no " + workers + " workers after 120 s; logs in " + folder);
      }
      processes.get(0).waitFor(250, TimeUnit.MILLISECONDS);
    }
  }

  private int aliveWorkers() {
    URI page = URI.create("http://%s:%d/json/".formatted(HOST, masterPage));
    try (InputStream in = page.toURL().openStream()) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return json.split("\"state\" : \"ALIVE\"", -1).length - 1;
    } catch (IOException notYet) {
      return 0;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      process.waitFor();
    }
  }
}
