package org.sparklora.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.Failure;

/** Writes a dictionary of tensors as Python's own pickler (protocol 2) would, memo and all. */
final class PickleWriter {
  /** Python writes long dictionaries in batches of this size. */
  private static final int BATCH = 1000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, Integer> memo = new HashMap<>();
  private int remembered;

  private PickleWriter() {}

  static byte[] tensors(Map<String, ? extends TensorContent> tensors) {
    PickleWriter writer = new PickleWriter();
    writer.op(0x80, 2);
    writer.op('}');
    writer.remember();
    List<Map.Entry<String, TensorContent>> entries = new ArrayList<>();
    tensors.forEach((name, tensor) -> entries.add(Map.entry(name, tensor)));
    for (int from = 0; from < entries.size(); from += BATCH) {
      int to = Math.min(entries.size(), from + BATCH);
      writer.batch(entries.subList(from, to), from);
    }
    writer.op('.');
    return writer.out.toByteArray();
  }

  /** Writes the bytes of a tensor's content. */
  static long bytes(TensorContent tensor) {
    return Shapes.elements(tensor.shape()).orElseThrow() * tensor.type().bytes();
  }

  private void batch(List<Map.Entry<String, TensorContent>> entries, int from) {
    if (entries.size() == 1) {
      entry(entries.get(0), from);
      op('s');
      return;
    }
    op('(');
    for (int i = 0; i < entries.size(); i++) {
      entry(entries.get(i), from + i);
    }
    op('u');
  }

  private void entry(Map.Entry<String, TensorContent> entry, int key) {
    text(entry.getKey());
    remember();
    tensor(entry.getValue(), key);
  }

  private void tensor(TensorContent tensor, int key) {
    global(PickleGlobal.REBUILD_TENSOR.pythonName());
    op('(');
    storage(tensor, key);
    number(0);
    tuple(tensor.shape());
    tuple(Shapes.rowMajor(tensor.shape()));
    op(0x89);
    global(PickleGlobal.ORDERED_DICT.pythonName());
    op(')');
    op('R');
    remember();
    op('t');
    remember();
    op('R');
    remember();
  }

  private void storage(TensorContent tensor, int key) {
    op('(');
    shared("storage");
    global(PickleGlobal.storageOf(tensor.type()).pythonName());
    text(Integer.toString(key));
    remember();
    shared("cpu");
    number(Shapes.elements(tensor.shape()).orElseThrow());
    op('t');
    remember();
    op('Q');
  }

  private void tuple(List<Long> values) {
    if (values.isEmpty()) {
      op(')');
      return;
    }
    if (values.size() > 3) {
      op('(');
    }
    values.forEach(this::number);
    op(values.size() > 3 ? 't' : 0x84 + values.size());
    remember();
  }

  private void number(long value) {
    if (value >= 0 && value < 0x100) {
      op('K', (int) value);
    } else if (value >= 0 && value < 0x10000) {
      op('M');
      out.writeBytes(little(2).putShort((short) value).array());
    } else if (value == (int) value) {
      op('J');
      out.writeBytes(little(4).putInt((int) value).array());
    } else {
      longNumber(value);
    }
  }

  /** Just the bytes that the number and its sign need. */
  private void longNumber(long value) {
    if (value < 0) {
      throw Failure.usage(
          "Cannot write the weight file, a size is negative: %d (expected 0 or more). Fix the tensor."
              .formatted(value));
    }
    int bytes = (64 - Long.numberOfLeadingZeros(value)) / 8 + 1;
    op(0x8a, bytes);
    out.write(little(8).putLong(value).array(), 0, bytes);
  }

  /** A text that Python's pickler meets as the same object every time. */
  private void shared(String text) {
    if (recalled("text " + text)) {
      return;
    }
    text(text);
    memo.put("text " + text, remembered);
    remember();
  }

  private void global(String name) {
    if (recalled(name)) {
      return;
    }
    int dot = name.lastIndexOf('.');
    op('c');
    out.writeBytes(
        (name.substring(0, dot) + "\n" + name.substring(dot + 1) + "\n")
            .getBytes(StandardCharsets.UTF_8));
    memo.put(name, remembered);
    remember();
  }

  private boolean recalled(String what) {
    Integer index = memo.get(what);
    if (index == null) {
      return false;
    }
    indexed('h', 'j', index);
    return true;
  }

  private void remember() {
    indexed('q', 'r', remembered++);
  }

  private void indexed(int shortOp, int longOp, int index) {
    if (index < 0x100) {
      op(shortOp, index);
    } else {
      op(longOp);
      out.writeBytes(little(4).putInt(index).array());
    }
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    op('X');
    out.writeBytes(little(4).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }

  private void op(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
