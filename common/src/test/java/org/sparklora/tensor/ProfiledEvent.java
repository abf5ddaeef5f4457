package org.sparklora.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A call of a kernel, or of an operator of libtorch, as its profiler saw it.
 *
 * @param shapes of all that the interpreter holds; an operator's own arguments are the last
 * @param made bytes of memory that it took and kept
 */
record ProfiledEvent(
    String name, double start, long[][] shapes, double made, List<ProfiledEvent> inside) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OPERATOR = "aten::";

  /** Operators that look at memory that is there, or take some. */
  private static final Set<String> FREE =
      Set.of(
          "view",
          "as_strided",
          "empty",
          "empty_like",
          "empty_strided",
          "select",
          "slice",
          "narrow",
          "transpose",
          "t",
          "unsqueeze",
          "squeeze",
          "expand",
          "unflatten",
          "alias",
          "permute",
          "split",
          "chunk",
          "detach",
          "_unsafe_view",
          "_reshape_alias");

  /** Operators that are made of others. */
  private static final Set<String> MADE_OF_OTHERS =
      Set.of("linear", "matmul", "to", "_to_copy", "contiguous", "clone", "flatten", "reshape");

  /** Products and attention: what they move is not counted. */
  private static final Set<String> HEAVY =
      Set.of("mm", "addmm", "addmm_", "bmm", GpuText.ATTENTION);

  /** Those of {@link #MADE_OF_OTHERS} whose results are larger than what they are given. */
  private static final Set<String> PRODUCTS = Set.of("linear", "matmul");

  /** The host waits until it has the answer. */
  private static final Set<String> WAITS =
      Set.of("item", "_local_scalar_dense", "nonzero", "is_nonzero", "equal");

  /** How many arguments operators have, beside the place of a result. */
  private static final Map<String, Integer> ARGUMENTS =
      Map.ofEntries(
          Map.entry("__rshift__", 2),
          Map.entry("add", 3),
          Map.entry("add_", 3),
          Map.entry("addcmul", 4),
          Map.entry("addcmul_", 4),
          Map.entry("copy_", 3),
          Map.entry("full", 0),
          Map.entry("index_select", 3),
          Map.entry("linalg_vector_norm", 5),
          Map.entry("mul", 2),
          Map.entry("mul_", 2),
          Map.entry("mv", 2),
          Map.entry("neg", 1),
          Map.entry("rsqrt", 1),
          Map.entry("silu", 1),
          Map.entry("silu_backward", 2),
          Map.entry("zeros_like", 6));

  /** Dropout's windows into one row of numbers, which overlap: they stay in the cache. */
  private static final long WINDOWS = 32_768;

  private static final int SMALL = 1 << 14;

  /** The outermost events of a file, in their order; the file has inner ones before outer ones. */
  static List<ProfiledEvent> in(Path file) throws IOException {
    Deque<ProfiledEvent> ended = new ArrayDeque<>();
    for (JsonNode node : JSON.readTree(file.toFile())) {
      ProfiledEvent event = of(node);
      while (!ended.isEmpty() && ended.getLast().start >= event.start) {
        event.inside.add(0, ended.removeLast());
      }
      ended.add(event);
    }
    return List.copyOf(ended);
  }

  private static ProfiledEvent of(JsonNode event) {
    return new ProfiledEvent(
        event.get("name").asText(),
        event.get("ts").asDouble(),
        JSON.convertValue(event.get("shape"), long[][].class),
        bytes(event.get("cpu mem").asText()),
        new ArrayList<>());
  }

  /** Of words such as {@code 1.50 Kb}. */
  private static double bytes(String words) {
    int blank = words.indexOf(' ');
    int power = List.of("b", "Kb", "Mb", "Gb").indexOf(words.substring(blank + 1));
    return Double.parseDouble(words.substring(0, blank)) * Math.pow(1024, power);
  }

  /** What is launched on a GPU within it. */
  List<ProfiledEvent> launches() {
    if (!isOperator() || MADE_OF_OTHERS.contains(operator())) {
      return inside.stream().flatMap(event -> event.launches().stream()).toList();
    }
    return FREE.contains(operator()) ? List.of() : List.of(this);
  }

  /** Whether the host waits for an answer of an operator in it. */
  boolean waits() {
    boolean itself = isOperator() && WAITS.contains(operator());
    return itself || inside.stream().anyMatch(ProfiledEvent::waits);
  }

  /** Whether an operator in it makes numbers of more than two bytes, other than columns. */
  boolean isWide() {
    if (!isOperator()) {
      return inside.stream().anyMatch(ProfiledEvent::isWide);
    }
    double most = Arrays.stream(shapes).mapToDouble(ProfiledEvent::bytes).max().orElse(0);
    boolean isProduct = HEAVY.contains(operator()) || PRODUCTS.contains(operator());
    return !isProduct && most > 0 && made > SMALL && made > most * 1.01;
  }

  /** Bytes that an operator reads and writes, of numbers of two bytes and columns of four. */
  double moved() {
    if (HEAVY.contains(operator())) {
      return 0;
    }
    long[][] own = arguments();
    double read = Arrays.stream(own).mapToDouble(ProfiledEvent::bytes).sum();
    return switch (operator()) {
      case "copy_" -> read;
      case "index_select" -> own[0].length > 0 && own[0][0] == WINDOWS ? made : 2 * made;
      default -> read + (isInPlace() ? bytes(own[0]) : Math.max(0, made));
    };
  }

  private long[][] arguments() {
    Integer known = ARGUMENTS.get(operator());
    if (known == null) {
      throw new IllegalStateException("Say in ARGUMENTS how many arguments there are: " + name);
    }
    boolean placed = made <= 0 && !isInPlace() && known > 0;
    int count = Math.min(shapes.length, known + (placed ? 1 : 0));
    return Arrays.copyOfRange(shapes, shapes.length - count, shapes.length);
  }

  private boolean isInPlace() {
    return operator().endsWith("_") && !operator().startsWith("_");
  }

  private boolean isOperator() {
    return name.startsWith(OPERATOR);
  }

  private String operator() {
    return name.substring(OPERATOR.length());
  }

  private static double bytes(long[] shape) {
    if (shape.length == 0) {
      return 0;
    }
    double numbers = Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    return numbers * (shape[shape.length - 1] == 1 ? Float.BYTES : Short.BYTES);
  }

  /** Equal for events that do the same. */
  String what() {
    return name + Arrays.deepToString(shapes);
  }
}
