package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;

/**
 * {@code submit/check-gpu.sh} on a machine whose libtorch knows no GPU, in a checkout whose
 * application jar only names this test's class path.
 */
class TestCheckGpu {
  @TempDir Path checkout;

  private record Said(int code, List<String> lines) {
    /** What was found of a part; empty if it was not reached. */
    String part(String name) {
      return lines.stream()
          .filter(line -> line.startsWith(name + " "))
          .map(line -> line.substring(name.length()).strip())
          .findFirst()
          .orElse("");
    }
  }

  @BeforeEach
  void build() throws IOException {
    for (String folder : List.of("submit", "conf", "weights")) {
      Files.createSymbolicLink(checkout.resolve(folder), Python.root().resolve(folder));
    }
    Files.createDirectories(checkout.resolve("spark/jars"));
    Path natives = Files.createDirectories(checkout.resolve("jobs/target/natives"));
    for (Path jar : classPath().toList()) {
      String name = jar.getFileName().toString();
      if (name.matches("pytorch-(jni|native-cpu)-.*\\.jar")
          && Files.notExists(natives.resolve(name))) {
        Files.createSymbolicLink(natives.resolve(name), jar);
      }
    }
    Manifest names = new Manifest();
    names.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    names
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            classPath().map(p -> p.toUri().toString()).collect(Collectors.joining(" ")));
    try (OutputStream file =
            Files.newOutputStream(checkout.resolve("jobs/target/sparklora-application.jar"));
        JarOutputStream jar = new JarOutputStream(file, names)) {
      jar.finish();
    }
  }

  @Test
  void theProcessorPassesEveryPart() throws Exception {
    Said said = check("--cpu");
    assertEquals(0, said.code(), said.toString());
    assertTrue(said.part("libtorch").matches("PyTorch \\S+ for CPUs, of .*, 0 GPUs"), "" + said);
    assertEquals("tensors come and go, kernels load", said.part("bridge"));
    assertTrue(
        said.part("product").matches("exact in all types; 512 by 512 in bf16 at \\d+ GFLOP/s"),
        "" + said);
    assertTrue(
        said.part("copy").matches("16 MiB there at \\S+ GB/s and back at \\S+ GB/s"), "" + said);
    assertTrue(said.part("step").matches("loss \\d+\\.\\d{4}, then \\d+\\.\\d{4}"), "" + said);
    String last = said.lines().get(said.lines().size() - 1);
    assertTrue(
        last.matches("The processor of \\S+ can train; no GPU was tried"), "last line: " + last);
  }

  @Test
  void aMachineWithoutAGpuSaysSo() throws Exception {
    Said said = check();
    assertEquals(4, said.code(), said.toString());
    String last = said.lines().get(said.lines().size() - 1);
    assertTrue(
        last.startsWith(
            "Cannot use the device, there is none at this address: 0 (expected cpu or a number"
                + " below 0). The libtorch on "),
        last);
    assertTrue(
        last.endsWith(
            " GPUs: name a libtorch for CUDA there by PYTORCH_LIBRARY_PATH, PYTORCH_VERSION"
                + " and PYTORCH_FLAVOR. Or try the processor only, with --cpu."),
        last);
    assertEquals("", said.part("bridge"));
  }

  /** As where a GPU's host has the libtorch for CPUs that our jars bring. */
  @Test
  void aGpuThatOnlyTheDriverKnowsIsSaid() throws Exception {
    Path driver = Files.createDirectories(checkout.resolve("bin")).resolve("nvidia-smi");
    Files.writeString(
        driver,
        "#!/bin/sh\necho '0, GPU-a, Disabled, 81559, 80995, 9.0, 535.104.05, NVIDIA H100 80GB'\n");
    Files.setPosixFilePermissions(driver, PosixFilePermissions.fromString("rwxr-xr-x"));
    Said said = check();
    assertEquals(4, said.code(), said.toString());
    assertTrue(
        said.part("driver").startsWith("535.104.05, 1 GPUs, CUDA_VISIBLE_DEVICES"), "" + said);
    assertTrue(
        said.part("driver")
            .endsWith("number 0 is a NVIDIA H100 80GB of generation 9.0, 81559 MiB, 80995 free"),
        "" + said);
    String last = said.lines().get(said.lines().size() - 1);
    assertTrue(last.contains(" is built for CPUs, and the driver there tells of 1 GPUs: "), last);
  }

  @Test
  void withoutABuildItSaysWhatToRun() throws Exception {
    Files.delete(checkout.resolve("jobs/target/sparklora-application.jar"));
    Said said = check("--cpu");
    assertEquals(2, said.code());
    assertEquals(
        List.of(
            "Cannot check this host, there is no build: %s and %s (expected both). Run make build, or set SPARK_HOME."
                .formatted(
                    checkout.resolve("jobs/target/sparklora-application.jar"),
                    checkout.resolve("spark/jars"))),
        said.lines());
  }

  private Said check(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash"));
    command.add(checkout.resolve("submit/check-gpu.sh").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(k -> k.matches("SPARKLORA.*|PYTORCH.*"));
    builder.environment().merge("PATH", checkout.resolve("bin") + ":", (old, own) -> own + old);
    builder.environment().put("SPARK_HOME", checkout.resolve("spark").toString());
    Process process = builder.start();
    List<String> lines = process.inputReader().lines().toList();
    return new Said(process.waitFor(), lines);
  }

  private static Stream<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath());
  }
}
