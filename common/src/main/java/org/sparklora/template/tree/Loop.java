package org.sparklora.template.tree;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.Callable;
import org.sparklora.template.python.Comparison;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.Tuple;
import org.sparklora.template.python.Undefined;
import org.sparklora.template.python.WithAttributes;

/** The value {@code loop}; it looks ahead no further than it is asked. */
final class Loop implements WithAttributes, Callable {
  private final Object sized;
  private final Function<Object, String> deeper;
  private final int depth;
  private Iterator<Object> items;
  private long index = -1;
  private Object before;
  private Object current;
  private long length = -1;
  private List<Object> lastChanged;

  /**
   * @param sized what knows the number of items, or null
   * @param deeper runs the loop over other items, or null if it is not recursive
   */
  Loop(Iterator<Object> items, Object sized, Function<Object, String> deeper, int depth) {
    this.items = items;
    this.sized = sized;
    this.deeper = deeper;
    this.depth = depth;
  }

  private Object ahead;
  private boolean looked;

  boolean hasNext() {
    return looked || items.hasNext();
  }

  Object advance() {
    Object item = looked ? ahead : items.next();
    looked = false;
    index++;
    before = current;
    current = item;
    return item;
  }

  private boolean look() {
    if (!looked && items.hasNext()) {
      ahead = items.next();
      looked = true;
    }
    return looked;
  }

  private long length() {
    if (length < 0 && sized != null) {
      length = Sizes.length(sized);
    } else if (length < 0) {
      List<Object> rest = new ArrayList<>();
      items.forEachRemaining(rest::add);
      items = rest.iterator();
      length = rest.size() + index + 1 + (looked ? 1 : 0);
    }
    return length;
  }

  @Override
  public Object attribute(String name) {
    return switch (name) {
      case "index" -> index + 1;
      case "index0" -> index;
      case "first" -> index == 0;
      case "last" -> !look();
      case "previtem" -> index == 0 ? Undefined.because("there is no previous item") : before;
      case "nextitem" -> look() ? ahead : Undefined.because("there is no next item");
      case "length" -> length();
      case "revindex" -> length() - index;
      case "revindex0" -> length() - index - 1;
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "cycle" -> (Callable) (arguments, budget) -> cycle(arguments);
      case "changed" -> (Callable) (arguments, budget) -> changed(arguments);
      default -> Undefined.attribute(this, name);
    };
  }

  private Object cycle(Arguments arguments) {
    if (arguments.given().isEmpty()) {
      throw Refusal.type("no items for cycling given");
    }
    return arguments.given().get((int) (index % arguments.given().size()));
  }

  private boolean changed(Arguments arguments) {
    boolean same =
        lastChanged != null
            && Comparison.equal(new Tuple(lastChanged), new Tuple(arguments.given()));
    lastChanged = arguments.given();
    return !same;
  }

  @Override
  public Object call(Arguments arguments, Budget budget) {
    if (deeper == null) {
      throw Refusal.type("The loop must have the 'recursive' marker to be called recursively.");
    }
    return deeper.apply(arguments.bind("loop", "iterable").value(0));
  }
}
