package org.sparklora.template.tree;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.sparklora.template.builtin.Namespace;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.Sizes;
import org.sparklora.template.python.Types;

/** What a value is assigned to. */
public interface Target {
  void assign(Object value, Scope scope);

  /** A name of the running scope. */
  record Variable(String name) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      scope.set(name, value);
    }
  }

  /** {@code namespace.attribute}. */
  record NamespaceAttribute(String name, String attribute) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      Object owner = scope.value(name);
      if (!(owner instanceof Namespace namespace)) {
        throw Refusal.type(
            "cannot assign an attribute of '%s', only of a namespace".formatted(Types.name(owner)));
      }
      namespace.set(attribute, value);
    }
  }

  /** Several targets for as many items. */
  record Unpacked(List<Target> targets) implements Target {
    @Override
    public void assign(Object value, Scope scope) {
      List<Object> items = new ArrayList<>();
      Iterator<Object> all = Sizes.items(value);
      while (all.hasNext() && items.size() <= targets.size()) {
        items.add(all.next());
      }
      if (items.size() != targets.size()) {
        throw Refusal.type("%d names for another number of values".formatted(targets.size()));
      }
      for (int i = 0; i < items.size(); i++) {
        targets.get(i).assign(items.get(i), scope);
      }
    }
  }
}
