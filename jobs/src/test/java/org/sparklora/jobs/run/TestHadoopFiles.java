package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

class TestHadoopFiles {
  private static final String WHOLE =
      "<configuration><property><name>a</name><value>b</value></property></configuration>";

  @TempDir Path folder;

  @Test
  void aFileThatIsCutShortIsNamedBeforeAnythingStarts() throws Exception {
    file("core-site.xml", WHOLE);
    Path cut = file("hdfs-site.xml", WHOLE.substring(0, 40));
    Failure failure = assertThrows(Failure.class, this::require);
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "Cannot start the job, a file of the Hadoop settings cannot be read: file:"
                    + cut
                    + ", Unexpected EOF"),
        failure.getMessage());
    assertTrue(
        failure.getMessage().endsWith(" (expected whole XML). Correct it, or HADOOP_CONF_DIR."),
        failure.getMessage());
  }

  @Test
  void noXmlAtAllIsNamedToo() throws Exception {
    file("yarn-site.xml", "yarn.resourcemanager.hostname=rm\n");
    assertThrows(Failure.class, this::require);
    file("yarn-site.xml", "");
    assertThrows(Failure.class, this::require);
  }

  @Test
  void wholeFilesAndNoFilesPass() throws Exception {
    require();
    file("core-site.xml", "<?xml version=\"1.0\"?>\n" + WHOLE);
    file("yarn-site.xml", "<configuration/>");
    require();
  }

  private void require() throws Exception {
    Configuration resources = new Configuration(false);
    try (URLClassLoader files =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      resources.setClassLoader(files);
      HadoopFiles.require(resources);
    }
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }
}
