package org.sparklora.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.sparklora.command.JobOutcome;

/** Something that is written into an {@link ExportFolder}. */
interface Exported extends AutoCloseable {
  /** Equal where the same is written again. */
  String identity();

  /** The names of all files but the marker. */
  List<String> names();

  /** Writes what is not there yet; fills {@code description}, and says how it went. */
  JobOutcome write(ExportFolder folder, ObjectNode description);

  @Override
  void close();
}
