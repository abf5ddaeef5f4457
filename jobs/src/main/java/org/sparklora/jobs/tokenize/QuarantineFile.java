package org.sparklora.jobs.tokenize;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.spark.TaskContext;
import org.sparklora.Failure;
import org.sparklora.corpus.CorpusRow;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.storage.Store;

/**
 * One task's bad rows as JSON lines: file, position and its unit, reason, hash, and on request the
 * line itself. The file is created with the first bad row; every attempt at a task has its own.
 */
final class QuarantineFile implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TokenizeSetup setup;
  private final String name;
  private OutputStream out;

  private QuarantineFile(TokenizeSetup setup, String name) {
    this.setup = setup;
    this.name = name;
  }

  static QuarantineFile of(TokenizeSetup setup, TaskContext context) {
    return new QuarantineFile(
        setup,
        "part-%05d-%s-%d.jsonl"
            .formatted(context.partitionId(), setup.run(), context.taskAttemptId()));
  }

  /** The file's name, empty when nothing was added. */
  String name() {
    return out == null ? "" : name;
  }

  void add(CorpusRows.Located at, CorpusRow.Bad bad) {
    ObjectNode node = JSON.createObjectNode().put("file", at.file());
    if (at.position() >= 0) {
      node.put("position", at.position()).put("unit", at.unit().word());
    }
    node.put("reason", bad.reason()).put("hash", bad.hash());
    if (setup.keepBadLines()) {
      node.put("line", bad.text());
    }
    try {
      if (out == null) {
        out =
            Store.with(setup.reading().storage())
                .create(Store.child(setup.quarantineFolder(), name));
      }
      out.write(JSON.writeValueAsBytes(node));
      out.write('\n');
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    if (out != null) {
      try {
        out.close();
      } catch (IOException e) {
        throw failed(e);
      }
    }
  }

  private Failure failed(IOException e) {
    return Failure.storage(
        "Cannot write the quarantine, the write failed: %s (%s). Check free space and permissions, then run again."
            .formatted(Store.child(setup.quarantineFolder(), name), e.getMessage()),
        e);
  }
}
