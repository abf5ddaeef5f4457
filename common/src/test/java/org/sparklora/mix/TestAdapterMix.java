package org.sparklora.mix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.mix.AdapterMix.Share;

class TestAdapterMix {
  private static final List<String> KNOWN = List.of("math", "数学", "b.2");

  @Test
  void readsNamesAndWeights() {
    assertEquals(
        List.of(new Share("math", 0.7), new Share("数学", -0.3), new Share("b.2", 1)),
        AdapterMix.parse("math=0.7, 数学 = -3e-1 ,b.2", KNOWN).shares());
    assertEquals("math=0.7,b.2=1", AdapterMix.parse("math=0.7,b.2", KNOWN).text());
    assertEquals("", AdapterMix.NONE.text());
    assertEquals(AdapterMix.parse("math", KNOWN), AdapterMix.of("math"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "math=|the weight of math is no number: '' in 'math='",
        "math=NaN|the weight of math is no number: 'NaN' in 'math=NaN'",
        "math=1,b.2=Infinity|the weight of b.2 is no number: 'Infinity' in 'math=1,b.2=Infinity'",
        "math=1e999|the weight of math is no number: '1e999' in 'math=1e999'",
        "math=1d|the weight of math is no number: '1d' in 'math=1d'",
        "math=0.5=1|the weight of math is no number: '0.5=1' in 'math=0.5=1'",
        "math=1,|a part is no NAME=WEIGHT: '' in 'math=1,'",
        "=1|a part is no NAME=WEIGHT: '=1' in '=1'",
        "0.5 math|a part is no NAME=WEIGHT: '0.5 math' in '0.5 math'"
      })
  void whatIsNoMixIsRefused(String text, String why) {
    assertRefused(
        () -> AdapterMix.parse(text, KNOWN),
        "Cannot mix the adapters, %s (expected such as a=0.7,b=0.3). Correct the mix."
            .formatted(why));
  }

  @Test
  void unknownNamesAreRefused() {
    assertRefused(
        () -> AdapterMix.parse("maths=1", KNOWN),
        "Cannot mix the adapters, none has this name: maths (expected math, 数学, b.2). Did you mean math? Each one is given as --adapter NAME=DIR.");
    assertRefused(
        () -> AdapterMix.parse("a=1", List.of()),
        "Cannot mix the adapters, none has this name: a (expected none). Each one is given as --adapter NAME=DIR.");
  }

  @ParameterizedTest
  @CsvSource({
    "a=weights/x, a, weights/x,",
    "a=weights/x:0.5, a, weights/x, 0.5",
    "a=x:-.5, a, x, -0.5",
    "weights/math/, math, weights/math/,",
    "weights/math:2, math, weights/math, 2",
    "a=hdfs://host:8020/x, a, hdfs://host:8020/x,",
    "a=hdfs://host:8020/x:3, a, hdfs://host:8020/x, 3",
    "a=hdfs://host:8020, a, hdfs://host:8020,",
    "s3a://b/day=3/x, x, s3a://b/day=3/x,",
    "a=b=c, a, b=c,",
    "a=x:y, a, x:y,"
  })
  void placesAreNamesFoldersAndWeights(String text, String name, String folder, Double weight) {
    assertEquals(new AdapterPlace(name, folder, weight), AdapterPlace.parse(text));
  }

  @Test
  void whatIsNoPlaceIsRefused() {
    assertRefused(
        () -> AdapterPlace.parse("a="),
        "Cannot take the adapter, it says no folder: 'a=' (expected NAME=DIR or NAME=DIR:WEIGHT). Correct --adapter.");
    assertRefused(
        () -> AdapterPlace.parse("a=x:NaN"),
        "Cannot mix the adapters, the weight of a is no number: 'NaN' in 'a=x:NaN' (expected such as a=0.7,b=0.3). Correct the mix.");
    assertRefused(
        () -> AdapterPlace.parseAll(List.of("one/final", "two/final")),
        "Cannot take the adapter, another one has its name: final in 'two/final' (expected each name once). Give it as OTHER_NAME=two/final.");
  }

  @Test
  void weightsSayWhatAnswersFirst() {
    assertEquals("a=0.5", first("a=x:0.5", "b=y"));
    assertEquals("a=0.5,b=-1", first("a=x:0.5", "b=y:-1"));
    assertEquals("a=1", first("a=x", "b=y"));
    assertEquals("", first());
  }

  @Test
  void severalAdaptersNeedAMixOrWeights() {
    List<AdapterPlace> two = AdapterPlace.parseAll(List.of("a=x", "b=y"));
    assertEquals("b=2", AdapterMix.chosen("b=2", two).text());
    assertEquals("a=1", AdapterMix.chosen("", two.subList(0, 1)).text());
    assertEquals(AdapterMix.NONE, AdapterMix.chosen("", List.of()));
    assertEquals(
        "a=0.5,b=0.5",
        AdapterMix.chosen("", AdapterPlace.parseAll(List.of("a=x:0.5", "b=y:0.5"))).text());
    assertRefused(
        () -> AdapterMix.chosen("", two),
        "Cannot mix the adapters, nothing says how much of each: a, b (expected --mix such as a=0.7,b=0.3, or weights as NAME=DIR:WEIGHT). Give one of them.");
  }

  private static String first(String... texts) {
    return AdapterMix.first(AdapterPlace.parseAll(List.of(texts))).text();
  }

  private static void assertRefused(Runnable parsing, String message) {
    Failure failure = assertThrows(Failure.class, parsing::run);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(message, failure.getMessage());
  }
}
