package org.sparklora.report;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.storage.Store;

/** The files that tell people of a run: a page, and the model card of its adapter. */
public final class RunReport {
  public static final String PAGE = "report.html";
  public static final String CARD = "README.md";

  /** Who wrote them; a file of the same name without this is somebody else's. */
  static final String GENERATOR = "sparklora";

  private RunReport() {}

  /** The page alone. */
  public static String page(RunRecord record) {
    return new ReportPage(record).html();
  }

  /** Both files by name, but for those that somebody else has put into the folder. */
  public static Map<String, byte[]> files(RunRecord record, Store store) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(PAGE, page(record).getBytes(StandardCharsets.UTF_8));
    files.put(CARD, new ModelCard(record).text().getBytes(StandardCharsets.UTF_8));
    files.keySet().removeIf(name -> isForeign(store, Store.child(record.folder(), name)));
    return files;
  }

  private static boolean isForeign(Store store, String path) {
    return store.exists(path) && !store.readText(path).contains(GENERATOR);
  }
}
