package org.sparklora.jobs.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparklora.Log;

/**
 * Where Kubernetes takes a container's last words from: they stand in the pod's state, and what
 * watches pods shows them.
 *
 * @param file is made by Kubernetes, and missing everywhere else
 */
public record TerminationMessage(Path file) {
  private static final Log LOG = Log.of(TerminationMessage.class);

  public static TerminationMessage ofThisPod() {
    return new TerminationMessage(Path.of("/dev/termination-log"));
  }

  /** Kubernetes cuts it after 4096 bytes. */
  public void write(String message) {
    if (!Files.isWritable(file)) {
      return;
    }
    try {
      Files.write(file, message.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.warn("The pod's last words were not written: {}", e.toString());
    }
  }
}
