package org.sparklora.checkpoint;

import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.storage.Store;

/** A committed folder that was found to be as its manifest says. */
public record Checkpoint(String folder, Manifest manifest) {
  public long step() {
    return manifest.stamp().step();
  }

  /** The content of one of its files, checked against the manifest once more. */
  public byte[] read(Store store, String name) {
    Manifest.Content expected = manifest.files().get(name);
    if (expected == null) {
      throw unusable("a file is not part of it", name, manifest.files().keySet().toString());
    }
    byte[] content = store.readBytes(Store.child(folder, name));
    String actual = Sha256.of(content).hex();
    if (!actual.equals(expected.sha256())) {
      throw unusable("a file has changed", name + " with SHA-256 " + actual, expected.sha256());
    }
    return content;
  }

  private Failure unusable(String why, String actual, String expected) {
    return new Failure(
        ExitCode.STORAGE,
        "Cannot use the checkpoint, %s: %s in %s (expected %s). Resume from an earlier one."
            .formatted(why, actual, folder, expected));
  }
}
