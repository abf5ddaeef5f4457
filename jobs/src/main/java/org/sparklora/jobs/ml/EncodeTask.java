package org.sparklora.jobs.ml;

import java.util.Arrays;
import java.util.Iterator;
import java.util.function.IntToLongFunction;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.sparklora.corpus.Windows;
import org.sparklora.jobs.spark.TaskEnd;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/**
 * Encodes the texts of a partition.
 *
 * @param folder of the base
 * @param text the column of texts
 * @param most tokens of one text
 */
record EncodeTask(StorageSettings storage, String folder, int text, int most)
    implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;
  private static final int WINDOW = 64;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    TokenCodec codec =
        StageEdge.around(() -> Codecs.open(ModelFolders.local(Store.with(storage), folder)));
    TaskEnd.of(TaskContext.get(), codec::close, () -> {});
    return new Windows<>(
        rows,
        WINDOW,
        window -> StageEdge.around(() -> window.stream().map(row -> encoded(row, codec)).toList()));
  }

  private Row encoded(Row row, TokenCodec codec) {
    if (row.isNullAt(text)) {
      return WiderRow.of(row, null);
    }
    int[] ids = codec.encodePrompt(row.getString(text));
    int[] fitting = ids.length > most ? codec.encodePrompt(row.getString(text), most) : ids;
    return WiderRow.of(
        row,
        RowFactory.create(
            column(fitting, id -> id), column(fitting, id -> 0), column(fitting, id -> 1)));
  }

  /** Spark takes arrays, not Java's lists. */
  private static Long[] column(int[] ids, IntToLongFunction value) {
    return Arrays.stream(ids).mapToLong(value).boxed().toArray(Long[]::new);
  }
}
