package org.sparklora.template.tree;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.Types;

/**
 * {@code {% for target in items if condition %}}.
 *
 * @param condition null if there is none
 * @param named whether the body says {@code loop}
 */
public record For(
    Target target,
    Expression items,
    Expression condition,
    boolean recursive,
    boolean named,
    List<Statement> body,
    List<Statement> otherwise,
    int line)
    implements Statement {
  @Override
  public Next run(Scope scope) {
    scope.rendering().at(line);
    runOver(items.value(scope), scope, 0);
    return Next.ON;
  }

  void runOver(Object value, Scope scope, int depth) {
    Iterator<Object> all = Sizes.items(value);
    Loop loop =
        new Loop(
            condition == null ? all : chosen(all, scope),
            condition == null && Sizes.hasLength(value) ? value : null,
            recursive ? inner -> deeper(inner, scope, depth + 1) : null,
            depth);
    if (!runRounds(loop, scope)) {
      Statement.runAll(otherwise, scope.inner());
    }
  }

  private String deeper(Object value, Scope scope, int depth) {
    return scope.rendering().captured(() -> runOver(value, scope, depth));
  }

  /** Whether one round came to its end, which is what jinja2 asks before {@code else}. */
  private boolean runRounds(Loop loop, Scope scope) {
    boolean finished = false;
    while (loop.hasNext()) {
      Object item = loop.advance();
      scope.rendering().budget().step();
      Scope round = scope.inner();
      if (named || recursive) {
        round.set("loop", loop);
      }
      target.assign(item, round);
      Next next = Statement.runAll(body, round);
      if (next == Next.BREAK) {
        break;
      }
      finished |= next == Next.ON;
    }
    return finished;
  }

  private Iterator<Object> chosen(Iterator<Object> all, Scope scope) {
    return new Iterator<>() {
      private boolean found;
      private Object next;

      @Override
      public boolean hasNext() {
        while (!found && all.hasNext()) {
          next = all.next();
          scope.rendering().budget().step();
          Scope inner = scope.inner();
          target.assign(next, inner);
          found = Types.truth(condition.value(inner));
        }
        return found;
      }

      @Override
      public Object next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        found = false;
        return next;
      }
    };
  }
}
