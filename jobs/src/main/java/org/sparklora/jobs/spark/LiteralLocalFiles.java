package org.sparklora.jobs.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Local files without a checksum file beside them, whose name Hadoop cannot make for a name with a
 * colon; a pattern names the one file that it escapes, since Hadoop's patterns know no colons at
 * all. Spark makes it by name; only inheriting changes it.
 */
public final class LiteralLocalFiles extends RawLocalFileSystem {
  @Override
  public FileStatus[] globStatus(Path pattern) throws IOException {
    try {
      return new FileStatus[] {getFileStatus(new Path(unescaped(pattern)))};
    } catch (FileNotFoundException e) {
      return null; // as the others do for a path that is no pattern
    }
  }

  private static String unescaped(Path pattern) {
    return pattern.toString().replaceAll("\\\\(.)", "$1");
  }
}
