package org.sparklora.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** HDFS on loopback: a name node and some data nodes inside the test's JVM. */
public final class HdfsServer implements StoreServer {
  /** Small blocks, so that small files have several. */
  public static final int BLOCK_BYTES = 1 << 20;

  private final LocalFolder folder;
  private final MiniDFSCluster cluster;
  private final StorageSettings settings;

  private HdfsServer(LocalFolder folder, MiniDFSCluster cluster, StorageSettings settings) {
    this.folder = folder;
    this.cluster = cluster;
    this.settings = settings;
  }

  public static HdfsServer start(int dataNodes) {
    LocalFolder folder = LocalFolder.start();
    Configuration configuration = new HdfsConfiguration();
    configuration.setInt("dfs.replication", dataNodes);
    try {
      MiniDFSCluster cluster =
          new MiniDFSCluster.Builder(configuration, folder.folder().toFile())
              .numDataNodes(dataNodes)
              .build();
      cluster.waitActive();
      return new HdfsServer(folder, cluster, client(dataNodes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StorageSettings client(int dataNodes) {
    return new StorageSettings(
        Map.of(
            "dfs.replication", Integer.toString(dataNodes),
            "dfs.blocksize", Integer.toString(BLOCK_BYTES),
            // Asked too early whether a file is complete, a client waits this long, usually 400.
            "dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10"));
  }

  public MiniDFSCluster cluster() {
    return cluster;
  }

  @Override
  public String root() {
    return "hdfs://localhost:" + cluster.getNameNodePort();
  }

  @Override
  public StorageSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    cluster.shutdown(true);
    folder.close();
  }
}
