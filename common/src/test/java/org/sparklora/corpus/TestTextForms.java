package org.sparklora.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class TestTextForms {
  private static final String LINES = "{\"q\": \"一\", \"a\": \"é\"}\n\n{\"q\": \"2\"}\n";
  private static final List<String> ROWS = List.of("一=é", "3: the key is missing: a");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void compressedFilesAreReadByTheirContent(Packing packing) throws IOException {
    Path file = write("corpus.txt", packed(packing, utf8(LINES)));
    String second = packing == Packing.NONE ? "25: the key is missing: a" : ROWS.get(1);
    assertEquals(List.of(ROWS.get(0), second), rows(file));
  }

  @ParameterizedTest
  @EnumSource
  void streamsBehindOneAnotherAreOneText(Packing packing) throws IOException {
    byte[] one = packed(packing, utf8("{\"q\": \"1\", \"a\": \"x\"}\n"));
    assertEquals(List.of("1=x", "1=x", "1=x"), rows(write("c.json", joined(one, one, one))));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void damagedCompressedFilesAreNamed(Packing packing) throws IOException {
    String noise =
        IntStream.range(0, 50_000).mapToObj(i -> "" + i * i).collect(Collectors.joining());
    byte[] whole = packed(packing, utf8("{\"q\": \"1\", \"a\": \"%s\"}\n".formatted(noise)));
    byte[] changed = whole.clone();
    for (int i = 0; i < 100; i++) {
      changed[whole.length / 2 + i] ^= (byte) (i + 1);
    }
    for (byte[] damaged : List.of(Arrays.copyOf(whole, whole.length / 2), changed)) {
      Path file = write("c", damaged);
      Failure failure = assertThrows(Failure.class, () -> rows(file));
      assertEquals(
          "Cannot read the corpus, its compressed data is damaged or needs more than 256 MiB to unpack: %s (expected %s to the end). Copy or compress the file again."
              .formatted(file, packing.word()),
          failure.getMessage());
      assertEquals(ExitCode.INPUT, failure.exitCode());
    }
  }

  /** Wherever the last bytes are missing, which hold check sums. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aMissingEndIsNamed(Packing packing) throws IOException {
    byte[] whole = packed(packing, utf8("{\"q\": \"1\", \"a\": \"x\"}\n".repeat(100)));
    for (int missing = 1; missing < Math.min(40, whole.length - 12); missing++) {
      Path file = write("c", Arrays.copyOf(whole, whole.length - missing));
      assertFails(
          file,
          "Cannot read the corpus, its compressed data is damaged or needs more than 256 MiB to unpack: %%s (expected %s to the end). Copy or compress the file again."
              .formatted(packing.word()));
    }
  }

  @Test
  void aTableWithTwoColumnsOfOneNameIsRefusedIfTheyAreWanted() throws IOException {
    assertFails(
        write("c.csv", utf8("q,a,q\n1,2,3\n")),
        "Cannot read the corpus, a table has two columns of one name: q in %s (expected one)."
            + " Rename one.");
    assertEquals(List.of("1=2"), rows(write("c.csv", utf8("q,a,x,x,,\n1,2,3,4,5,6\n"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "GB18030"})
  void aByteOrderMarkTellsTheEncoding(String charset) throws IOException {
    for (String text : List.of(LINES, "[" + LINES.strip().replace("\n\n", ",") + "]")) {
      Path file = write("c.json", ("\ufeff" + text).getBytes(Charset.forName(charset)));
      assertEquals(ROWS.get(0), rows(file, "windows-1252").get(0));
      assertEquals(2, rows(file, "windows-1252").size());
    }
    Path table = write("c.csv", "\ufeffq,a\n一,é\n".getBytes(Charset.forName(charset)));
    assertEquals(List.of("一=é"), rows(table));
  }

  @Test
  void theFlagTellsTheEncodingOfTheOthers() throws IOException {
    byte[] lines = LINES.getBytes(Charset.forName("GB18030"));
    assertEquals(ROWS, rows(write("c", lines), "gb18030"));
    assertEquals(ROWS, rows(write("c", packed(Packing.GZIP, lines)), "gb18030"));
    assertEquals(ROWS, rows(write("c", LINES.getBytes(StandardCharsets.UTF_16LE)), "UTF-16LE"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void wideCharactersWithoutAByteOrderMarkAreNamed(String charset) throws IOException {
    Path file = write("c", LINES.getBytes(Charset.forName(charset)));
    Failure failure = assertThrows(Failure.class, () -> rows(file));
    assertEquals(
        "Cannot read the input, a file is %s without a byte order mark: %s (expected UTF-8). Add --encoding %s."
            .formatted(charset, file, charset),
        failure.getMessage());
    assertEquals(ROWS, rows(file, charset));
    Path packed = write("c.gz", packed(Packing.GZIP, LINES.getBytes(Charset.forName(charset))));
    assertThrows(Failure.class, () -> rows(packed, "GB18030"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '%',
      quoteCharacter = '$',
      value = {
        "c.csv%q;a%';'%commas in a .csv",
        "c.csv%\"q\"|\"a\"%'|'%commas in a .csv",
        "c.tsv%id,q,a%','%tabs in a .tsv"
      })
  void aTableWithOtherDelimitersIsNamed(String name, String header, String found, String expected)
      throws IOException {
    Path file = write(name, utf8(header + "\n1\n"));
    Failure failure = assertThrows(Failure.class, () -> rows(file));
    assertEquals(
        "Cannot read the corpus, the fields of a table are separated by %s: %s (expected %s). Save it again, or as JSON."
            .formatted(found, file, expected),
        failure.getMessage());
  }

  @Test
  void whatIsNoTextOfTheEncodingIsABadRow() throws IOException {
    byte[] lines =
        joined(
            utf8("{\"q\": \"x\", \"a\": \"y\"}\n{\"q\": \""),
            new byte[] {(byte) 0xff},
            utf8("\", \"a\": \"y\"}\n"));
    assertEquals(List.of("x=y", "2: it is not GB18030"), rows(write("c", lines), "GB18030"));
    assertEquals(List.of("x=y", "21: it is not UTF-8"), rows(write("c", lines)));
    byte[] table = joined(utf8("q,a\nx,y\n1"), new byte[] {(byte) 0xff}, utf8(",y\n"));
    assertEquals(List.of("x=y", "3: it is not UTF-8"), rows(write("c.csv", table)));
  }

  @Test
  void objectsOverSeveralLinesAndSeveralOnALine() throws IOException {
    String pretty =
        """
        {
          "q": "1 } {",
          "n": [{"q": 1}, {
            "z": NaN
          }],
          "a": "\\"x\\\\"
        }
        {
          "q": "2"
        }

        {"q": "3", "a": "z"}{"q": "4", "a": "z"} {"a": "z", "q": "5"}\
        """;
    List<String> expected = List.of("1 } {=\"x\\", "8: the key is missing: a", "3=z", "4=z", "5=z");
    assertEquals(expected, rows(write("c.json", utf8(pretty))));
    assertEquals(expected, rows(write("c.json", utf8("\ufeff" + pretty.replace("\n", "\r\n")))));
    assertEquals(expected, rows(write("c.json", packed(Packing.ZSTD, utf8(pretty)))));
    assertEquals(expected, rows(write("c.json", utf8(pretty.replace("\n", "\r")))));
    assertEquals(
        List.of("1=x", "2=y"),
        rows(write("c", utf8("{\"q\":\"1\",\"a\":\"x\"}{\"q\":\"2\",\"a\":\"y\"}"))));
  }

  @Test
  void behindABrokenObjectTheNextOneIsFound() throws IOException {
    String good = "{\n\"q\": \"1\",\n\"a\": \"x\"\n}\n";
    for (String broken :
        List.of("{\n\"q\": \"1\"\n", "{\"q\": \"1\n", "nonsense\n", "{\"q\": [}\n", "\0\0\0\n")) {
      List<String> rows = rows(write("c", utf8(good + broken + good)));
      assertEquals(List.of("1=x", "1=x"), rows.stream().filter("1=x"::equals).toList(), broken);
      assertEquals("5", rows.get(1).substring(0, 1), broken);
    }
  }

  @Test
  void aBrokenFirstLineDoesNotMakeOthersObjects() throws IOException {
    String rest = "{\"q\": \"1\", \"a\": \"x\"}\n{\"q\": \"2\", \"a\": \"x\"}\n";
    for (String first : List.of("{\"q\": \n", "{\"q\": \"\n", "nonsense\n", "{\"q\"", "{\n")) {
      Path file = write("c", utf8(first + "\n" + rest));
      TextForm form =
          FileKind.of(Store.local(), Store.local().status(file.toString()).orElseThrow(), "UTF-8")
              .text()
              .orElseThrow();
      assertEquals(TextForm.PLAIN_LINES, form, first);
    }
  }

  @Test
  void eachRowHasAPlaceOfItsOwnAlsoWhereSeveralBeginOnALine() throws IOException {
    String object = "{\"q\": \"1\", \"a\": \"z\"}";
    Path file = write("same.json", utf8(object + object + " " + object + "\n" + object));
    CorpusPlan plan =
        CorpusPlan.of(Store.local(), InputFiles.find(Store.local(), file.toString()), 1, "UTF-8");
    List<Long> positions = new ArrayList<>();
    List<Long> places = new ArrayList<>();
    try (CorpusRows rows =
        new CorpusRows(Store.local(), new ExampleParser("q", "a"), plan.parts().get(0))) {
      rows.forEachRemaining(
          row -> {
            positions.add(row.position());
            places.add(row.place());
          });
    }
    assertEquals(List.of(1L, 1L, 1L, 2L), positions);
    assertEquals(List.of(0L, 1L, 2L, 3L), places);
  }

  @Test
  void anObjectHasALimit() throws IOException {
    ObjectTexts objects =
        new ObjectTexts(new java.io.ByteArrayInputStream(utf8("{\"q\": \"12345\"}{}")), 4);
    assertEquals("{\"q\":", new String(objects.next(), StandardCharsets.UTF_8).replace(" ", ""));
    assertEquals(2, objects.next().length);
  }

  @ParameterizedTest
  @CsvSource({"c.csv, ','", "c.CSV.gz, ','", "c.tsv, '\t'", "c.tsv.zst, '\t'"})
  void tablesHaveAHeaderAndQuotes(String name, String delimiter) throws IOException {
    String table =
        "n,a,q\r\n1, x ,\"one\r\n\"\"two\"\", three\"\r\n\r\n#2,,\"\"\r\n3,x\r\n4,长,5\" screen"
            .replace(",", delimiter);
    List<String> rows = rows(write(name, utf8(table)));
    assertEquals(
        List.of(
            "one\n\"two\"%s three= x ".formatted(delimiter),
            "=",
            "6: it has 2 fields and the header 3",
            "5\" screen=长"),
        rows);
    assertEquals(rows, rows(write(name, utf8(table.replace("\r\n", "\n")))));
    assertEquals(rows, rows(write(name, utf8(table.replace("\r\n", "\r")))));
  }

  @Test
  void aTableWithoutTheColumnHasNoGoodRow() throws IOException {
    assertEquals(List.of("2: the key is missing: a"), rows(write("c.csv", utf8("q,b\nx,y\n"))));
    assertEquals(List.of(), rows(write("c.csv", utf8("q,a\n"))));
    assertEquals(List.of("1=x"), rows(write("c.csv", utf8("{\"q\": \"1\", \"a\": \"x\"}"))));
  }

  @Test
  void aQuotationMarkThatIsNotClosedEndsAtTheLimit() throws IOException {
    Path file = write("c.csv", utf8("q,a\n\"x,y\n" + "z".repeat(SplitLines.longest() + (1 << 17))));
    assertFails(
        file,
        "Cannot read the corpus, a row of the table is too long: %s (expected at most 67108864"
            + " characters). Look for a quotation mark that is not closed, or if it is meant so"
            + " raise --size_limits.");
    assertFails(
        write("d.csv", utf8("q,a" + ",".repeat(30_000))),
        "Cannot read the corpus, the table is malformed at line 1: %s (expected at most 20000"
            + " columns). Correct the file.");
  }

  @Test
  void filesThatAreNoCorpusAreNamed() throws IOException {
    foreign(
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
        "a Git LFS pointer, not the file itself",
        "Run git lfs pull");
    foreign("\ufeff\n<!-- x -->\n<HTML lang=en>", "an HTML page", "Download the file itself");
    foreign("<!doctype html>", "an HTML page", "Download the file itself");
    foreign("<?xml version='1.0'?><Error/>", "an XML document", "Convert it first");
    foreign("Rar!\u001a", "a RAR archive", "Unpack it first");
    foreign("%PDF-1.7", "a PDF document", "Convert it first");
    String twice =
        "Cannot read the input, a file is compressed twice: %s (expected JSON, CSV, TSV or"
            + " Parquet). Unpack it once.";
    assertFails(write("c.gz", packed(Packing.GZIP, packed(Packing.ZSTD, utf8("{}")))), twice);
    byte[] lzma = HexFormat.of().parseHex("5d00008000ffffffffffffffff003d");
    assertFails(
        write("c.lzma", lzma),
        "Cannot read the input, a file is compressed with lzma: %s (expected JSON, CSV, TSV or"
            + " Parquet). Unpack it first.");
    String tar = "name" + "\0".repeat(253) + "ustar" + "\0".repeat(762);
    foreign(tar, "a tar archive", "Unpack it first");
    assertFails(
        write("c.tgz", packed(Packing.GZIP, utf8(tar))),
        "Cannot read the input, a file is a tar archive: %s (expected JSON, CSV, TSV or Parquet)."
            + " Unpack it first.");
    assertFails(
        write("c", packed(Packing.GZIP, utf8("PAR1"))),
        "Cannot read the input, a file is Parquet inside of other compression: %s (expected JSON,"
            + " CSV, TSV or Parquet). Unpack it first.");
  }

  @Test
  void theCommonestReasonAndItsFirstPlaceAreNamed() throws IOException {
    Path file = write("c", utf8("{}\n{\"q\"\n\n{\"q\": \"1\", \"a\": \"x\"}\n{\"q\": \"12\n"));
    BadReasons reasons = new BadReasons();
    assertEquals(3, bad(file, reasons).count());
    String malformed = "most often: it is malformed JSON at column 5, as in %s at line 2";
    assertEquals(malformed.formatted(file), reasons.commonest(Store.local()));
    Path array = write("a", utf8("[7, {\"q\": \"1\", \"a\": \"x\"}, 7, 7, 7]"));
    reasons.add(bad(array, new BadReasons()));
    assertEquals(7, reasons.count());
    assertEquals(
        "most often: it is not a JSON object, as in %s at element 0".formatted(array),
        reasons.commonest(Store.local()));
  }

  private static BadReasons bad(Path file, BadReasons reasons) {
    read(file, "UTF-8")
        .forEach(
            l -> {
              if (l.row() instanceof CorpusRow.Bad bad) {
                reasons.add(l, bad);
              }
            });
    return reasons;
  }

  private void foreign(String text, String what, String advice) throws IOException {
    assertFails(
        write("c.jsonl", utf8(text)),
        "Cannot read the input, a file is %s: %%s (expected JSON, CSV, TSV or Parquet). %s."
            .formatted(what, advice));
  }

  private static void assertFails(Path file, String message) {
    Failure failure = assertThrows(Failure.class, () -> rows(file));
    assertEquals(message.formatted(file), failure.getMessage());
    assertEquals(ExitCode.INPUT, failure.exitCode());
  }

  private static List<String> rows(Path file) {
    return rows(file, "UTF-8");
  }

  /** Of a good row prompt and target, of a bad one position and reason. */
  private static List<String> rows(Path file, String charset) {
    return read(file, charset).stream()
        .map(
            l ->
                l.row() instanceof CorpusRow.Good good
                    ? good.example().prompt() + "=" + good.example().target()
                    : l.position() + ": " + ((CorpusRow.Bad) l.row()).reason())
        .toList();
  }

  private static List<CorpusRows.Located> read(Path file, String charset) {
    Store store = Store.local();
    CorpusPlan plan = CorpusPlan.of(store, InputFiles.find(store, file.toString()), 3, charset);
    List<CorpusRows.Located> found = new ArrayList<>();
    for (List<CorpusSplit> part : plan.parts()) {
      try (CorpusRows rows = new CorpusRows(store, new ExampleParser("q", "a"), part)) {
        rows.forEachRemaining(found::add);
      }
    }
    return found;
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] packed(Packing packing, byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (packing) {
          case NONE -> packed;
          case GZIP -> new GZIPOutputStream(packed);
          case BZIP2 -> new BZip2CompressorOutputStream(packed);
          case ZSTD -> new ZstdOutputStream(packed).setChecksum(true);
          case XZ -> new XZOutputStream(packed, new LZMA2Options());
        }) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
