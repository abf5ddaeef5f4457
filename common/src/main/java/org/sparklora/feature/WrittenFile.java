package org.sparklora.feature;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

/**
 * A data file as its task wrote it.
 *
 * @param checksum CRC-32C of its bytes
 */
public record WrittenFile(String name, long checksum) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Fails if the store holds other bytes; reads the whole file. */
  public void check(Store store, String folder) {
    String path = Store.child(folder, name);
    try (InputStream file = store.read(path);
        CheckedInputStream checked = new CheckedInputStream(file, new CRC32C())) {
      checked.transferTo(OutputStream.nullOutputStream());
      long found = checked.getChecksum().getValue();
      if (found != checksum) {
        throw Failure.storage(
            "Cannot read the feature table back, a file holds other bytes than were written: %s with CRC-32C %08x (expected %08x). Check the store and run again."
                .formatted(path, found, checksum),
            null);
      }
    } catch (IOException e) {
      throw Failure.storage(
          "Cannot read the feature table back, the store failed: %s (%s). Check the store and run again."
              .formatted(path, e.getMessage()),
          e);
    }
  }
}
