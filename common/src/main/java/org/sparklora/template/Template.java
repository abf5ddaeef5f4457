package org.sparklora.template;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.sparklora.template.builtin.Functions;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.Callable;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.RefusalKind;
import org.sparklora.template.syntax.StatementParser;
import org.sparklora.template.syntax.SyntaxFault;
import org.sparklora.template.tree.Output;
import org.sparklora.template.tree.Rendering;
import org.sparklora.template.tree.Scope;
import org.sparklora.template.tree.Statement;

/**
 * A chat template, read once. It gives the text that transformers' {@code apply_chat_template}
 * gives, or refuses by kind, name and line. Any number of threads may render it.
 *
 * <p>Values are {@code null}, {@code Boolean}, {@code Long}, {@code Double}, {@code String}, lists
 * and maps of them with text keys, as JSON has them; nothing else can be reached from a template,
 * and nothing is changed.
 */
public final class Template {
  private static final int LONGEST_SOURCE = 1 << 20;

  private final String name;
  private final List<Statement> statements;
  private final Map<String, Callable> functions;
  private final RenderLimits limits;

  private Template(
      String name,
      List<Statement> statements,
      Map<String, Callable> functions,
      RenderLimits limits) {
    this.name = name;
    this.statements = statements;
    this.functions = functions;
    this.limits = limits;
  }

  /**
   * Reads {@code source}.
   *
   * @param name for messages, such as the file's
   * @throws TemplateRefusal when it cannot be read
   */
  public static Template parse(String name, String source) {
    return parse(name, source, RenderLimits.USUAL, LocalDateTime::now);
  }

  /**
   * Reads {@code source} with bounds and a clock of its own.
   *
   * @param now the clock of {@code strftime_now}
   */
  public static Template parse(
      String name, String source, RenderLimits limits, Supplier<LocalDateTime> now) {
    if (source.length() > LONGEST_SOURCE) {
      throw new TemplateRefusal(
          RefusalKind.LIMIT, name, 1, "more than %d characters".formatted(LONGEST_SOURCE));
    }
    try {
      return new Template(name, StatementParser.parse(source), Functions.all(now), limits);
    } catch (SyntaxFault fault) {
      throw new TemplateRefusal(fault.kind(), name, fault.line(), fault.getMessage());
    }
  }

  /**
   * Renders the template with {@code values}.
   *
   * @throws TemplateRefusal when the template refuses the values, or goes beyond a bound
   */
  public Rendered render(Map<String, Object> values) {
    Output text = new Output.Text();
    Rendering rendering = run(values, text);
    return new Rendered(
        text.toString(),
        rendering.generations().stream().map(span -> new TextSpan(span[0], span[1])).toList());
  }

  /**
   * The length of the text that {@link #render} makes, if {@code whole} begins with that text; it
   * is not made for that.
   *
   * @throws TemplateRefusal when the template refuses the values, or goes beyond a bound
   */
  public OptionalInt lengthWithin(String whole, Map<String, Object> values) {
    Output.Comparison compared = new Output.Comparison(whole);
    run(values, compared);
    return compared.differs() ? OptionalInt.empty() : OptionalInt.of(compared.length());
  }

  private Rendering run(Map<String, Object> values, Output output) {
    Budget budget = new Budget(limits.steps(), limits.textLength(), limits.textTotal());
    Rendering rendering =
        new Rendering(values, functions, budget, output, limits.textLength(), limits.depth());
    try {
      Statement.runAll(statements, new Scope(rendering));
    } catch (Refusal refusal) {
      throw new TemplateRefusal(
          refusal.kind(), name, rendering.line(), String.valueOf(refusal.getMessage()));
    } catch (StackOverflowError e) {
      throw new TemplateRefusal(
          RefusalKind.LIMIT, name, rendering.line(), "values or calls nested too deep");
    }
    return rendering;
  }
}
