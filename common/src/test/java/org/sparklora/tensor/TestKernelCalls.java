package org.sparklora.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.sparklora.tensor.KernelCalls.Call;

/** Holds Java's calls of kernels to {@code kernels.py}, without running them. */
class TestKernelCalls {
  private static final int LONGEST_LINE = 140;
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern DOOR = Pattern.compile("\\b(Kernels|Pass)\\b");

  /** The kinds of arguments that kernels take, and the Java types that become them. */
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("ai.djl.ndarray.NDArray", "Tensor"),
          Map.entry("ai.djl.ndarray.NDArray[]", "List[Tensor]"),
          Map.entry("ai.djl.ndarray.NDArray[][]", "List[List[Tensor]]"),
          Map.entry("long[]", "List[int]"),
          Map.entry("double[]", "List[float]"),
          Map.entry("boolean", "bool"),
          Map.entry("int", "int"),
          Map.entry("long", "int"),
          Map.entry("double", "float"),
          Map.entry("java.lang.String", "str"),
          Map.entry("org.sparklora.tensor.NativeTuple", "Tuple"));

  private static final Map<String, String> RESULTS =
      Map.of("tensor", "Tensor", "tensors", "List[Tensor]", "number", "float");

  private final String text = KernelSignature.text();
  private final Map<String, KernelSignature> kernels = KernelSignature.in(text);

  @Test
  void everyCallFitsAKernelAndEveryKernelIsCalled() throws IOException {
    List<Call> calls = KernelCalls.in(sources());
    assertTrue(calls.size() > 70, "calls found: " + calls.size());
    assertEquals(List.of(), wrong(calls));
    Set<String> unused = new HashSet<>(kernels.keySet());
    calls.forEach(call -> unused.removeAll(call.kernels()));
    Pattern.compile("\\(self\\)\\.(\\w+)\\(")
        .matcher(text)
        .results()
        .forEach(call -> unused.remove(call.group(1)));
    assertEquals(Set.of(), unused);
  }

  @Test
  void callsThatFitNoKernelAreFound() {
    String source =
        """
        package org.sparklora.tensor;
        import ai.djl.ndarray.*;
        class Wrong {
          void wrong(Kernels kernels, NDManager owner, NDArray x, String name) {
            kernels.tensor(owner, "cats", x, 6);
            kernels.tensor(owner, "cast", x);
            kernels.tensor(owner, "cast", 6, x);
            kernels.tensor(owner, "cast", x, 6.0f);
            kernels.tensors(owner, "cast", x, 6);
            kernels.number(name, x);
            kernels.tensor(owner, x == null ? "flat" : "add_", x);
            kernels.tensor(owner, "cast", x, 6);
          }
        }
        """;
    assertEquals(
        List.of(
            "Wrong.java:5: no kernel cats",
            "Wrong.java:6: cast takes [Tensor, int], not [Tensor]",
            "Wrong.java:7: cast takes [Tensor, int], not [int, Tensor]",
            "Wrong.java:8: cast takes [Tensor, int], not [Tensor, float (unknown)]",
            "Wrong.java:9: cast returns Tensor, not List[Tensor]",
            "Wrong.java:10: the name is no literal",
            "Wrong.java:11: add_ takes [Tensor, Tensor, float], not [Tensor]"),
        wrong(KernelCalls.in(List.of(new Source("Wrong", source)))));
  }

  @Test
  void linesFitTheScreen() {
    assertEquals(List.of(), text.lines().filter(line -> line.length() > LONGEST_LINE).toList());
  }

  private List<String> wrong(List<Call> calls) {
    List<String> wrong = new ArrayList<>();
    for (Call call : calls) {
      if (call.kernels().isEmpty()) {
        wrong.add(call.where() + ": the name is no literal");
      }
      call.kernels().stream()
          .flatMap(name -> wrong(name, call))
          .map(what -> call.where() + ": " + what)
          .forEach(wrong::add);
    }
    return wrong;
  }

  private Stream<String> wrong(String name, Call call) {
    KernelSignature kernel = kernels.get(name);
    List<String> given = call.arguments().stream().map(TestKernelCalls::kind).toList();
    if (kernel == null) {
      return Stream.of("no kernel " + name);
    }
    List<String> takes =
        kernel.arguments().stream().map(type -> type.replaceFirst("^Tuple\\[.*", "Tuple")).toList();
    if (!takes.equals(given)) {
      return Stream.of("%s takes %s, not %s".formatted(name, takes, given));
    }
    String result = RESULTS.getOrDefault(call.method(), kernel.result());
    return result.equals(kernel.result())
        ? Stream.empty()
        : Stream.of("%s returns %s, not %s".formatted(name, kernel.result(), result));
  }

  private static String kind(String javaType) {
    return KINDS.getOrDefault(javaType, javaType + " (unknown)");
  }

  /** The sources that may call a kernel. */
  private static Iterable<? extends JavaFileObject> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return ToolProvider.getSystemJavaCompiler()
          .getStandardFileManager(null, null, null)
          .getJavaFileObjectsFromPaths(files.filter(TestKernelCalls::mayCall).toList());
    }
  }

  private static boolean mayCall(Path file) {
    try {
      return file.toString().endsWith(".java") && DOOR.matcher(Files.readString(file)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A source in memory. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String type, String text) {
      super(URI.create("string:///" + type + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
