package org.sparklora.jobs.fuzz;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.config.Options;

/** Flags as a hurried person types them; which there are, and of what kind, the job's help says. */
final class OddFlags {
  private static final Pattern OPTION = Pattern.compile("(?m)^  --(\\w+) (\\S+)$");

  /** Paths, which the room gives, and what would only make rounds long. */
  private static final Set<String> NOT_CHANGED =
      Set.of(
          "config",
          "model_checkpoint",
          "input_file",
          "save_name",
          "output_dir",
          "tokenized_dataset",
          "adapter",
          "previous_lora_weights",
          "weights_cache",
          "max_steps",
          "executor_wait");

  private static final List<String> WHOLES =
      List.of(
          "0",
          "1",
          "2",
          "3",
          "-1",
          "7",
          "8",
          "64",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "1.0",
          "1e3",
          "",
          "x",
          "0x10",
          "\u0661",
          "+1",
          " 2 ");
  private static final List<String> DECIMALS =
      List.of(
          "0",
          "1",
          "0.5",
          "-1",
          "1e-5",
          "1e30",
          "1e308",
          "1e999",
          "NaN",
          "Infinity",
          "",
          "x",
          "0,5",
          "1d",
          "0x1p3",
          "-0.0",
          "4.9e-324");
  private static final List<String> DURATIONS =
      List.of(
          "1s",
          "20s",
          "0s",
          "-1s",
          "2147483648s",
          "9223372036854775807h",
          "5",
          "1d",
          "",
          "s",
          "1.5s");
  private static final List<String> TEXTS =
      List.of(
          "q",
          "a",
          "",
          " ",
          "Q",
          "\u95ee\u9898",
          "q,a",
          "*",
          "all",
          "all-linear",
          "auto",
          "never",
          "q_proj,v_proj",
          "q_proj,,",
          "query_key_value",
          "W_pack",
          "lm_head",
          "checkpoint-1",
          "true",
          "\t");

  private final Chance chance;
  private final Map<String, String> shapes = new LinkedHashMap<>();

  OddFlags(Chance chance, Options options) {
    this.chance = chance;
    Matcher option = OPTION.matcher(options.help());
    while (option.find()) {
      shapes.put(option.group(1), option.group(2));
    }
  }

  /** A few more flags, or other values. */
  void change(Map<String, String> flags) {
    List<String> names = new ArrayList<>(shapes.keySet());
    names.removeAll(NOT_CHANGED);
    int times = chance.oneIn(2) ? 0 : 1 + chance.below(3);
    for (int i = 0; i < times; i++) {
      String name = chance.of(names);
      flags.put(name, value(name, shapes.get(name)));
    }
    if (chance.oneIn(40)) {
      flags.remove(chance.of(new ArrayList<>(flags.keySet())));
    }
    if (chance.oneIn(40)) {
      flags.put(chance.of("lora_rnak", "x", "", "=", "help", "config"), "x");
    }
  }

  private String value(String name, String shape) {
    if (name.equals("encoding")) {
      return chance.of(new ArrayList<>(Charset.availableCharsets().keySet()));
    }
    return switch (shape) {
      case "WHOLE" -> chance.of(WHOLES);
      case "DECIMAL" -> chance.of(DECIMALS);
      case "DURATION" -> chance.of(DURATIONS);
      case "TEXT" -> chance.of(TEXTS);
      default -> chance.of(shape.replaceAll("[\\[\\]]", "").split("\\|", -1));
    };
  }

  /** As arguments of a process. */
  List<String> arguments(Map<String, String> flags) {
    List<String> arguments = new ArrayList<>();
    flags.forEach(
        (name, value) -> {
          String flag = "--" + (chance.oneIn(4) ? name.replace('_', '-') : name);
          if (chance.oneIn(3) && !value.startsWith("--")) {
            arguments.add(flag);
            arguments.add(value);
          } else {
            arguments.add(flag + "=" + value);
          }
        });
    if (chance.oneIn(60)) {
      arguments.add(chance.of("--", "x", "-h", "", arguments.get(0)));
    }
    return arguments;
  }
}
