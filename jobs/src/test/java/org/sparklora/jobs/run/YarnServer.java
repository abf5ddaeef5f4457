package org.sparklora.jobs.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.sparklora.storage.HdfsServer;
import org.sparklora.storage.Store;

/** YARN on loopback, with one node whose containers are processes of this machine; and HDFS. */
public final class YarnServer implements AutoCloseable {
  private final HdfsServer hdfs;
  private final MiniYARNCluster cluster;
  private final YarnClient client;
  private final Path settings;

  private YarnServer(HdfsServer hdfs, MiniYARNCluster cluster, YarnClient client, Path settings) {
    this.hdfs = hdfs;
    this.cluster = cluster;
    this.client = client;
    this.settings = settings;
  }

  /**
   * Starts both.
   *
   * @param folder takes the settings for clients
   */
  public static YarnServer start(Path folder) throws IOException {
    HdfsServer hdfs = HdfsServer.start(1);
    MiniYARNCluster cluster = new MiniYARNCluster("yarn", 1, 1, 1);
    cluster.init(settings());
    cluster.start();
    Configuration running = new Configuration(cluster.getConfig());
    running.set("fs.defaultFS", hdfs.root());
    Path file = Files.createDirectories(folder.resolve("hadoop-conf"));
    for (String name : List.of("core-site.xml", "yarn-site.xml")) {
      try (OutputStream out = Files.newOutputStream(file.resolve(name))) {
        running.writeXml(out);
      }
    }
    YarnClient client = YarnClient.createYarnClient();
    client.init(running);
    client.start();
    return new YarnServer(hdfs, cluster, client, file);
  }

  private static Configuration settings() {
    Configuration settings = new YarnConfiguration();
    settings.setInt("yarn.nodemanager.resource.memory-mb", 8192);
    settings.setInt("yarn.nodemanager.resource.cpu-vcores", 16);
    settings.setInt("yarn.scheduler.minimum-allocation-mb", 128);
    settings.setInt("yarn.scheduler.maximum-allocation-mb", 4096);
    settings.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    settings.setBoolean("yarn.nodemanager.pmem-check-enabled", false);
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
    settings.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1");
    // A developer's disk may be fuller than a node's should be.
    settings.setBoolean("yarn.nodemanager.disk-health-checker.enable", false);
    settings.setInt("yarn.nodemanager.delete.debug-delay-sec", 3600);
    return settings;
  }

  /** What {@code HADOOP_CONF_DIR} has to name. */
  public Path settingsFolder() {
    return settings;
  }

  public String hdfs() {
    return hdfs.root();
  }

  public Store store() {
    return Store.with(hdfs.settings());
  }

  /** The newest application that somebody tagged so. */
  public ApplicationReport tagged(String tag) throws IOException, YarnException {
    return client.getApplications(null, null, Set.of(tag)).stream()
        .max(Comparator.comparing(ApplicationReport::getApplicationId))
        .orElseThrow(() -> new IOException("YARN knows no application tagged " + tag));
  }

  public int attempts(ApplicationId application) throws IOException, YarnException {
    return client.getApplicationAttempts(application).size();
  }

  /** As {@code yarn application -kill}. */
  public void kill(ApplicationId application) throws IOException, YarnException {
    client.killApplication(application);
  }

  /** Processes of an application's containers whose command line has this part. */
  public List<ProcessHandle> processes(ApplicationId application, String part) {
    List<ProcessHandle> found = new ArrayList<>();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      all.filter(p -> isJava(commandLine(p)))
          .filter(p -> commandLine(p).contains(application.toString()))
          .filter(p -> commandLine(p).contains(part))
          .forEach(found::add);
    }
    return found;
  }

  private static boolean isJava(String commandLine) {
    return commandLine.split("\0", 2)[0].endsWith("java");
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (IOException gone) {
      return "";
    }
  }

  @Override
  public void close() {
    client.stop();
    cluster.stop();
    hdfs.close();
  }
}
