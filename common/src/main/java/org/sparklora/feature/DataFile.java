package org.sparklora.feature;

import java.io.IOException;
import java.io.Serializable;
import org.sparklora.Failure;
import org.sparklora.storage.PlainName;

/** A data file of a table: its name inside the table's folder, its rows and its size. */
public record DataFile(String name, long rows, long bytes) implements Serializable {
  private static final long serialVersionUID = 1L;

  public DataFile {
    if (!PlainName.isOne(name)) {
      throw Failure.input(
          "Cannot read the feature table, the name of a data file is none: '%s' (expected a file inside the table's folder). Make the table again in another folder."
              .formatted(name));
    }
  }

  /** A step of writing a data file. */
  public interface Step {
    void run() throws IOException;
  }

  /** Does a step of writing the file at {@code path}; what the store throws becomes a failure. */
  public static void writing(String path, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw notWritten(path, e);
    }
  }

  /** What a data file's writer throws when the store does. */
  public static Failure notWritten(String path, IOException e) {
    return Failure.storage(
        "Cannot write the feature table, the write failed: %s (%s). Check free space and permissions, then run again."
            .formatted(path, e.getMessage()),
        e);
  }
}
