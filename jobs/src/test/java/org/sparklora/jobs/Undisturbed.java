package org.sparklora.jobs;

import java.util.List;
import org.sparklora.feature.FeatureRow;
import org.sparklora.storage.LocalFolder;

/** What the jobs of {@link StoredPipeline} make on local files when nothing goes wrong. */
record Undisturbed(List<FeatureRow> rows, byte[] adapter, List<String> answers) {
  private static Undisturbed made;

  /** Made once per JVM. */
  static synchronized Undisturbed run() {
    if (made == null) {
      try (LocalFolder folder = LocalFolder.start()) {
        StoredPipeline pipeline = StoredPipeline.on(folder);
        pipeline.train("run").run();
        pipeline.predict("run");
        made =
            new Undisturbed(
                pipeline.rows("parquet"), pipeline.adapter("run"), pipeline.answers("run"));
      }
    }
    return made;
  }
}
