package org.sparklora.weights;

import java.util.Arrays;
import java.util.Optional;

/** Every Python name that a weight file may mention. */
enum PickleGlobal {
  ORDERED_DICT("collections.OrderedDict", null),
  REBUILD_TENSOR("torch._utils._rebuild_tensor_v2", null),
  REBUILD_PARAMETER("torch._utils._rebuild_parameter", null),
  FLOAT("torch.FloatStorage", ElementType.F32),
  HALF("torch.HalfStorage", ElementType.F16),
  BFLOAT16("torch.BFloat16Storage", ElementType.BF16),
  DOUBLE("torch.DoubleStorage", ElementType.F64),
  LONG("torch.LongStorage", ElementType.I64),
  INT("torch.IntStorage", ElementType.I32),
  SHORT("torch.ShortStorage", ElementType.I16),
  CHAR("torch.CharStorage", ElementType.I8),
  BYTE("torch.ByteStorage", ElementType.U8),
  BOOL("torch.BoolStorage", ElementType.BOOL);

  private final String pythonName;
  private final ElementType element;

  PickleGlobal(String pythonName, ElementType element) {
    this.pythonName = pythonName;
    this.element = element;
  }

  static Optional<PickleGlobal> named(String pythonName) {
    return Arrays.stream(values()).filter(g -> g.pythonName.equals(pythonName)).findFirst();
  }

  static PickleGlobal storageOf(ElementType type) {
    return Arrays.stream(values()).filter(g -> g.element == type).findFirst().orElseThrow();
  }

  String pythonName() {
    return pythonName;
  }

  /** The element type of a storage class; null for a function. */
  ElementType element() {
    return element;
  }
}
