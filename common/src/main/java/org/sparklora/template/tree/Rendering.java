package org.sparklora.template.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.Callable;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.Undefined;

/** The state of one rendering: its values, what is written so far, and where it stands. */
public final class Rendering {
  private final Map<String, Object> values;
  private final Map<String, Callable> functions;
  private final Budget budget;
  private final int longestText;
  private final int deepest;
  private final Output output;
  private final List<int[]> generations = new ArrayList<>();
  private Output out;
  private int depth;
  private int line = 1;

  /**
   * A rendering that is about to start.
   *
   * @param deepest macros that may be open at a time
   */
  public Rendering(
      Map<String, Object> values,
      Map<String, Callable> functions,
      Budget budget,
      Output output,
      int longestText,
      int deepest) {
    this.values = values;
    this.functions = functions;
    this.budget = budget;
    this.output = output;
    this.out = output;
    this.longestText = longestText;
    this.deepest = deepest;
  }

  Budget budget() {
    return budget;
  }

  /** The line that is running. */
  public int line() {
    return line;
  }

  void at(int line) {
    this.line = line;
    budget.step();
  }

  /** A name that no scope of the template sets. */
  Object value(String name) {
    Object value = values.get(name);
    if (value != null || values.containsKey(name)) {
      return value;
    }
    Callable function = functions.get(name);
    return function != null ? function : Undefined.name(name);
  }

  void write(String more) {
    if (out.length() + (long) more.length() > longestText) {
      throw Refusal.limit("more text than a rendering may make");
    }
    out.append(more);
  }

  /** What {@code body} writes, kept from the output. */
  String captured(Runnable body) {
    if (++depth > deepest) {
      throw Refusal.limit("more than %d macros inside each other".formatted(deepest));
    }
    Output before = out;
    out = new Output.Text();
    body.run();
    String captured = out.toString();
    out = before;
    depth--;
    budget.charge(captured.length());
    return captured;
  }

  /**
   * Text that the model is to have written; places count in what the template itself has written.
   */
  void writeGeneration(String generated) {
    generations.add(new int[] {output.length(), output.length() + generated.length()});
    write(generated);
  }

  /** Start and end of each generation block in the output. */
  public List<int[]> generations() {
    return generations;
  }
}
