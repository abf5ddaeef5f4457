package org.sparklora.jobs.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.sparklora.ExitCode;
import org.sparklora.Fixtures;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.fuzz.Door.Job;

/** One user's try: a corpus, a model and what else a job takes, and a few commands. */
final class Round {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Words of programmers, not of users. */
  private static final Pattern CLASS_NAME =
      Pattern.compile(
          "\\b(java|javax|scala|org\\.apache|org\\.sparklora|com\\.fasterxml|ai\\.djl)\\.[a-z.]*[A-Z]");

  private static final int LONGEST_LINE = 3_100 * 2;

  private final Chance chance;
  private final Door door;
  private final GoodThings good;
  private final Room room;
  private final String family;
  private final List<String> said = new ArrayList<>();
  private final List<Path> outputs = new ArrayList<>();

  Round(long seed, Door door, GoodThings good, Path folder) {
    this.chance = new Chance(seed);
    this.door = door;
    this.good = good;
    this.room = new Room(folder);
    this.family = chance.of(Fixtures.FAMILIES);
  }

  /** Commands and endings, for the one who looks for the fault. */
  String story() {
    return String.join("\n", said);
  }

  int commands() {
    return said.size();
  }

  /** The first thing that must not be; empty where all is as documented. */
  String fault() throws IOException {
    Job job = chance.of(Job.TOKENIZE, Job.TOKENIZE, Job.TOKENIZE, Job.PREDICT, Job.TRAIN);
    Map<String, String> flags;
    try {
      flags = flags(job);
    } catch (FileSystemException | InvalidPathException e) {
      return ""; // this machine has no such names
    }
    new OddFlags(chance, job.options()).change(flags);
    room.settle();
    int times = chance.oneIn(4) ? 3 : 1;
    for (int i = 0; i < times; i++) {
      String fault = command(job, flags);
      if (!fault.isEmpty()) {
        return fault;
      }
      between(job, flags);
    }
    room.delete();
    return "";
  }

  /** The same again, made anew, or with something of the user's in the output. */
  private void between(Job job, Map<String, String> flags) throws IOException {
    if (job != Job.TRAIN && chance.oneIn(2)) {
      flags.put("overwrite", "true");
    }
    Path output = outputs.get(0);
    if (chance.oneIn(4) && Files.isDirectory(output)) {
      room.add(output.resolve("notes.txt"), "mine");
    }
  }

  private String command(Job job, Map<String, String> flags) throws IOException {
    List<String> arguments = new OddFlags(chance, job.options()).arguments(flags);
    said.add("%s %s".formatted(job, arguments));
    JobOutcome ending;
    try {
      ending = door.run(job, arguments);
    } catch (Exception | StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
      return "thrown at the door: " + trace(e);
    }
    said.add("  %d: %s".formatted(ending.code().code(), ending.message()));
    return faultOf(job, ending);
  }

  private String faultOf(Job job, JobOutcome ending) throws IOException {
    if (!documented(job).contains(ending.code())) {
      return "exit code " + ending.code().code();
    }
    if (ending.code() != ExitCode.DONE) {
      for (String line : ending.message().split("\n", -1)) {
        if (!isSentence(line, ending.code())) {
          return "no sentence: " + line;
        }
      }
    }
    List<String> harm = room.harm(outputs);
    if (!harm.isEmpty()) {
      return harm.toString();
    }
    return outcomeFault(ending);
  }

  private static Set<ExitCode> documented(Job job) {
    EnumSet<ExitCode> codes =
        EnumSet.of(ExitCode.DONE, ExitCode.USAGE, ExitCode.INPUT, ExitCode.STORAGE);
    if (job == Job.TRAIN) {
      codes.addAll(EnumSet.of(ExitCode.CLUSTER, ExitCode.DIVERGED, ExitCode.STOPPED));
    }
    return codes;
  }

  private static boolean isSentence(String line, ExitCode code) {
    boolean begins =
        line.startsWith("Cannot ") || code == ExitCode.STOPPED || code == ExitCode.DIVERGED;
    return begins
        && (line.endsWith(".") || line.matches(".* Did you mean --\\w+\\?"))
        && line.length() <= LONGEST_LINE
        && !CLASS_NAME.matcher(line).find();
  }

