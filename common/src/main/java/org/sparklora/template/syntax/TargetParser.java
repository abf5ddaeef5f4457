package org.sparklora.template.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sparklora.template.tree.Target;

/** Reads what stands before {@code =} and {@code in}. */
final class TargetParser {
  private static final Set<String> CONSTANTS =
      Set.of("true", "false", "none", "True", "False", "None");

  private final TokenStream tokens;

  TargetParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /**
   * One target, or several with commas between them.
   *
   * @param attributes whether attributes of namespaces may be set
   * @param endName the name that ends the list even behind a comma, or null
   */
  Target target(boolean attributes, String endName) {
    tokens.enter();
    List<Target> targets = new ArrayList<>();
    boolean commas = false;
    do {
      commas |= !targets.isEmpty();
      if (!targets.isEmpty() && endName != null && tokens.isName(endName)) {
        break;
      }
      targets.add(single(attributes));
    } while (tokens.skipOperator(","));
    tokens.leave();
    return commas ? new Target.Unpacked(targets) : targets.get(0);
  }

  private Target single(boolean attributes) {
    if (tokens.skipOperator("(")) {
      Target inside = target(attributes, null);
      tokens.expectOperator(")");
      return inside;
    }
    Token name = tokens.expect(TokenType.NAME, "a name to set");
    if (CONSTANTS.contains(name.text())) {
      throw SyntaxFault.at(name.line(), "'%s' cannot be set".formatted(name.text()));
    }
    if (attributes && tokens.skipOperator(".")) {
      String attribute = tokens.expect(TokenType.NAME, "an attribute to set").text();
      return new Target.NamespaceAttribute(name.text(), attribute);
    }
    return new Target.Variable(name.text());
  }
}
