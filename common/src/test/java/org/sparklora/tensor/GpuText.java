package org.sparklora.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of the kernels in which every tensor is on a GPU, for counting on a CPU: what comes out
 * of it is worthless. Four functions that need a GPU, and one operator that a CPU takes in other
 * types only, have stand-ins that launch as often and move as much.
 */
public final class GpuText {
  /** Stands for libtorch's attention; used nowhere else. */
  public static final String ATTENTION = "sigmoid";

  private static final String NORM_BACKWARD =
      "dx, dw, db, = torch.native_layer_norm_backward(grad, x, [size], zero, inverse, weight, None,"
          + " [True, False, False])";

  private static final Map<String, String> STAND_INS = new LinkedHashMap<>();

  static {
    STAND_INS.put(
        "is_flash",
        "return torch.__and__(torch.ne(q.dtype, 6), torch.eq(torch.remainder(torch.size(q, 2), 8),"
            + " 0))");
    STAND_INS.put("sent", "return torch.clone(x, memory_format=None)");
    STAND_INS.put(
        "numbers",
        "return (self).sent(torch.empty([torch.len(x)], dtype=3, layout=None,"
            + " device=torch.device(\"cpu\"), pin_memory=None, memory_format=None), like)");
    STAND_INS.put(
        "packed",
        "bounds = (self).numbers(starts, q)\n    return [torch.%s(q), q, q, q]"
            .formatted(ATTENTION));
    STAND_INS.put(
        "packed_backward",
        "bounds = (self).numbers(starts, q)\n    return [torch.%s(q), torch.empty_like(k), torch.empty_like(v)]"
            .formatted(ATTENTION));
  }

  private GpuText() {}

  /** Writes it where a class path that begins with the folder finds it first. */
  public static void in(Path folder) throws IOException {
    Path file = folder.resolve("org/sparklora/tensor/kernels.py");
    Files.createDirectories(file.getParent());
    Files.writeString(file, of(KernelSignature.text("kernels.py")));
  }

  private static String of(String text) {
    String own = text.replaceAll("\\b\\w+\\.is_cuda\\b", "True");
    for (Map.Entry<String, String> each : STAND_INS.entrySet()) {
      own = replaced(own, each.getKey(), each.getValue());
    }
    if (!own.contains(NORM_BACKWARD)) {
      throw new IllegalStateException("the backward of a norm is another one: change its stand-in");
    }
    return own.replace(NORM_BACKWARD, "dx = torch.addcmul(grad, x, weight, value=1)");
  }

  private static String replaced(String text, String function, String body) {
    Matcher found =
        Pattern.compile(
                "( {2}def " + function + "\\(self: .*?\\) -> [^\n]*:\n)( {4}[^\n]*\n)+",
                Pattern.DOTALL)
            .matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("kernels.py has no function " + function);
    }
    return text.substring(0, found.start())
        + found.group(1)
        + "    "
        + body
        + "\n"
        + text.substring(found.end());
  }
}
