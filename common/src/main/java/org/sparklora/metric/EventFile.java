package org.sparklora.metric;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;

/** A TensorBoard event file: the version first, then one event with all scalars of each step. */
final class EventFile implements Closeable {
  // Fields of tensorflow.TensorProto, SummaryMetadata and its PluginData.
  private static final int TENSOR = 8;
  private static final int METADATA = 9;
  private static final int DTYPE = 1;
  private static final int DTYPE_STRING = 7;
  private static final int STRING_VALUE = 8;
  private static final int PLUGIN_DATA = 1;
  private static final int PLUGIN_NAME = 1;
  // Fields of tensorflow.Event, tensorflow.Summary.Value and tensorflow.SessionLog.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int STATUS = 1;
  private static final int STATUS_START = 1;

  private final OutputStream out;

  /**
   * @param firstStep readers drop what earlier files hold from this step on
   */
  EventFile(OutputStream out, Instant now, long firstStep) throws IOException {
    this.out = new BufferedOutputStream(out);
    write(event(now, 0).string(FILE_VERSION, "brain.Event:2"));
    Protobuf start = new Protobuf().varint(STATUS, STATUS_START);
    write(event(now, firstStep).message(SESSION_LOG, start));
  }

  void append(Instant now, long step, Map<String, Double> scalars) throws IOException {
    Protobuf summary = new Protobuf();
    scalars.forEach(
        (tag, value) ->
            summary.message(
                VALUE, new Protobuf().string(TAG, tag).fixed32(SIMPLE_VALUE, value.floatValue())));
    write(event(now, step).message(SUMMARY, summary));
  }

  /** A page of Markdown for TensorBoard's text plugin. */
  void append(Instant now, long step, String tag, String page) throws IOException {
    Protobuf plugin = new Protobuf().string(PLUGIN_NAME, "text");
    Protobuf value =
        new Protobuf()
            .string(TAG, tag)
            .message(TENSOR, new Protobuf().varint(DTYPE, DTYPE_STRING).string(STRING_VALUE, page))
            .message(METADATA, new Protobuf().message(PLUGIN_DATA, plugin));
    write(event(now, step).message(SUMMARY, new Protobuf().message(VALUE, value)));
  }

  void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void write(Protobuf event) throws IOException {
    out.write(TfRecord.frame(event.bytes()));
  }

  private static Protobuf event(Instant now, long step) {
    double seconds = now.toEpochMilli() / 1000.0;
    return new Protobuf().fixed64(WALL_TIME, seconds).varint(STEP, step);
  }
}
