package org.sparklora.template.python;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Python's arithmetic of whole and floating numbers; a result beyond 64 bits is refused. */
public final class Numbers {
  private Numbers() {}

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static boolean isWhole(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  /** The whole number of an index or a count; {@code bool} is one. */
  public static long index(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    if (value instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    throw Refusal.type("'%s' object is no whole number".formatted(Types.name(value)));
  }

  static double floating(Object value) {
    return value instanceof Double number ? number : index(value);
  }

  static Object apply(String operator, Object a, Object b) {
    if (isWhole(a) && isWhole(b)) {
      return whole(operator, index(a), index(b));
    }
    return floating(operator, floating(a), floating(b));
  }

  private static Object whole(String operator, long a, long b) {
    try {
      return switch (operator) {
        case "+" -> Math.addExact(a, b);
        case "-" -> Math.subtractExact(a, b);
        case "*" -> Math.multiplyExact(a, b);
        case "/" -> (double) a / divisor(b);
        case "//" -> Math.floorDiv(a, divisor(b));
        case "%" -> Math.floorMod(a, divisor(b));
        case "**" -> b < 0 ? (Object) Math.pow((double) a, (double) b) : (Object) power(a, b);
        default -> throw new IllegalArgumentException(operator);
      };
    } catch (ArithmeticException e) {
      throw Refusal.limit("a whole number beyond 64 bits");
    }
  }

  private static long power(long a, long b) {
    if (a == 0 || a == 1 || b == 0) {
      return b == 0 ? 1 : a;
    }
    if (a == -1) {
      return b % 2 == 0 ? 1 : -1;
    }
    if (b > 63) {
      throw new ArithmeticException();
    }
    return BigInteger.valueOf(a).pow((int) b).longValueExact();
  }

  private static long divisor(long b) {
    if (b == 0) {
      throw Refusal.type("division by zero");
    }
    return b;
  }

  private static Object floating(String operator, double a, double b) {
    if (b == 0 && !operator.equals("+") && !operator.equals("-") && !operator.equals("*")) {
      if (!operator.equals("**")) {
        throw Refusal.type("division by zero");
      }
    }
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "//" -> Math.floor(a / b);
      case "%" -> modulo(a, b);
      case "**" -> Math.pow(a, b);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  /** The sign is the divisor's. */
  private static double modulo(double a, double b) {
    double rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }

  /** Python's shortest text that reads back as the same number. */
  public static String text(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(value);
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    String sign = value < 0 ? "-" : "";
    return sign
        + (exponent < -4 || exponent >= 16
            ? scientific(digits, exponent)
            : positional(digits, exponent));
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int precision = 1; precision < 17; precision++) {
      BigDecimal rounded = exact.round(new MathContext(precision));
      if (rounded.doubleValue() == value) {
        return rounded.stripTrailingZeros();
      }
    }
    return exact.round(new MathContext(17)).stripTrailingZeros();
  }

  private static String positional(String digits, int exponent) {
    if (exponent < 0) {
      return "0." + "0".repeat(-exponent - 1) + digits;
    }
    if (digits.length() <= exponent + 1) {
      return digits + "0".repeat(exponent + 1 - digits.length()) + ".0";
    }
    return digits.substring(0, exponent + 1) + "." + digits.substring(exponent + 1);
  }

  private static String scientific(String digits, int exponent) {
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return "%se%s%02d".formatted(mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
