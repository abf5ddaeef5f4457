package org.sparklora.jobs.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Parquet files with the wanted columns, or nearly so. */
final class OddParquet {
  private static final List<String> COLUMNS =
      List.of(
          "optional binary %s (STRING);",
          "optional binary %s (STRING);",
          "optional binary %s (STRING);",
          "required binary %s (STRING);",
          "optional binary %s;",
          "optional binary %s (JSON);",
          "optional int64 %s;",
          "optional int96 %s;",
          "repeated binary %s (STRING);",
          "optional boolean %s;",
          "optional binary %s (ENUM);",
          "optional fixed_len_byte_array(2) %s;",
          "optional group %s { optional binary x (STRING); }",
          "optional group %s (LIST) { repeated group list { optional binary element (STRING); } }",
          "optional binary %s (DECIMAL(5,2));",
          "optional int32 %s (DATE);");

  private final Chance chance;
  private final OddCorpus texts;

  OddParquet(Chance chance, OddCorpus texts) {
    this.chance = chance;
    this.texts = texts;
  }

  void write(Path file) throws IOException {
    MessageType schema = schema();
    Path made = Files.createTempDirectory("parquet").resolve("made.parquet");
    try (ParquetWriter<Group> writer = writer(made, schema)) {
      int rows = chance.below(20);
      for (int i = 0; i < rows; i++) {
        writer.write(row(schema));
      }
    }
    Files.move(made, file);
    Files.deleteIfExists(made.resolveSibling(".made.parquet.crc"));
    Files.delete(made.getParent());
  }

  private MessageType schema() {
    StringBuilder text = new StringBuilder("message m {");
    for (String name : chance.oneIn(10) ? List.of("q") : List.of("q", "a")) {
      String column = chance.oneIn(3) ? chance.of(COLUMNS) : COLUMNS.get(0);
      text.append(column.formatted(name));
    }
    for (String name : chance.some(List.of("Q", "id", "t"))) {
      text.append(chance.of(COLUMNS).formatted(name));
    }
    return MessageTypeParser.parseMessageType(text.append("}").toString());
  }

  private ParquetWriter<Group> writer(Path file, MessageType schema) throws IOException {
    return ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
        .withType(schema)
        .withConf(new Configuration(false))
        .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
        .withCompressionCodec(
            chance.of(
                CompressionCodecName.UNCOMPRESSED,
                CompressionCodecName.SNAPPY,
                CompressionCodecName.GZIP,
                CompressionCodecName.ZSTD))
        .build();
  }

  private Group row(MessageType schema) {
    SimpleGroup row = new SimpleGroup(schema);
    for (int i = 0; i < schema.getFieldCount(); i++) {
      boolean plain = schema.getType(i).isPrimitive();
      if (plain
          && (schema.getType(i).isRepetition(org.apache.parquet.schema.Type.Repetition.REQUIRED)
              || !chance.oneIn(12))) {
        add(row, i, schema.getType(i).asPrimitiveType().getPrimitiveTypeName().name());
      }
    }
    return row;
  }

  private void add(SimpleGroup row, int field, String type) {
    switch (type) {
      case "INT64" -> row.add(field, chance.number());
      case "INT32" -> row.add(field, chance.below(1000));
      case "BOOLEAN" -> row.add(field, chance.oneIn(2));
      case "INT96" -> row.add(field, Binary.fromConstantByteArray(new byte[12]));
      case "FIXED_LEN_BYTE_ARRAY" -> row.add(field, Binary.fromConstantByteArray(new byte[2]));
      default -> row.add(field, bytes());
    }
  }

  private Binary bytes() {
    byte[] text = Binary.fromString(texts.value()).getBytes();
    return Binary.fromConstantByteArray(chance.oneIn(30) ? chance.damaged(text) : text);
  }
}
