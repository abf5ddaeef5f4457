package org.sparklora.jobs.run;

import java.net.URL;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.sparklora.Failure;

/** Files of a cluster's Hadoop settings, as the class path has them. */
final class HadoopFiles {
  private static final List<String> NAMES =
      List.of("core-site.xml", "hdfs-site.xml", "yarn-site.xml");

  private HadoopFiles() {}

  /**
   * Fails on one that cannot be read: whoever comes upon it later takes it for a fault of a store.
   *
   * @param resources finds them
   */
  static void require(Configuration resources) {
    for (String name : NAMES) {
      Optional.ofNullable(resources.getResource(name)).ifPresent(HadoopFiles::read);
    }
  }

  private static void read(URL file) {
    Configuration alone = new Configuration(false);
    alone.addResource(file);
    try {
      alone.size(); // reads it
    } catch (RuntimeException broken) {
      Throwable cause = broken.getCause() == null ? broken : broken.getCause();
      String why = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
      throw Failure.cluster(
          "Cannot start the job, a file of the Hadoop settings cannot be read: %s, %s (expected whole XML). Correct it, or HADOOP_CONF_DIR."
              .formatted(file, why),
          broken);
    }
  }
}