  private String outcomeFault(JobOutcome ending) throws IOException {
    Path outcome = outputs.get(0).resolve("_outcome.json");
    boolean ran =
        !ending.message().startsWith("Cannot read --")
            && !ending.message().startsWith("Cannot run ");
    if (ran && Files.isRegularFile(outcome)) {
      int told = JSON.readTree(outcome.toFile()).path("exit_code").asInt(-1);
      if (ending.code() != ExitCode.USAGE && told != ending.code().code()) {
        return "_outcome.json says " + told;
      }
    }
    return "";
  }

  private Map<String, String> flags(Job job) throws IOException {
    Map<String, String> flags = new LinkedHashMap<>();
    Path output = output();
    switch (job) {
      case TOKENIZE -> {
        flags.put("model_checkpoint", model().toString());
        flags.put("input_file", corpus());
        flags.put("prompt_key", "q");
        flags.put("target_key", "a");
        flags.put("save_name", output.toString());
        flags.put("max_bad_fraction", chance.of("0.01", "0.5", "1"));
        flags.put("format", chance.of("parquet", "arrow"));
      }
      case PREDICT -> {
        flags.put("model_checkpoint", model().toString());
        flags.put("input_file", corpus());
        flags.put("prompt_key", "q");
        flags.put("max_new_tokens", "2");
        flags.put("max_bad_fraction", chance.of("0.01", "0.5", "1"));
        flags.put("format", chance.of("parquet", "jsonl"));
        flags.put("output_dir", output.toString());
        if (chance.oneIn(2)) {
          flags.put("adapter", adapter().toString());
        }
      }
      case TRAIN -> {
        flags.put("tokenized_dataset", table().toString());
        flags.put("model_checkpoint", model().toString());
        flags.put("output_dir", output.toString());
        flags.put("max_steps", "2");
        flags.put("per_device_train_batch_size", "2");
        flags.put("executor_wait", "5s");
        flags.put("num_ranks", chance.of("1", "2"));
        if (chance.oneIn(4)) {
          flags.put("previous_lora_weights", adapter().toString());
        }
      }
    }
    return flags;
  }

  /** Beside the inputs, most often; sometimes where it must not be, or a file is in the way. */
  private Path output() throws IOException {
    Path place = room.folder().resolve(chance.name("out"));
    if (chance.oneIn(12)) {
      place = Files.createDirectories(room.folder()).resolve("in").resolve(chance.name("below"));
    } else if (chance.oneIn(20)) {
      place = room.folder().resolve("in");
    } else if (chance.oneIn(20)) {
      Files.createDirectories(place.getParent());
      Files.writeString(place, "a file of the user's");
    }
    outputs.add(place);
    // The held-out table of --val_size lies beside, and each has its bad rows.
    for (String beside : List.of(".quarantine", ".eval", ".eval.quarantine")) {
      outputs.add(place.resolveSibling(place.getFileName() + beside));
    }
    return place;
  }

  private String corpus() throws IOException {
    OddCorpus corpora = new OddCorpus(chance);
    Path place = Files.createDirectories(room.folder().resolve(chance.of("in", "data")));
    return corpora.write(place.resolve("c" + chance.name("") + corpora.ending()));
  }

  private Path model() throws IOException {
    return thing(
        Fixtures.path(chance.oneIn(20) ? chance.of(Fixtures.FAMILIES) : family, "model"), "model");
  }

  private Path adapter() throws IOException {
    return thing(Fixtures.path(family, "golden/adapter"), "adapter");
  }

  private Path table() throws IOException {
    return thing(good.table(family, chance.of("parquet", "arrow")), "table");
  }

  /** A copy, as it is or changed. */
  private Path thing(Path whole, String name) throws IOException {
    Path copy = room.folder().resolve("in").resolve(name + chance.name(""));
    OddFolder.copy(whole, copy);
    if (chance.oneIn(3)) {
      new OddFolder(chance).change(copy);
    }
    return copy;
  }

  private static String trace(Throwable thrown) {
    StringBuilder trace = new StringBuilder(thrown.toString());
    for (int i = 0; i < Math.min(12, thrown.getStackTrace().length); i++) {
      trace.append("\n    at ").append(thrown.getStackTrace()[i]);
    }
    return trace.toString();
  }
}
