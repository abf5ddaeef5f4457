package org.sparklora.corpus;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * A column of a Parquet file.
 *
 * @param type in the words of Spark's schemas where it has one
 * @param readAs the schema that Spark can read it with, if there is one
 * @param codecs of all its row groups
 * @param longest bytes that some value has at least
 */
record ParquetColumn(
    String name, String type, Optional<String> readAs, List<String> codecs, long longest) {
  static final String TEXT = "string";
  static final String ENCRYPTED = "encrypted";

  static ParquetColumn of(
      SchemaElement element, Optional<String> readAs, List<String> codecs, long longest) {
    return new ParquetColumn(element.getName(), type(element), readAs, codecs, longest);
  }

  private static String type(SchemaElement element) {
    if (element.getRepetition_type() == FieldRepetitionType.REPEATED) {
      return "array";
    }
    if (element.getType() == null) {
      return nested(element.getConverted_type());
    }
    if (element.getType() == Type.BYTE_ARRAY && isText(element)) {
      return TEXT;
    }
    if (element.isSetConverted_type()) {
      return element.getConverted_type().name().toLowerCase(Locale.ROOT);
    }
    return switch (element.getType()) {
      case BOOLEAN -> "boolean";
      case INT32 -> "int";
      case INT64 -> "bigint";
      case INT96 -> "timestamp";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> "binary";
    };
  }

  private static String nested(ConvertedType type) {
    return type == ConvertedType.LIST ? "array" : type == ConvertedType.MAP ? "map" : "struct";
  }

  private static boolean isText(SchemaElement element) {
    LogicalType logical = element.getLogicalType();
    return logical != null
        ? logical.isSetSTRING() || logical.isSetENUM() || logical.isSetJSON()
        : element.getConverted_type() == ConvertedType.UTF8
            || element.getConverted_type() == ConvertedType.ENUM
            || element.getConverted_type() == ConvertedType.JSON;
  }
}
