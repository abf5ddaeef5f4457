package org.sparklora.storage;

import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Hadoop's plain local file system under the scheme {@code raw:}, to test the Hadoop door. */
public final class RawSchemeFileSystem extends RawLocalFileSystem {
  @Override
  public URI getUri() {
    return URI.create("raw:///");
  }

  @Override
  public String getScheme() {
    return "raw";
  }

  @Override
  protected void checkPath(Path path) {
    // Any path: only the scheme differs from the parent's.
  }
}
