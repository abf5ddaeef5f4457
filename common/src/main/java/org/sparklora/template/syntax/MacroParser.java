package org.sparklora.template.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.sparklora.template.tree.Expression;
import org.sparklora.template.tree.Expressions.Attribute;
import org.sparklora.template.tree.Expressions.Call;
import org.sparklora.template.tree.Expressions.MethodCall;
import org.sparklora.template.tree.Macro;
import org.sparklora.template.tree.Macro.CallBlock;
import org.sparklora.template.tree.Statement;

/** Reads macros and the blocks that call one. */
final class MacroParser {
  private final TokenStream tokens;
  private final Names names;
  private final ExpressionParser expressions;
  private final BodyParser bodies;

  /** Reads the body of a function up to its end tag. */
  @FunctionalInterface
  interface BodyParser {
    List<Statement> body(String end);
  }

  MacroParser(TokenStream tokens, Names names, ExpressionParser expressions, BodyParser bodies) {
    this.tokens = tokens;
    this.names = names;
    this.expressions = expressions;
    this.bodies = bodies;
  }

  Macro macro(int line) {
    String name = tokens.expect(TokenType.NAME, "the name of a macro").text();
    List<String> parameters = new ArrayList<>();
    Map<String, Expression> defaults = new HashMap<>();
    signature(parameters, defaults);
    return withBody(name, parameters, defaults, "endmacro", line);
  }

  Statement callBlock(int line) {
    List<String> parameters = new ArrayList<>();
    Map<String, Expression> defaults = new HashMap<>();
    if (tokens.isOperator("(")) {
      signature(parameters, defaults);
    }
    Expression call = expressions.expression();
    Macro caller = withBody("caller", parameters, defaults, "endcall", line);
    if (call instanceof Call plain) {
      return new CallBlock(plain.callee(), plain.arguments(), caller, line);
    }
    if (call instanceof MethodCall method) {
      Expression callee = new Attribute(method.owner(), method.name(), line);
      return new CallBlock(callee, method.arguments(), caller, line);
    }
    throw SyntaxFault.at(line, "expected a call behind 'call'");
  }

  private Macro withBody(
      String name,
      List<String> parameters,
      Map<String, Expression> defaults,
      String end,
      int line) {
    names.openBlock();
    List<Statement> body = bodies.body(end);
    Set<String> said = names.closeBlock();
    List<String> extras = Stream.of("varargs", "kwargs", "caller").filter(said::contains).toList();
    return new Macro(name, parameters, defaults, extras, body, line);
  }

  private void signature(List<String> parameters, Map<String, Expression> defaults) {
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      String parameter = tokens.expect(TokenType.NAME, "a parameter").text();
      parameters.add(parameter);
      if (tokens.skipOperator("=")) {
        defaults.put(parameter, expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.unexpected("a default, as the parameter before has one");
      }
    }
  }
}
