package org.sparklora.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Settings;

class TestExportConfig {
  @Test
  void readsItsFlags() {
    ExportConfig config =
        config(
            "--adapter a=x --adapter b=y --mix a=0.7,b=0.3 --method svd --rank 4 --output_dir o");
    assertEquals("a=0.7,b=0.3", config.mix().text());
    assertEquals(ExportConfig.Method.SVD, config.method());
    assertEquals(4, config.rank());
    assertEquals(5_000_000_000L, config.maxShardSize());
    ExportConfig located = config.at(path -> "/at/" + path, name -> "/model/" + name);
    assertEquals("/at/x", located.adapters().get(0).folder());
    assertEquals("/at/o", located.outputDir());
    assertEquals("", located.modelCheckpoint());
    assertEquals("a=1", config("--adapter a=x --output_dir o").mix().text());
  }

  @ParameterizedTest
  @CsvSource({"5GB, 5000000000", "2 gib, 2147483648", "17, 17", "500MB, 500000000", "3kb, 3000"})
  void sizesAreReadAsPythonsToolsDo(String text, long bytes) {
    assertEquals(bytes, ByteSize.parse("max_shard_size", text));
  }

  @ParameterizedTest
  @CsvSource({"0", "-1GB", "5 potatoes", "99999999999999TB", "''"})
  void whatIsNoSizeIsRefused(String text) {
    Failure failure = assertThrows(Failure.class, () -> ByteSize.parse("max_shard_size", text));
    assertEquals(
        "Cannot export, --max_shard_size is no size: '%s' (expected such as 5GB, 500MB or 2GiB). Correct it."
            .formatted(text),
        failure.getMessage());
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    assertRefused(
        "--output_dir o",
        "Cannot export, no adapter is given: none (expected at least one). Give --adapter NAME=DIR.");
    assertRefused(
        "--adapter a=x --rank 3 --output_dir o",
        "Cannot export, --rank is for --method svd: 3 (expected none, an exact mix has the sum of the ranks). Leave it out or add --method svd.");
    assertRefused(
        "--adapter a=x --rank -3 --method svd --output_dir o",
        "Cannot export, --rank is negative: -3 (expected at least 0). Leave it out for the largest of the adapters.");
    assertRefused(
        "--adapter a=x --merge --method svd --output_dir o",
        "Cannot export, --merge adds the mix as it is: --method svd (expected exact). Leave --method out, or export the cut adapter first and merge that.\nCannot export, --merge has no base: '' (expected --model_checkpoint). Give the base that the adapters were trained on.");
    assertRefused(
        "--adapter a=x --mix a=NaN --max_shard_size x --output_dir o",
        "Cannot export, --max_shard_size is no size: 'x' (expected such as 5GB, 500MB or 2GiB). Correct it.\nCannot mix the adapters, the weight of a is no number: 'NaN' in 'a=NaN' (expected such as a=0.7,b=0.3). Correct the mix.");
  }

  private static ExportConfig config(String flags) {
    return Settings.parse(ExportConfig.options(), flags.split(" ")).build(ExportConfig::of);
  }

  private static void assertRefused(String flags, String message) {
    Failure failure = assertThrows(Failure.class, () -> config(flags));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(message, failure.getMessage());
  }
}
