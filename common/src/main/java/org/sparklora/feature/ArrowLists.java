package org.sparklora.feature;

import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.LargeListVector;

/**
 * A column of lists of whole numbers of any width.
 *
 * @param start of a row's list among the values
 * @param end behind it
 */
record ArrowLists(
    FieldVector lists, IntUnaryOperator start, IntUnaryOperator end, BaseIntVector values) {
  /** The column of this name, where it is one of plain lists, large ones or those of one size. */
  static Optional<ArrowLists> of(VectorSchemaRoot batch, String name) {
    FieldVector found = batch.getVector(name);
    if (found instanceof LargeListVector large) {
      return numbers(found)
          .map(
              values ->
                  new ArrowLists(
                      found,
                      row -> Math.toIntExact(large.getElementStartIndex(row)),
                      row -> Math.toIntExact(large.getElementEndIndex(row)),
                      values));
    }
    return found instanceof BaseListVector lists
        ? numbers(found)
            .map(
                values ->
                    new ArrowLists(
                        found, lists::getElementStartIndex, lists::getElementEndIndex, values))
        : Optional.empty();
  }

  private static Optional<BaseIntVector> numbers(FieldVector lists) {
    return lists.getChildrenFromFields().get(0) instanceof BaseIntVector values
        ? Optional.of(values)
        : Optional.empty();
  }

  boolean isNull(int row) {
    return lists.isNull(row);
  }

  /** Of a row; null has none. */
  int length(int row) {
    return isNull(row) ? 0 : end.applyAsInt(row) - start.applyAsInt(row);
  }

  /** The number at a place of a row; null is the lowest. */
  long number(int row, int place) {
    int index = start.applyAsInt(row) + place;
    return values.isNull(index) ? Long.MIN_VALUE : values.getValueAsLong(index);
  }

  int[] counts(int row) throws ArrowColumns.NoNumber {
    int from = start.applyAsInt(row);
    int[] counts = new int[length(row)];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = ArrowColumns.count(values, from + i);
    }
    return counts;
  }
}
