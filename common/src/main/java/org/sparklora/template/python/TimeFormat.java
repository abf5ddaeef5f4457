package org.sparklora.template.python;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.List;

/** {@code strftime} in the C locale; a letter that is not known is refused. */
public final class TimeFormat {
  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");

  private TimeFormat() {}

  public static String format(String format, LocalDateTime time) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      if (format.charAt(i) != '%') {
        out.append(format.charAt(i));
        continue;
      }
      boolean bare = format.startsWith("-", i + 1);
      i += bare ? 2 : 1;
      if (i >= format.length()) {
        throw unknown(bare ? "%-" : "%");
      }
      String field = field(format.charAt(i), time);
      out.append(bare ? bare(format.charAt(i), field) : field);
    }
    return out.toString();
  }

  /** Without leading zeros or blanks. */
  private static String bare(char letter, String field) {
    if ("YmdHMSjyIekl".indexOf(letter) < 0) {
      throw unknown("%-" + letter);
    }
    return field.replaceFirst("^[0 ]+(?=.)", "");
  }

  private static String field(char letter, LocalDateTime t) {
    return switch (letter) {
      case 'Y' -> Integer.toString(t.getYear());
      case 'm' -> two(t.getMonthValue());
      case 'd' -> two(t.getDayOfMonth());
      case 'H' -> two(t.getHour());
      case 'M' -> two(t.getMinute());
      case 'S' -> two(t.getSecond());
      case 'y' -> two(t.getYear() % 100);
      case 'j' -> "%03d".formatted(t.getDayOfYear());
      case 'I' -> two(twelve(t));
      case 'p' -> t.getHour() < 12 ? "AM" : "PM";
      case 'B' -> month(t);
      case 'b', 'h' -> month(t).substring(0, 3);
      case 'A' -> day(t);
      case 'a' -> day(t).substring(0, 3);
      case '%' -> "%";
      default -> rare(letter, t);
    };
  }

  private static String rare(char letter, LocalDateTime t) {
    return switch (letter) {
      case 'P' -> t.getHour() < 12 ? "am" : "pm";
      case 'e' -> "%2d".formatted(t.getDayOfMonth());
      case 'k' -> "%2d".formatted(t.getHour());
      case 'l' -> "%2d".formatted(twelve(t));
      case 'C' -> two(t.getYear() / 100);
      case 'f' -> "%06d".formatted(t.get(ChronoField.MICRO_OF_SECOND));
      case 'w' -> Integer.toString(t.getDayOfWeek().getValue() % 7);
      case 'u' -> Integer.toString(t.getDayOfWeek().getValue());
      case 'U' -> two(week(t, DayOfWeek.SUNDAY));
      case 'W' -> two(week(t, DayOfWeek.MONDAY));
      case 'V' -> two(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'G' -> Integer.toString(t.get(IsoFields.WEEK_BASED_YEAR));
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'z', 'Z' -> ""; // a time without a zone
      case 'D', 'x' -> format("%m/%d/%y", t);
      case 'F' -> format("%Y-%m-%d", t);
      case 'T', 'X' -> format("%H:%M:%S", t);
      case 'R' -> format("%H:%M", t);
      case 'r' -> format("%I:%M:%S %p", t);
      case 'c' -> format("%a %b %e %H:%M:%S %Y", t);
      default -> throw unknown("%" + letter);
    };
  }

  private static Refusal unknown(String field) {
    return Refusal.unsupported("the time format " + field);
  }

  private static String two(int number) {
    return "%02d".formatted(number);
  }

  private static int twelve(LocalDateTime t) {
    return t.get(ChronoField.CLOCK_HOUR_OF_AMPM);
  }

  private static String month(LocalDateTime t) {
    return MONTHS.get(t.getMonthValue() - 1);
  }

  private static String day(LocalDateTime t) {
    return DAYS.get(t.getDayOfWeek().getValue() - 1);
  }

  /** Weeks begin with {@code first}; days before the first such day are in week 0. */
  private static int week(LocalDateTime t, DayOfWeek first) {
    int sinceFirst = Math.floorMod(t.getDayOfWeek().getValue() - first.getValue(), 7);
    return (t.getDayOfYear() + 6 - sinceFirst) / 7;
  }
}
