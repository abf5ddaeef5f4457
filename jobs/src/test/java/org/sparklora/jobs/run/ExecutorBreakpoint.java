package org.sparklora.jobs.run;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.EventRequestManager;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Stops the first executor that enters a method, through its JVM's debugger interface, so that a
 * fault happens exactly there, in the code that users run. Needs {@link #AGENT} among the
 * executors' JVM options.
 */
public final class ExecutorBreakpoint {
  public static final String AGENT =
      "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0";

  private final MethodEntry target;
  private final Consumer<ProcessHandle> then;
  private final Map<Long, VirtualMachine> machines = new ConcurrentHashMap<>();
  private final AtomicReference<ProcessHandle> caught = new AtomicReference<>();
  private volatile MethodEntry first;
  private volatile long caughtAt;

  /** A method, about to be entered for the {@code count}-th time. */
  private record MethodEntry(String className, String method, int count) {
    MethodEntry {
      try {
        Class<?> type = Class.forName(className, false, ExecutorBreakpoint.class.getClassLoader());
        if (Stream.of(type.getDeclaredMethods()).noneMatch(m -> m.getName().equals(method))) {
          throw new IllegalArgumentException("there is no " + method + " in " + className);
        }
      } catch (ClassNotFoundException e) {
        throw new IllegalArgumentException("there is no " + className, e);
      }
    }
  }

  /**
   * Not armed yet: see {@link #arm}.
   *
   * @param then what happens to the process that is caught, while its thread stands at the method
   */
  public ExecutorBreakpoint(String className, String method, Consumer<ProcessHandle> then) {
    this.target = new MethodEntry(className, method, 1);
    this.first = target;
    this.then = then;
  }

  /** Watches the method only once a rank begins its {@code steps}-th step after arming. */
  public ExecutorBreakpoint fromStep(int steps) {
    first = new MethodEntry("org.sparklora.train.TrainingStep", "run", steps);
    return this;
  }

  /** From now on the method is watched in these processes. */
  public void arm(List<ProcessHandle> executors) {
    executors.forEach(this::watch);
  }

  /** The process that was caught, if one was. */
  public Optional<ProcessHandle> caught() {
    return Optional.ofNullable(caught.get());
  }

  /** {@link System#nanoTime} when it was caught. */
  public long caughtAt() {
    return caughtAt;
  }

  @Override
  public String toString() {
    String className = target.className();
    return className.substring(className.lastIndexOf('.') + 1) + "." + target.method();
  }

  private void watch(ProcessHandle executor) {
    try {
      VirtualMachine machine = attach(executor.pid());
      machines.put(executor.pid(), machine);
      await(machine, first);
      Thread listener = new Thread(() -> listen(machine, executor), "breakpoint");
      listener.setDaemon(true);
      listener.start();
    } catch (IOException | VMDisconnectedException gone) {
      System.out.println("No breakpoint in process " + executor.pid() + ": " + gone);
    }
  }

  private static VirtualMachine attach(long pid) throws IOException {
    for (AttachingConnector connector : Bootstrap.virtualMachineManager().attachingConnectors()) {
      if (connector.name().equals("com.sun.jdi.ProcessAttach")) {
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("pid").setValue(Long.toString(pid));
        try {
          return connector.attach(arguments);
        } catch (com.sun.jdi.connect.IllegalConnectorArgumentsException e) {
          throw new IOException(e);
        }
      }
    }
    throw new IOException("this Java has no debugger interface");
  }

  private static void await(VirtualMachine machine, MethodEntry entry) {
    ClassPrepareRequest prepare = machine.eventRequestManager().createClassPrepareRequest();
    prepare.addClassFilter(entry.className());
    enable(prepare, entry);
    machine.classesByName(entry.className()).forEach(type -> breakIn(machine, type, entry));
  }

  private static void breakIn(VirtualMachine machine, ReferenceType type, MethodEntry entry) {
    EventRequestManager requests = machine.eventRequestManager();
    for (Method method : type.methodsByName(entry.method())) {
      EventRequest request = requests.createBreakpointRequest(method.location());
      request.addCountFilter(entry.count());
      enable(request, entry);
    }
  }

  private static void enable(EventRequest request, MethodEntry entry) {
    request.putProperty(MethodEntry.class, entry);
    request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
    request.enable();
  }

  private void listen(VirtualMachine machine, ProcessHandle executor) {
    try {
      while (true) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          if (event.request() == null) {
            continue; // the end of the process
          }
          MethodEntry entry = (MethodEntry) event.request().getProperty(MethodEntry.class);
          if (event instanceof ClassPrepareEvent loaded) {
            breakIn(machine, loaded.referenceType(), entry);
          } else if (!entry.equals(target)) {
            await(machine, target);
          } else if (caught.compareAndSet(null, executor)) {
            act(executor);
            return;
          }
        }
        events.resume();
      }
    } catch (VMDisconnectedException | InterruptedException over) {
      // The process ended, or this breakpoint's other end did.
      machines.remove(executor.pid());
    }
  }

  /** The other executors run on undisturbed. */
  private void act(ProcessHandle executor) {
    caughtAt = System.nanoTime();
    then.accept(executor);
    machines.forEach(
        (pid, machine) -> {
          if (pid != executor.pid()) {
            release(machine);
          }
        });
  }

  /** Lets the caught thread run on; a frozen process does so once it wakes. */
  public Thread release() {
    Thread releasing =
        new Thread(() -> machines.values().forEach(ExecutorBreakpoint::release), "release");
    releasing.setDaemon(true);
    releasing.start();
    return releasing;
  }

  private static void release(VirtualMachine machine) {
    try {
      machine.dispose();
    } catch (VMDisconnectedException gone) {
      System.out.println("Released by its end: " + gone.getMessage());
    }
  }
}
