package org.sparklora.weights;

import java.util.List;
import java.util.OptionalLong;
import org.sparklora.Failure;
import org.sparklora.storage.SeekableInput;

/** The few objects of a torch file: storages in the zip, tensors as views of them. */
final class TorchObjects {
  /** A view may expand (stride 0) to at most its storage's size or this, whichever is more. */
  private static final long SMALL = 1 << 20;

  private static final int MOST_DIMENSIONS = 64;

  /** A storage: its type, where its bytes are, how many elements are declared. */
  record Storage(ElementType type, String key, long offset, long elements) {}

  /** A tensor without its name. */
  record View(Storage storage, long first, List<Long> shape, List<Long> strides) {}

  private final SeekableInput in;
  private final ZipDirectory zip;
  private final String root;

  TorchObjects(SeekableInput in, ZipDirectory zip, String root) {
    this.in = in;
    this.zip = zip;
    this.root = root;
  }

  PickleGlobal global(String name) {
    return PickleGlobal.named(name).orElseThrow(() -> WeightFault.notAllowed(in.path(), name));
  }

  /** A persistent id: ("storage", type, key, location, elements). */
  Storage storage(List<Object> id) {
    boolean known =
        id.size() == 5
            && "storage".equals(id.get(0))
            && id.get(1) instanceof PickleGlobal
            && id.get(2) instanceof String
            && id.get(4) instanceof Long;
    if (!known || ((PickleGlobal) id.get(1)).element() == null) {
      throw fault("a storage is not described as torch does", id.size() + " values", "5");
    }
    ElementType type = ((PickleGlobal) id.get(1)).element();
    String key = (String) id.get(2);
    long elements = (Long) id.get(4);
    ZipDirectory.Entry entry = zip.entries().get(root + "data/" + key);
    if (entry == null) {
      throw fault("a storage is not in the zip", root + "data/" + key, "a member of that name");
    }
    if (elements < 0 || elements > entry.size() / type.bytes()) {
      throw fault(
          "storage '" + key + "' is too short", entry.size() + " bytes", elements + " × " + type);
    }
    return new Storage(type, key, zip.dataOffset(entry), elements);
  }

  Object call(PickleGlobal function, List<Object> arguments) {
    return switch (function) {
      case ORDERED_DICT -> orderedDict(arguments);
      case REBUILD_TENSOR -> tensor(arguments);
      case REBUILD_PARAMETER -> parameter(arguments);
      default -> throw WeightFault.notAllowed(in.path(), "a call of " + function.pythonName());
    };
  }

  TensorInfo named(String name, View view) {
    int size = view.storage().type().bytes();
    long span = Shapes.span(view.shape(), view.strides()).orElseThrow();
    return new TensorInfo(
        name,
        view.storage().type(),
        view.shape(),
        view.strides(),
        in.path(),
        view.storage().offset() + view.first() * size,
        span * size);
  }

  private PickleDict orderedDict(List<Object> arguments) {
    if (!arguments.isEmpty()) {
      throw fault("a dictionary is made from something", arguments.size() + " values", "none");
    }
    return new PickleDict();
  }

  private View parameter(List<Object> arguments) {
    if (arguments.isEmpty() || !(arguments.get(0) instanceof View view)) {
      throw fault("a parameter holds no tensor", arguments.size() + " values", "a tensor first");
    }
    return view;
  }

  private View tensor(List<Object> arguments) {
    boolean known =
        arguments.size() >= 4
            && arguments.get(0) instanceof Storage
            && arguments.get(1) instanceof Long
            && arguments.get(2) instanceof PickleTuple
            && arguments.get(3) instanceof PickleTuple;
    if (!known) {
      throw fault(
          "a tensor is not described as torch does",
          arguments.size() + " values",
          "a storage, offset, shape, strides");
    }
    Storage storage = (Storage) arguments.get(0);
    long first = (Long) arguments.get(1);
    List<Long> shape = numbers((PickleTuple) arguments.get(2));
    List<Long> strides = numbers((PickleTuple) arguments.get(3));
    return checked(new View(storage, first, shape, strides));
  }

  private View checked(View view) {
    OptionalLong elements = Shapes.elements(view.shape());
    boolean paired = view.shape().size() == view.strides().size();
    if (elements.isEmpty() || !paired || view.first() < 0) {
      throw fault(
          "a tensor has an impossible shape", described(view), "sizes ≥ 0, one stride each");
    }
    Storage storage = view.storage();
    OptionalLong span = Shapes.span(view.shape(), view.strides());
    if (span.isEmpty() || view.first() > storage.elements() - span.getAsLong()) {
      throw fault(
          "a tensor reaches beyond its storage '" + storage.key() + "'",
          described(view),
          "at most " + storage.elements() + " elements");
    }
    long most = Math.max(storage.elements(), SMALL / storage.type().bytes());
    if (elements.getAsLong() > most) {
      throw fault("a tensor unfolds to too much", described(view), "at most " + most + " elements");
    }
    return view;
  }

  private List<Long> numbers(PickleTuple tuple) {
    if (tuple.items().size() > MOST_DIMENSIONS
        || !tuple.items().stream().allMatch(Long.class::isInstance)) {
      throw fault(
          "a shape is not made of numbers",
          tuple.items().size() + " values",
          "at most " + MOST_DIMENSIONS + " whole numbers");
    }
    return tuple.items().stream().map(Long.class::cast).toList();
  }

  private static String described(View view) {
    return "shape %s, strides %s, from element %d"
        .formatted(view.shape(), view.strides(), view.first());
  }

  private Failure fault(String why, Object actual, String expected) {
    return WeightFault.damaged(in.path(), why, actual, expected);
  }
}
