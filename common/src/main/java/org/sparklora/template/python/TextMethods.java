package org.sparklora.template.python;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.sparklora.template.python.Arguments.Bound;

/** Methods of Python's {@code str}. */
public final class TextMethods {
  /** Methods that Python has and this renderer has not. */
  private static final Set<String> MISSING =
      Set.of(
          "casefold",
          "encode",
          "expandtabs",
          "format_map",
          "isidentifier",
          "maketrans",
          "translate");

  private static final Set<String> KNOWN =
      Set.of(
          "capitalize",
          "center",
          "count",
          "endswith",
          "find",
          "format",
          "index",
          "isalnum",
          "isalpha",
          "isascii",
          "isdecimal",
          "isdigit",
          "islower",
          "isnumeric",
          "isprintable",
          "isspace",
          "istitle",
          "isupper",
          "join",
          "ljust",
          "lower",
          "lstrip",
          "partition",
          "removeprefix",
          "removesuffix",
          "replace",
          "rfind",
          "rindex",
          "rjust",
          "rpartition",
          "rsplit",
          "rstrip",
          "split",
          "splitlines",
          "startswith",
          "strip",
          "swapcase",
          "title",
          "upper",
          "zfill");

  private TextMethods() {}

  public static boolean has(String name) {
    return KNOWN.contains(name) || MISSING.contains(name);
  }

  /** Calls the method of a text that {@code safe} marked: what Python would escape is refused. */
  public static Object callSafe(SafeText text, String name, Arguments arguments, Budget budget) {
    Object result = call(text.text(), name, arguments, budget);
    if (result instanceof Boolean || result instanceof Long) {
      return result;
    }
    if (result instanceof String plain && arguments.isEmpty()) {
      return new SafeText(plain);
    }
    throw Refusal.unsupported("%s() of a text marked as safe".formatted(name));
  }

  public static Object call(String text, String name, Arguments arguments, Budget budget) {
    return switch (name) {
      case "strip" -> strip(text, name, arguments, true, true);
      case "lstrip" -> strip(text, name, arguments, true, false);
      case "rstrip" -> strip(text, name, arguments, false, true);
      case "split", "rsplit" -> split(text, name, arguments, budget);
      case "startswith", "endswith" -> TextSearch.isAtEdge(text, name, arguments);
      case "find", "rfind", "index", "rindex", "count" -> TextSearch.find(text, name, arguments);
      case "partition", "rpartition" -> TextSearch.partition(text, name, arguments);
      case "replace" -> replace(text, arguments, budget);
      case "join" -> join(text, arguments, budget);
      case "format" ->
          budget.charged(BraceFormat.format(text, arguments.given(), arguments.named(), budget));
      case "splitlines" -> Blanks.lines(text, arguments.bind(name, "keepends").truth(0, false));
      case "removeprefix", "removesuffix" -> without(text, name, arguments);
      case "center", "ljust", "rjust", "zfill" -> TextPadding.padded(text, name, arguments, budget);
      default -> withoutArguments(text, name, arguments);
    };
  }

  private static Object withoutArguments(String text, String name, Arguments arguments) {
    if (MISSING.contains(name)) {
      throw Refusal.unsupported("the method %s of a text".formatted(name));
    }
    if (!KNOWN.contains(name)) {
      throw ((Undefined) Attributes.attribute(text, name)).refusalOfCall();
    }
    arguments.bind(name);
    return switch (name) {
      case "upper" -> Casing.upper(text);
      case "lower" -> Casing.lower(text);
      case "title" -> Casing.title(text);
      case "capitalize" -> Casing.capitalize(text);
      case "swapcase" -> Casing.swapped(text);
      case "islower" -> Casing.isLower(text);
      case "isupper" -> Casing.isUpper(text);
      case "istitle" ->
          Casing.title(text).equals(text) && !Casing.lower(text).equals(Casing.upper(text));
      case "isascii" -> text.chars().allMatch(c -> c < 0x80);
      case "isprintable" -> text.codePoints().allMatch(Printing::isPrintable);
      default -> !text.isEmpty() && text.codePoints().allMatch(c -> is(name, c));
    };
  }

  private static boolean is(String name, int c) {
    return switch (name) {
      case "isspace" -> Blanks.isBlank(c);
      case "isalpha" -> Character.isLetter(c);
      case "isdecimal", "isdigit", "isnumeric" -> isDigit(name, c);
      default -> Character.isLetter(c) || isDigit("isnumeric", c);
    };
  }

  private static boolean isDigit(String name, int c) {
    int type = Character.getType(c);
    boolean other = type == Character.OTHER_NUMBER || type == Character.LETTER_NUMBER;
    if (other && !name.equals("isdecimal")) {
      throw Refusal.unsupported("%s() of numerals that are no digits".formatted(name));
    }
    return type == Character.DECIMAL_DIGIT_NUMBER;
  }

  private static String strip(
      String text, String name, Arguments arguments, boolean atStart, boolean atEnd) {
    String set = arguments.isEmpty() ? null : arguments.bind(name, "chars").textOrNull(0);
    return Blanks.strip(text, set, atStart, atEnd);
  }

  private static List<Object> split(String text, String name, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind(name, "sep", "maxsplit");
    String separator = bound.textOrNull(0);
    long most = bound.number(1, -1);
    budget.charge(text.length());
    if (separator == null) {
      return Blanks.words(text, most, name.equals("rsplit"));
    }
    if (separator.isEmpty()) {
      throw Refusal.type("empty separator");
    }
    return name.equals("rsplit")
        ? TextSearch.splitFromEnd(text, separator, most)
        : TextSearch.split(text, separator, most);
  }

  private static String replace(String text, Arguments arguments, Budget budget) {
    Bound bound = arguments.bind("replace", "old", "new", "count");
    return TextSearch.replace(text, bound.text(0), bound.text(1), bound.number(2, -1), budget);
  }

  private static String join(String separator, Arguments arguments, Budget budget) {
    StringBuilder out = new StringBuilder();
    Iterator<Object> items = Sizes.items(arguments.bind("join", "iterable").value(0));
    while (items.hasNext()) {
      Object item = items.next();
      if (!(item instanceof String text)) {
        throw Refusal.type("sequence item: expected str, %s found".formatted(Types.name(item)));
      }
      budget.charge((long) text.length() + separator.length());
      out.append(text).append(items.hasNext() ? separator : "");
    }
    return out.toString();
  }

  private static String without(String text, String name, Arguments arguments) {
    String part = arguments.bind(name, "part").text(0);
    if (name.equals("removeprefix")) {
      return text.startsWith(part) ? text.substring(part.length()) : text;
    }
    return text.endsWith(part) ? text.substring(0, text.length() - part.length()) : text;
  }
}
