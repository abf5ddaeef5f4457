package org.sparklora.jobs.predict;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparklora.predict.Prediction;

/** A prediction as Spark's row. */
final class PredictionColumns {
  private static final StructType PLAIN =
      new StructType()
          .add("prompt", DataTypes.StringType, false)
          .add("prediction", DataTypes.StringType, false);

  private static final StructType COMPARED =
      PLAIN
          .add("target", DataTypes.StringType, false)
          .add("exact_match", DataTypes.BooleanType, false);

  private PredictionColumns() {}

  static StructType schema(boolean withTargets) {
    return withTargets ? COMPARED : PLAIN;
  }

  static Row row(Prediction prediction) {
    String prompt = prediction.prompt().text();
    return prediction
        .prompt()
        .target()
        .map(
            target ->
                RowFactory.create(
                    prompt, prediction.text(), target, prediction.exactMatch().orElseThrow()))
        .orElseGet(() -> RowFactory.create(prompt, prediction.text()));
  }
}
