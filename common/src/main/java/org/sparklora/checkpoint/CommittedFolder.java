package org.sparklora.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * A folder that is valid by its marker: the files are written first, the marker last; to overwrite
 * it, the marker is deleted first. Nothing is ever renamed.
 */
final class CommittedFolder {
  private static final long LONGEST_MARKER = 1 << 20;

  private final Store store;
  private final String folder;
  private final String marker;

  CommittedFolder(Store store, String folder, String markerName) {
    this.store = store;
    this.folder = folder;
    this.marker = Store.child(folder, markerName);
  }

  /** Writes all files, checks what the store then holds, and commits. */
  Checkpoint write(Stamp stamp, Map<String, byte[]> files, Consent consent) {
    Manifest manifest = Manifest.of(stamp, files);
    Optional<Manifest> before = previous();
    deleteMarker(consent);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      String path = Store.child(folder, file.getKey());
      consent.ask("write " + path);
      store.writeBytes(path, file.getValue());
    }
    if (before.isPresent()) {
      deleteLeftovers(before.get(), manifest, consent);
    }
    checkArrived(manifest);
    consent.ask("write " + marker);
    store.writeText(marker, manifest.toJson());
    return new Checkpoint(folder, manifest);
  }

  boolean isMarked() {
    return store.exists(marker);
  }

  void deleteMarker(Consent consent) {
    if (isMarked()) {
      consent.ask("delete " + marker);
      store.delete(marker);
    }
  }

  /** The parsed marker; the files are not looked at. */
  Manifest manifest() throws Damage {
    Optional<StoredFile> found = store.status(marker);
    if (found.isEmpty()) {
      throw new Damage("it has no manifest (never completed, or being rotated)");
    }
    if (found.get().length() > LONGEST_MARKER) {
      throw new Damage("its manifest is too long");
    }
    return Manifest.parse(store.readText(marker));
  }

  /** The folder, if its marker parses and all sizes and hashes are equal. */
  Checkpoint verified() throws Damage {
    Manifest manifest = manifest();
    checkSizes(manifest);
    for (Map.Entry<String, Manifest.Content> file : manifest.files().entrySet()) {
      if (!hash(Store.child(folder, file.getKey())).equals(file.getValue().sha256())) {
        throw new Damage("a file has another SHA-256 than its manifest says: " + file.getKey());
      }
    }
    return new Checkpoint(folder, manifest);
  }

  private Optional<Manifest> previous() {
    try {
      return Optional.of(manifest());
    } catch (Damage none) {
      return Optional.empty();
    }
  }

  private void deleteLeftovers(Manifest before, Manifest now, Consent consent) {
    for (String name : before.files().keySet()) {
      if (!now.files().containsKey(name)) {
        consent.ask("delete " + Store.child(folder, name));
        store.delete(Store.child(folder, name));
      }
    }
  }

  private void checkArrived(Manifest manifest) {
    try {
      checkSizes(manifest);
    } catch (Damage damage) {
      throw Failure.storage(
          "Cannot commit the checkpoint, the store does not hold what was written: %s in %s (expected it whole). Check the free space of the store."
              .formatted(damage.getMessage(), folder),
          damage);
    }
  }

  private void checkSizes(Manifest manifest) throws Damage {
    for (Map.Entry<String, Manifest.Content> file : manifest.files().entrySet()) {
      Optional<StoredFile> found = store.status(Store.child(folder, file.getKey()));
      if (found.isEmpty()) {
        throw new Damage("a file is missing: " + file.getKey());
      }
      if (found.get().length() != file.getValue().size()) {
        throw new Damage(
            "a file has another size than its manifest says: %s with %d bytes, not %d"
                .formatted(file.getKey(), found.get().length(), file.getValue().size()));
      }
    }
  }

  private String hash(String path) {
    try (InputStream in = store.read(path)) {
      return Sha256.of(in).hex();
    } catch (IOException e) {
      throw Failure.storage(
          "Cannot check the checkpoint, the store failed: %s (expected %s to be readable). Try again."
              .formatted(e.getMessage(), path),
          e);
    }
  }
}
