package org.sparklora.template.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sparklora.template.python.RefusalKind;
import org.sparklora.template.tree.Expression;
import org.sparklora.template.tree.For;
import org.sparklora.template.tree.Operations.Concatenation;
import org.sparklora.template.tree.Statement;
import org.sparklora.template.tree.Statement.Next;
import org.sparklora.template.tree.Statements.Assign;
import org.sparklora.template.tree.Statements.AssignBlock;
import org.sparklora.template.tree.Statements.FilterBlock;
import org.sparklora.template.tree.Statements.FilterStep;
import org.sparklora.template.tree.Statements.Generation;
import org.sparklora.template.tree.Statements.If;
import org.sparklora.template.tree.Statements.Leave;
import org.sparklora.template.tree.Statements.Print;
import org.sparklora.template.tree.Statements.Text;
import org.sparklora.template.tree.Statements.With;
import org.sparklora.template.tree.Target;

/** Reads a whole template: text, tags and their bodies. */
public final class StatementParser {
  private final TokenStream tokens;
  private final Names names = new Names();
  private final ExpressionParser expressions;
  private final TargetParser targets;
  private final MacroParser macros;

  /** Loops around the tag at hand, within the same macro. */
  private int loops;

  private StatementParser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, names);
    this.targets = new TargetParser(tokens);
    this.macros = new MacroParser(tokens, names, expressions, this::functionBody);
  }

  /**
   * The statements of {@code template}.
   *
   * @throws SyntaxFault when it cannot be read
   */
  public static List<Statement> parse(String template) {
    StatementParser parser = new StatementParser(new TokenStream(Lexer.tokens(template)));
    List<Statement> statements = parser.statements(Set.of());
    parser.names.refuseUnknown();
    return statements;
  }

  /** Statements up to a tag of {@code ends}, whose name is then the current token. */
  private List<Statement> statements(Set<String> ends) {
    List<Statement> body = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token.type()) {
        case DATA -> body.add(new Text(token.text()));
        case PRINT_BEGIN -> {
          body.add(new Print(expressions.tuple(true, null), token.line()));
          tokens.expect(TokenType.PRINT_END, "}}");
        }
        case BLOCK_BEGIN -> {
          if (tokens.current().type() == TokenType.NAME && ends.contains(tokens.current().text())) {
            return body;
          }
          body.add(statement());
          tokens.expect(TokenType.BLOCK_END, "%}");
        }
        default -> {
          if (!ends.isEmpty()) {
            throw SyntaxFault.at(
                token.line(),
                "the template ends inside a block (expected %s)"
                    .formatted(String.join(" or ", new TreeSet<>(ends))));
          }
          return body;
        }
      }
    }
  }

  private Statement statement() {
    Token tag = tokens.expect(TokenType.NAME, "the name of a tag");
    tokens.enter();
    Statement statement =
        switch (tag.text()) {
          case "if" -> ifBlock(tag.line());
          case "for" -> forBlock(tag.line());
          case "set" -> set(tag.line());
          case "print" -> print(tag.line());
          case "macro" -> macros.macro(tag.line());
          case "call" -> macros.callBlock(tag.line());
          case "with" -> with(tag.line());
          case "filter" -> filterBlock(tag.line());
          case "generation" -> new Generation(functionBody("endgeneration"), tag.line());
          case "break" -> leave(Next.BREAK, tag);
          case "continue" -> leave(Next.CONTINUE, tag);
          default -> throw unknownTag(tag);
        };
    tokens.leave();
    return statement;
  }

  private static SyntaxFault unknownTag(Token tag) {
    boolean end = tag.text().startsWith("end") || Set.of("else", "elif").contains(tag.text());
    return end
        ? SyntaxFault.at(tag.line(), "'%s' closes nothing here".formatted(tag.text()))
        : new SyntaxFault(
            RefusalKind.UNKNOWN_TAG, tag.line(), "no tag named '%s'".formatted(tag.text()));
  }

  /** Values behind commas are printed one behind the other. */
  private Statement print(int line) {
    List<Expression> printed = new ArrayList<>();
    do {
      printed.add(expressions.expression());
    } while (tokens.skipOperator(","));
    return new Print(new Concatenation(printed), line);
  }

  private Statement leave(Next next, Token tag) {
    if (loops == 0) {
      throw SyntaxFault.at(tag.line(), "'%s' outside a loop".formatted(tag.text()));
    }
    return new Leave(next);
  }

  /** Behind the head of a block: its body; the end tag's name is then the current token. */
  private List<Statement> body(Set<String> ends) {
    tokens.skipOperator(":");
    tokens.expect(TokenType.BLOCK_END, "%}");
    return statements(ends);
  }

  /** A body that ends with one tag and is a scope of its own. */
  private List<Statement> scopedBody(String end) {
    boolean soft = names.soften(false);
    List<Statement> body = body(Set.of(end));
    tokens.next();
    names.soften(soft);
    return body;
  }

  /** As jinja2 makes a function of it, a loop around it cannot be left from inside. */
  private List<Statement> functionBody(String end) {
    int outer = loops;
    loops = 0;
    List<Statement> body = scopedBody(end);
    loops = outer;
    return body;
  }

  private Statement ifBlock(int line) {
    boolean soft = names.soften(true);
    List<Expression> conditions = new ArrayList<>();
    List<List<Statement>> bodies = new ArrayList<>();
    String tag = "if";
    while (!tag.equals("endif")) {
      boolean last = tag.equals("else");
      conditions.add(last ? null : expressions.tuple(false, null));
      bodies.add(body(last ? Set.of("endif") : Set.of("elif", "else", "endif")));
      tag = tokens.next().text();
    }
    names.soften(soft);
    return new If(conditions, bodies, line);
  }

  private Statement forBlock(int line) {
    Target target = targets.target(false, "in");
    tokens.expectName("in");
    Expression items = expressions.tuple(false, "recursive");
    boolean soft = names.soften(false);
    Expression condition = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    names.openBlock();
    loops++;
    List<Statement> body = body(Set.of("endfor", "else"));
    loops--;
    boolean named = names.closeBlock().contains("loop");
    List<Statement> otherwise = List.of();
    if (tokens.next().text().equals("else")) {
      otherwise = body(Set.of("endfor"));
      tokens.next();
    }
    names.soften(soft);
    return new For(target, items, condition, recursive, named, body, otherwise, line);
  }

  private Statement set(int line) {
    Target target = targets.target(true, null);
    if (tokens.skipOperator("=")) {
      return new Assign(target, expressions.tuple(true, null), line);
    }
    List<FilterStep> filters = new ArrayList<>();
    while (tokens.skipOperator("|")) {
      filters.add(expressions.filters().step());
    }
    return new AssignBlock(target, filters, scopedBody("endset"), line);
  }

  private Statement filterBlock(int line) {
    List<FilterStep> filters = new ArrayList<>();
    do {
      filters.add(expressions.filters().step());
    } while (tokens.skipOperator("|"));
    return new FilterBlock(filters, scopedBody("endfilter"), line);
  }

  private Statement with(int line) {
    List<Target> assigned = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (tokens.current().type() != TokenType.BLOCK_END) {
      if (!assigned.isEmpty()) {
        tokens.expectOperator(",");
      }
      assigned.add(targets.target(false, null));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new With(assigned, values, scopedBody("endwith"), line);
  }
}
