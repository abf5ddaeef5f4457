package org.sparklora.jobs;

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
 * A standalone cluster of a stock Spark distribution on loopback: one master and workers of one
 * core each, every one a process of its own.
 */
final class StockCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final Path sparkHome;
  private final Path folder;
  private final int port;
  private final int masterPage;
  private final List<Process> processes = new ArrayList<>();

  StockCluster(Path sparkHome, Path folder, int workers) throws IOException, InterruptedException {
    this.sparkHome = sparkHome;
    this.folder = folder;
    this.port = freePort();
    this.masterPage = freePort();
    start("master", "--host", HOST, "--port", "" + port, "--webui-port", "" + masterPage);
    for (int i = 0; i < workers; i++) {
      String work = folder.resolve("work-" + i).toString();
      start(
          "worker",
          "--host",
          HOST,
          "--cores",
          "1",
          "--memory",
          "2g",
          "--webui-port",
          "0",
          "-d",
          work,
          master());
    }
    awaitWorkers(workers);
  }

  String master() {
    return "spark://" + HOST + ":" + port;
  }

  private void start(String role, String... arguments) throws IOException {
    String type = role.equals("master") ? "master.Master" : "worker.Worker";
    List<String> command = new ArrayList<>();
    command.add(sparkHome.resolve("bin/spark-class").toString());
    command.add("org.apache.spark.deploy." + type);
    command.addAll(List.of(arguments));
    File log = folder.resolve(role + "-" + processes.size() + ".log").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("SPARK_LOCAL_IP", HOST);
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
