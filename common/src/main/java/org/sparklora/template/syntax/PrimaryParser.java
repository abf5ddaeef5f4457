package org.sparklora.template.syntax;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.template.tree.ArgumentList;
import org.sparklora.template.tree.Expression;
import org.sparklora.template.tree.Expressions.Attribute;
import org.sparklora.template.tree.Expressions.Call;
import org.sparklora.template.tree.Expressions.Constant;
import org.sparklora.template.tree.Expressions.Element;
import org.sparklora.template.tree.Expressions.ListOf;
import org.sparklora.template.tree.Expressions.MappingOf;
import org.sparklora.template.tree.Expressions.MethodCall;
import org.sparklora.template.tree.Expressions.Name;
import org.sparklora.template.tree.Expressions.SliceOf;
import org.sparklora.template.tree.Expressions.TupleOf;

/** Reads literals and names, and what is hung on them: attributes, elements, calls. */
final class PrimaryParser {
  private final TokenStream tokens;
  private final Names names;
  private final ExpressionParser expressions;

  PrimaryParser(TokenStream tokens, Names names, ExpressionParser expressions) {
    this.tokens = tokens;
    this.names = names;
    this.expressions = expressions;
  }

  Expression primary() {
    Token token = tokens.current();
    switch (token.type()) {
      case NAME -> {
        return name(tokens.next());
      }
      case STRING -> {
        return strings();
      }
      case NUMBER -> {
        return new Constant(tokens.next().constant());
      }
      default -> {
        return bracketed();
      }
    }
  }

  private Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Constant(true);
      case "false", "False" -> new Constant(false);
      case "none", "None" -> new Constant(null);
      default -> {
        names.said(token.text());
        yield new Name(token.text());
      }
    };
  }

  private Expression strings() {
    StringBuilder text = new StringBuilder();
    while (tokens.current().type() == TokenType.STRING) {
      text.append(tokens.next().text());
    }
    return new Constant(text.toString());
  }

  private Expression bracketed() {
    if (tokens.skipOperator("(")) {
      Expression inside = expressions.tuple(true, null, true);
      tokens.expectOperator(")");
      return inside;
    }
    if (tokens.skipOperator("[")) {
      return new ListOf(itemsUntil("]"));
    }
    if (tokens.skipOperator("{")) {
      return mapping();
    }
    throw tokens.unexpected("an expression");
  }

  private List<Expression> itemsUntil(String end) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator(end)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(end)) {
          break;
        }
      }
      items.add(expressions.expression());
    }
    return items;
  }

  private Expression mapping() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("}")) {
          break;
        }
      }
      keys.add(expressions.expression());
      tokens.expectOperator(":");
      values.add(expressions.expression());
    }
    return new MappingOf(keys, values);
  }

  Expression postfix(Expression first) {
    Expression node = first;
    while (true) {
      if (tokens.isOperator(".")) {
        node = attribute(node);
      } else if (tokens.isOperator("[")) {
        node = subscript(node);
      } else if (tokens.isOperator("(")) {
        node = call(node);
      } else {
        return node;
      }
    }
  }

  private Expression attribute(Expression owner) {
    int line = tokens.next().line();
    Token name = tokens.next();
    if (name.type() == TokenType.NUMBER && name.constant() instanceof Long) {
      return new Element(owner, new Constant(name.constant()), line);
    }
    if (name.type() != TokenType.NAME) {
      throw SyntaxFault.at(name.line(), "expected a name or a number behind the dot");
    }
    return tokens.isOperator("(")
        ? new MethodCall(owner, name.text(), arguments(), line)
        : new Attribute(owner, name.text(), line);
  }

  Expression call(Expression callee) {
    int line = tokens.current().line();
    return new Call(callee, arguments(), line);
  }

  private Expression subscript(Expression owner) {
    int line = tokens.next().line();
    if (tokens.isOperator(":")) {
      return slice(owner, null, line);
    }
    Expression key = expressions.expression();
    if (tokens.isOperator(":")) {
      return slice(owner, key, line);
    }
    List<Expression> keys = new ArrayList<>(List.of(key));
    while (tokens.skipOperator(",")) {
      keys.add(expressions.expression());
    }
    tokens.expectOperator("]");
    return new Element(owner, keys.size() == 1 ? key : new TupleOf(keys), line);
  }

  private Expression slice(Expression owner, Expression start, int line) {
    tokens.expectOperator(":");
    Expression stop = sliceEnds() ? null : expressions.expression();
    Expression step = null;
    if (tokens.skipOperator(":") && !sliceEnds()) {
      step = expressions.expression();
    }
    tokens.expectOperator("]");
    return new SliceOf(owner, start, stop, step, line);
  }

  private boolean sliceEnds() {
    return tokens.isOperator(":") || tokens.isOperator("]");
  }

  ArgumentList arguments() {
    tokens.expectOperator("(");
    List<Expression> given = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression more = null;
    Expression moreNamed = null;
    boolean first = true;
    while (!tokens.skipOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      first = false;
      if (tokens.isOperator("*")) {
        more = starred(more == null && moreNamed == null);
      } else if (tokens.isOperator("**")) {
        moreNamed = starred(moreNamed == null);
      } else if (isNamed()) {
        addNamed(named, moreNamed == null);
      } else {
        require(more == null && moreNamed == null && named.isEmpty());
        given.add(expressions.expression());
      }
    }
    return new ArgumentList(given, named, more, moreNamed);
  }

  private Expression starred(boolean allowed) {
    require(allowed);
    tokens.next();
    return expressions.expression();
  }

  private boolean isNamed() {
    return tokens.current().type() == TokenType.NAME && tokens.following().isOperator("=");
  }

  private void addNamed(Map<String, Expression> named, boolean allowed) {
    require(allowed && !named.containsKey(tokens.current().text()));
    String name = tokens.next().text();
    tokens.next();
    named.put(name, expressions.expression());
  }

  private void require(boolean valid) {
    if (!valid) {
      throw SyntaxFault.at(tokens.current().line(), "arguments of a call in a wrong order");
    }
  }
}
