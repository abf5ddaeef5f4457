package org.sparklora.jobs.predict;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparklora.predict.Prediction;

/** An answer as Spark's row. */
final class AnswerColumns {
  private static final StructType PLAIN =
      new StructType()
          .add("prompt", DataTypes.StringType, false)
          .add("prediction", DataTypes.StringType, false);

  private static final StructType COMPARED =
      PLAIN
          .add("target", DataTypes.StringType, false)
          .add("exact_match", DataTypes.BooleanType, false);

  private AnswerColumns() {}

  static StructType schema(boolean withTargets) {
    return withTargets ? COMPARED : PLAIN;
  }

  static Row row(Prediction answer) {
    String prompt = answer.prompt().text();
    return answer
        .prompt()
        .target()
        .map(
            target ->
                RowFactory.create(prompt, answer.text(), target, answer.exactMatch().orElseThrow()))
        .orElseGet(() -> RowFactory.create(prompt, answer.text()));
  }
}
