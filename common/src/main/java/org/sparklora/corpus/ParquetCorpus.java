package org.sparklora.corpus;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sparklora.Failure;
import org.sparklora.SizeLimit;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * What can be told of a Parquet corpus by its footers: whether every file holds the wanted columns
 * as text that Spark can read. Other columns may be anything.
 */
public final class ParquetCorpus {
  /** What Spark brings; the others need jars of their own. */
  private static final Set<String> CODECS =
      Set.of("UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4", "LZ4_RAW");

  private final List<ParquetFooter> footers;

  private ParquetCorpus(List<ParquetFooter> footers) {
    this.footers = footers;
  }

  /** Fails by name for the first file that cannot be read; files without rows are as they are. */
  public static void check(Store store, List<StoredFile> files, ExampleParser wanted) {
    files.forEach(ParquetCorpus::checkName);
    ParquetCorpus corpus =
        new ParquetCorpus(
            files.parallelStream()
                .map(f -> ParquetFooter.read(store, f.path()))
                .filter(f -> f.rows() > 0)
                .toList());
    Stream.of(wanted.promptKey(), wanted.targetKey())
        .filter(key -> !key.isEmpty())
        .forEach(corpus::check);
  }

  /** The columns of the first file that has rows. */
  public static List<String> columns(Store store, List<StoredFile> files) {
    return files.stream()
        .map(f -> ParquetFooter.read(store, f.path()))
        .filter(f -> f.rows() > 0)
        .findFirst()
        .map(ParquetFooter::names)
        .orElse(List.of());
  }

  /** Fails for a file of conversations that Spark would pass over or cannot read. */
  public static void check(Store store, List<StoredFile> files, Collection<String> wanted) {
    files.forEach(ParquetCorpus::checkName);
    files.parallelStream()
        .map(f -> ParquetFooter.read(store, f.path()))
        .filter(f -> f.rows() > 0)
        .forEach(f -> wanted.stream().filter(f.names()::contains).forEach(key -> check(f, key)));
  }

  /**
   * Which files are read with which schema, in Spark's words: the wanted columns as each file has
   * them. Files without rows are left out unless there are no others.
   */
  public static Map<String, List<String>> schemas(
      Store store, List<String> files, Collection<String> wanted) {
    List<ParquetFooter> footers =
        files.parallelStream().map(f -> ParquetFooter.read(store, f)).toList();
    boolean anyRows = footers.stream().anyMatch(f -> f.rows() > 0);
    Map<String, List<String>> schemas = new LinkedHashMap<>();
    for (ParquetFooter footer : footers) {
      if (footer.rows() > 0 || !anyRows) {
        schemas.computeIfAbsent(schema(footer, wanted), s -> new ArrayList<>()).add(footer.file());
      }
    }
    return schemas;
  }

  private static String schema(ParquetFooter footer, Collection<String> wanted) {
    return footer.columns().stream()
        .filter(c -> wanted.contains(c.name()))
        .flatMap(c -> c.readAs().map(type -> ParquetType.field(c.name(), " ", type)).stream())
        .collect(Collectors.joining(", "));
  }

  private static void checkName(StoredFile file) {
    if (file.name().startsWith("_") || file.name().startsWith(".")) {
      throw Failure.input(
          "Cannot read the input, Spark passes over Parquet files of such a name: %s (expected one that does not begin with . or _). Rename it."
              .formatted(file.path()));
    }
  }

  private void check(String key) {
    footers.forEach(f -> checkPresence(f, key));
    Optional<ParquetFooter> text = footers.stream().filter(f -> isText(f, key)).findFirst();
    for (ParquetFooter footer : footers) {
      if (!isText(footer, key)) {
        throw text.map(t -> otherType(footer, key, t)).orElseGet(() -> noText(footer, key));
      }
      checkValues(footer, key);
    }
  }

  private static void check(ParquetFooter footer, String key) {
    checkOnce(footer, key);
    checkValues(footer, key);
  }

  private static void checkValues(ParquetFooter footer, String key) {
    checkCodecs(footer, key);
    SizeLimit.TEXT.require(
        "read the input",
        "a value of the Parquet column " + key,
        footer.column(key).orElseThrow().longest(),
        footer.file());
  }

  private void checkPresence(ParquetFooter footer, String key) {
    checkOnce(footer, key);
    if (footer.column(key).isPresent()) {
      return;
    }
    String expected = String.join(", ", footer.names());
    throw Failure.input(
        footers.stream().noneMatch(f -> f.column(key).isPresent())
            ? "Cannot read the input, the Parquet files have no such column: %s (expected one of %s). Change --prompt_key or --target_key."
                .formatted(key, expected)
            : "Cannot read the input, a Parquet file has no such column, others do: %s in %s (expected one of %s). Write it again, or tokenize the files one after the other."
                .formatted(key, footer.file(), expected));
  }

  private static void checkOnce(ParquetFooter footer, String key) {
    long count = footer.names().stream().filter(key::equals).count();
    if (count > 1) {
      throw Failure.input(
          "Cannot read the input, a Parquet file has %d columns of one name: %s in %s (expected one). Write it again with other names."
              .formatted(count, key, footer.file()));
    }
  }

  private static boolean isText(ParquetFooter footer, String key) {
    return type(footer, key).equals(ParquetColumn.TEXT);
  }

  private static String type(ParquetFooter footer, String key) {
    return footer.column(key).orElseThrow().type();
  }

  private static Failure noText(ParquetFooter footer, String key) {
    return Failure.input(
        "Cannot read the input, a Parquet column holds no text: %s is %s (expected string). Choose another column."
            .formatted(key, type(footer, key)));
  }

  private static Failure otherType(ParquetFooter footer, String key, ParquetFooter text) {
    return Failure.input(
        "Cannot read the input, a Parquet column is not of one type: %s is %s in %s (expected string, as in %s). Write the file again with texts."
            .formatted(key, type(footer, key), footer.file(), text.file()));
  }

  private static void checkCodecs(ParquetFooter footer, String key) {
    for (String codec : footer.column(key).orElseThrow().codecs()) {
      if (!CODECS.contains(codec)) {
        throw Failure.input(
            "Cannot read the input, a Parquet column is packed in a way that this Spark does not read: %s is %s in %s (expected snappy, zstd, gzip or lz4). Write the file again."
                .formatted(key, codec, footer.file()));
      }
    }
  }
}
