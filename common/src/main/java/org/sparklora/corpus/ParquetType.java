package org.sparklora.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;

/**
 * Reads a column's type in the words that Spark takes for a schema. Text is text whether it is
 * marked as such or not; what Spark cannot read is left out of what holds it.
 */
final class ParquetType {
  private static final Set<ConvertedType> SIGNED =
      Set.of(ConvertedType.INT_8, ConvertedType.INT_16, ConvertedType.INT_32, ConvertedType.INT_64);

  private final List<SchemaElement> tree;
  private int next;

  private ParquetType(List<SchemaElement> tree, int first) {
    this.tree = tree;
    this.next = first;
  }

  /** The type of the element at {@code index}, if anything of it can be read. */
  static Optional<String> of(List<SchemaElement> tree, int index) {
    return new ParquetType(tree, index).read();
  }

  /** A field with its name. */
  static String field(String name, String separator, String type) {
    return "`" + name.replace("`", "``") + "`" + separator + type;
  }

  private Optional<String> read() {
    SchemaElement element = tree.get(next++);
    Optional<String> type = element.isSetType() ? primitive(element) : group(element);
    return element.getRepetition_type() == FieldRepetitionType.REPEATED
        ? type.map(ParquetType::array)
        : type;
  }

  private Optional<String> group(SchemaElement group) {
    boolean list =
        group.getConverted_type() == ConvertedType.LIST
            || (group.isSetLogicalType() && group.getLogicalType().isSetLIST());
    boolean map =
        group.getConverted_type() == ConvertedType.MAP
            || group.getConverted_type() == ConvertedType.MAP_KEY_VALUE
            || (group.isSetLogicalType() && group.getLogicalType().isSetMAP());
    if (group.getNum_children() == 1 && (list || map)) {
      return list ? list(group) : map();
    }
    return struct(group);
  }

  private Optional<String> struct(SchemaElement group) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < group.getNum_children(); i++) {
      String name = tree.get(next).getName();
      read().ifPresent(type -> fields.add(field(name, ": ", type)));
    }
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of("struct<" + String.join(", ", fields) + ">");
  }

  /** The repeated element is the item itself, or wraps it; the rule is Parquet's. */
  private Optional<String> list(SchemaElement list) {
    SchemaElement repeated = tree.get(next++);
    if (repeated.isSetType()) {
      return primitive(repeated).map(ParquetType::array);
    }
    boolean wraps =
        repeated.getNum_children() == 1
            && !repeated.getName().equals("array")
            && !repeated.getName().equals(list.getName() + "_tuple");
    return (wraps ? read() : group(repeated)).map(ParquetType::array);
  }

  private Optional<String> map() {
    SchemaElement pair = tree.get(next++);
    List<Optional<String>> types = new ArrayList<>();
    for (int i = 0; i < pair.getNum_children(); i++) {
      types.add(read());
    }
    return types.size() == 2 && types.stream().allMatch(Optional::isPresent)
        ? Optional.of("map<" + types.get(0).get() + ", " + types.get(1).get() + ">")
        : Optional.empty();
  }

  private static String array(String item) {
    return "array<" + item + ">";
  }

  private static Optional<String> primitive(SchemaElement element) {
    return switch (element.getType()) {
      case BOOLEAN -> Optional.of("boolean");
      case INT32 -> isWhole(element) ? Optional.of("int") : Optional.empty();
      case INT64 -> isWhole(element) ? Optional.of("bigint") : Optional.empty();
      case FLOAT -> Optional.of("float");
      case DOUBLE -> Optional.of("double");
      case BYTE_ARRAY ->
          element.getConverted_type() == ConvertedType.DECIMAL
              ? Optional.empty()
              : Optional.of("string");
      case INT96, FIXED_LEN_BYTE_ARRAY -> Optional.empty();
    };
  }

  /** Whether it is a signed number, or no more than nulls; not a time, a decimal or the like. */
  private static boolean isWhole(SchemaElement element) {
    if (!element.isSetLogicalType()) {
      return !element.isSetConverted_type() || SIGNED.contains(element.getConverted_type());
    }
    LogicalType type = element.getLogicalType();
    return type.isSetUNKNOWN() || (type.isSetINTEGER() && type.getINTEGER().isIsSigned());
  }
}
