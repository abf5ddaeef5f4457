package org.sparklora.prompt;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.sparklora.template.python.Blanks;

/** What the families' own code does with an answer before it is shown. */
enum Cleaning implements UnaryOperator<String> {
  NONE {
    @Override
    public String apply(String answer) {
      return answer;
    }
  },
  CHATGLM2 {
    @Override
    public String apply(String answer) {
      return Blanks.strip(answer).replace("[[训练时间]]", "2023年");
    }
  },
  /** Punctuation beside a Han character becomes Chinese. */
  CHATGLM {
    @Override
    public String apply(String answer) {
      String cleaned = CHATGLM2.apply(answer);
      for (Punctuation one : Punctuation.ALL) {
        cleaned = one.replaced(cleaned);
      }
      return cleaned;
    }
  };

  private record Punctuation(Pattern behindHan, Pattern beforeHan, String chinese) {
    private static final String HAN = "[\\u4e00-\\u9fff]";
    static final List<Punctuation> ALL =
        List.of(of(",", "，"), of("!", "！"), of(":", "："), of(";", "；"), of("?", "？"));

    private static Punctuation of(String latin, String chinese) {
      String quoted = Pattern.quote(latin);
      return new Punctuation(
          Pattern.compile("(" + HAN + ")" + quoted),
          Pattern.compile(quoted + "(" + HAN + ")"),
          chinese);
    }

    String replaced(String text) {
      String behind = behindHan.matcher(text).replaceAll("$1" + chinese);
      return beforeHan.matcher(behind).replaceAll(chinese + "$1");
    }
  }
}
