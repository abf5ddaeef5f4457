package org.sparklora.weights;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.Failure;

/**
 * Reads the pickles that {@code torch.save} writes, and no others: it knows plain values and leaves
 * the few functions that are allowed to {@link TorchObjects}. Nothing in a pickle is ever run.
 * Memory stays below a small multiple of the pickle's own size.
 */
final class PickleReader {
  private final String file;
  private final ByteBuffer code;
  private final TorchObjects objects;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private int at;

  PickleReader(String file, byte[] pickle, TorchObjects objects) {
    this.file = file;
    this.code = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    this.objects = objects;
  }

  /** The single value of the pickle. */
  Object read() {
    try {
      while (true) {
        at = code.position();
        int opcode = u8();
        if (opcode == '.') {
          return pop();
        }
        if (!pushNumber(opcode) && !pushText(opcode) && !collect(opcode) && !make(opcode)) {
          throw fault(
              "an opcode is not one that torch writes", "0x%02x".formatted(opcode), "another");
        }
      }
    } catch (BufferUnderflowException e) {
      throw WeightFault.cutOff(file, "data.pkl", code.limit(), at + 2L);
    }
  }

  private boolean pushNumber(int opcode) {
    switch (opcode) {
      case 'N' -> stack.add(null);
      case 0x88 -> stack.add(true);
      case 0x89 -> stack.add(false);
      case 'K' -> stack.add((long) u8());
      case 'M' -> stack.add((long) (code.getShort() & 0xffff));
      case 'J' -> stack.add((long) code.getInt());
      case 0x8a -> stack.add(longOf(u8()));
      case 'G' -> stack.add(Double.longBitsToDouble(Long.reverseBytes(code.getLong())));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean pushText(int opcode) {
    switch (opcode) {
      case 'X' -> stack.add(text(code.getInt() & 0xffffffffL));
      case 0x8c, 'U' -> stack.add(text(u8()));
      case 'c' -> stack.add(objects.global(line() + "." + line()));
      case 0x93 -> {
        String name = pop(String.class);
        stack.add(objects.global(pop(String.class) + "." + name));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean collect(int opcode) {
    switch (opcode) {
      case '(' -> marks.push(stack.size());
      case '}' -> stack.add(new PickleDict());
      case ']' -> stack.add(new ArrayList<Object>());
      case ')' -> stack.add(new PickleTuple(List.of()));
      case 't' -> stack.add(new PickleTuple(popToMark()));
      case 0x85, 0x86, 0x87 -> stack.add(new PickleTuple(pop(opcode - 0x84)));
      case 's' -> put(pop(2));
      case 'u' -> put(popToMark());
      case 'a' -> append(pop(1));
      case 'e' -> append(popToMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean make(int opcode) {
    switch (opcode) {
      case 0x80 -> protocol(u8());
      case 0x95 -> code.getLong();
      case 'q' -> memo.put((long) u8(), top());
      case 'r' -> memo.put(code.getInt() & 0xffffffffL, top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> stack.add(remembered(u8()));
      case 'j' -> stack.add(remembered(code.getInt() & 0xffffffffL));
      case 'Q' -> stack.add(objects.storage(pop(PickleTuple.class).items()));
      case 'R' -> {
        PickleTuple arguments = pop(PickleTuple.class);
        stack.add(objects.call(pop(PickleGlobal.class), arguments.items()));
      }
      case 'b' -> ignoreState();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void protocol(int version) {
    if (version < 2 || version > 5) {
      throw fault("its pickle protocol is unknown", version, "2 to 5");
    }
  }

  /** {@code state_dict()} pickles its version notes as an attribute of the dictionary. */
  private void ignoreState() {
    Object state = pop();
    if (!(top() instanceof PickleDict) || !(state instanceof PickleDict)) {
      throw fault("an object carries state", kind(top()), "only dictionaries with notes");
    }
  }

  private void put(List<Object> pairs) {
    if (!(top() instanceof PickleDict dict) || pairs.size() % 2 != 0) {
      throw fault("an entry goes into no dictionary", kind(top()), "a dictionary and pairs");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      Object key = pairs.get(i);
      if (!(key instanceof String || key instanceof Long)) {
        throw fault("a dictionary key is neither text nor number", kind(key), "a name");
      }
      if (dict.entries().containsKey(key)) {
        throw WeightFault.damaged(file, "a name stands in it twice", key, "each name once");
      }
      dict.entries().put(key, pairs.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // Only this class makes lists, always of objects.
  private void append(List<Object> items) {
    if (!(top() instanceof List<?> list)) {
      throw fault("an item goes into no list", kind(top()), "a list");
    }
    ((List<Object>) list).addAll(items);
  }

  private Object remembered(long index) {
    if (!memo.containsKey(index)) {
      throw fault("it refers to nothing", index, "an index remembered before");
    }
    return memo.get(index);
  }

  private Object top() {
    int floor = marks.isEmpty() ? 0 : marks.peek();
    if (stack.size() <= floor) {
      throw fault("its stack is empty", stack.size(), "a value");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private <T> T pop(Class<T> type) {
    Object value = pop();
    if (!type.isInstance(value)) {
      throw fault("a value has the wrong kind", kind(value), type.getSimpleName());
    }
    return type.cast(value);
  }

  private List<Object> pop(int count) {
    int floor = marks.isEmpty() ? 0 : marks.peek();
    if (stack.size() - count < floor) {
      throw fault("its stack is too short", stack.size() - floor, count + " values");
    }
    return cut(stack.size() - count);
  }

  private List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw fault("a collection has no start", "no mark", "a mark");
    }
    return cut(marks.pop());
  }

  private List<Object> cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }

  private int u8() {
    return code.get() & 0xff;
  }

  private long longOf(int bytes) {
    if (bytes > Long.BYTES) {
      throw fault("a number is too large", bytes + " bytes", "at most 8");
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (code.get() & 0xffL) << (8 * i);
    }
    int unused = 64 - 8 * bytes;
    return bytes == 0 ? 0 : value << unused >> unused;
  }

  private String text(long length) {
    if (length > code.remaining()) {
      throw WeightFault.cutOff(file, "a text in data.pkl", code.limit(), code.position() + length);
    }
    String text = new String(code.array(), code.position(), (int) length, StandardCharsets.UTF_8);
    code.position(code.position() + (int) length);
    return text;
  }

  private String line() {
    int start = code.position();
    while (code.get() != '\n') {
      // Looks for the end; if it is missing the buffer underflows, which is reported as a cut file.
    }
    return new String(code.array(), start, code.position() - start - 1, StandardCharsets.UTF_8);
  }

  private static String kind(Object value) {
    return value == null ? "None" : value.getClass().getSimpleName();
  }

  private Failure fault(String why, Object actual, String expected) {
    return WeightFault.damaged(file, why + ", at data.pkl+" + at, actual, expected);
  }
}
